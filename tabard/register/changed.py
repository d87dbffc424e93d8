"""What changed in the register between two days, and of what kind each change is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from tabard.register.past import Stood

KINDS = {
    "added": _("Added"),
    "renamed": _("Renamed"),
    "taken": _("Handle of another account now"),
    "replaced": _("Another account"),
    "moved": _("Moved to another unit"),
    "gone": _("Retired"),
    "back": _("In use again"),
    "state": _("Other state"),
    "people": _("Other people"),
    "corrected": _("Corrected"),
}
_PEOPLE = ("owner_id", "deputy_id", "recovery_owner_id")
_ELSEWHERE = {"unit_id", "platform_id", "handle", "state", "remote_id", "url", *_PEOPLE}


@dataclass
class Change:
    """What became of one channel: the kinds, and each fact with what it was and is."""

    channel_id: int
    was: Stood | None
    now: Stood
    kinds: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    # The channel whose place it has taken, in the same unit on the same platform.
    instead_of: int | None = None


def changes(before: dict[int, Stood], after: dict[int, Stood]) -> list[Change]:
    """Every channel that is not as it was, by unit and handle; what is as it was is left out."""
    found = []
    for pk, now in after.items():
        was = before.get(pk)
        change = _added(now) if was is None else _compared(was, now)
        if change.kinds:
            found.append(change)
    _successors(found)
    return sorted(found, key=lambda c: (c.now.unit_id, c.now.handle.casefold(), c.channel_id))


def _added(now: Stood) -> Change:
    return Change(now.channel_id, None, now, ["added"])


def _compared(was: Stood, now: Stood) -> Change:
    facts = [name for name, value in now.facts.items() if value != was.facts[name]]
    kinds = [*_identity(was, now), *(["moved"] if "unit_id" in facts else []), *_life(was, now)]
    if set(facts) & set(_PEOPLE):
        kinds.append("people")
    if set(facts) - _ELSEWHERE or (not kinds and facts):
        kinds.append("corrected")
    return Change(now.channel_id, was, now, kinds, facts)


def _identity(was: Stood, now: Stood) -> list[str]:
    """The platform's own id tells a new name from another account; without it a new handle is a new name."""
    one, other = str(was.facts["remote_id"]), str(now.facts["remote_id"])
    same_handle = was.handle.casefold() == now.handle.casefold()
    if one and other and one != other:
        return ["taken" if same_handle else "replaced"]
    if was.facts["platform_id"] != now.facts["platform_id"]:
        return ["replaced"]
    return [] if same_handle else ["renamed"]


def _life(was: Stood, now: Stood) -> list[str]:
    if was.state == now.state:
        return []
    if now.state == "retired":
        return ["gone"]
    return ["back" if was.state == "retired" else "state"]


def _successors(found: list[Change]) -> None:
    """A new channel beside one that is gone, in the same unit on the same platform, has taken its place."""
    gone = defaultdict(list)
    for change in found:
        if "gone" in change.kinds:
            gone[change.now.unit_id, change.now.facts["platform_id"]].append(change.channel_id)
    for change in found:
        place = change.now.unit_id, change.now.facts["platform_id"]
        if "added" in change.kinds and change.now.state != "retired" and gone[place]:
            change.instead_of = gone[place].pop(0)
