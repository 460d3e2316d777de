"""Coming in: the landing page, starting an assessment, private links, my assessments."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from assessor.knowledge import KnowledgeBase
from assessor.models import Assessment, PrivateLink, Respondent, SharedLink
from assessor.workflow import reviewing
from tests.advice.answers import situation
from tests.builders import (
    Response,
    client_of,
    database,
    invited,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    submitted,
    text_of,
)

pytestmark = pytest.mark.django_db

ABOUT = {"initiative": "Contract drafts", "organisation": "Northwind"}


@pytest.fixture(autouse=True)
def _loaded() -> None:
    make_edition()


def start(browser: Client | None = None, **more: Any) -> Response:
    data = {**ABOUT, "creation_key": str(uuid.uuid4()), **more}
    sent = {name: value for name, value in data.items() if value is not None}
    return (browser or Client()).post("/assessments/new/", sent)


# ---------------------------------------------------------------- the landing page


def test_the_landing_page_takes_its_figures_from_the_edition() -> None:
    shown = text_of(Client().get("/"))
    assert "Answer up to 34 questions in 4 groups. You get one of 13 architectures" in shown
    assert "About 10 to 15 minutes" in shown


def test_the_landing_page_says_of_each_group_how_much_it_asks(knowledge: KnowledgeBase) -> None:
    groups = Client().get("/").context["groups"]
    assert [group for group, _questions, _roles in groups] == [*knowledge.question_bank.groups]
    for group, questions, _roles in groups:
        assert questions
        assert {question.group for question in questions} == {group.key}
    assert sum(len(questions) for _group, questions, _roles in groups) == len(knowledge.questions)


def test_the_key_of_the_form_is_not_shown() -> None:
    shown = text_of(Client().get("/assessments/new/"))
    assert re.search(r'<input type="hidden" name="creation_key"', shown)


def test_the_landing_page_leads_to_a_new_assessment() -> None:
    assert 'href="/assessments/new/"' in text_of(Client().get("/"))


# ---------------------------------------------------------------- starting


def test_starting_needs_an_initiative_and_an_organisation_and_nothing_else() -> None:
    response = start(initiative="", organisation="")
    assert response.status_code == 422
    assert "Enter a name for the initiative" in text_of(response)
    assert "Enter the name of the organisation" in text_of(response)
    assert start().status_code == 302


def test_the_errors_link_to_their_fields_and_what_was_typed_is_kept() -> None:
    shown = text_of(start(initiative="", name="Dana", email="dana"))
    assert '<a href="#id_initiative">' in shown
    assert '<a href="#id_email">' in shown
    assert 'value="Dana"' in shown
    assert 'value="dana"' in shown
    assert not Assessment.objects.exists()


def test_starting_opens_the_hub_of_the_new_assessment() -> None:
    browser = Client()
    response = start(browser, name="Dana", email="dana@example.org", role="cio_cto")
    assessment = Assessment.objects.get()
    assert response["Location"] == f"/a/{assessment.pk}/"
    assert "Contract drafts" in text_of(browser.get(response["Location"]))
    assert (owner_of(assessment).name, owner_of(assessment).email) == ("Dana", "dana@example.org")


def test_sending_the_start_form_twice_starts_one_assessment_and_both_answers_open_it() -> None:
    browser, key = Client(), str(uuid.uuid4())
    responses = [start(browser, creation_key=key) for _ in range(2)]
    assert Assessment.objects.count() == 1
    assert {response["Location"] for response in responses} == {
        f"/a/{Assessment.objects.get().pk}/"
    }
    assert "Keep your private link" in text_of(browser.get(responses[1]["Location"]))


def test_a_start_form_used_long_ago_is_replaced_by_a_fresh_one() -> None:
    browser, key = Client(), str(uuid.uuid4())
    start(browser, creation_key=key)
    Assessment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    stranger = Client()
    response = start(stranger, creation_key=key)
    assert response["Location"] == "/assessments/new/"
    assert "That form was already used" in text_of(stranger.get("/assessments/new/"))
    assert stranger.get(f"/a/{Assessment.objects.get().pk}/").status_code == 404


def test_every_rendering_of_the_start_form_has_a_key_of_its_own() -> None:
    keys = {
        Client().get("/assessments/new/").context["form"]["creation_key"].value() for _ in range(2)
    }
    assert len(keys) == 2


@pytest.mark.parametrize("key", [None, "", "rubbish", "0" * 5000, "\x00"])
def test_a_start_form_whose_key_got_lost_still_starts_an_assessment(key: str | None) -> None:
    assert start(creation_key=key).status_code == 302


@pytest.mark.parametrize("field", ["initiative", "organisation", "name"])
def test_a_name_may_be_120_characters_long_and_not_longer(field: str) -> None:
    for length, status in ((121, 422), (120, 302)):
        said: dict[str, Any] = {field: "x" * length}
        assert start(**said).status_code == status


@pytest.mark.parametrize("length", [254, 255, 320])
def test_an_address_longer_than_the_column_is_refused_before_the_database_does(
    length: int,
) -> None:
    """SQLite would take it; PostgreSQL would fail."""
    host = ".".join(["x" * 60] * 3) + ".example"
    local = "x" * (length - len(host) - 1)
    response = start(email=f"{local}@{host}")
    assert response.status_code == (302 if length <= 254 else 422)


def test_a_role_that_the_edition_does_not_know_is_refused() -> None:
    assert start(role="emperor").status_code == 422


def test_markup_in_the_names_is_shown_as_text() -> None:
    browser = Client()
    response = start(
        browser,
        initiative="<script>window.pwned=1</script>",
        organisation='" autofocus onfocus="x',
        name="</title><svg onload=x>",
    )
    for address in (response["Location"], "/assessments/", f"{response['Location']}check/"):
        shown = text_of(browser.get(address))
        assert "&lt;script&gt;window.pwned" in shown
        assert "<script>window" not in shown
        assert '" autofocus' not in shown
        assert "<svg onload" not in shown


# ---------------------------------------------------------------- the private link


def token_on(page: str) -> str | None:
    found = re.search(r'value="(http[^"]+)/r/([\w-]+)/"', page)
    assert found is None or found.group(1) == configured.PUBLIC_URL
    return found.group(2) if found else None


def test_the_hub_shows_the_private_link_of_a_new_assessment() -> None:
    browser = Client()
    hub = text_of(browser.get(start(browser)["Location"]))
    token = token_on(hub)
    assert token is not None
    assert PrivateLink.objects.filter(token_sha256=PrivateLink.hashed(token)).exists()


def test_the_private_link_is_shown_to_nobody_else() -> None:
    owner = start(Client())["Location"]
    other = client_of(Respondent.objects.get())
    assert token_on(text_of(other.get(owner))) is None


def test_the_cookie_that_carries_the_new_link_is_short_lived_and_goes_nowhere_else() -> None:
    browser = Client()
    hub = start(browser)["Location"]
    cookie = browser.cookies["new_link_hub"]
    assert (cookie["max-age"], cookie["path"]) == (600, hub)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_forged_cookie_shows_no_link() -> None:
    browser = owner_client(assessment := make_assessment())
    browser.cookies["new_link_hub"] = "forged:1abc:def"
    assert token_on(text_of(browser.get(f"/a/{assessment.pk}/"))) is None


def test_the_address_of_the_link_never_comes_from_the_request() -> None:
    browser = Client(headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert token_on(text_of(browser.get(start(browser)["Location"]))) is not None


def test_who_opens_the_link_of_another_is_told_whom_it_takes_the_place_of() -> None:
    assessment = make_assessment()
    owner, ana = owner_of(assessment), invited(assessment)
    browser = client_of(owner)
    of_ana, own = (f"/r/{PrivateLink.issue(person)}/" for person in (ana, owner))
    replaced = "In this browser you take part as Dana so far."
    assert replaced in text_of(browser.get(of_ana))
    assert replaced not in text_of(browser.get(own))
    assert "you take part as" not in text_of(Client().get(of_ana))


def test_another_link_opens_the_assessment_elsewhere_and_the_first_keeps_working() -> None:
    first = Client()
    hub = start(first)["Location"]
    tokens = [token_on(text_of(first.get(hub)))]
    first.post(f"{hub}link/")
    tokens.append(token_on(text_of(first.get(hub))))
    assert len(set(tokens)) == 2
    for token in tokens:
        assert Client().post(f"/r/{token}/")["Location"] == hub


def test_no_token_is_stored_in_clear() -> None:
    browser = Client()
    hub = start(browser)["Location"]
    token = token_on(text_of(browser.get(hub)))
    assert token is not None
    Client().post(f"/r/{token}/")
    assert token not in repr(database())
    assert PrivateLink.hashed(token) in repr(database())


# ---------------------------------------------------------------- opening a private link


@pytest.fixture
def link() -> str:
    return f"/r/{PrivateLink.issue(owner_of(make_assessment()))}/"


def test_looking_at_a_private_link_changes_nothing_and_opens_nothing(link: str) -> None:
    before, browser = database(), Client()
    response = browser.get(link)
    assert browser.head(link).status_code == response.status_code == 200
    assert "Contract drafts" in text_of(response)
    assert "Northwind" in text_of(response)
    assert "you answer as Dana" in text_of(response)
    assert database() == before
    assert browser.get(f"/a/{Assessment.objects.get().pk}/").status_code == 404


def test_the_page_of_a_private_link_tells_no_other_site_its_address(link: str) -> None:
    response = Client().get(link)
    assert response["Referrer-Policy"] == "strict-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_opening_a_private_link_leads_to_an_address_without_the_secret(link: str) -> None:
    browser = Client()
    hub = browser.post(link)["Location"]
    assert hub == f"/a/{Assessment.objects.get().pk}/"
    assert browser.get(hub).status_code == 200


def test_a_private_link_can_be_opened_on_any_number_of_devices(link: str) -> None:
    assert [Client().post(link).status_code for _ in range(3)] == [302, 302, 302]


def test_opening_a_link_gives_the_session_a_new_key(link: str) -> None:
    browser = owner_client(make_assessment())
    before = browser.session.session_key
    browser.post(link)
    assert browser.session.session_key != before


def test_a_browser_may_hold_the_links_of_several_assessments() -> None:
    one, other = make_assessment(initiative="One"), make_assessment(initiative="Other")
    browser = owner_client(one)
    browser.post(f"/r/{PrivateLink.issue(owner_of(other))}/")
    assert [browser.get(f"/a/{a.pk}/").status_code for a in (one, other)] == [200, 200]


def without_what_differs(response: Response) -> tuple[int, str, dict[str, str]]:
    """Leave out the anti-forgery token, the number of the request, and the address asked for."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value)="\w+"', r"\1", text_of(response))
    body = re.sub(r'(name="next" value)="[^"]*"', r"\1", body)
    body = body.replace(response["X-Request-ID"], "")
    own = {"Content-Length", "X-Request-ID"}
    headers = {name: value for name, value in response.items() if name not in own}
    return response.status_code, body, headers


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_unknown_expired_and_revoked_links_give_the_same_answer(method: str) -> None:
    owner = owner_of(make_assessment())
    tokens = [PrivateLink.issue(owner) for _ in range(2)]
    expired, revoked = (
        PrivateLink.objects.filter(token_sha256=PrivateLink.hashed(token)) for token in tokens
    )
    expired.update(expires_at=timezone.now() - timedelta(seconds=1))
    revoked.update(revoked_at=timezone.now())
    answers = [
        without_what_differs(getattr(Client(), method)(f"/r/{token}/"))
        for token in ("x" * 43, *tokens)
    ]
    assert answers[0][0] == 404
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    "token",
    ["%00", "%ff", "x" * 5000, "%F0%9F%98%80", "a%0Ab", "..%2F..", "%ED%A0%80", "{{7*7}}", "%20"],
)
def test_an_odd_token_is_not_found(token: str) -> None:
    assert Client().get(f"/r/{token}/").status_code == 404
    assert Client().post(f"/r/{token}/").status_code == 404


