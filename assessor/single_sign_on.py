"""Who somebody is that an identity provider vouches for, by OpenID Connect.

mozilla-django-oidc checks signature and nonce. What it leaves out is here: who issued a token and
to whom, and that an account belongs to a subject of the provider and not to an e-mail address,
which whoever runs the provider could set to that of an administrator.
"""

import hashlib
from typing import Any

import jwt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models import QuerySet
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from assessor.models import EMAIL_LENGTH
from assessor.workflow import audit

NAME_LENGTH = 150
"""As long as Django lets the parts of a name be."""

ACTOR = "single sign-on"
"""Who makes an account for somebody who comes for the first time."""

Claims = dict[str, Any]


class Backend(OIDCAuthenticationBackend):
    """Finds the account of a subject, or makes an ordinary one without any rights."""

    def get_payload_data(self, token: str, key: Any) -> Claims:
        """Return what a token says. Raises jwt.PyJWTError unless it is ours and still valid."""
        claims: Claims = jwt.decode(
            token,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=self.OIDC_RP_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            options={"require": ["iss", "aud", "sub"]},
        )
        return claims

    def get_userinfo(self, access_token: str, id_token: str, payload: Claims) -> Claims:
        """Return what the provider tells of the person. Raises SuspiciousOperation for another."""
        claims: Claims = super().get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload["sub"]:
            raise SuspiciousOperation("the user information is about somebody else")
        return claims

    def verify_claims(self, claims: Claims) -> bool:
        """Require no e-mail address: get_userinfo() has seen the subject, and that suffices."""
        return True

    def filter_users_by_claims(self, claims: Claims) -> QuerySet[User]:
        return User.objects.filter(username=self.get_username(claims))

    def get_username(self, claims: Claims) -> str:
        """Return a name that no other subject has, and that nobody chooses by hand."""
        subject = f"{settings.OIDC_ISSUER}\n{claims['sub']}"
        return f"sso-{hashlib.sha256(subject.encode()).hexdigest()[:40]}"

    def create_user(self, claims: Claims) -> User:
        """Make the account once, also when two tabs sign in at the same moment."""
        with transaction.atomic():
            user, is_new = User.objects.get_or_create(
                username=self.get_username(claims), defaults={"password": make_password(None)}
            )
            if is_new:
                audit.record("account.made", ACTOR, of=audit.account(user))
        return self.update_user(user, claims)

    def update_user(self, user: User, claims: Claims) -> User:
        """Take over how the person is called now."""
        user.first_name, user.last_name = _names(claims)
        user.email = str(claims.get("email", ""))[:EMAIL_LENGTH]
        user.save(update_fields=["first_name", "last_name", "email"])
        return user


def _names(claims: Claims) -> tuple[str, str]:
    """Return first and last name; where they are not told apart, all there is as the first."""
    parts = [str(claims.get(name, "")) for name in ("given_name", "family_name")]
    if not all(parts):
        told = (claims.get(name) for name in ("name", "preferred_username", "email"))
        parts = [next((str(each) for each in told if each), ""), ""]
    return parts[0][:NAME_LENGTH], parts[1][:NAME_LENGTH]
