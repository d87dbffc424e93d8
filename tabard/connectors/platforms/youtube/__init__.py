"""YouTube: videos and Shorts of one channel, and what is said under them."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.youtube.card import CARD
from tabard.connectors.platforms.youtube.connect import Connecting
from tabard.connectors.platforms.youtube.figures import Counting
from tabard.connectors.platforms.youtube.inbox import Inbox
from tabard.connectors.platforms.youtube.publish import Publishing


class Youtube(Connecting, Publishing, Inbox, Counting, Connector):
    """A channel, of a person or of a brand."""

    card = CARD


CONNECTOR = Youtube
