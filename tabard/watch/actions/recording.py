"""Accounts that somebody came upon, however they tell us: each is one sighting, with all who reported it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.events import emit
from tabard.org.models import Unit
from tabard.register.models import Channel
from tabard.watch.events import SightingsRecorded
from tabard.watch.keeping import Kept, keep, report
from tabard.watch.models import Look, Report, Sighting
from tabard.watch.reading import Read, Row, read_all

LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Outcome:
    """What became of one row: new, again, decided (before), ours (a channel of the register) or refused."""

    row: Read
    what: str
    sighting: Sighting | None = None


@dataclass
class Recorded:
    """What became of all rows, in their order."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(each.what for each in self.outcomes))


@action(
    "sighting.record",
    may="watch.decide",
    on=Unit,
    says=gettext_lazy("%(who)s recorded sightings: %(new)s new, %(again)s seen before"),
    lock=False,
)
def record(by: Actor, unit: Unit, *, rows: Iterable[Row], source: str = "link", words: str = "") -> Recorded:
    """Record accounts; `rows` have platform and handle (or a link), and maybe name, bio, url, site, avatar.

    What is like a channel goes to its unit; what is like nothing stays with `unit`.
    """
    if source not in Sighting.Source.values or source == "tip":
        raise Invalid({"source": [_("Choose one of what is offered.")]})
    found = _recorded(by, unit, read_all(rows), source, _words(words))
    counts = found.counts
    note(new=counts.get("new", 0), again=counts.get("again", 0) + counts.get("decided", 0), counts=counts)
    return found


@action(
    "sighting.tip",
    may="own.tips",
    on=Unit,
    says=gettext_lazy("%(who)s told us about %(what)s"),
    lock=False,
)
def tip(by: Actor, unit: Unit, *, profile: str, platform: str = "", words: str = "") -> Report:
    """Anybody tells us of an account they came upon, and hears what was decided."""
    if by.person_id is None:
        raise Invalid({"profile": [_("Only a person can tell us something.")]})
    (row,) = read_all([{"handle": profile, "platform": platform if "://" not in profile else ""}])
    if row.why:
        raise Invalid({"profile": [row.why]})
    whole = unit if unit.parent_id is None else Unit.objects.get(parent=None)
    (outcome,) = _recorded(by, whole, [row], "tip", _words(words)).outcomes
    if outcome.sighting is None:
        raise Invalid({"profile": [_("This is one of our own channels. Thank you for looking.")]})
    return Report.objects.filter(sighting=outcome.sighting, person=by.person_id).order_by("-pk")[0]


@action(
    "look.note",
    may="watch.decide",
    on=Channel,
    says=gettext_lazy("%(who)s looked whether anybody is called %(handle)s: %(answer)s"),
    lock=False,
)
def note_look(by: Actor, channel: Channel, *, handle: str, answer: str) -> Look:
    """Somebody has looked for a name that could pass for `channel`; who is there becomes a sighting."""
    if answer not in Look.Answer.values:
        raise Invalid({"answer": [_("Choose one of what is offered.")]})
    (row,) = read_all([{"handle": handle, "platform": channel.platform_id}])
    if row.why:
        raise Invalid({"handle": [row.why]})
    note(handle=row.handle, answer=answer)
    if answer == Look.Answer.THERE:
        record(by, channel.unit, rows=[{"handle": row.handle, "platform": row.platform}], source="name")
    known = {"answer": answer, "by_id": by.person_id, "at": clock.now()}
    look, _made = Look.objects.update_or_create(channel=channel, identity=row.identity[1], defaults=known)
    return look


def _words(words: str) -> str:
    said = text.prose(words or "").strip()
    if len(said) > LONGEST_NOTE:
        raise Invalid({"words": [_("At most %(n)s characters.") % {"n": LONGEST_NOTE}]})
    return said


@step
def _recorded(by: Actor, unit: Unit, rows: Sequence[Read], source: str, words: str) -> Recorded:
    kept = keep(unit, rows, source)
    report(by, list(kept.known.values()), source, words)
    emit(by, SightingsRecorded(unit.pk, [s.pk for s in kept.before.values() if s.decision]))
    return Recorded([_outcome(row, kept) for row in rows])


def _outcome(row: Read, kept: Kept) -> Outcome:
    if row.why:
        return Outcome(row, "refused")
    if row.identity in kept.ours:
        return Outcome(row, "ours")
    before = kept.before.get(row.identity)
    what = "new" if before is None else "decided" if before.decision else "again"
    return Outcome(row, what, kept.known[row.identity])
