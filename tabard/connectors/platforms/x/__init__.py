"""X, through version 2 of its API."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.x.acts import Acts
from tabard.connectors.platforms.x.card import CARD
from tabard.connectors.platforms.x.connect import Connecting
from tabard.connectors.platforms.x.figures import Figures
from tabard.connectors.platforms.x.inbox import Inbox
from tabard.connectors.platforms.x.publish import Publishing


class X(Connecting, Publishing, Inbox, Acts, Figures, Connector):
    """A channel on X."""

    card = CARD


CONNECTOR = X
