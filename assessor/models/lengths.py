"""How long texts may be."""

NAME_LENGTH = 120
EMAIL_LENGTH = 254
TEXT_LENGTH = 2000
