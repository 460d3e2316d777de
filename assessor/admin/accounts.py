"""Accounts and roles, as Django manages them; what happens to them is in the audit log too."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import Media, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from assessor.admin.lists import SearchedList
from assessor.workflow import audit

SCRIPTS = Media(
    js=[
        "admin/js/vendor/jquery/jquery.min.js",
        "admin/js/jquery.init.js",
        "admin/js/core.js",
        "admin/js/admin/RelatedObjectLookups.js",
        "admin/js/actions.js",
    ]
)
"""Django's own without those that fill in one field from another, of which there is none."""


class KnownRows(ModelMultipleChoiceField[Any]):
    """Takes a number that no row can have, as SQLite sees it, for one that none has."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, params={"value": ", ".join(value)}) from error


class Recorded(admin.ModelAdmin):  # type: ignore[type-arg]
    """Writes a line wherever Django notes an addition, a change or a deletion."""

    kind: ClassVar[str]
    subject: ClassVar[str]

    @property
    def media(self) -> Media:
        return SCRIPTS

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SearchedList

    def formfield_for_manytomany(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(*args, form_class=KnownRows, **kwargs)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse what is ticked and can be no row, before Django looks for it."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(key, None)
        except ValidationError as error:
            raise BadRequest("What is ticked is no row") from error
        return super().response_action(request, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        self._record(request, "made", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        self._record(request, "changed", obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for row in queryset:
            self._record(request, "deleted", row)
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, what: str, row: Model) -> None:
        of = f"{self.subject} {row.pk}"
        audit.record(f"{self.kind}.{what}", audit.account(request.user), of=of)


admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(Recorded, UserAdmin):  # type: ignore[type-arg]
    """Accounts. A changed password counts as a change of the account."""

    kind, subject = "account", "user"


@admin.register(Group)
class RoleAdmin(Recorded, GroupAdmin):
    """Roles: groups with what their members may do."""

    kind = subject = "role"


class OwnPasswordForm(AdminPasswordChangeForm):
    """Writes a line for a password that somebody changes for themselves: Django notes none."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  as Django has it
        account = audit.account(self.user)
        with transaction.atomic():
            saved: User = super().save(commit)
            audit.record("account.changed", account, of=account)
        return saved


def change_own_password(
    request: HttpRequest, extra_context: dict[str, Any] | None = None
) -> HttpResponseBase:
    """Do as Django does with the form above; it offers no way to name another one."""
    request.current_app = admin.site.name
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request) | (extra_context or {}),
    )
    return view(request)


admin.site.password_change = change_own_password  # type: ignore[assignment, method-assign]
