"""A second factor for staff: a code from a phone besides the password, by django-otp.

It holds for everybody with rights beyond what they take part in. The library keeps the devices,
slows guessing down and takes each code once; who has to have one, and when, is decided here, and
that recovery codes are hashed: the library would keep them readable.
"""

from base64 import b32encode
from binascii import unhexlify
from collections.abc import Callable
from datetime import datetime
from functools import partial

import segno
from argon2.low_level import Type, hash_secret_raw
from django.contrib.auth.models import AnonymousUser, User
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django_otp import login, verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from assessor import limits
from assessor.workflow import audit, sign_ins

KEY_BYTES = 20
"""As long as the hash that the codes are made with (RFC 4226, section 4)."""

OFFER_SECONDS = 3600
RECOVERY_CODES = 10
DIGITS = 6

HASH_BYTES = 10
"""What fits the column of the library: sixteen letters."""

argon2 = partial(
    hash_secret_raw,
    time_cost=2,
    memory_cost=19 * 1024,
    parallelism=1,
    hash_len=HASH_BYTES,
    type=Type.ID,
)
"""What OWASP's cheat sheet on storing passwords asks at least; the memory is in KiB."""

Account = User | AnonymousUser
View = Callable[..., HttpResponseBase]


class WrongCode(Exception):
    """The code is not the one of now, or was used before."""


class TooManyTries(Exception):
    """No code is looked at before ``until``."""

    def __init__(self, until: datetime) -> None:
        self.until = until


class HasOne(Exception):
    """Somebody who was not asked for the code they have wants to set up another one."""


def asking(view: View) -> View:
    """Let a view be reached with a password alone: it is where the second factor is asked for."""
    vars(view)["asks_for_second_factor"] = True
    return view


def asks(view: View) -> bool:
    return getattr(view, "asks_for_second_factor", False)


def is_needed(user: Account) -> bool:
    """Say whether a second factor is asked of this account: it may do what others may not."""
    return user.is_authenticated and (user.is_staff or bool(user.get_all_permissions()))


def is_missing(user: Account) -> bool:
    """Say whether this session was opened with a password alone, and that is too little."""
    return is_needed(user) and getattr(user, "otp_device", None) is None


def phone_of(user: Account) -> TOTPDevice | None:
    """Return what makes the codes of this account, once it is set up."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return found


# ---------------------------------------------------------------- setting it up


def offer(user: User) -> str:
    """Return a new key, signed: nothing is stored before its first code has come."""
    return signing.dumps([user.pk, random_hex(KEY_BYTES)], salt=__name__)


def offered(user: User, offer: str) -> str:
    """Return the key of an offer. Raises signing.BadSignature for one that is old or another's."""
    account, key = signing.loads(offer, salt=__name__, max_age=OFFER_SECONDS)
    if account != user.pk:
        raise signing.BadSignature
    return str(key)


def key_words(key: str) -> str:
    """Return a key as people type it into an app."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture(user: User, key: str) -> str:
    """Return the key as a QR code: the address of an image."""
    address = TOTPDevice(user=user, key=key).config_url
    uri: str = segno.make(address, error="m", micro=False).svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff"
    )
    return uri


def enrol(request: HttpRequest, user: User, key: str, code: str) -> list[str]:
    """Set up the second factor of whoever asks, in place of one there is; return recovery codes.

    Raises WrongCode, and HasOne where a password alone would do to replace it.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if is_missing(request.user) and phone_of(user):
            raise HasOne
        phone = TOTPDevice.objects.create(user=user, key=key)
        if not phone.verify_token(_plain(code)):
            raise WrongCode
        TOTPDevice.objects.filter(user=user).exclude(pk=phone.pk).delete()
        audit.record("second_factor.enrolled", audit.account(user), of=audit.account(user))
        codes = _recovery_codes(phone)
    _verified(request, phone)
    return codes


def make_recovery_codes(phone: TOTPDevice) -> list[str]:
    """Return new recovery codes for the account of a phone; those made before stop working."""
    account = audit.account(phone.user)
    with transaction.atomic():
        audit.record("second_factor.codes_made", account, of=account)
        return _recovery_codes(phone)


def recovery_codes_left(user: User) -> int:
    count: int = StaticToken.objects.filter(device__user=user).count()
    return count


def reset(user: User, actor: str) -> bool:
    """Remove the second factor of somebody who has lost it; say whether there was one."""
    with transaction.atomic():
        devices = (TOTPDevice, StaticDevice)
        removed = [model.objects.filter(user=user).delete()[0] for model in devices]
        if any(removed):
            audit.record("second_factor.reset", actor, of=audit.account(user))
        return any(removed)


def _recovery_codes(phone: TOTPDevice) -> list[str]:
    """Replace the codes and keep what they hang on: who came in by one of them stays in."""
    device, _is_new = StaticDevice.objects.get_or_create(user=phone.user)
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=hashed(code, phone.bin_key)) for code in codes
    )
    return codes


def hashed(code: str, key: bytes) -> str:
    """Return a recovery code as it is stored. The key of the phone set up with it is the salt."""
    return b32encode(argon2(code.encode(), key)).decode()


# ---------------------------------------------------------------- entering a code


def accept(request: HttpRequest, user: User, code: str) -> None:
    """Let a session go on that was opened with a password.

    Raises WrongCode, TooManyTries, or limits.TooMany.
    """
    plain = _plain(code)
    is_from_phone = plain.isdigit() and len(plain) == DIGITS
    phone = phone_of(user)
    device = phone if is_from_phone else StaticDevice.objects.filter(user=user).first()
    if phone is None or device is None:
        raise WrongCode
    is_allowed, told = device.verify_is_allowed()
    if not is_allowed:
        raise TooManyTries(told["locked_until"])
    # The library makes each wait twice as long as the last; this holds however its row is reset.
    account = audit.account(user)
    sign_ins.take("CODES", user.pk, of=lambda: account)
    token = plain if is_from_phone else hashed(plain, phone.bin_key)
    verified = verify_token(user, device.persistent_id, token)
    if verified is None:
        audit.record("second_factor.refused", account, of=account)
        raise WrongCode
    limits.give_back("CODES", user.pk)
    event = "second_factor.accepted" if is_from_phone else "second_factor.recovered"
    audit.record(event, account, of=account)
    _verified(request, verified)


def _plain(code: str) -> str:
    """Return a code without what people put into it to read it better."""
    return code.replace(" ", "").replace("-", "").lower()


def _verified(request: HttpRequest, device: TOTPDevice | StaticDevice) -> None:
    """Let this session count as verified, under a new key: the old one had less to lose."""
    login(request, device)
    request.session.cycle_key()
