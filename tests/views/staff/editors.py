"""Who owns the content, and what they send."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessor.advice import examination
from assessor.knowledge.archive import packed
from assessor.models import EditionDraft
from assessor.views.staff import editions_checking
from assessor.workflow import publishing
from tests.advice.proof.planting import proven
from tests.knowledge.editions import Document
from tests.workflow.test_publishing import KIM, later


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def content_editor(name: str = "editor", *permissions: str) -> Client:
    """Return a browser of a content editor, who may do some more."""
    user = User.objects.create_user(name, is_staff=True, first_name="Kim", last_name="Content")
    user.groups.add(Group.objects.get(name="Content editor"))
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return signed_in(user)


def examine_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be examined in another process, which takes seconds to start.

    A proof takes a second, so that what can be read counts as proven.
    """
    monkeypatch.setattr(examination, "prove", lambda _knowledge: proven())

    def run(examine: Callable[..., Any], *arguments: Any) -> Any:
        return examine(*arguments)

    monkeypatch.setattr(editions_checking, "_run", run)


def draft_of(version: str = "2026.12", /, **changes: Any) -> EditionDraft:
    return publishing.upload(later(version, **changes), [], KIM)


def file_of(content: Document, kind: str = "zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"edition.{kind}", packed(content, kind))
