"""Mastodon, and servers that speak its API."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.mastodon.card import CARD
from tabard.connectors.platforms.mastodon.connect import Connecting
from tabard.connectors.platforms.mastodon.figures import Figures
from tabard.connectors.platforms.mastodon.inbox import Inbox
from tabard.connectors.platforms.mastodon.publish import Publishing


class Mastodon(Connecting, Publishing, Inbox, Figures, Connector):
    """A channel on any server; every limit is that server's."""

    card = CARD


CONNECTOR = Mastodon
