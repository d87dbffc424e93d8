"""Heads by mail: kept where people's mail is kept, out of reach of whoever runs the database."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.mail import EmailMessage

from tabard.audit.chain.notes import Head, Note


class Mail:
    """One message per head, to the addresses of the setting."""

    name = "mail"

    def __init__(self, to: list[str]) -> None:
        self.to = to

    def leave(self, note: Note) -> tuple[str, bytes]:
        """Send the head. smtplib's errors are children of OSError."""
        kept = json.dumps(note.plain(), indent=1)
        text = (
            f"Audit log of {settings.PUBLIC_URL}\n\nbatch {note.number}, up to entry {note.last_entry}\n"
            f"head {note.digest}\n\n"
            "Keep this message. It proves later that nothing before it was changed:\n"
            f"tabard audit verify --head {note.number}:{note.digest}\n\n{kept}\n"
        )
        EmailMessage(f"Tabard audit log: head {note.number}", text, to=self.to).send()
        return ", ".join(self.to), b""

    def heads(self, mark: str) -> list[Head]:
        """Mail is read by people; they give the head on the command line."""
        return []

    def examine(self) -> str:
        """Whether mail leaves at all is said by the check of mail."""
        if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
            raise OSError("no mail leaves: TABARD_EMAIL_URL is not set")
        return ", ".join(self.to)
