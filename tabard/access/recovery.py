"""Recovery codes: sixteen digits that let in once. Shown when they are made, and kept as slow digests.

Digits, because they are typed on a phone and on keyboards of every script. Sixteen, the first of which a
thief of the database knows, leave a thousand million million guesses, each as dear as one at a password.
"""

from __future__ import annotations

import re
import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import QuerySet

from tabard.access.models import RecoveryCode
from tabard.kernel import clock

DIGITS, CODES = 16, 10
# Eight: those made by versions that kept a seed.
_SHAPE = re.compile(r"[0-9]{16}|[0-9]{8}")


def left(person_id: int) -> QuerySet[RecoveryCode]:
    """Those that somebody has not used yet."""
    found: QuerySet[RecoveryCode] = RecoveryCode.objects.filter(person=person_id, used_at=None)
    return found


def replace(person_id: int) -> list[str]:
    """Make new ones; those from before open nothing from now on. Nobody can read these codes again."""
    codes = [f"{secrets.randbelow(10**DIGITS):0{DIGITS}}" for _n in range(CODES)]
    forget(person_id)
    keep(person_id, codes)
    return codes


def keep(person_id: int, codes: list[str]) -> None:
    """Keep digests of `codes`."""
    now = clock.now()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person_id=person_id, start=code[0], digest=make_password(code), made_at=now)
        for code in codes
    )


def forget(person_id: int) -> int:
    """None of somebody's codes opens any longer."""
    return int(RecoveryCode.objects.filter(person=person_id).delete()[0])


def could_be(typed: str) -> bool:
    """Whether what was typed has the shape of a code, so that nothing else costs a slow digest."""
    return bool(_SHAPE.fullmatch(read(typed)))


def read(typed: str) -> str:
    """A code as it is compared: without the spaces it is shown with."""
    return re.sub(r"[\s-]", "", typed)


def take(person_id: int, typed: str) -> bool:
    """Use up the code that was typed. Of two who type it at the same moment, it lets in one."""
    code = read(typed)
    if not could_be(code):
        return False
    for kept in left(person_id).filter(start=code[0]):
        if check_password(code, kept.digest):
            return bool(left(person_id).filter(pk=kept.pk).update(used_at=clock.now()))
    return False


def spaced(code: str) -> str:
    """A code as it is shown: in fours."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))
