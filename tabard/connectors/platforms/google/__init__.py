"""Google Business Profile: posts and reviews of one location."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.google.card import CARD
from tabard.connectors.platforms.google.connect import Connecting
from tabard.connectors.platforms.google.figures import Counting
from tabard.connectors.platforms.google.inbox import Reading
from tabard.connectors.platforms.google.publish import Publishing


class Google(Connecting, Publishing, Reading, Counting, Connector):
    """A location with a Business Profile."""

    card = CARD


CONNECTOR = Google
