"""manage.py demo: stored by the same steps as people take, once, and marked."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from assessor import demos
from assessor.management.commands.demo import MARK
from assessor.models import Assessment, Edition, Report
from tests.builders import database, make_assessment, make_edition, text_of
from tests.knowledge.editions import changed, shipped

pytestmark = pytest.mark.django_db

ALL = demos.every(shipped())
LINK = re.compile(r"http://127\.0\.0\.1:8000(/r/[\w-]+/)")


def demo(**options: bool) -> str:
    """Return what the command prints."""
    output = StringIO()
    call_command("demo", stdout=output, **options)
    return output.getvalue()


@pytest.fixture(autouse=True)
def _at_home() -> None:
    make_edition()


def test_every_demo_becomes_a_submitted_assessment_with_one_report() -> None:
    demo()
    assert set(Assessment.objects.values_list("status", flat=True)) == {"submitted"}
    issued = {report.initiative: report for report in Report.objects.all()}
    assert len(issued) == Report.objects.count() == len(ALL)
    for expected in ALL.values():
        report = issued[expected.initiative]
        assert (report.leader or None, report.status) == (
            expected.expect.leader,
            expected.expect.status,
        )
        assert report.prepared_by == expected.prepared_by.name
        assert report.answers == expected.answers


def test_nobody_takes_a_demo_for_a_real_organisation() -> None:
    demo()
    for name in Report.objects.values_list("organisation", flat=True):
        assert name.endswith(" (demo)")


def test_running_it_again_stores_nothing() -> None:
    demo()
    before = database()
    said = demo()
    assert database() == before
    assert said.count("is there already") == len(ALL)
    assert not LINK.findall(said)


def test_what_was_interrupted_is_made_up_for() -> None:
    demo()
    kept = Assessment.objects.filter(initiative=ALL[demos.SAMPLE].initiative)
    kept.update(initiative="Renamed")
    said = demo()
    assert said.count("is there already") == len(ALL) - 1
    assert Assessment.objects.count() == len(ALL) + 1


def test_each_private_link_that_is_printed_opens_its_result() -> None:
    links = LINK.findall(demo())
    assert len(links) == len(ALL)
    browser = Client()
    hub = browser.post(links[0])["Location"]
    assert MARK in text_of(browser.get(f"{hub}result/"))


def test_an_administrator_finds_all_of_them_at_the_address_that_is_printed() -> None:
    make_assessment(organisation="Northwind")
    address = demo().splitlines()[-1].partition("http://127.0.0.1:8000")[2]
    administrator = Client()
    administrator.force_login(User.objects.create_superuser("admin"))
    shown = text_of(administrator.get(address))
    for each in ALL.values():
        assert each.initiative in shown
    assert "Northwind" not in shown


def test_without_an_edition_it_says_what_to_do_first() -> None:
    Edition.objects.all().delete()
    with pytest.raises(CommandError, match="knowledge load"):
        demo()


def test_with_other_questions_it_names_what_differs_and_stores_nothing() -> None:
    Edition.objects.all().delete()
    make_edition(changed("question_bank/questions/opex_volume/number/max", 1000))
    with pytest.raises(CommandError, match=r"yaml: answers\.opex_volume: \d+ is not between"):
        demo()
    assert not Assessment.objects.exists()


@override_settings(PUBLIC_URL="https://assess.example.org")
def test_where_other_people_work_it_stores_nothing_unless_told_so() -> None:
    with pytest.raises(CommandError, match="Add --yes"):
        demo()
    assert not Assessment.objects.exists()
    assert "https://assess.example.org/r/" in demo(yes=True)
    assert Assessment.objects.count() == len(ALL)
