"""The plain rules of posts: what a post's state is, and its word for people."""

from __future__ import annotations

from collections.abc import Iterable

# The first of these that any variant has is how the post stands: what needs somebody comes first.
_ORDER = ("draft", "in_review", "approved", "scheduled", "handed_over", "withdrawn")


def post_state(states: Iterable[str]) -> str:
    """A post has no state of its own: it stands where its least advanced variant stands."""
    there = set(states)
    return next((state for state in _ORDER if state in there), "draft")
