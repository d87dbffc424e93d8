"""One import after the other, in the name of whoever brought the file; and the look for what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.actor import Actor, command_line, job
from tabard.kernel.errors import Refusal
from tabard.org.models import Person, Unit
from tabard.org.people import actor_of
from tabard.register import actions
from tabard.register.looking import changed
from tabard.register.models import Import


def check(import_id: int, *, last: bool = False) -> None:
    """Check a file that was brought; what is wrong with it as a whole is kept with it.

    `last`: it is not tried again, and whoever brought it should not wait for ever.
    """
    brought, by = _brought(import_id)
    if brought is None or brought.state != Import.State.CHECKING:
        return
    with _told(by, brought, last=last):
        actions.check_import(by, brought)


def write(import_id: int, *, last: bool = False) -> None:
    """Write a file that somebody said go to; a second run of the same job finds it done."""
    brought, by = _brought(import_id)
    if brought is None or brought.state != Import.State.WRITING:
        return
    with _told(by, brought, last=last):
        actions.write_import(by, brought)


def straight(
    by: Actor, unit: Unit, name: str, data: bytes, *, kind: str = "", sheet: str = "", dry: bool = False
) -> Import:
    """Check and write at once, for the command line and the demo."""
    brought = actions.start_import(by, unit, name=name, data=data, kind=kind, sheet=sheet)
    return actions.check_import(by, brought) if dry else actions.write_import(by, brought)


@contextmanager
def _told(by: Actor, brought: Import, *, last: bool) -> Iterator[None]:
    try:
        yield
    except Refusal as refused:
        actions.fail_import(_keeper(by), brought, problem=refused.reason)
    except Exception:
        if last:
            said = _(
                "Something broke here at this file. Nothing of it was written; tell whoever runs Tabard."
            )
            actions.fail_import(_keeper(by), brought, problem=said)
        raise


def _brought(import_id: int) -> tuple[Import | None, Actor]:
    found = Import.objects.select_related("unit", "by").filter(pk=import_id).first()
    person: Person | None = found.by if found else None
    by = actor_of(person, "job", origin="import") if person else command_line()
    return found, by


def _keeper(by: Actor) -> Actor:
    """Who writes down that it failed: even one who may no longer import is told so."""
    return Actor("job", by.name, "job", None, frozenset({"channels.import"}), "import")


def look() -> bool:
    """Look through the whole register and write what changed since the last time. Whether anything did."""
    root = Unit.objects.filter(parent=None).first()
    if root is None or not changed(clock.now()):
        return False
    actions.look_through(job("register", "channels.edit"), root)
    return True
