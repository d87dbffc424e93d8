"""Credentials that somebody has out are a way in: elsewhere, but a way in."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.doors import Door, door
from tabard.safety.models import CheckOut


def _open(person: int) -> QuerySet[CheckOut]:
    found: QuerySet[CheckOut] = CheckOut.objects.filter(person=person, ended_at=None)
    return found


def _close(by: Actor, person: int) -> int:
    return _open(person).update(ended_at=clock.now(), ended_by=by.person_id, ended_how=CheckOut.Ended.LEFT)


door(
    Door(
        "safety.check_outs",
        _("Credentials they have out"),
        claims=("safety.CheckOut",),
        open=lambda person: _open(person),
        close=_close,
    )
)
