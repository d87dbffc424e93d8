"""What is read of access."""

from tabard.access.queries.departures import before_leaving, departure, departures
from tabard.access.queries.tokens import token, tokens

__all__ = ["before_leaving", "departure", "departures", "token", "tokens"]
