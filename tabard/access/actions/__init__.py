"""Everything that can be done about access."""

from tabard.access.actions.emergencies import (
    agree_to_emergency,
    ask_emergency,
    end_emergency,
    open_emergency,
    refuse_emergency,
    review_emergency,
)
from tabard.access.actions.identities import arrive
from tabard.access.actions.leavers import come_back, leave
from tabard.access.actions.sessions import (
    end_other_sessions,
    end_session,
    forget_factors,
    sign_out,
    throw_out,
)
from tabard.access.actions.sources import add_source, change_source, map_groups
from tabard.access.actions.tokens import end_token, make_token
from tabard.access.vault.rotation import rotate

__all__ = [
    "add_source",
    "agree_to_emergency",
    "arrive",
    "ask_emergency",
    "change_source",
    "come_back",
    "end_emergency",
    "end_other_sessions",
    "end_session",
    "end_token",
    "forget_factors",
    "leave",
    "make_token",
    "map_groups",
    "open_emergency",
    "refuse_emergency",
    "review_emergency",
    "rotate",
    "sign_out",
    "throw_out",
]
