"""Rooms to which Tabard may write: Discord and Slack."""

from __future__ import annotations

from tabard.connectors.text import finders, ways
from tabard.connectors.text.place import Places, TextPlace

PLACES: Places = {
    "discord_webhook": {
        "message": TextPlace(2000, ways.letters, "characters", finders.only_links, "2026-08")
    },
    "slack_webhook": {"message": TextPlace(40_000, ways.letters, "characters", finders.only_links, "2026")},
}
