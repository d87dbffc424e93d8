"""How processes speak: short lines for a person at a terminal, JSON lines for machines that collect them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

# What would begin another line, or move about on a terminal.
_ESCAPED = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class Line(logging.Formatter):
    """`21:04:07 what happened`, with the level only where it is a warning or worse."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback below it where there is one."""
        when = datetime.fromtimestamp(record.created).astimezone()
        level = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        said = record.getMessage().translate(_ESCAPED)
        text = f"{when:%H:%M:%S} {level}{said}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


class Json(logging.Formatter):
    """One JSON object per line: time, level, name, text, error."""

    def format(self, record: logging.LogRecord) -> str:
        """Everything a log collector wants to search by."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "name": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def logging_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, other people's chatter only from warnings on."""
    shape = "tabard.config.logs.Json" if as_json else "tabard.config.logs.Line"
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": shape}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": "INFO"},
            "django.server": {"handlers": [], "propagate": True},
            "procrastinate": quiet,
            "psycopg.pool": quiet,
            "httpx": quiet,
            "httpcore": quiet,
        },
    }
