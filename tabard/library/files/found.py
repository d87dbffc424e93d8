"""What is known of a file once it was read, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.errors import Invalid

MOST_SIDE, MOST_PIXELS = 16_384, 60_000_000


@dataclass(frozen=True)
class Found:
    """A file by its own bytes: its kind and size as it is shown, upright. `ending`: of its name when stored.

    `codec` and `sound`: how pictures and sound are written, in short names (`h264`, `aac`), empty where there
    is none or nobody knows. `hidden`: what stood in it beside what is shown, and was taken out.
    """

    kind: str
    mime: str
    ending: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    codec: str = ""
    sound: str = ""
    fps: float = 0.0
    pages: int = 0
    title: str = ""
    hidden: tuple[str, ...] = ()
    thumbnail: bytes = b""


def refused(said: str) -> Invalid:
    """The error for a file that is not kept, with why."""
    return Invalid({"file": [said]})
