"""What happens to the ways by which entries leave."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class StreamEnded(Event):
    """Nothing more is sent there: what its messages were signed with is worth nothing any more."""

    stream_id: int
