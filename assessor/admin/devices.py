"""Phones and recovery codes have no pages in the administration: they would show their secrets."""

from django.contrib import admin

# Their own modules put them there; they have to come first to be taken out again.
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

admin.site.unregister([StaticDevice, TOTPDevice])
