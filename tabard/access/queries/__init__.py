"""What is read of access."""

from tabard.access.queries.tokens import token, tokens

__all__ = ["token", "tokens"]
