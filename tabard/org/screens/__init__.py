"""Screens of the organisation: the tree, units, people, grants, roles, absences, reorganisations."""

from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import screen
from tabard.org.screens import change, grants, people, units

UNIT, PERSON = "units/<int:unit_id>/", "people/<int:person_id>/"

urlpatterns = [
    screen("units/", units.index, may="org.see", name="units"),
    screen(UNIT, units.unit, may="org.see", name="unit", does="unit.change"),
    screen(UNIT + "new/", units.add, may="org.edit", name="unit_add", does="unit.add"),
    screen(
        UNIT + "policies/",
        units.policies,
        may="org.see",
        name="policies",
        does=("policy.set", "policy.unset"),
    ),
    screen(UNIT + "grants/", grants.on_unit, may="grants.see", name="unit_grants", does="grant.give"),
    screen(
        UNIT + "change/", change.plan, may="org.reorganise", name="reorganise", does="reorganisation.plan"
    ),
    screen("reorganisations/", change.index, may="org.see", name="reorganisations"),
    screen("reorganisations/csv/", change.export, may="org.see", name="reorganisations_csv", page=False),
    screen(
        "reorganisations/<int:change_id>/",
        change.change,
        may="org.see",
        name="reorganisation",
        does=("reorganisation.assign", "reorganisation.carry_out", "reorganisation.cancel"),
    ),
    screen("people/", people.index, may="org.see", name="access"),
    screen("people/csv/", people.export, may="org.see", name="people_csv", page=False),
    screen("people/choices/", people.choices, may="org.see", name="people_choices", page=False),
    screen("people/new/", people.add, may="org.people", name="person_add", does="person.add"),
    screen(PERSON, people.person, may="org.see", name="person", does="person.change"),
    screen(
        PERSON + "hand-over/", people.hand_over, may="org.people", name="hand_over", does="person.hand_over"
    ),
    screen(
        PERSON + "absences/",
        people.absences,
        may="own.absence",
        name="absences",
        does=("absence.say", "absence.end"),
    ),
    screen(PERSON + "absences/csv/", people.absences_csv, may="own.absence", name="absences_csv", page=False),
    screen("grants/", grants.index, may="grants.see", name="grants"),
    screen("grants/csv/", grants.export, may="grants.see", name="grants_csv", page=False),
    screen(
        "grants/<int:grant_id>/end/",
        grants.end,
        may="grants.give",
        name="grant_end",
        does="grant.end",
        page=False,
    ),
    screen("roles/", grants.roles, may="org.see", name="roles", does=("role.make", "role.change")),
    screen("roles/csv/", grants.roles_csv, may="org.see", name="roles_csv", page=False),
    screen("me/", people.me, may=SIGNED_IN, name="settings", does="person.profile"),
]
