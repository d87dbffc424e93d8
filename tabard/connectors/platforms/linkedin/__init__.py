"""LinkedIn: pages of organisations, through the versioned API."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.linkedin.card import CARD
from tabard.connectors.platforms.linkedin.connect import Connecting
from tabard.connectors.platforms.linkedin.figures import Figures
from tabard.connectors.platforms.linkedin.inbox import Inbox
from tabard.connectors.platforms.linkedin.publish import Publishing


class LinkedIn(Connecting, Publishing, Inbox, Figures, Connector):
    """A page of an organisation or of one of its brands."""

    card = CARD


CONNECTOR = LinkedIn
