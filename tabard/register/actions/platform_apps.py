"""Entering and taking away the app that the installation has on a platform."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.events import SecretChanged
from tabard.access.vault import Sealed, seal
from tabard.connectors.card import App
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.models import Unit
from tabard.register.models import Platform, PlatformApp
from tabard.register.platform_apps import cards_with_apps, opened_app, purpose

LONGEST = 4_000  # characters of one value: some platforms give a private key


@action(
    "platform.app_set",
    may="platforms.apps",
    on=Unit,
    says=gettext_lazy("%(who)s entered the app on %(platform)s"),
    step_up=True,
)
def set_app(
    by: Actor, unit: Unit, *, platform: str, fields: Mapping[str, str], was: Values | None = None
) -> Unit:
    """What the platform gave for the app of this installation. A secret left empty stays as it is."""
    asked, found = _asked(unit, platform)
    there = PlatformApp.objects.select_for_update().filter(platform=found).first()
    not_overtaken(there, was, readable=False)
    kept = _kept(there)
    values = _filled(asked, fields, kept)
    changed = sorted(name for name in {*values, *kept} if values.get(name) != kept.get(name))
    note(platform=found.name, changed=changed)
    given = {"secret": seal(values, about=purpose(found.slug)), "set_by_id": by.person_id}
    if anew := any(field.kind == "secret" and field.name in changed for field in asked.fields):
        given["secret_by_id"] = by.person_id
    PlatformApp.objects.update_or_create(platform=found, defaults={**given, "set_at": clock.now()})
    if anew:
        emit(by, SecretChanged("app", found.slug))
    return unit


@action(
    "platform.app_drop",
    may="platforms.apps",
    on=Unit,
    says=gettext_lazy("%(who)s took away the app on %(platform)s"),
    step_up=True,
)
def drop_app(by: Actor, unit: Unit, *, platform: str) -> Unit:
    """Forget it. Channels keep their keys, but nobody can sign in there, and nothing is renewed."""
    _app, found = _asked(unit, platform)
    note(platform=found.name)
    gone, _by_model = PlatformApp.objects.filter(platform=found).delete()
    if not gone:
        raise Conflict(_("No app is entered for %(platform)s.") % {"platform": found.name})
    emit(by, SecretChanged("app", found.slug))
    return unit


def _asked(unit: Unit, platform: str) -> tuple[App, Platform]:
    """The platform with what it asks for, locked, so that two who enter an app wait for each other."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("This is decided for the whole organisation.")]})
    asked = next((card.app for card in cards_with_apps() if card.name == platform), None)
    found = Platform.objects.select_for_update().filter(slug=platform).first()
    if asked is None or found is None:
        raise Invalid({"platform": [_("There is no such platform.")]})
    return asked, found


def _kept(there: PlatformApp | None) -> dict[str, str]:
    """What was entered before; nothing where it does not open any more, so that it can be entered anew."""
    try:
        return opened_app(str(there.pk), there.secret) if there else {}
    except Sealed:
        return {}


def _filled(asked: App, given: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """The values by field. `Invalid` names what is missing, and what cannot be a key."""
    values, wrong = {}, {}
    for field in asked.fields:
        value = str(given.get(field.name) or "").strip() or field.default
        value = value or (kept.get(field.name, "") if field.kind == "secret" else "")
        if field.required and not value:
            wrong[field.name] = [_("This is needed.")]
        elif len(value) > LONGEST or text.hides(value.replace("\r", "").replace("\n", "")):
            wrong[field.name] = [_("This is no key: it is too long, or has characters that nobody sees.")]
        elif value:
            values[field.name] = value
    if wrong:
        raise Invalid(wrong)
    return values
