"""The text that invites somebody, to be sent by mail or by hand. It names no answer."""

import logging
from datetime import datetime
from smtplib import SMTPException

from django.core.mail import get_connection, send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from assessor.models import Respondent

PATIENCE = 10
"""Seconds a mail server has for each step: somebody waits for the page."""

logger = logging.getLogger(__name__)


def invitation_text(person: Respondent, address: str, until: datetime) -> str:
    """Return what to write to somebody: who asks them, for what, and their private link."""
    context = {
        "person": person,
        "owner": person.assessment.people[0],
        "assessment": person.assessment,
        "address": address,
        "until": until,
    }
    return render_to_string("people/invitation.txt", context).strip()


def send_invitation(person: Respondent, address: str) -> bool:
    """Mail the invitation; say whether the mail server took it."""
    link = person.links.latest("pk")
    subject = _("An assessment asks for your answers")
    text = invitation_text(person, address, link.expires_at)
    server = get_connection(timeout=PATIENCE)
    try:
        send_mail(subject, text, None, [person.email], connection=server)
    except (SMTPException, OSError) as error:
        # By its kind alone: what servers say repeats the address of the person.
        logger.warning("An invitation could not be sent: %s", type(error).__name__)
        return False
    return True
