"""Reddit: an account that posts in communities."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.reddit.card import CARD
from tabard.connectors.platforms.reddit.connect import Connecting
from tabard.connectors.platforms.reddit.inbox import Reading
from tabard.connectors.platforms.reddit.publish import Publishing


class Reddit(Connecting, Publishing, Reading, Connector):
    """An account, through the Data API."""

    card = CARD


CONNECTOR = Reddit
