"""Mail about emergencies: to the one whose yes is needed, and to every owner when rights were given.

And to every owner when a token of a directory is about to end.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tabard.access.models import DirectoryToken, Emergency
from tabard.org.models import Grant, Person, Unit


def owners_over(unit: Unit) -> list[Person]:
    """Everybody who is an owner of the unit or of one above it at this moment."""
    above = [int(part) for part in unit.path.split("/") if part]
    grants = Grant.objects.active().filter(role__slug="owner", unit__in=above, person__is_active=True)
    return list(Person.objects.filter(pk__in=grants.values("person")).order_by("pk"))


def tell_second(emergency_id: int) -> None:
    """Ask the person who was named, if they are still waited for."""
    for found in (
        Emergency.objects.waiting().select_related("person", "second", "unit").filter(pk=emergency_id)
    ):
        if found.second:
            _mail(found.second, found, asks=True)


def tell_owners(emergency_id: int) -> None:
    """The alarm. One mail each, so that one address that fails keeps nobody else from knowing."""
    found = Emergency.objects.select_related("person", "second", "unit", "grant").get(pk=emergency_id)
    for person in owners_over(found.unit):
        if person.pk == found.person_id and found.second_id:
            continue  # they asked, and see on the page that it was agreed to
        _mail(person, found, asks=False)


def tell_of_token(token_id: int) -> None:
    """That a directory falls silent unless somebody makes a new token for it."""
    found = DirectoryToken.objects.select_related("directory__unit").get(pk=token_id)
    for person in owners_over(found.directory.unit):
        with translation.override(person.language), timezone.override(person.zone):
            day = date_format(timezone.localtime(found.ends_at), "j F Y")
            names = {"directory": found.directory.name, "start": found.start, "day": day}
            subject = _("The token of %(directory)s ends on %(day)s") % names
            said = _(
                "The token %(start)s… of %(directory)s ends on %(day)s. From then on Tabard does not hear who"
                " comes and who leaves. Make a new one, enter it in the directory, and end this one."
            )
            url = f"{settings.PUBLIC_URL}{reverse('directory', args=[found.directory_id])}"
            send_mail(subject, f"{said % names}\n\n{url}\n", None, [person.email])


def _mail(to: Person, emergency: Emergency, *, asks: bool) -> None:
    with translation.override(to.language), timezone.override(to.zone):
        names = {"person": emergency.person.name, "unit": emergency.unit.name, "hours": emergency.hours}
        names |= {"second": emergency.second.name if emergency.second else _("the command line")}
        if asks:
            subject = _("%(person)s asks for your yes in an emergency")
            said = _("%(person)s asks for owner rights on %(unit)s, for %(hours)s hours. It needs your yes.")
        else:
            subject = _("Emergency: %(person)s has owner rights on %(unit)s")
            said = _("%(second)s agreed that %(person)s has owner rights on %(unit)s, for %(hours)s hours.")
        why = _("The reason given: %(reason)s") % {"reason": emergency.reason}
        url = f"{settings.PUBLIC_URL}{reverse('emergency', args=[emergency.pk])}"
        send_mail(subject % names, f"{said % names}\n\n{why}\n\n{url}\n", None, [to.email])
