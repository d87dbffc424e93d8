"""An organisation out of lists: the newest units and channels of a folder, by the imports people use."""

from __future__ import annotations

from pathlib import Path

from tabard.demo.tell import Tell, quiet
from tabard.kernel.actor import command_line
from tabard.org.models import Unit
from tabard.org.setup import found
from tabard.register.running import straight

OWNER, EMAIL = "Ada Berg", "ada.berg@meridian.example"


def newest(folder: Path) -> tuple[Path, Path]:
    """The lists of units and of channels with the latest day in their names. LookupError without both."""
    days = sorted(p.name.removesuffix("_members.csv") for p in folder.glob("snapshot_*_members.csv"))
    for day in reversed(days):
        units, channels = folder / f"{day}_members.csv", folder / f"{day}_accounts.csv"
        if channels.is_file():
            return units, channels
    raise LookupError(f"{folder} has no snapshot_DAY_members.csv with its snapshot_DAY_accounts.csv")


def load(folder: Path, name: str, password: str, tell: Tell = quiet) -> list[str]:
    """Found the organisation `name` with one owner who can sign in, import both lists, say the counts."""
    by = command_line()
    lists = newest(folder)
    root = Unit(name=name, zone="America/New_York")
    root = found(by, root, owner_name=OWNER, owner_email=EMAIL, password=password, second_factor=False)
    told = []
    for path in lists:
        tell(path.name)
        brought = straight(by, root, path.name, path.read_bytes())
        counts = brought.counts
        told.append(f"{counts['new']} {brought.columns['kind']}, {counts['refused']} rows refused")
    return told
