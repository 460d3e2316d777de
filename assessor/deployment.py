"""What a deployment may look like, checked before Django starts.

Pure functions of plain values, so that every refusal has a test. Settings call them once.
"""

import fcntl
import os
import secrets
import stat
from pathlib import Path
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import to_language

SECRET_KEY_LENGTH = 50
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
OIDC_ADDRESSES = (
    "OIDC_ISSUER",
    "OIDC_AUTHORIZATION_ENDPOINT",
    "OIDC_TOKEN_ENDPOINT",
    "OIDC_USER_ENDPOINT",
    "OIDC_JWKS_ENDPOINT",
)
OIDC_VARIABLES = (*OIDC_ADDRESSES, "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
"""All that single sign-on needs."""


def local_secret_key(folder: Path) -> str:
    """Return the secret key kept in ``folder``, generating it on the first call.

    Raises ImproperlyConfigured when others on the machine can read the key file.
    """
    path = folder / "secret_key"
    if not (path.exists() and path.stat().st_size):
        _make_key(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(
            f"{path} can be read by other users of this machine. "
            f"Run 'chmod 600 {path}', or delete it to have a new key generated "
            "(everyone signed in has to sign in again)."
        )
    return path.read_text().strip()


def _make_key(path: Path) -> None:
    """Write a key, unless another process that starts at the same time has done so."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not file.read():
            file.write(secrets.token_urlsafe(SECRET_KEY_LENGTH))


def languages(folder: Path) -> list[tuple[str, str]]:
    """Return English and every language with a compiled translation in ``folder``, by its name."""
    translated = (path.parents[1].name for path in folder.glob("*/LC_MESSAGES/django.mo"))
    codes = {"en", *map(to_language, translated)}
    return sorted((code, LANG_INFO.get(code, {}).get("name_local", code)) for code in codes)


def public_hosts(public_url: str) -> list[str]:
    """Return the host names this installation answers to."""
    host = urlsplit(public_url).hostname
    if not host:
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {public_url!r}. Write the address people type, "
            "for example https://assess.example.org"
        )
    return sorted(LOCAL_HOSTS | {host})


def is_public(public_url: str) -> bool:
    """Say whether people on other machines use this installation."""
    return urlsplit(public_url).hostname not in LOCAL_HOSTS


def refuse_unsafe(*, public_url: str, debug: bool, secret_key: str) -> None:
    """Raise ImproperlyConfigured when a public installation would be unsafe."""
    if not is_public(public_url):
        return
    if not public_url.startswith("https://"):
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {public_url}. Answers are confidential, so a public address "
            "must start with https://"
        )
    if debug:
        raise ImproperlyConfigured("DEBUG must not be on at a public address: unset DEBUG.")
    if len(secret_key) < SECRET_KEY_LENGTH or secret_key.startswith("django-insecure"):
        raise ImproperlyConfigured(
            f"SECRET_KEY must have at least {SECRET_KEY_LENGTH} random characters. "
            "Unset it to have one generated."
        )
