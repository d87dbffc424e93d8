"""The end of a round."""

from __future__ import annotations

from tabard.attestation.events import RoundEnded
from tabard.attestation.models import Round
from tabard.attestation.states import ROUND
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.events import emit
from tabard.kernel.states import move


@step
def finish(by: Actor, made: Round) -> dict[str, int]:
    """Close a round of which no sheet is open; returns how it went."""
    move(made, ROUND, "closed", ended_at=clock.now())
    emit(by, RoundEnded(made.pk, made.unit_id))
    states = list(made.sheets.values_list("state", flat=True))
    return {"signed": states.count("signed"), "lapsed": states.count("lapsed")}
