"""Pinterest: pins on the boards of an account."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.pinterest.card import CARD
from tabard.connectors.platforms.pinterest.connect import Connecting
from tabard.connectors.platforms.pinterest.figures import Measuring
from tabard.connectors.platforms.pinterest.publish import Publishing


class Pinterest(Connecting, Publishing, Measuring, Connector):
    """An account, written to through API v5."""

    card = CARD


CONNECTOR = Pinterest