def test_a_token_in_other_letters_is_not_found(link: str) -> None:
    assert Client().get(f"/r/{link.split('/')[2].swapcase()}/").status_code == 404
    assert Client().get(f"/r/{link.split('/')[2]}%20/").status_code == 404


# ---------------------------------------------------------------- my assessments


def rows(page: str) -> list[str]:
    """Return what each row of the list says, without markup."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0] if "<tbody>" in page else ""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def opened(*people: Respondent) -> Client:
    """Return a browser that has opened the private links of all of them."""
    browser = Client()
    for person in people:
        browser.post(f"/r/{PrivateLink.issue(person)}/")
    return browser


def test_my_assessments_lists_those_whose_links_this_browser_opened() -> None:
    mine, other = make_assessment(initiative="Mine"), make_assessment(initiative="Theirs")
    shown = text_of(owner_client(mine).get("/assessments/"))
    assert "Mine" in shown
    assert f'href="/a/{mine.pk}/"' in shown
    assert "Theirs" not in shown
    assert str(other.pk) not in shown


def test_a_submitted_assessment_is_listed_with_its_result() -> None:
    report = submitted(situation())
    shown = text_of(owner_client(report.assessment).get("/assessments/"))
    assert f'href="/a/{report.assessment_id}/result/"' in shown
    name = report.knowledge.options[report.leader].short_name
    assert re.search(rf"· Owner .*Submitted Last changed .* {name} suggested", rows(shown)[0])


def test_what_was_decided_for_stands_in_place_of_what_was_suggested() -> None:
    report = submitted(situation())
    other = report.as_suggestion.ranking[1].architecture
    Assessment.objects.update(status="approved", chosen=other)
    shown = text_of(owner_client(report.assessment).get("/assessments/"))
    name = re.escape(report.knowledge.options[other].short_name)
    assert re.search(rf"Approved Last changed .* {name} chosen", rows(shown)[0])
    assert "New revision" in rows(shown)[0]


def test_everybody_sees_their_own_part_and_no_more() -> None:
    report = submitted(situation())
    reviewing.reopen(owner_of(report.assessment))
    ana = invited(report.assessment, role="legal_compliance")
    name = report.knowledge.options[report.leader].short_name
    row = rows(text_of(client_of(ana).get("/assessments/")))[0]
    assert "Invited as Legal, privacy or compliance" in row
    assert name not in row
    assert "Duplicate" not in row
    reader = Client()
    link = SharedLink.lasting(30, assessment=report.assessment, label="Board")
    reader.post(f"/r/{link.with_new_token()}/")
    page = text_of(reader.get("/assessments/"))
    assert re.search(rf"· Reads the result .*Draft .* {name} suggested", rows(page)[0])
    assert f'href="/a/{report.assessment_id}/result/"' in page
    assert "Duplicate" not in page


def test_who_reads_results_is_led_nowhere_before_there_is_one() -> None:
    assessment = make_assessment(situation())
    reader = Client()
    reader.post(
        f"/r/{SharedLink.lasting(30, assessment=assessment, label='Board').with_new_token()}/"
    )
    page = text_of(reader.get("/assessments/"))
    assert "Contract drafts" in rows(page)[0]
    assert f'href="/a/{assessment.pk}/' not in page


def test_a_new_browser_has_none_and_is_shown_three_ways_on() -> None:
    shown = text_of(Client().get("/assessments/"))
    assert "There is none yet." in shown
    for address in ("/assessments/new/", "/assessments/import/", "/sample/"):
        assert f'href="{address}"' in shown
    assert 'role="search"' not in shown


@pytest.mark.parametrize("change", ["expires_at", "revoked_at"])
def test_an_assessment_whose_link_was_closed_is_not_listed(change: str) -> None:
    assessment = make_assessment()
    browser = owner_client(assessment)
    PrivateLink.objects.update(**{change: timezone.now() - timedelta(seconds=1)})
    assert "There is none yet." in text_of(browser.get("/assessments/"))


# ---------------------------------------------------------------- finding and comparing


@pytest.fixture
def several() -> Client:
    """A browser with a draft of Northwind, a submitted one of Contoso, and another draft."""
    return opened(
        owner_of(make_assessment(initiative="Ärzte fragen")),
        owner_of(submitted(situation(), initiative="Drafts", organisation="Contoso").assessment),
        owner_of(make_assessment(initiative="Drafting")),
    )


@pytest.mark.parametrize(
    ("query", "found", "count"),
    [
        ("", ["Drafting", "Drafts", "Ärzte fragen"], "3 assessments"),
        ("?q=draft", ["Drafting", "Drafts"], "2 of 3 assessments"),
        ("?q=DRAFT+contoso", ["Drafts"], "1 of 3 assessments"),
        ("?q=%C3%A4rzte", ["Ärzte fragen"], "1 of 3 assessments"),
        ("?status=submitted", ["Drafts"], "1 of 3 assessments"),
        ("?q=draft&status=draft", ["Drafting"], "1 of 3 assessments"),
        ("?status=no-such", ["Drafting", "Drafts", "Ärzte fragen"], "3 assessments"),
        ("?q=zebra", [], "0 of 3 assessments"),
    ],
)
def test_the_list_can_be_searched(
    several: Client, query: str, found: list[str], count: str
) -> None:
    page = text_of(several.get(f"/assessments/{query}"))
    listed = re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', page)
    assert sorted(listed) == sorted(found)
    assert count in " ".join(page.split())
    assert ("None of them matches." in page) == (not found)


def test_what_is_searched_for_stays_in_the_form_as_text(several: Client) -> None:
    page = text_of(several.get('/assessments/?q="><script>&status=approved'))
    assert 'value="&quot;&gt;&lt;script&gt;"' in page
    assert '<option value="approved" selected>' in page


def test_those_that_may_be_read_can_be_chosen_to_compare(several: Client) -> None:
    assessment = make_assessment()
    several.post(f"/r/{PrivateLink.issue(invited(assessment))}/")
    page = text_of(several.get("/assessments/"))
    boxes = re.findall(r'<input type="checkbox" name="id" value="([^"]+)"', page)
    assert len(boxes) == 3
    assert str(assessment.pk) not in boxes
    assert '<form method="get" action="/compare/">' in page
    compared = several.get("/compare/", {"id": boxes})
    assert compared.status_code == 200


def test_one_alone_cannot_be_compared() -> None:
    page = text_of(owner_client(make_assessment()).get("/assessments/"))
    assert 'type="checkbox"' not in page
    assert "Compare selected" not in page


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_as_often_however_long_it_is(
    django_assert_num_queries: Any, count: int
) -> None:
    owners = [owner_of(submitted(situation()).assessment) for _ in range(count)]
    browser = opened(*owners)
    user = User.objects.create_user("dana")
    Respondent.objects.update(user=user)
    browser.force_login(user)
    for owner in owners:
        shared = SharedLink.lasting(30, assessment=owner.assessment, label="Board").with_new_token()
        browser.post(f"/r/{shared}/")
    browser.get("/assessments/")
    # Session, account; their links, their parts and shared links; what the reports suggest.
    with django_assert_num_queries(6):
        browser.get("/assessments/")
