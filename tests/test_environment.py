"""What single variables of the environment may say, and what is said of those that cannot be."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from assessor import environment


@pytest.mark.parametrize("text", ["", "0", "65536", "abc", "-1", "8000.5", "٨٠٠٠"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="from 1 to 65535"):
        environment.port(text)


def test_a_port_is_a_number() -> None:
    assert environment.port("9000") == 9000


@pytest.mark.parametrize("text", ["abc", "-1", "1.5", "٣", "0"])
def test_what_is_no_number_or_too_small_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"DAYS is '{text}'\. .* from 1 on"):
        environment.number("DAYS", text)


def test_a_number_may_be_as_small_as_it_makes_sense() -> None:
    assert environment.number("DAYS", "1") == 1
    assert environment.number("SECONDS", "0", least=0) == 0


def test_a_switch_is_on_or_off() -> None:
    assert all(environment.switch("REQUIRE_SIGN_IN", on) for on in ("true", "On", " 1 "))
    assert not any(environment.switch("REQUIRE_SIGN_IN", off) for off in ("False", "off", "0"))


@pytest.mark.parametrize("text", ["ture", "2", "enabled", "-"])
def test_a_switch_that_says_neither_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"REQUIRE_SIGN_IN is '{text}'"):
        environment.switch("REQUIRE_SIGN_IN", text)


def test_a_word_is_one_of_a_few() -> None:
    assert environment.choice("LOG_FORMAT", "json", ("plain", "json")) == "json"
    with pytest.raises(ImproperlyConfigured, match=r"LOG_FORMAT is 'xml'. Write one of: plain"):
        environment.choice("LOG_FORMAT", "xml", ("plain", "json"))


def test_a_time_zone_is_known_by_its_name() -> None:
    assert environment.time_zone("Europe/Berlin") == "Europe/Berlin"


@pytest.mark.parametrize("text", ["Mars", "../etc", "/etc/passwd", "Europe"])
def test_what_is_no_time_zone_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Europe/Berlin"):
        environment.time_zone(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [("", ""), ("10.0.0.7", "10.0.0.7"), ("2001:DB8:0:0::1", "2001:db8::1")],
)
def test_a_proxy_is_known_by_its_address(text: str, address: str) -> None:
    assert environment.proxy(text) == address


@pytest.mark.parametrize("text", ["proxy", "*", "10.0.0.0/8", "10.0.0.1, 10.0.0.2"])
def test_what_is_not_one_address_is_no_proxy(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="not its name"):
        environment.proxy(text)


@pytest.mark.parametrize("url", ["postgres://me:p%40ss@host:5433/name", "psql://me@/name"])
def test_a_postgresql_is_named_by_its_address(url: str) -> None:
    found = environment.database(url)
    assert (found["NAME"], found["USER"]) == ("name", "me")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert found["PASSWORD"] in {"p@ss", ""}


def test_another_sqlite_file_may_be_named() -> None:
    assert environment.database("sqlite:////srv/a.sqlite3")["NAME"] == "/srv/a.sqlite3"


@pytest.mark.parametrize(
    "url", ["foo", "//me:s3cret@host/x", "mysql://me:s3cret@host/x", "postgres://me:s3cret@h:x/y"]
)
def test_another_database_is_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL cannot be read") as refusal:
        environment.database(url)
    assert "s3cret" not in str(refusal.value)


def test_a_mail_server_is_named_by_its_address() -> None:
    found = environment.mail("smtp+tls://me%40here:p@host:587")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("host", 587)
    assert found["EMAIL_HOST_USER"] == "me@here"


@pytest.mark.parametrize("url", ["foo", "imap://me:s3cret@host", "smtp://me:s3cret@host:x"])
def test_what_is_no_mail_server_is_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL cannot be read") as refusal:
        environment.mail(url)
    assert "s3cret" not in str(refusal.value)
