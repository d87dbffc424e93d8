"""Is this fit to go? The rules of a placement held against a post, before anything is called.

Pure: the composer asks while somebody types, the API when a post is stored, the sender before it sends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tabard.connectors.base import Media, Outgoing
from tabard.connectors.card import Card, CountedIn, Limits, MediaRule, Placement
from tabard.connectors.errors import Refused
from tabard.connectors.findings import ERROR, WARNING, Finding
from tabard.connectors.text import count, measure, with_link
from tabard.connectors.verdict import unfit
from tabard.connectors.words import _

_TOO_LONG = {
    CountedIn.GRAPHEMES: _("The text is too long: %(counted)s of %(limit)s characters."),
    CountedIn.WEIGHTED: _("The text is too long: %(counted)s of %(limit)s characters."),
    CountedIn.CODEPOINTS: _("The text is too long: %(counted)s of %(limit)s characters."),
    CountedIn.UTF16: _("The text is too long: %(counted)s of %(limit)s characters."),
    CountedIn.BYTES: _("The text is too long: %(counted)s of %(limit)s bytes."),
    CountedIn.EMOJI_BYTES: _("The text is too long: %(counted)s of %(limit)s characters."),
    CountedIn.LITTLE_TEXT: _("The text is too long: %(counted)s of %(limit)s characters."),
}


def full_text(placement: Placement, outgoing: Outgoing) -> str:
    """The text as it is sent: with the link at its end where it gets no card of its own."""
    if placement.link == "apart":
        return outgoing.text
    carded = placement.link == "card" and outgoing.options.get("link_title")
    if carded and (placement.link_with_media or not outgoing.media):
        return outgoing.text
    return with_link(outgoing.text, outgoing.link)


_LACKING = {
    "video": _("A video is needed here; a picture alone cannot be posted."),
    "image": _("A picture is needed here; a video alone cannot be posted."),
}

Findings = tuple[Finding, ...]


def check(card: Card, placement: str, outgoing: Outgoing, limits: Limits | None = None) -> Findings:
    """Everything that is wrong with `outgoing` in the placement of that name; errors first."""
    place = card.placement(placement).within(limits or Limits())
    found = [*_text(place, outgoing), *_media(place, outgoing), *_rest(place, outgoing)]
    return tuple(sorted(found, key=lambda finding: finding.level != ERROR))


def errors(card: Card, outgoing: Outgoing, limits: Limits | None = None) -> Findings:
    """Only what makes it unfit to go."""
    return tuple(f for f in check(card, outgoing.placement, outgoing, limits) if f.level == ERROR)


def refuse_misfits(card: Card, outgoing: Outgoing, limits: Limits) -> None:
    """Raise Refused for the first thing that makes it unfit: connectors ask before they do anything else."""
    for finding in errors(card, outgoing, limits):
        raise Refused(finding.says, code=finding.code, **finding.values)


def _text(place: Placement, outgoing: Outgoing) -> Iterator[Finding]:
    if not place.shows_text:
        if outgoing.text.strip():
            yield Finding("not_shown", _("No text is shown here."), level=WARNING)
        return
    before, whole = str(outgoing.options.get("spoiler_text") or ""), full_text(place, outgoing)
    yield from unfit(whole, place.text)
    for counted in measure(whole, place.text.beside(outgoing.media), before):
        if counted.over_from is not None:
            yield Finding(
                "too_long",
                _TOO_LONG[counted.unit],
                {"over": -counted.left, "counted": counted.counted, "limit": counted.limit},
                limit=counted.limit,
                counted=counted.counted,
                over_from=min(counted.over_from, len(outgoing.text)),
            )


def _media(place: Placement, outgoing: Outgoing) -> Iterator[Finding]:
    kinds = [item.kind for item in outgoing.media]
    if len(kinds) > place.media_count:
        says = _("%(count)s files are too many: at most %(limit)s go with one post here.")
        values = {"count": len(kinds), "limit": place.media_count}
        yield Finding("too_many", says, values, limit=place.media_count, counted=len(kinds))
    if len(set(kinds)) > 1 and not place.mixes:
        yield Finding("mixed", _("Pictures and video cannot stand in one post here."))
    for kind in dict.fromkeys(kinds):
        rule = place.rule_for(kind)
        if rule and kinds.count(kind) > rule.count and len(kinds) <= place.media_count:
            says = _("%(count)s files of this kind are too many: at most %(limit)s here.")
            values = {"count": kinds.count(kind), "limit": rule.count}
            yield Finding("too_many", says, values, limit=rule.count, counted=kinds.count(kind))
    for rule in place.media if kinds else ():
        if kinds.count(rule.kind) < rule.least:
            yield Finding("no_media", _LACKING[rule.kind], limit=rule.least, counted=kinds.count(rule.kind))
    for item in outgoing.media:
        rule = place.rule_for(item.kind)
        yield from _file(rule, item) if rule else _foreign(item)


def _foreign(item: Media) -> Iterator[Finding]:
    says = _("%(name)s: files of this kind cannot be posted here.")
    yield Finding("wrong_kind", says, _of(item), media=item.key)


def _of(item: Media, **more: Any) -> dict[str, Any]:
    return {"name": item.name or item.key, **more}


def _file(rule: MediaRule, item: Media) -> Iterator[Finding]:
    if item.mime not in rule.mimes and not (rule.fits_itself and item.mime.startswith("image/")):
        says = _("%(name)s: the format %(mime)s is not taken here.")
        yield Finding("wrong_format", says, _of(item, mime=item.mime), media=item.key)
    if item.size > rule.size and not rule.fits_itself:
        says = _("%(name)s is too big: %(megabytes)s MB of at most %(limit)s MB.")
        values = _of(item, megabytes=_mb(item.size), limit=_mb(rule.size))
        yield Finding("too_big", says, values, limit=rule.size, counted=item.size, media=item.key)
    pixels = item.width * item.height
    if rule.pixels and pixels > rule.pixels and not rule.fits_itself:
        says = _("%(name)s has too many pixels: %(width)s by %(height)s.")
        values = _of(item, width=item.width, height=item.height)
        yield Finding("too_large", says, values, limit=rule.pixels, counted=pixels, media=item.key)
    if rule.seconds and item.seconds > rule.seconds:
        says = _("%(name)s is too long: %(seconds)s of at most %(limit)s seconds.")
        values = _of(item, seconds=round(item.seconds), limit=rule.seconds)
        yield Finding("too_long_video", says, values, media=item.key)
    yield from _film(rule, item)
    yield from _shape(rule, item)
    yield from _alt(rule, item)


def _film(rule: MediaRule, item: Media) -> Iterator[Finding]:
    """How a video is written; what nobody knows of it is no reason against it."""
    if rule.shortest and 0 < item.seconds < rule.shortest:
        says = _("%(name)s is too short: %(seconds)s of at least %(least)s seconds.")
        values = _of(item, seconds=round(item.seconds, 1), least=rule.shortest)
        yield Finding("too_short_video", says, values, media=item.key)
    for written, taken in ((item.codec, rule.codecs), (item.sound, rule.sounds)):
        if written and taken and written not in taken:
            says = _("%(name)s is written as %(codec)s; only this is taken here: %(taken)s.")
            values = _of(item, codec=written, taken=", ".join(taken))
            yield Finding("wrong_codec", says, values, media=item.key)
    if rule.fps and item.fps and not rule.fps[0] <= item.fps <= rule.fps[1] + 0.5:
        says = _("%(name)s has %(fps)s pictures a second; here it must be %(least)s to %(most)s.")
        values = _of(item, fps=item.fps, least=rule.fps[0], most=rule.fps[1])
        yield Finding("wrong_rate", says, values, media=item.key)


def _shape(rule: MediaRule, item: Media) -> Iterator[Finding]:
    if not (rule.ratio and item.width and item.height):
        return
    if not rule.ratio[0] <= item.width / item.height <= rule.ratio[1]:
        says = _("%(name)s has a shape that is not shown here: %(width)s by %(height)s.")
        yield Finding("wrong_ratio", says, _of(item, width=item.width, height=item.height), media=item.key)


def _alt(rule: MediaRule, item: Media) -> Iterator[Finding]:
    if rule.alt is None:
        return
    counted = count(item.alt, rule.alt.unit)
    if not item.alt.strip():
        says = _("%(name)s has no description: people who cannot see it learn nothing of it.")
        yield Finding("no_alt", says, _of(item), level=WARNING, media=item.key)
    elif counted > rule.alt.n:
        says = _("The description of %(name)s is too long: %(counted)s of %(limit)s characters.")
        values = _of(item, counted=counted, limit=rule.alt.n)
        yield Finding("alt_too_long", says, values, limit=rule.alt.n, counted=counted, media=item.key)


_NEEDS = {
    "image": _("This placement needs a picture."),
    "video": _("This placement needs a video."),
    "document": _("This placement needs a document."),
}


def _rest(place: Placement, outgoing: Outgoing) -> Iterator[Finding]:
    if not (outgoing.text.strip() or outgoing.media or outgoing.link):
        yield Finding("empty", _("There is nothing in it yet."))
    if place.needs_media and not outgoing.media:
        kinds = {rule.kind for rule in place.media if rule.least} or {rule.kind for rule in place.media}
        yield Finding("no_media", _NEEDS.get("".join(kinds), _("This placement needs a picture or a video.")))
    if 0 < len(outgoing.media) < place.media_least:
        says = _("At least %(least)s files go with a post here.")
        yield Finding("too_few", says, {"least": place.media_least}, counted=len(outgoing.media))
    if outgoing.reply_to and not place.replies:
        yield Finding("no_replies", _("Replies cannot be sent to this placement."))
    if place.needs_reply and not outgoing.reply_to:
        yield Finding("nothing_answered", _("Only answers go here, and nothing is answered."))
    for option in place.options:
        given = outgoing.options.get(option.name)
        if option.kind == "choice" and given and given not in {value for value, _label in option.choices}:
            yield Finding("wrong_option", _("%(value)s is no choice here."), {"value": given})
        if option.required and not given and not option.default:
            yield Finding("no_option", _("This is needed here: %(option)s."), {"option": option.label})


def _mb(size: int) -> float:
    return round(size / 1_000_000, 1)
