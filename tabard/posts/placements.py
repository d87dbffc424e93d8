"""Where on a channel a variant stands, and what may be set for it there: both from the platform's card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tabard.connectors.card import Option, Placement
from tabard.connectors.registry import card, platforms
from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.register.models import Channel


@dataclass(frozen=True)
class Setting:
    """An option of a placement, and what is set there."""

    option: Option
    value: Any

    @property
    def set(self) -> bool:
        """Whether it is otherwise than the platform has it by itself."""
        return bool(self.value != self.option.default)

    @property
    def said(self) -> str:
        """The value for people, in their language."""
        if self.option.kind == "flag":
            return _("yes") if self.value else _("no")
        labels = dict(self.option.choices)
        return _(labels[self.value]) if self.value in labels else str(self.value)


def placements(platform: str) -> tuple[Placement, ...]:
    """All places of a platform for posts; none where Tabard cannot publish to it."""
    there = card(platform).placements if platform in platforms() else ()
    return tuple(place for place in there if not place.needs_reply)


def placement(platform: str, name: str) -> Placement | None:
    """The place called `name`, or the first; None if there is none."""
    there = placements(platform)
    return next((place for place in there if place.name == name), None if name else next(iter(there), None))


def kept_name(channel: Channel, name: str) -> str:
    """How a variant names its place: the first of a platform by nothing. `Invalid` if there is none."""
    if not name:
        return ""
    if placement(channel.platform_id, name) is None:
        known = {"channel": channel, "placement": name[:40]}
        raise Invalid({"placement": [_("%(channel)s has no placement “%(placement)s”.") % known]})
    return "" if placements(channel.platform_id)[0].name == name else name


def settings_of(platform: str, name: str, options: Mapping[str, Any]) -> list[Setting]:
    """Every option of the place, with what is set."""
    place = placement(platform, name)
    return [Setting(o, options.get(o.name, o.default)) for o in (place.options if place else ())]


def checked_options(channel: Channel, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is set, without what is as the platform has it anyway. `Invalid` names what cannot be set so."""
    place = placement(channel.platform_id, name)
    known = {option.name: option for option in (place.options if place else ())}
    wrong = {f"option-{n}": [_("There is no such option here.")] for n in given if n not in known}
    kept: dict[str, Any] = {}
    for each in set(given) & set(known):
        option = known[each]
        try:
            value = _value(option, given[each])
        except Invalid as refused:
            wrong[f"option-{each}"] = [refused.reason]
        else:
            if value != option.default:
                kept[each] = value
    if wrong:
        raise Invalid(wrong)
    return dict(sorted(kept.items()))


def _value(option: Option, value: Any) -> Any:
    if option.kind == "flag":
        if not isinstance(value, bool):
            raise Invalid(_("This is yes or no."))
        return value
    if not isinstance(value, str):
        raise Invalid(_("This is a text."))
    if option.kind == "choice":
        if value and value not in dict(option.choices):
            raise Invalid(_("This is none of the choices."))
        return value or option.default
    clean = text.prose(value).strip()
    if len(clean) > option.most:
        raise Invalid(_("At most %(n)s characters.") % {"n": option.most})
    return clean
