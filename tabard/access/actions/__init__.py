"""Everything that can be done about access."""

from tabard.access.actions.leavers import come_back, leave
from tabard.access.actions.tokens import end_token, make_token
from tabard.access.vault.rotation import rotate

__all__ = ["come_back", "end_token", "leave", "make_token", "rotate"]
