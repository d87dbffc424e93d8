"""How decisions move the order in which the rest is worked off: pure arithmetic, no more than can be told.

Of all accounts that are made in the same way (the family: the way of likeness and the words beside the name),
and of those with the same handle on other platforms, it is counted how many were decided to be a threat.
"""

from __future__ import annotations

THREATS = frozenset(["impostor", "squatter"])


def leaning(threats: int, decided: int) -> float:
    """-1 to 1: which way decisions point. 0 without any; one decision moves a third, ten nearly all."""
    return 2 * (threats + 1) / (decided + 2) - 1


def rank(score: float, leaning: float) -> float:
    """The score, moved by decisions about its like: toward 1 for threats, toward 0 for the harmless."""
    moved = score + (1 - score) * leaning if leaning > 0 else score * (1 + leaning)
    return round(moved, 4)
