"""Texts as platforms count them and find what is live in them; needs no database and no framework."""

from tabard.connectors.text.counting import (
    Counted,
    Span,
    clusters,
    count,
    measure,
    spans,
    with_link,
)
from tabard.connectors.text.fediverse import addresses

__all__ = ["Counted", "Span", "addresses", "clusters", "count", "measure", "spans", "with_link"]
