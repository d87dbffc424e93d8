"""Everything that can be done to the organisation."""

from tabard.org.actions.absences import end_absence, say_absent
from tabard.org.actions.grants import (
    change_role,
    end_grant,
    end_grants,
    give_grant,
    make_role,
    owned_without,
    take_along,
)
from tabard.org.actions.hand_over import hand_over
from tabard.org.actions.people import add_person, change_person, change_profile
from tabard.org.actions.policies import set_policy, unset_policy
from tabard.org.actions.reorganise import assign, cancel, carry_out, plan
from tabard.org.actions.units import add_unit, change_unit

__all__ = [
    "add_person",
    "add_unit",
    "assign",
    "cancel",
    "carry_out",
    "change_person",
    "change_profile",
    "change_role",
    "change_unit",
    "end_absence",
    "end_grant",
    "end_grants",
    "give_grant",
    "hand_over",
    "make_role",
    "owned_without",
    "plan",
    "say_absent",
    "set_policy",
    "take_along",
    "unset_policy",
]
