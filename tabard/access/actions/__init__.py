"""Everything that can be done about access."""

from tabard.access.actions.tokens import end_token, make_token

__all__ = ["end_token", "make_token"]
