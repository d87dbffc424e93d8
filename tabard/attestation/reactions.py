"""Letters to those whose answers are waited for."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tabard.attestation.events import Waits
from tabard.attestation.kinds import kind
from tabard.attestation.models import Round
from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction
from tabard.org.models import Person


@reaction(Waits)
def write_to_them(by: Actor, event: Waits) -> None:
    """One letter each, in their language: what is asked, until when, and what happens otherwise."""
    person = Person.objects.filter(pk=event.person_id, is_active=True).first()
    made = Round.objects.filter(pk=event.round_id, state="open").select_related("unit").first()
    if person is None or made is None:
        return
    with override(person.language):
        EmailMessage(_subject(made, event), _letter(made, event), to=[person.email]).send()


def _subject(made: Round, event: Waits) -> str:
    asked = ngettext("%(n)s sheet waits for you", "%(n)s sheets wait for you", event.sheets)
    return f"{asked % {'n': event.sheets}}: {made}"


def _letter(made: Round, event: Waits) -> str:
    what = kind(made.kind)
    one = event.sheets == 1
    where = reverse("sheet", args=[event.sheet_id]) if one else reverse("round", args=[made.pk])
    said = [
        str(what.question),
        _("Please answer by %(day)s.") % {"day": date_format(made.due_at.date(), "DATE_FORMAT")},
        str(what.warning(made.unanswered)),
        made.note,
        f"{settings.PUBLIC_URL}{where}",
    ]
    return "\n\n".join(line for line in said if line)
