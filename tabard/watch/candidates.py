"""Names that could pass for a channel of ours on its platform: the likeliest first, and who has looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.permissions import reach
from tabard.org.models import Unit
from tabard.register.models import Channel
from tabard.register.platforms import platforms
from tabard.watch.askable import apart
from tabard.watch.asked_words import told
from tabard.watch.models import Asked, Look, Sighting
from tabard.watch.permute import permutations_of

MOST = 300
SHOWN = 100  # on a page: whoever has looked for these comes back for more
ANSWERS = dict(Look.Answer.choices)


@dataclass(frozen=True)
class Candidate:
    """A name somebody could take to pass for a channel; `look` says who has looked, `found` who is there."""

    handle: str
    family: str
    url: str
    look: Look | None = None
    found: Sighting | None = None
    asked: tuple[Asked, ...] = ()


FAMILIES = {
    "affix": gettext_lazy("a word beside it"),
    "plural": gettext_lazy("plural"),
    "repetition": gettext_lazy("a letter twice"),
    "omission": gettext_lazy("a letter less"),
    "transposition": gettext_lazy("letters exchanged"),
    "replacement": gettext_lazy("another letter"),
    "addition": gettext_lazy("a letter more"),
    "number": gettext_lazy("a number"),
    "separator": gettext_lazy("another mark between"),
    "leetspeak": gettext_lazy("digits for letters"),
    "homoglyph": gettext_lazy("letters that look alike"),
    "order": gettext_lazy("words in another order"),
    "initials": gettext_lazy("initials"),
    "part": gettext_lazy("a part of it"),
    "no vowels": gettext_lazy("without vowels"),
}


def channels_watched(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Channels for which `by` may look for names that pass for them."""
    rows: QuerySet[Any] = reach(by, "watch.see").narrow(
        Channel.objects.exclude(state="retired"), unit="unit", channel="pk"
    )
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return rows.select_related("unit", "platform")


def channel(by: Actor, channel_id: int) -> Channel:
    """One of them."""
    found: Channel | None = channels_watched(by, None).filter(pk=channel_id).first()
    if found is None:
        raise Missing(_("There is no such channel, or it is not yours to see."))
    return found


def candidates(by: Actor, channel: Channel, *, left: bool = False) -> list[Candidate]:
    """Names for a channel that `by` has been shown; `left`: only those nobody has looked for.

    The register's own channels are left out: nobody else can be there.
    """
    known = platforms().get(channel.platform_id)
    named, host = apart(channel)
    names = {
        f"{each.handle}{host}": each.family for each in permutations_of(named, channel.platform_id, MOST)
    }
    small = {handle: handle.casefold() for handle in names}
    ours = Channel.objects.filter(platform=channel.platform_id).exclude(state="retired")
    there = ours.annotate(small=Lower("handle")).filter(small__in=small.values())
    taken = set(there.values_list("small", flat=True))
    looks = {look.identity: look for look in Look.objects.filter(channel=channel).select_related("by")}
    rows = Sighting.objects.visible_to(by).filter(platform=channel.platform_id, identity__in=small.values())
    found = {sighting.identity: sighting for sighting in rows}
    answers = _answers(channel)
    made = [
        Candidate(
            handle, str(FAMILIES.get(family, family)), known.url(handle) if known else "",
            looks.get(small[handle]), found.get(small[handle]), answers.get(small[handle], ()),
        )
        for handle, family in names.items()
        if small[handle] not in taken
    ]  # fmt: skip
    return [each for each in made if not (each.look or each.found)] if left else made


def _answers(channel: Channel) -> dict[str, tuple[Asked, ...]]:
    """By identity what sites said of it."""
    found: dict[str, tuple[Asked, ...]] = {}
    rows = Asked.objects.filter(channel=channel, counts=True).select_related("site").order_by("site")
    for each in told(rows):
        found[each.identity] = (*found.get(each.identity, ()), each)
    return found
