"""Recovery codes are hashed: whoever reads the database learns none."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django_otp.plugins.otp_static.models import StaticToken

from assessor.two_factor import hashed

READABLE = len(StaticToken.random_token())
"""So long are codes; hashed they are twice as long."""


def hash_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Hash the codes of those who have a phone; without one nobody can use any."""
    phones = apps.get_model("otp_totp", "TOTPDevice").objects.filter(confirmed=True)
    keys = {user: bytes.fromhex(key) for user, key in phones.values_list("user", "key")}
    for token in apps.get_model("otp_static", "StaticToken").objects.select_related("device"):
        key = keys.get(token.device.user_id)
        if key is None:
            token.delete()
        elif len(token.token) == READABLE:
            token.token = hashed(token.token, key)
            token.save()


class Migration(migrations.Migration):
    dependencies = [
        ("assessor", "0022_form_keys"),
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [migrations.RunPython(hash_codes, migrations.RunPython.noop)]
