"""Where a channel answers what is said to it."""

from __future__ import annotations

from tabard.connectors.card import Ability, Card, Placement

NEEDED = frozenset({Ability.CONVERSES, Ability.PUBLISHES})


def answers_in(known: Card) -> Placement | None:
    """Where its answers stand: what is made for answers alone goes first. None where Tabard cannot answer."""
    if not known.abilities >= NEEDED:
        return None
    own = [place for place in known.placements if place.needs_reply]
    return next((p for p in own or known.placements if p.replies and not p.needs_media), None)
