"""Heads as files in a folder that should be append-only (`chattr +a`, or a mount of another machine)."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tabard.audit.chain.notes import Head, Note


class Folder:
    """One file per head, never written over."""

    name = "folder"

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def leave(self, note: Note) -> tuple[str, bytes]:
        """Write the head into a file of its own."""
        path = self.path / f"{note.name}.json"
        self.path.mkdir(parents=True, exist_ok=True)
        text = json.dumps(note.plain(), indent=1) + "\n"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        except FileExistsError:
            return str(path), b""
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        return str(path), b""

    def heads(self, mark: str) -> list[Head]:
        """The heads of this log among the files; one that cannot be read is an OSError."""
        found = []
        for path in sorted(self.path.glob(f"tabard-audit-{mark[:8]}-*.json")):
            try:
                said = json.loads(path.read_text())
                if said["log"] == mark:
                    found.append((int(said["batch"]), str(said["head"]), str(path)))
            except (ValueError, KeyError) as error:
                raise OSError(f"{path} is damaged") from error
        return found

    def examine(self) -> str:
        """Whether a file could be made there; makes none, for an append-only folder would keep it."""
        self.path.mkdir(parents=True, exist_ok=True)
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise PermissionError(f"{self.path} cannot be written to")
        return str(self.path)
