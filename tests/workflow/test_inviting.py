"""Inviting, links and their end."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from assessor import access
from assessor.models import Assessment, AuditEntry, PrivateLink, Respondent, SharedLink
from assessor.workflow import inviting, issuing
from assessor.workflow.drafts import AlreadySubmitted
from assessor.workflow.inviting import Invitation, InvitationEnded
from tests.advice.answers import situation
from tests.builders import client_of, invited, make_assessment, owner_of, says, stored, submitted

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment(situation())


def log() -> list[tuple[str, str]]:
    """Return event and actor of what was written down, the first first."""
    return list(AuditEntry.objects.order_by("pk").values_list("event", "actor"))


def opens(token: str) -> bool:
    return Client().get(f"/r/{token}/").status_code == 200


# ---------------------------------------------------------------- inviting


def test_an_invitation_can_be_opened_by_its_link_alone(assessment: Assessment) -> None:
    owner = owner_of(assessment)
    person, token, _is_new = inviting.invite(
        owner, Invitation("Ana", "finance", "group:where", days=7)
    )
    link = access.link_of(token)
    assert isinstance(link, PrivateLink)
    assert link.respondent == person
    assert timezone.now() + 6 * DAY < link.expires_at < timezone.now() + 8 * DAY
    assert token not in str(PrivateLink.objects.values())


def test_who_signs_or_decides_sees_everything(assessment: Assessment) -> None:
    assert invited(assessment, may_sign=True).sees_all
    assert invited(assessment, may_decide=True).sees_all
    assert not invited(assessment).sees_all


def test_a_new_link_ends_those_before_and_nobody_elses(assessment: Assessment) -> None:
    person, token, _is_new = inviting.invite(
        owner_of(assessment), Invitation("Ana", "finance", "all")
    )
    other = PrivateLink.issue(invited(assessment))
    browser = client_of(person)
    new = inviting.renew_link(person, "user 5")
    assert not opens(token)
    assert browser.get(f"/a/{assessment.pk}/").status_code == 404
    assert opens(new)
    assert opens(other)
    assert ("link.renewed", "user 5") in log()


def test_a_new_link_takes_the_account_from_its_person_alone(assessment: Assessment) -> None:
    ana, ben = invited(assessment), invited(assessment)
    for number, person in enumerate((ana, ben)):
        person.user = User.objects.create_user(f"account {number}")
        person.save()
    inviting.renew_link(ana, "user 5")
    ana.refresh_from_db()
    ben.refresh_from_db()
    assert (ana.user, str(ben.user)) == (None, "account 1")


def test_the_owner_s_new_link_works_as_long_as_the_first_one_did(assessment: Assessment) -> None:
    link = access.link_of(inviting.renew_link(owner_of(assessment), "user 5"))
    assert link.expires_at > timezone.now() + 364 * DAY


def test_a_link_for_another_device_leaves_the_first_one_working(assessment: Assessment) -> None:
    first = PrivateLink.issue(owner_of(assessment))
    second = inviting.another_link(owner_of(assessment))
    assert access.link_of(first) != access.link_of(second)
    assert log() == [("link.made", "owner")]


def test_until_when_a_link_works_is_told_of_the_one_that_works_longest(
    assessment: Assessment,
) -> None:
    many, ended, without = (invited(assessment, name=name) for name in "ABC")
    PrivateLink.issue(many, days=90)
    PrivateLink.issue(many, days=7)
    PrivateLink.objects.filter(respondent=ended).update(expires_at=timezone.now())
    PrivateLink.objects.filter(respondent=without).update(revoked_at=timezone.now())
    until = inviting.open_until(assessment)
    assert until.keys() == {many.pk, owner_of(assessment).pk}
    assert until[many.pk] > timezone.now() + 89 * DAY


# ---------------------------------------------------------------- withdrawing


@pytest.mark.parametrize(("keep", "counts"), [(True, "enterprise"), (False, "function")])
def test_what_somebody_said_counts_on_only_where_it_is_kept(
    assessment: Assessment, *, keep: bool, counts: str
) -> None:
    legal = invited(assessment, role="cio_cto")
    says(legal, where_scope="enterprise")
    assert stored(assessment)["where_scope"] == "enterprise"
    inviting.withdraw(legal, "owner", keep_answers=keep)
    assert stored(assessment)["where_scope"] == counts
    assert legal.answers.get().value == "enterprise"


def test_a_withdrawn_invitation_opens_nothing_any_more(assessment: Assessment) -> None:
    person = invited(assessment, sees_all=True)
    browser = client_of(person)
    inviting.withdraw(person, "owner", keep_answers=True)
    assert browser.get(f"/a/{assessment.pk}/").status_code == 404
    assert browser.get(f"/a/{assessment.pk}/result/").status_code == 404
    assert inviting.open_until(assessment).keys() == {owner_of(assessment).pk}
    assert log()[-1] == ("invitation.withdrawn", "owner")


def test_leaving_answers_out_is_a_change_that_the_owner_has_to_see(assessment: Assessment) -> None:
    """Who submits a page shown before learns that it is outdated; ending access is no change."""
    kept, left_out = invited(assessment), invited(assessment)
    seen = Assessment.objects.get().revision
    inviting.withdraw(kept, "owner", keep_answers=True)
    assert Assessment.objects.get().revision == seen
    inviting.withdraw(left_out, "owner", keep_answers=False)
    with pytest.raises(issuing.ChangedMeanwhile):
        issuing.submit(owner_of(assessment), revision=seen)


def test_after_submission_access_can_be_ended_but_no_answer_left_out() -> None:
    assessment = submitted().assessment
    person = invited(assessment)
    with pytest.raises(AlreadySubmitted):
        inviting.withdraw(person, "owner", keep_answers=False)
    person.refresh_from_db()
    assert person.withdrawn_at is None
    assert person.pk in inviting.open_until(assessment)
    inviting.withdraw(person, "owner", keep_answers=True)
    assert Respondent.objects.get(pk=person.pk).withdrawn_at


@pytest.mark.parametrize(
    "step",
    [
        lambda person: inviting.renew_link(person, "owner"),
        lambda person: inviting.withdraw(person, "owner", keep_answers=False),
    ],
    ids=["renewing", "withdrawing"],
)
def test_what_was_withdrawn_in_another_tab_stays_withdrawn(
    assessment: Assessment, step: Any
) -> None:
    person = invited(assessment)
    inviting.withdraw(Respondent.objects.get(pk=person.pk), "owner", keep_answers=True)
    before = log()
    with pytest.raises(InvitationEnded):
        step(person)
    assert Respondent.objects.get(pk=person.pk).counts
    assert log() == before


# ---------------------------------------------------------------- those who were invited


def test_a_role_the_owner_named_is_not_replaced(assessment: Assessment) -> None:
    person = invited(assessment, name="", role="finance")
    inviting.introduce(person, "Ana", "cio_cto")
    assert (person.name, person.role) == ("Ana", "finance")
    nobody = invited(assessment, name="", role="")
    inviting.introduce(nobody, "Kim", "cio_cto")
    assert Respondent.objects.get(pk=nobody.pk).role == "cio_cto"


# ---------------------------------------------------------------- sharing the result


def test_a_shared_link_ends_once_and_that_is_written_down_once() -> None:
    assessment = submitted().assessment
    owner = owner_of(assessment)
    token = inviting.share(owner, "Auditors", days=7)
    link = access.link_of(token)
    assert isinstance(link, SharedLink)
    inviting.stop_sharing(owner, link)
    ended = SharedLink.objects.get().revoked_at
    assert AuditEntry.objects.latest("pk").event == "result.unshared"
    inviting.stop_sharing(owner, link)
    assert SharedLink.objects.get().revoked_at == ended
    events = AuditEntry.objects.filter(event__startswith="result.").order_by("pk")
    assert list(events.values_list("event", "subject")) == [
        ("result.shared", f"assessment {assessment.pk} shared link {link.pk}"),
        ("result.unshared", f"assessment {assessment.pk} shared link {link.pk}"),
    ]
