"""The password itself: checked, sealed, opened. Parts of actions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tabard.access.vault import seal, unseal
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.states import move
from tabard.safety.models import CheckOut, Credential, Look, Rotation
from tabard.safety.rules import purpose
from tabard.safety.states import ROTATION

LONGEST = 1000


def checked(password: str) -> str:
    """`password` if it can be one. Blanks at its ends are a mistake of copying."""
    if not password or len(password) > LONGEST or password.strip() != password or not password.isprintable():
        raise Invalid({"password": [_("Give a password of 1 to 1,000 characters on one line.")]})
    return password


def opened(credential: Credential) -> dict[str, Any]:
    """`password`, and `before` where there was one."""
    return unseal(credential.secret, about=purpose(credential.pk))


def notes(credential: Credential) -> str:
    return str(unseal(credential.notes_sealed, about=purpose(credential.pk)).get("notes", ""))


def still_kept(credential: Credential) -> None:
    if credential.forgotten_at:
        raise Conflict(_("This credential was forgotten. Nothing of it is kept."))


@step
def put_password(
    by: Actor, credential: Credential, password: str, *, typed: bool, stood: bool = False
) -> None:
    """Keep a new password; whatever asked for the change is done. Whoever typed it knows it.

    `stood`: it was the password before Tabard knew of it, so nobody knows since when.
    """
    before = opened(credential).get("password", "")
    if password == before:
        raise Invalid({"password": [_("This is the password that stands. Give another one.")]})
    now = clock.now()
    kept = {"password": password, **({"before": before} if before else {})}
    credential.secret = seal(kept, about=purpose(credential.pk))
    credential.changed_at = None if stood else now
    credential.save(update_fields=["secret", "changed_at"])
    if typed and by.person_id:
        saw(by, credential, Look.What.SET)
    asked = Rotation.objects.open().filter(credential=credential)
    for rotation in asked.exclude(why=Rotation.Why.CODES):
        said = _("The password was changed.")
        move(rotation, ROTATION, "done", ended_at=now, ended_by_id=by.person_id, evidence=said)


@step
def saw(by: Actor, credential: Credential, what: str, out: CheckOut | None = None) -> Look:
    """Write down who saw what; nothing is shown without it."""
    return Look.objects.create(
        credential=credential, person_id=by.person_id, check_out=out, what=what, via=by.via, at=clock.now()
    )
