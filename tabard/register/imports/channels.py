"""Rows about channels: which channel is meant, and what the row says of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.org.models import Person, Unit
from tabard.register.fields import FIELDS, cleaned, resolved, search_words
from tabard.register.imports.columns import CHANNELS, KNOWN, Columns
from tabard.register.imports.outcomes import CHANGED, NEW, SAME, Row
from tabard.register.imports.reading import Read
from tabard.register.imports.world import Channels, People, Unfit, Units
from tabard.register.models import Channel
from tabard.register.rules import Resolved, same
from tabard.register.states import CHANNEL

PEOPLE = ("owner", "deputy", "recovery_owner")
PLAIN = tuple(name for name in FIELDS if name not in {"url", "remote_id", "reference"})


class ChannelPlanner:
    """Goes through the rows once, and remembers what earlier rows of the same file said."""

    labels = {name: label for name, (label, _names) in KNOWN[CHANNELS].items()}

    def __init__(self, columns: Columns, top: Unit) -> None:
        self.columns, self.top = columns, top
        self.units, self.people = Units(top), People()
        self.channels = Channels(self.units)
        self.said: dict[int, int] = {}  # id() of a channel to the row that spoke of it

    def ordered(self, rows: list[Read]) -> Iterable[Read]:
        return rows

    def label(self, read: Read) -> str:
        values = self.columns.values(read.cells)
        named = values.get("handle") or values.get("url") or values.get("name") or ""
        return " · ".join(filter(None, (values.get("platform", ""), named)))[:120]

    def row(self, read: Read, label: str) -> Row:
        values = self.columns.values(read.cells)
        meant = self._meant(values)
        known = self._known(values)
        channel = self._there(meant, values)
        if channel is None:
            return self._new(read, label, meant, known, values)
        return self._change(read, label, channel, meant, known, values)

    def _meant(self, values: dict[str, str]) -> Resolved:
        """The channel by link, or by platform and handle; both must say the same."""
        platform, link, handle = (values.get(name, "") for name in ("platform", "url", "handle"))
        try:
            by_link = resolved(link, platform) if link else None
            by_handle = (
                resolved(handle, platform or (by_link.platform if by_link else "")) if handle else None
            )
        except Invalid as error:
            field, sentences = next(iter(error.fields.items()))
            raise Unfit("url" if field == "handle" and link else field, sentences[0]) from error
        meant = by_link or by_handle
        if meant is None:
            raise Unfit("handle", _("Give a link or a handle."))
        if by_link and by_handle and not same(by_link.handle, by_handle.handle):
            if by_link.remote_id or by_handle.remote_id:
                return by_handle if by_link.remote_id else by_link
            sentence = _("The link leads to %(one)s, the handle says %(other)s.")
            raise Unfit("url", sentence % {"one": by_link.handle, "other": by_handle.handle})
        return meant

    def _known(self, values: dict[str, str]) -> dict[str, Any]:
        """Fields, people and the unit of a row."""
        try:
            found = cleaned(
                {name: values[name] for name in (*PLAIN, "reference", "remote_id") if name in values}
            )
        except Invalid as error:
            field, sentences = next(iter(error.fields.items()))
            raise Unfit(field, sentences[0]) from error
        for name in PEOPLE:
            if name in values:
                found[name] = self.people.find(values[name], name)
        if "unit" in values:
            found["unit"] = self.units.find(values["unit"])
        return found

    def _there(self, meant: Resolved, values: dict[str, str]) -> Channel | None:
        """The channel of the register that is meant; keys that point at two are a contradiction."""
        remote_id = text.name(values.get("remote_id", "")) or meant.remote_id
        by_reference = self.channels.by_reference.get(values.get("reference", "").casefold() or "\0")
        by_id = self.channels.by_id.get((meant.platform, remote_id))
        by_handle = self.channels.by_handle.get((meant.platform, meant.handle.casefold()))
        there = by_reference or by_id or by_handle
        others = [c for c in (by_id, by_handle) if c is not None and c is not there]
        if there is not None and others:
            sentence = _("%(one)s and %(other)s are two channels of the register; the row means both.")
            raise Unfit("handle", sentence % {"one": there.handle, "other": others[0].handle})
        if there is None and (meant.platform, meant.handle.casefold()) in self.channels.retired:
            raise Unfit("handle", _("It is retired. Make it active again, or leave it out."))
        if there is not None and there.platform_id != meant.platform:
            raise Unfit("platform", _("The channel with this reference is on another platform."))
        return there

    def _new(
        self, read: Read, label: str, meant: Resolved, known: dict[str, Any], values: dict[str, str]
    ) -> Row:
        state = values.get("state", "active").casefold()
        if state not in CHANNEL.starts:
            raise Unfit("state", _("A new channel is proposed, active or dormant."))
        unit = known.pop("unit", self.top)
        channel = Channel(
            platform_id=meant.platform, handle=meant.handle, url=meant.url, unit=unit, state=state
        )
        channel.remote_id = meant.remote_id
        for name, value in known.items():
            setattr(channel, name, value)
        self._checked(channel)
        channel.search = search_words(channel, unit.name)
        changes: dict[str, list[Any]] = {"unit": [None, unit.name], "handle": [None, channel.handle]}
        changes |= {
            name: [None, _shown(value)] for name, value in known.items() if value not in ("", [], None)
        }
        self.channels.add(channel)
        self.said[id(channel)] = read.number
        return Row(read.number, NEW, label, changes, thing=channel)

    def _change(
        self,
        read: Read,
        label: str,
        channel: Channel,
        meant: Resolved,
        known: dict[str, Any],
        values: dict[str, str],
    ) -> Row:
        wanted = self._wanted(channel, meant, known, values)
        changes = {
            name: [_shown(getattr(channel, name)), _shown(value)]
            for name, value in wanted.items()
            if getattr(channel, name) != value
        }
        earlier = self.said.get(id(channel))
        if not changes:
            return Row(read.number, SAME, label, thing=channel)
        if earlier is not None:
            sentence = _("Row %(row)s already speaks of this channel and says otherwise: %(fields)s.")
            said = ", ".join(str(self.labels.get(name, name)) for name in changes)
            raise Unfit("", sentence % {"row": earlier, "fields": said})
        if channel.unit_id not in self.units.by_id:
            sentence = _("It belongs to %(unit)s, which this import does not reach.")
            raise Unfit("unit", sentence % {"unit": channel.unit.name})
        self._apply(channel, {name: wanted[name] for name in changes})
        self.said[id(channel)] = read.number
        return Row(read.number, CHANGED, label, changes, thing=channel)

    def _wanted(
        self, channel: Channel, meant: Resolved, known: dict[str, Any], values: dict[str, str]
    ) -> dict[str, Any]:
        wanted = dict(known)
        remote_id = wanted.get("remote_id") or meant.remote_id
        if remote_id and channel.remote_id and remote_id != channel.remote_id:
            sentence = _(
                "The register knows it as %(known)s, the row as %(said)s: the handle may have new owners."
            )
            raise Unfit("remote_id", sentence % {"known": channel.remote_id, "said": remote_id})
        if remote_id:
            wanted["remote_id"] = remote_id
        # An own id in place of a handle is no new name.
        if not meant.remote_id and meant.handle != channel.handle:
            wanted["handle"], wanted["url"] = meant.handle, meant.url or channel.url
        if "state" in values:
            state = values["state"].casefold()
            if state != channel.state and not CHANNEL.allows(channel.state, state):
                sentence = _("From %(here)s it cannot become %(to)s.")
                raise Unfit("state", sentence % {"here": channel.state, "to": values["state"][:20]})
            wanted["state"] = state
        self._checked_people(wanted.get("owner", channel.owner), wanted.get("deputy", channel.deputy))
        return wanted

    def _apply(self, channel: Channel, wanted: dict[str, Any]) -> None:
        if "handle" in wanted and not same(channel.handle, wanted["handle"]):
            channel.former_handles = [*channel.former_handles, channel.handle][-20:]
            self.channels.by_handle.pop((channel.platform_id, channel.handle.casefold()), None)
        for name, value in wanted.items():
            setattr(channel, name, value)
        channel.search = search_words(channel, channel.unit.name)
        self.channels.add(channel)

    def _checked(self, channel: Channel) -> None:
        self._checked_people(channel.owner, channel.deputy)

    def _checked_people(self, owner: Person | None, deputy: Person | None) -> None:
        if owner and deputy and owner.pk == deputy.pk:
            raise Unfit("deputy", _("The deputy must be somebody other than the owner."))


def _shown(value: Any) -> Any:
    """A value as the plan shows and stores it."""
    if isinstance(value, Person):
        return value.email
    if isinstance(value, Unit):
        return value.name
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, list) else value
