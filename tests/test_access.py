"""Who may see or change an assessment."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from assessor import access
from assessor.models import Assessment, PrivateLink, Respondent, SharedLink
from assessor.workflow import inviting
from tests.builders import invited, make_assessment, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Respondent:
    return owner_of(make_assessment())


def request_by(user: User | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = user or AnonymousUser()
    return request


def request_with_link(owner: Respondent) -> HttpRequest:
    request = request_by()
    access.remember(request, PrivateLink.issue(owner))
    return request


def staff(*, may_view: bool) -> User:
    user = User.objects.create_user("reviewer", is_staff=True)
    if may_view:
        user.user_permissions.add(Permission.objects.get(codename="view_assessment"))
    return user


def test_a_private_link_lets_its_respondent_read_and_answer(owner: Respondent) -> None:
    request = request_with_link(owner)
    found = access.reading(request, owner.assessment_id)
    assert (found.assessment, found.respondent, found.is_owner) == (owner.assessment, owner, True)
    assert access.answering(request, owner.assessment_id) == owner


def test_who_is_asked_nothing_takes_part_but_does_not_answer(owner: Respondent) -> None:
    person = invited(owner.assessment, asked=Respondent.NONE, may_sign=True)
    request = request_with_link(person)
    assert access.taking_part(request, owner.assessment_id) == person
    with pytest.raises(Http404):
        access.answering(request, owner.assessment_id)


def test_a_stranger_learns_not_even_that_the_assessment_exists(owner: Respondent) -> None:
    for find in (access.reading, access.answering):
        with pytest.raises(Http404):
            find(request_by(), owner.assessment_id)


def test_the_link_of_another_assessment_opens_nothing(owner: Respondent) -> None:
    request = request_with_link(owner_of(make_assessment()))
    for find in (access.reading, access.answering):
        with pytest.raises(Http404):
            find(request, owner.assessment_id)


def test_staff_who_may_view_assessments_read_but_do_not_answer(owner: Respondent) -> None:
    request = request_by(staff(may_view=True))
    found = access.reading(request, owner.assessment_id)
    assert (found.assessment, found.respondent, found.is_owner) == (owner.assessment, None, False)
    with pytest.raises(Http404):
        access.answering(request, owner.assessment_id)


def test_staff_without_the_permission_read_nothing(owner: Respondent) -> None:
    with pytest.raises(Http404):
        access.reading(request_by(staff(may_view=False)), owner.assessment_id)


def test_an_administrator_who_was_deactivated_reads_nothing(owner: Respondent) -> None:
    gone = User.objects.create_superuser("gone", is_active=False)
    with pytest.raises(Http404):
        access.reading(request_by(gone), owner.assessment_id)


def test_staff_find_no_assessment_that_does_not_exist() -> None:
    with pytest.raises(Http404):
        access.reading(request_by(staff(may_view=True)), uuid.uuid4())


def test_a_link_revoked_while_it_is_in_use_ends_access_at_once(owner: Respondent) -> None:
    request = request_with_link(owner)
    PrivateLink.objects.update(revoked_at=timezone.now())
    with pytest.raises(Http404):
        access.answering(request, owner.assessment_id)


def test_a_link_that_expires_while_it_is_in_use_ends_access_at_once(owner: Respondent) -> None:
    request = request_with_link(owner)
    PrivateLink.objects.update(expires_at=timezone.now())
    with pytest.raises(Http404):
        access.reading(request, owner.assessment_id)


def test_another_link_of_the_same_respondent_keeps_working(owner: Respondent) -> None:
    first, second = request_with_link(owner), request_with_link(owner)
    PrivateLink.objects.filter(pk=min(PrivateLink.objects.values_list("pk", flat=True))).delete()
    PrivateLink.objects.filter(pk=first.session["links"][str(owner.assessment_id)]).update(
        revoked_at=timezone.now()
    )
    with pytest.raises(Http404):
        access.answering(first, owner.assessment_id)
    assert access.answering(second, owner.assessment_id) == owner


def test_the_session_holds_the_link_and_no_answer(owner: Respondent) -> None:
    request = request_with_link(owner)
    link = PrivateLink.objects.latest("pk")
    assert dict(request.session.items()) == {"links": {str(owner.assessment_id): link.pk}}


@pytest.mark.parametrize("minutes", [-1, 0])
def test_an_expired_token_is_not_remembered(owner: Respondent, minutes: int) -> None:
    token = PrivateLink.issue(owner)
    PrivateLink.objects.update(expires_at=timezone.now() + timedelta(minutes=minutes))
    request = request_by()
    with pytest.raises(Http404):
        access.remember(request, token)
    assert dict(request.session.items()) == {}


def test_my_assessments_are_listed_once_and_the_last_saved_first(owner: Respondent) -> None:
    request = request_with_link(owner)
    newer = make_assessment(initiative="Newer")
    access.remember(request, PrivateLink.issue(owner_of(newer)))
    access.remember(request, PrivateLink.issue(owner_of(newer)))
    listed = [str(each.assessment) for each in access.assessments(request)]
    assert listed == ["Newer", "Contract drafts"]
    Assessment.objects.filter(pk=owner.assessment_id).update(updated_at=timezone.now())
    assert str(access.assessments(request)[0].assessment) == "Contract drafts"


def test_what_may_be_read_can_be_asked_without_reading_it(owner: Respondent) -> None:
    other = make_assessment()
    request = request_with_link(owner)
    assert access.may_read(request, owner.assessment_id)
    assert not access.may_read(request, other.pk)
    assert not access.may_read(request, None)
    PrivateLink.objects.update(revoked_at=timezone.now())
    assert not access.may_read(request, owner.assessment_id)


def test_being_withdrawn_is_enough_where_a_link_and_an_account_are_left(owner: Respondent) -> None:
    person = invited(owner.assessment, sees_all=True)
    token = PrivateLink.issue(person)
    by_link, by_account = request_with_link(person), request_by(User.objects.create_user("ana"))
    Respondent.objects.filter(pk=person.pk).update(user=by_account.user)
    for request in (by_link, by_account):
        assert access.taking_part(request, owner.assessment_id) == person
        assert [each.respondent for each in access.assessments(request)] == [person]
    Respondent.objects.filter(pk=person.pk).update(withdrawn_at=timezone.now())
    for request in (by_link, by_account):
        assert access.assessments(request) == []
        with pytest.raises(Http404):
            access.taking_part(request, owner.assessment_id)
    with pytest.raises(Http404):
        access.link_of(token)


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_what_a_link_opened_is_not_listed_any_more_when_it_ends(
    owner: Respondent, end: str
) -> None:
    private, shared = request_with_link(owner), request_by()
    access.remember(shared, inviting.share(owner, "The board", days=30))
    assert len(access.assessments(private)) == len(access.assessments(shared)) == 1
    for link in (PrivateLink, SharedLink):
        link.objects.update(**{end: timezone.now()})
    assert access.assessments(private) == access.assessments(shared) == []


def test_opening_a_link_gives_the_session_another_key(owner: Respondent) -> None:
    """Whoever knew the key before, and planted it, does not come along."""
    request = request_by()
    request.session.create()
    planted = request.session.session_key
    access.remember(request, PrivateLink.issue(owner))
    assert request.session.session_key != planted


def test_when_somebody_came_first_stays_and_so_does_their_account(owner: Respondent) -> None:
    first, second = (User.objects.create_user(name) for name in ("first", "second"))
    person = invited(owner.assessment)
    access.remember(request_by(first), PrivateLink.issue(person))
    person.refresh_from_db()
    came = person.opened_at
    assert came is not None
    access.remember(request_by(second), PrivateLink.issue(person))
    person.refresh_from_db()
    assert (person.opened_at, person.user) == (came, first)


# ---------------------------------------------------------------- who sees the page of a question

ASKED, NOT_ASKED = "reg_residency", "where_scope"
"""A question of the group that a colleague is asked, and one of another."""


def reviewer() -> User:
    user = staff(may_view=True)
    user.user_permissions.add(Permission.objects.get(codename="review_assessment"))
    return user


def test_nobody_decides_on_what_is_not_there(owner: Respondent) -> None:
    request = request_by(reviewer())
    assert access.deciding(request, owner.assessment_id).assessment == owner.assessment
    with pytest.raises(Http404):
        access.deciding(request, uuid.uuid4())


def test_a_colleague_discusses_what_they_are_asked_and_sees_only_their_own(
    owner: Respondent,
) -> None:
    person = invited(owner.assessment, asked="group:what")
    request = request_with_link(person)
    found = access.discussing(request, owner.assessment_id, ASKED)
    assert (found.respondent, found.name) == (person, "Ana")
    assert (found.is_owner, found.sees_all, found.may_write) == (False, False, True)
    with pytest.raises(Http404):
        access.discussing(request, owner.assessment_id, NOT_ASKED)


def test_who_sees_everything_discusses_every_question(owner: Respondent) -> None:
    signatory = invited(owner.assessment, asked=Respondent.NONE, may_sign=True)
    for person in (owner, signatory):
        found = access.discussing(request_with_link(person), owner.assessment_id, NOT_ASKED)
        assert (found.respondent, found.sees_all, found.may_write) == (person, True, True)
        assert found.is_owner == person.is_owner


def test_staff_who_view_read_a_discussion_and_those_who_review_write(owner: Respondent) -> None:
    found = access.discussing(request_by(staff(may_view=True)), owner.assessment_id, ASKED)
    assert (found.respondent, found.sees_all, found.may_write) == (None, True, False)
    User.objects.all().delete()
    found = access.discussing(request_by(reviewer()), owner.assessment_id, ASKED)
    assert (found.name, found.may_write) == ("reviewer", True)


def test_staff_who_were_asked_other_questions_still_read(owner: Respondent) -> None:
    person = invited(owner.assessment, asked="group:what")
    request = request_with_link(person)
    request.user = staff(may_view=True)
    assert access.discussing(request, owner.assessment_id, NOT_ASKED).respondent is None
    assert access.discussing(request, owner.assessment_id, ASKED).respondent == person


def test_a_discussion_is_closed_to_everybody_else(owner: Respondent) -> None:
    shared = request_by()
    access.remember(shared, inviting.share(owner, "The board", days=30))
    strangers = (shared, request_by(), request_by(staff(may_view=False)))
    for request in strangers:
        with pytest.raises(Http404):
            access.discussing(request, owner.assessment_id, ASKED)


def test_nobody_discusses_a_question_that_the_edition_does_not_ask(owner: Respondent) -> None:
    for request in (request_with_link(owner), request_by(staff(may_view=True))):
        with pytest.raises(Http404):
            access.discussing(request, owner.assessment_id, "long_gone")


def test_the_name_of_staff_fits_where_names_are_stored(owner: Respondent) -> None:
    user = reviewer()
    user.first_name, user.last_name = "R" * 150, "L" * 150
    found = access.discussing(request_by(user), owner.assessment_id, ASKED)
    assert found.name == "R" * 120
