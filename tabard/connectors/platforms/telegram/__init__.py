"""Telegram: channels in which a bot of ours is an administrator."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.telegram.card import CARD
from tabard.connectors.platforms.telegram.connect import Connecting
from tabard.connectors.platforms.telegram.publish import Publishing


class Telegram(Connecting, Publishing, Connector):
    """A public channel, written to through the Bot API."""

    card = CARD


CONNECTOR = Telegram
