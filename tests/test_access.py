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
from assessor.models import Assessment, PrivateLink, Respondent
from tests.builders import make_assessment, owner_of

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
    assert (found.assessment, found.respondent, found.may_edit) == (owner.assessment, owner, True)
    assert access.answering(request, owner.assessment_id) == owner


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
    assert (found.assessment, found.respondent, found.may_edit) == (owner.assessment, None, False)
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
    listed = [str(assessment) for assessment in access.assessments(request)]
    assert listed == ["Newer", "Contract drafts"]
    Assessment.objects.filter(pk=owner.assessment_id).update(updated_at=timezone.now())
    assert str(access.assessments(request)[0]) == "Contract drafts"


def test_a_browser_knows_which_assessments_it_has_opened(owner: Respondent) -> None:
    other = make_assessment()
    request = request_with_link(owner)
    assert access.has_opened(request, owner.assessment_id)
    assert not access.has_opened(request, other.pk)
    assert not access.has_opened(request, None)
