"""Create the one administrator that a new installation starts with."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from assessor.files import write_privately
from assessor.workflow import audit

NAME = "admin"
PASSWORD_BYTES = 18


class Command(BaseCommand):
    """Safe to run before every start, also by several processes at once."""

    help = (
        "Creates an administrator with a generated password, kept in a file that only you can "
        "read, unless there is an administrator already."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Create the administrator, or leave everything as it is."""
        if administrator_name() is None and create_administrator():
            self.stdout.write(f"Administrator {NAME} created, password in {password_file()}")
            return
        name = administrator_name()
        if name is None:
            raise CommandError(
                f"The user named {NAME} is no administrator, so none could be created. "
                "Create one with: manage.py createsuperuser"
            )
        self.stdout.write(f"Administrator {name} kept as is.")


def administrator_name() -> str | None:
    """Return the name of the administrator who has been there longest."""
    administrators = get_user_model().objects.filter(is_superuser=True).order_by("pk")
    return administrators.values_list("username", flat=True).first()


def password_file() -> Path:
    """Return where the generated password is kept."""
    return Path(settings.VAR_DIR) / "administrator-password"


def password_is_of(name: str) -> bool:
    """Say whether the password that is kept lets an account sign in.

    It does not once it was changed, nor where the accounts are those of a restored backup.
    """
    try:
        password = password_file().read_text().strip()
    except (OSError, ValueError):
        return False
    return get_user_model().objects.get_by_natural_key(name).check_password(password)


def create_administrator() -> bool:
    """Create the administrator and the password file together, and say whether it was done.

    The user comes first: of two processes the second fails on the name, before it could
    overwrite the password of the first.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        with transaction.atomic():
            made = get_user_model().objects.create_superuser(NAME, password=password)
            audit.record("account.made", audit.COMMAND, of=audit.account(made))
            write_privately(password_file(), f"{password}\n")
    except IntegrityError:
        return False
    return True
