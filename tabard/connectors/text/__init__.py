"""Texts as platforms count them and find what is live in them; needs no database and no framework."""

from tabard.connectors.text.counting import (
    Counted,
    Span,
    addresses,
    clusters,
    count,
    measure,
    spans,
    with_link,
)

__all__ = ["Counted", "Span", "addresses", "clusters", "count", "measure", "spans", "with_link"]
