"""Does a variant fit its placement? What its platform's card says, in words an author can act on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from tabard.connectors import checks
from tabard.connectors.base import Media, Outgoing
from tabard.connectors.card import Card, Limits, Placement
from tabard.connectors.findings import ERROR
from tabard.connectors.registry import card, platforms
from tabard.connectors.text import measure
from tabard.kernel import clock, text
from tabard.library.models import Asset
from tabard.posts.content import COMMENT, THREAD, Content, all_media, parts_of
from tabard.posts.models import Variant
from tabard.posts.quotas import Crowd, crowds
from tabard.register.models import Connection

# What checks look at, of what the library knows.
KNOWN = ("mime", "size", "width", "height", "seconds", "codec", "sound", "fps", "pages", "title")


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `bad`: it cannot go out like this; otherwise it is advice."""

    code: str
    said: str
    bad: bool
    channel: str
    over_from: int | None = None
    counted: int | None = None
    limit: int | None = None
    mend: str = ""
    # Of which part it is said: 0 is the post itself, then what follows it.
    part: int = 0

    def __str__(self) -> str:
        if self.part:
            return _("%(channel)s, part %(part)s: %(said)s") % {
                "channel": self.channel,
                "part": self.part + 1,
                "said": self.said,
            }
        return f"{self.channel}: {self.said}"

    @property
    def place(self) -> str:
        """Which part is meant, for people; empty where it is the post itself."""
        return _("Part %(part)s") % {"part": self.part + 1} if self.part else ""


def findings(
    variants: Iterable[Variant],
    contents: Mapping[int, Content],
    limits: Mapping[int, Mapping[str, object]] | None = None,
) -> dict[int, list[Finding]]:
    """What is wrong with each variant, worst first. Four queries at most, however many variants there are."""
    there = list(variants)
    files = Asset.objects.in_bulk({m["asset"] for v in there for m in all_media(contents[v.pk])})
    limits = limits_of(v.channel_id for v in there) if limits is None else limits
    found = {v.pk: _of(v, contents[v.pk], files, limits.get(v.channel_id) or {}) for v in there}
    channels = {v.pk: str(v.channel) for v in there}
    for pk, crowd in crowds(there).items():
        found[pk].append(_crowded(channels[pk], crowd))
    return found


def _of(
    variant: Variant, content: Content, files: Mapping[int, Asset], limits: Mapping[str, object]
) -> list[Finding]:
    platform, name = variant.channel.platform_id, str(variant.channel)
    if platform not in platforms():
        said = _("Tabard cannot publish to %(platform)s yet.") % {"platform": variant.channel.platform}
        return [Finding("no_connector", said, True, name)]
    known = card(platform)
    place = known.placement(placement_of(known, content))
    every = [
        _part(known, number, shown, files, limits, name)
        for number, shown in enumerate(parts_of(content))
        if shown.get("kind") != COMMENT or place.first_comment
    ]
    return [*_not_taken(place, content, name), *chain.from_iterable(every)]


def _part(
    known: Card,
    number: int,
    content: Content,
    files: Mapping[int, Asset],
    limits: Mapping[str, object],
    name: str,
) -> list[Finding]:
    """What is wrong with the post itself, or with one part of what follows it."""
    going = _outgoing(known, content, files, reply_to="before" if number else "")
    place = known.placement(placement_of(known, content))
    found = checks.check(known, place.name, going, Limits.from_data(limits))
    turned = [_turned(name, number)] if text.turns(content["text"]) else []
    return [
        Finding(
            f.code,
            _(f.says) % _translated(f.values) if f.values else _(f.says),
            f.level == ERROR,
            name,
            f.over_from,
            f.counted,
            f.limit,
            _(f.mend) if f.mend else _mend(f.code, place, content),
            number,
        )
        for f in found
    ] + turned


def _mend(code: str, place: Placement, content: Content) -> str:
    """What can be done about it here, where the connector knows nothing."""
    if code == "too_long" and place.thread and content.get("kind") != COMMENT:
        return _("It can be split into a thread.")
    return ""


