"""What each connector can do, as one page made from the cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tabard.connectors.answering import answers_in
from tabard.connectors.card import Ability, Card, CountedIn, MediaRule, Placement, Proof, TextLimit
from tabard.connectors.registry import cards

ABILITIES = {
    Ability.CONNECTS: "connect with a key",
    Ability.AUTHORISES: "connect by signing in there",
    Ability.RENEWS: "renew the access ahead of its end",
    Ability.REVOKES: "end the access there",
    Ability.PUBLISHES: "publish",
    Ability.EDITS: "edit",
    Ability.DELETES: "delete",
    Ability.CONVERSES: "read what is said",
    Ability.HEARS: "be told of it at once",
    Ability.MODERATES: "hide, like, delete, block",
    Ability.MEASURES: "figures of posts",
    Ability.COUNTS: "figures of the channel",
    Ability.LISTS_ADMINS: "list administrators",
}
PROOFS = {
    Proof.OWN_ID: "we choose the post's id: a repeat writes the same post",
    Proof.IDEMPOTENCY_KEY: "a repeated key gives the first post",
    Proof.LOOKUP: "the channel's own posts are read back and compared",
    Proof.NONE: "a person looks, where nothing shows it",
}
UNITS = {
    CountedIn.GRAPHEMES: "grapheme clusters",
    CountedIn.UTF16: "UTF-16 units",
    CountedIn.WEIGHTED: "weighted characters",
    CountedIn.BYTES: "bytes",
    CountedIn.CODEPOINTS: "code points",
    CountedIn.EMOJI_BYTES: "characters, emoji by their bytes",
    CountedIn.LITTLE_TEXT: "characters, escaped",
}


def table() -> str:
    """The whole page, in Markdown."""
    every = cards()
    lines = ["| | " + " | ".join(card.label for card in every) + " |", "| --- " * (1 + len(every)) + "|"]
    lines += [
        _line(words, ["yes" if a in c.abilities else "–" for c in every]) for a, words in ABILITIES.items()
    ]
    lines.append(_line("answer it from the inbox", [_answers(card) for card in every]))
    lines.append(_line("one post, never two", [PROOFS[card.proof] for card in every]))
    lines.append(_line("facts read", [card.as_of for card in every]))
    return "\n".join([*_HEAD, *lines, "", *(line for card in every for line in _placements(card)), ""])


def _answers(card: Card) -> str:
    """How long an answer may be that is written in the inbox; a dash where none can be."""
    place = answers_in(card)
    return _limits(place.text.limits) if place else "–"


_HEAD = [
    "# What each connector can do",
    "",
    "Made from the cards in `tabard/connectors/platforms`, which composer, checks and sender read too.",
    "The sources of each number, with their dates, are in the `NOTES.md` beside its card.",
    "",
]


def _line(name: str, cells: list[str]) -> str:
    return "| " + " | ".join([name, *cells]) + " |"


def _placements(card: Card) -> Iterator[str]:
    yield from (f"## {card.label}", "")
    yield from (
        "| placement | text | files | answers | posts that follow | first comment |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    for place in card.placements:
        answers, comment = ("yes" if each else "–" for each in (place.replies, place.first_comment))
        follow = f"up to {place.thread}" if place.thread else "–"
        yield _line(place.label, [_text(place), _files(place), answers, follow, comment])
    yield ""


def _text(place: Placement) -> str:
    said, beside = _limits(place.text.limits), _limits(place.text.with_media)
    return f"{said}; beside files {beside}" if beside else said


def _limits(limits: Iterable[TextLimit]) -> str:
    return ", ".join(f"{limit.n:,} {UNITS[limit.unit]}" for limit in limits)


def _files(place: Placement) -> str:
    together = f"; {place.media_count} together" if place.mixes else ""
    return (", ".join(_kind(rule) for rule in place.media) + together) or "none"


def _kind(rule: MediaRule) -> str:
    millions = rule.size / 1_000_000
    megabytes = f"{millions:.3g} MB" if millions < 1000 else f"{millions / 1000:.3g} GB"
    return (
        f"1 {rule.kind} of {megabytes}"
        if rule.count == 1
        else f"{rule.count} {rule.kind}s of {megabytes} each"
    )
