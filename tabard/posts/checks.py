"""Does a variant fit its placement? What its platform's card says, in words an author can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tabard.connectors import checks
from tabard.connectors.base import Media, Outgoing
from tabard.connectors.card import Card, Limits
from tabard.connectors.findings import ERROR
from tabard.connectors.registry import card, platforms
from tabard.kernel import clock, text
from tabard.library.models import Asset
from tabard.posts.content import Content
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

    def __str__(self) -> str:
        return f"{self.channel}: {self.said}"


def findings(variants: Iterable[Variant], contents: Mapping[int, Content]) -> dict[int, list[Finding]]:
    """What is wrong with each variant, worst first. Four queries at most, however many variants there are."""
    there = list(variants)
    files = Asset.objects.in_bulk({m["asset"] for v in there for m in contents[v.pk]["media"]})
    limits = dict(
        Connection.objects.filter(channel__in=[v.channel_id for v in there]).values_list(
            "channel_id", "limits"
        )
    )
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
    found = checks.check(
        known, placement_of(known, content), _outgoing(known, content, files), Limits.from_data(limits)
    )
    turned = [_turned(name)] if text.turns(content["text"]) else []
    return [
        Finding(
            f.code,
            _(f.says) % _translated(f.values) if f.values else _(f.says),
            f.level == ERROR,
            name,
            f.over_from,
            f.counted,
            f.limit,
            _(f.mend) if f.mend else "",
        )
        for f in found
    ] + turned


def _translated(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a sentence; the name of an option is from the card, and in English."""
    return {name: _(str(value)) if name == "option" else value for name, value in values.items()}


def placement_of(known: Card, content: Content) -> str:
    """The placement that is named, or the platform's first."""
    return str(content["placement"] or known.placements[0].name)


def _outgoing(known: Card, content: Content, files: Mapping[int, Asset]) -> Outgoing:
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
        placement=placement_of(known, content),
        language=content["language"],
        options=content["options"],
    )


def _turned(channel: str) -> Finding:
    said = _("The text has hidden marks that turn its direction around: readers may see it in another order.")
    return Finding("turned", said, False, channel)


def _crowded(channel: str, crowd: Crowd) -> Finding:
    said = _(
        "%(count)s posts are planned within 24 hours of this moment, and %(limit)s at most go out in that "
        "time here: what is too much goes out later."
    ) % {"count": crowd.count, "limit": crowd.most}
    return Finding("crowded", said, False, channel, counted=crowd.count, limit=crowd.most)


async def _unread() -> bytes:
    """Checking looks at what is known of a file, never into it."""
    raise RuntimeError("a check reads no file")