@dataclass(frozen=True)
class Room:
    """How long a part is, by the platform's own count, and how long it may be."""

    counted: int
    limit: int

    @property
    def over(self) -> bool:
        return self.counted > self.limit


class Measure:
    """How each part of one variant is counted where it goes."""

    def __init__(self, platform: str, files: Mapping[int, Asset], limits: Mapping[str, object]) -> None:
        self.card, self.files, self.limits = card(platform), files, Limits.from_data(limits)

    def room(self, content: Content) -> Room | None:
        """The tightest of the limits of a part; None where no text is shown."""
        known = self.card.placements
        if content.get("kind") == COMMENT and not content["placement"]:
            return None
        place = self.card.placement(content["placement"] or known[0].name).within(self.limits)
        if not place.shows_text:
            return None
        going = _outgoing(self.card, content, self.files)
        before = str(going.options.get("spoiler_text") or "")
        whole = checks.full_text(place, going)
        every = measure(whole, place.text.beside(going.media), before)
        tightest = min(every, key=lambda counted: counted.left)
        return Room(tightest.counted, tightest.limit)

    def fits(self, content: Content, words: str) -> bool:
        """Whether these words would fit in the place of the part's own."""
        room = self.room({**content, "text": words})
        return room is None or not room.over


def limits_of(channels: Iterable[int]) -> dict[int, Mapping[str, object]]:
    """What the servers of these channels said of themselves."""
    rows = Connection.objects.filter(channel__in=list(channels)).values_list("channel_id", "limits")
    return {channel: limits or {} for channel, limits in rows}


def _not_taken(place: Placement, content: Content, name: str) -> Iterator[Finding]:
    """Parts for which the placement has no room."""
    kinds = [part["kind"] for part in content.get("parts", ())]
    long = kinds.count(THREAD)
    if long and not place.thread:
        yield Finding("no_thread", _("No posts can follow this one here: there are no threads."), True, name)
    elif long > place.thread:
        said = _("%(count)s posts are too many to follow: at most %(limit)s here.")
        values = {"count": long, "limit": place.thread}
        yield Finding("long_thread", said % values, True, name, counted=long, limit=place.thread)
    if COMMENT in kinds and not place.first_comment:
        yield Finding("no_comment", _("There can be no first comment of your own here."), True, name)


def _translated(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a sentence; the name of an option is from the card, and in English."""
    return {name: _(str(value)) if name == "option" else value for name, value in values.items()}


def placement_of(known: Card, content: Content) -> str:
    """The placement that is named, or the platform's first."""
    return str(content["placement"] or known.placements[0].name)


def _outgoing(known: Card, content: Content, files: Mapping[int, Asset], *, reply_to: str = "") -> Outgoing:
    place = known.placement(placement_of(known, content))
    media = [
        Media(
            key=str(m["asset"]),
            kind=place.taken_as(files[m["asset"]].kind),
            load=_unread,
            alt=m["alt"],
            name=m["name"],
            **{each: getattr(files[m["asset"]], each) for each in KNOWN},
        )
        for m in content["media"]
        if m["asset"] in files
    ]
    return Outgoing(
        key="check",
        text=content["text"],
        created_at=clock.now(),
        media=tuple(media),
        link=content["link"],
        reply_to=reply_to,
        placement=placement_of(known, content),
        language=content["language"],
        options=content["options"],
    )


def _turned(channel: str, part: int = 0) -> Finding:
    said = _("The text has hidden marks that turn its direction around: readers may see it in another order.")
    return Finding("turned", said, False, channel, part=part)


def _crowded(channel: str, crowd: Crowd) -> Finding:
    said = _(
        "%(count)s posts are planned within 24 hours of this moment, and %(limit)s at most go out in that "
        "time here: what is too much goes out later."
    ) % {"count": crowd.count, "limit": crowd.most}
    return Finding("crowded", said, False, channel, counted=crowd.count, limit=crowd.most)


async def _unread() -> bytes:
    """Checking looks at what is known of a file, never into it."""
    raise RuntimeError("a check reads no file")
