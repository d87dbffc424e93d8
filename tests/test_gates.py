"""Rules about the whole: no route, operation or action without a permission, a screen and an API."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tabard.kernel import actions, clock, endpoint
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, Missing, ProveFirst
from tabard.kernel.permissions import PUBLIC, SIGNED_IN
from tabard.org.catalogue import OWN, PERMISSIONS
from tabard.org.people import actor_of

# Addresses that are not ours to gate: sign-in itself, the API, whose operations are judged below, and SCIM,
# which lets in the tokens of directories and nobody else.
OUTSIDE = ("sign-in/", "api/v1/", "scim/v2/")

# Actions without one of the two doors, each with its reason.
NO_SCREEN = {
    "organisation.found": "done once, by the command line of whoever installs",
    "emergency.open": "done with the machine in hand: `tabard access break-glass`",
    "identity.arrive": "done by signing in at a source",
    "recovery_code.use": "done by signing in, or by showing again that it is you",
    "source.signed_out": "done by a source where somebody signed out",
    "directory.token_ends": "done by a job 30 and 7 days before",
    "channel.left_there": "done by a job after about two days of trying",
    "reply.sent": "done by the job that sends answers",
    "reply.stopped": "done by the job that sends answers",
    "moderation.done": "done by the job that tells platforms",
    "moderation.stopped": "done by the job that tells platforms",
    "credential.time_up": "done by a job when the time is up",
    "rotation.overdue": "done by a job when it is overdue",
    **dict.fromkeys(
        ("member.add", "member.change", "member.drop", "directory_group.add", "directory_group.change"),
        "done by a directory over SCIM",
    ),
    **dict.fromkeys(("directory_group.members", "directory_group.drop"), "done by a directory over SCIM"),
    "vault.rotate": "needs the keys of the machine in hand: `tabard vault rotate`",
}
NO_API = dict(NO_SCREEN)


def routes(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if path.startswith(OUTSIDE):
            continue
        found += routes(entry, path) if isinstance(entry, URLResolver) else [(path, entry)]
    return found


def test_every_route_says_who_may_open_it():
    bare = [path for path, entry in routes() if getattr(entry.callback, "may", None) is None]
    assert bare == []


def test_every_route_and_operation_names_a_permission_that_exists():
    known = {*PERMISSIONS, PUBLIC, SIGNED_IN}
    named = {entry.callback.may for _path, entry in routes()} | {o.may for o in endpoint.operations}
    assert named - known == set()


def test_everything_public_is_meant():
    assert {path for path, entry in routes() if entry.callback.may == PUBLIC} == {
        "look/",
        "ui/",
        "lent/<str:until>/<str:name>",
        "hooks/<slug:platform>/",
        *(path for path, _entry in routes() if path.startswith("official/") or path.endswith("trust.txt")),
    }
    assert {o.path for o in endpoint.operations if o.may == PUBLIC} == set()


def test_every_action_has_a_screen():
    drawn = {name for _path, entry in routes() for name in entry.callback.does}
    assert set(actions.registry) - drawn - set(NO_SCREEN) == set()
    assert drawn <= set(actions.registry)


def test_every_action_has_an_operation_of_the_api():
    served = {name for o in endpoint.operations for name in o.does}
    assert set(actions.registry) - served - set(NO_API) == set()
    assert served <= set(actions.registry)


def test_every_action_names_a_permission_that_exists():
    assert {spec.may for spec in actions.registry.values()} <= set(PERMISSIONS)


def test_every_action_says_what_was_done():
    silent = [name for name, spec in actions.registry.items() if "%(who)s" not in str(spec.says)]
    assert silent == []


@pytest.mark.parametrize("name", sorted(n for n, s in actions.registry.items() if not s.may.startswith(OWN)))
def test_a_stranger_is_refused_every_action(name, things):
    """The manager of a sibling region calls each action on a thing of ours."""
    spec = actions.registry[name]
    thing = things.of(spec.on)
    given = {
        p.name: None
        for p in list(inspect.signature(spec.function).parameters.values())[2:]
        if p.default is inspect.Parameter.empty
    }
    with pytest.raises((Denied, Missing)):
        spec.function(things.stranger, thing, **given)


def test_every_argument_of_a_page_is_known_to_the_browser_tests():
    """They run last and take long: a page they cannot open is better said here."""
    from tests.test_every_screen import ARGUMENTS, MADE_IN_FILL, screens

    needed = {name for entry in screens() for name in entry.pattern.converters}
    assert needed - ARGUMENTS.keys() - MADE_IN_FILL == set()


DANGEROUS = sorted(name for name, spec in actions.registry.items() if spec.step_up)


def test_the_dangerous_acts_are_marked():
    assert {"role.make", "role.change", "session.throw_out", "person.forget_factors"} <= set(DANGEROUS)
    # What outlives the session it was done in, and what takes something off the log.
    assert {"token.make", "audit.set_term", "audit.remove", "audit.end_hold", "audit.end_stream"} <= set(
        DANGEROUS
    )


@pytest.mark.parametrize("name", DANGEROUS)
def test_no_dangerous_act_without_having_shown_lately_that_it_is_you(name, things):
    """Not even for the owner, and not with a token that was not made for it."""
    spec, owner = actions.registry[name], things.cast.owner
    thing = things.of(spec.on)
    given = {
        p.name: None
        for p in list(inspect.signature(spec.function).parameters.values())[2:]
        if p.default is inspect.Parameter.empty
    }
    for by in (
        actor_of(owner, "screen"),
        actor_of(owner, "api", proved_at=clock.now() - timedelta(minutes=11)),
        Actor("token", owner.name, "api", owner.pk),
    ):
        with pytest.raises(ProveFirst):
            spec.function(by, thing, **given)
