"""What groups give, as it is typed: rows of a group, a role and a unit; rows without a group are left out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.org import queries as org
from tabard.org import tree

Rule = tuple[str, Any, Any]


def typed(request: Any) -> list[Rule]:
    """The rows, with None where no role or unit was chosen, so that the form keeps what is there."""
    rows = zip(*(request.POST.getlist(n)[:500] for n in ("group", "role", "unit")), strict=False)
    return [
        (
            group,
            tree.role(text.number(role) or 0) if role else None,
            org.unit(request.actor, text.number(unit) or 0) if unit else None,
        )
        for group, role, unit in rows
        if text.name(group)
    ]


def demand_whole(rules: list[Rule]) -> None:
    """`Invalid` where something was not chosen: no role is given to a group because nobody said which."""
    for group, role, unit in rules:
        if role is None or unit is None:
            said = _("Choose a role and a unit for the group “%(group)s”.")
            raise Invalid({"": [said % {"group": group[:100]}]})
