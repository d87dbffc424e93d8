"""Mails about emergencies, to everybody who keeps the credential."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tabard.safety.answering import Line
from tabard.safety.models import CheckOut


def of_emergency(check_out_id: int) -> int:
    """Write to them, each in their own language and zone, and return to how many. Nothing secret is in it."""
    found = CheckOut.objects.select_related("person", "credential__unit", "credential__channel__unit")
    out = found.get(pk=check_out_id)
    told = Line([out.credential.home]).everybody(out.credential.place())
    for person in told:
        with translation.override(person.language), timezone.override(person.zone):
            EmailMessage(
                _("Emergency: %(person)s took %(credential)s") % _words(out), _text(out), to=[person.email]
            ).send()
    return len(told)


def _words(out: CheckOut) -> dict[str, str]:
    until = timezone.localtime(out.until) if out.until else None
    return {
        "person": out.person.name,
        "credential": out.credential.name,
        "reason": out.reason,
        "until": date_format(until, "DATETIME_FORMAT") if until else "",
        "url": settings.PUBLIC_URL + reverse("credential", args=[out.credential_id]),
    }


def _text(out: CheckOut) -> str:
    said = _(
        "%(person)s declared an emergency and took the credential “%(credential)s”, until %(until)s.\n\n"
        "Reason: %(reason)s\n\n"
        "If this is not right, take it back and change the password at the platform at once:\n%(url)s\n\n"
        "It is to be changed afterwards in any case."
    )
    return said % _words(out)
