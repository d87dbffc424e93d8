"""People: added, changed, and what they change of themselves."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import permissions, text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.clock import known_zone
from tabard.kernel.errors import Denied, Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.models import Grant, Person, Unit


@action("person.add", may="org.people", on=Unit, says=gettext_lazy("%(who)s added %(what)s"), lock=False)
def add_person(
    by: Actor,
    unit: Unit,
    *,
    email: str,
    name: str,
    title: str = "",
    language: str = "en",
    zone: str = "",
    password: str | None = None,
) -> Person:
    """Add somebody to a unit. Without a password they set one by the link in their invitation."""
    person = Person(unit=unit, title=text.name(title)[:120], language=_language(language))
    person.email = _free_email(email)
    person.name = _name(name)
    person.zone = known_zone(zone) if zone else unit.zone
    person.search = text.folded(person.name, person.email, person.title)
    person.set_password(password)
    person.save()
    return person


@action("person.change", may="org.people", on=Person, says=gettext_lazy("%(who)s changed %(what)s"))
def change_person(
    by: Actor,
    person: Person,
    *,
    name: str | None = None,
    title: str | None = None,
    email: str | None = None,
    was: Values | None = None,
) -> Person:
    """Change what the organisation says of somebody; what is not given stays. To another unit one moves:
    that is an act of its own, because grants end with it."""
    not_overtaken(person, was)
    if name is not None:
        person.name = _name(name)
    if title is not None:
        person.title = text.name(title)[:120]
    if email is not None and email.casefold() != person.email.casefold():
        nobody_above(
            by,
            person,
            _("%(person)s may do more than you: somebody who may do as much changes this address.")
            % {"person": person},
        )
        permissions.demand_proof(by)  # links for a new password go there
        person.email = _free_email(email)
    person.search = text.folded(person.name, person.email, person.title)
    person.save()
    return person


@action(
    "person.profile", may="own.profile", on=Person, says=gettext_lazy("%(who)s changed their own profile")
)
def change_profile(
    by: Actor,
    person: Person,
    *,
    name: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    theme: str | None = None,
    single_keys: bool | None = None,
) -> Person:
    """What a person sets for themselves; what is not given stays."""
    own(by, person)
    if name is not None:
        person.name = _name(name)
        person.search = text.folded(person.name, person.email, person.title)
    if language is not None:
        person.language = _language(language)
    if zone is not None:
        person.zone = known_zone(zone)
    if theme is not None:
        if theme not in {"system", "light", "dark"}:
            raise Invalid({"theme": [_("Choose system, light or dark.")]})
        person.theme = theme
    if single_keys is not None:
        person.single_keys = single_keys
    person.save()
    return person


def nobody_above(by: Actor, person: Person, said: str) -> None:
    """Denied where `person` may, now or soon, what `by` may not.

    Whoever sets where their links for a new password go, or who stands in for them, could become them.
    """
    own = by.person_id == person.pk
    for grant in Grant.objects.not_over().filter(person=person).select_related("role", "unit"):
        for name in grant.role.permissions:
            if by.allowed is not None and name not in by.allowed:
                raise Denied(said)
            if not own and not permissions.may(by, name, grant.place()):
                raise Denied(said)


def own(by: Actor, person: Person) -> None:
    """Only the person themselves."""
    if by.person_id != person.pk:
        raise Denied(_("Only %(person)s may change this.") % {"person": person}, hidden=True)


def _name(name: str) -> str:
    clean = text.name(name)
    if not clean or len(clean) > 120:
        raise Invalid({"name": [_("Give a name of 1 to 120 characters.")]})
    return clean


def _free_email(email: str) -> str:
    clean = email.strip()
    try:
        validate_email(clean)
    except ValidationError as error:
        raise Invalid(
            {"email": [_("“%(email)s” is not an e-mail address.") % {"email": clean[:80]}]}
        ) from error
    if Person.objects.filter(email__iexact=clean).exists():
        raise Invalid({"email": [_("Somebody with this e-mail address is here already.")]})
    return clean


def _language(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Invalid(
            {"language": [_("Tabard does not speak “%(language)s” yet.") % {"language": language[:20]}]}
        )
    return language
