"""What is read of access."""

from tabard.access.queries.departures import before_leaving, departure, departures
from tabard.access.queries.descriptions import as_described, certificates, read, to_read, with_worst, worst
from tabard.access.queries.directories import (
    directories,
    directory,
    directory_named,
    directory_token,
    group_rules,
    place_rules,
    preview_places,
    silent_directories,
    tokens_ending,
    tokens_to_tell_of,
)
from tabard.access.queries.emergencies import emergencies, emergency, second, seconds
from tabard.access.queries.recovery import own_recovery, recovery_left
from tabard.access.queries.sessions import at_source, factor_of, own_sessions, session, sessions_of
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
from tabard.access.queries.suspensions import over, suspension_of
from tabard.access.queries.tokens import token, tokens

__all__ = [
    "as_described",
    "at_source",
    "before_leaving",
    "certificates",
    "departure",
    "departures",
    "described_source",
    "directories",
    "directory",
    "directory_named",
    "directory_token",
    "emergencies",
    "emergency",
    "factor_of",
    "group_rules",
    "open_source",
    "open_sources",
    "over",
    "own_recovery",
    "own_sessions",
    "place_rules",
    "preview",
    "preview_places",
    "read",
    "recovery_left",
    "registered",
    "second",
    "seconds",
    "session",
    "sessions_of",
    "silent_directories",
    "source",
    "source_for",
    "source_of",
    "sources",
    "suspension_of",
    "to_read",
    "token",
    "tokens",
    "tokens_ending",
    "tokens_to_tell_of",
    "with_worst",
    "worst",
]
