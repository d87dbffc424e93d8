"""What is read of access."""

from tabard.access.queries.departures import before_leaving, departure, departures
from tabard.access.queries.emergencies import emergencies, emergency, second, seconds
from tabard.access.queries.sessions import factor_of, own_sessions, session, sessions_of
from tabard.access.queries.sources import (
    described_source,
    open_source,
    open_sources,
    preview,
    registered,
    source,
    source_for,
    source_of,
    sources,
)
from tabard.access.queries.tokens import token, tokens

__all__ = [
    "before_leaving",
    "departure",
    "departures",
    "described_source",
    "emergencies",
    "emergency",
    "factor_of",
    "open_source",
    "open_sources",
    "own_sessions",
    "preview",
    "registered",
    "second",
    "seconds",
    "session",
    "sessions_of",
    "source",
    "source_for",
    "source_of",
    "sources",
    "token",
    "tokens",
]
