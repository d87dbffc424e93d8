"""Threads: profiles whose owner has let our app in."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.threads.card import CARD
from tabard.connectors.platforms.threads.connect import Connecting
from tabard.connectors.platforms.threads.figures import Figures
from tabard.connectors.platforms.threads.inbox import Inbox
from tabard.connectors.platforms.threads.publish import Publishing


class Threads(Connecting, Publishing, Inbox, Figures, Connector):
    """A profile, through Meta's Threads API."""

    card = CARD


CONNECTOR = Threads
