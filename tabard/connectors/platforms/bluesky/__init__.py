"""Bluesky, and any server of the AT Protocol."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.bluesky.card import CARD
from tabard.connectors.platforms.bluesky.connect import Connecting
from tabard.connectors.platforms.bluesky.figures import Figures
from tabard.connectors.platforms.bluesky.inbox import Inbox
from tabard.connectors.platforms.bluesky.moderate import Moderating
from tabard.connectors.platforms.bluesky.publish import Publishing


class Bluesky(Connecting, Publishing, Inbox, Moderating, Figures, Connector):
    """A channel in a repository of its own; posts carry ids that we choose."""

    card = CARD


CONNECTOR = Bluesky
