"""Everything that can be done about access."""

from tabard.access.actions.directories import (
    add_directory,
    change_directory,
    end_directory_token,
    make_directory_token,
    map_directory_groups,
    place_people,
    tell_of_end,
)
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
from tabard.access.actions.leaving import leave_by_source
from tabard.access.actions.memberships import add_group, change_group, change_group_members, drop_group
from tabard.access.actions.movers import move_person
from tabard.access.actions.provisioning import add_member, change_member, drop_member
from tabard.access.actions.recovery import make_recovery_codes, use_recovery_code
from tabard.access.actions.sessions import (
    end_other_sessions,
    end_session,
    forget_factors,
    sign_out,
    throw_out,
)
from tabard.access.actions.source_keys import add_source_key, drop_source_key, take_description
from tabard.access.actions.sources import add_source, change_source, map_groups
from tabard.access.actions.suspensions import resume, suspend
from tabard.access.actions.tokens import end_token, make_token
from tabard.access.vault.rotation import rotate

__all__ = [
    "add_directory",
    "add_group",
    "add_member",
    "add_source",
    "add_source_key",
    "agree_to_emergency",
    "arrive",
    "ask_emergency",
    "change_directory",
    "change_group",
    "change_group_members",
    "change_member",
    "change_source",
    "come_back",
    "drop_group",
    "drop_member",
    "drop_source_key",
    "end_directory_token",
    "end_emergency",
    "end_other_sessions",
    "end_session",
    "end_token",
    "forget_factors",
    "leave",
    "leave_by_source",
    "make_directory_token",
    "make_recovery_codes",
    "make_token",
    "map_directory_groups",
    "map_groups",
    "move_person",
    "open_emergency",
    "place_people",
    "refuse_emergency",
    "resume",
    "review_emergency",
    "rotate",
    "sign_out",
    "suspend",
    "take_description",
    "tell_of_end",
    "throw_out",
    "use_recovery_code",
]
