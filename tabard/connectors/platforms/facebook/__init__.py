"""Facebook: pages of whoever lets us in."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.facebook.card import CARD
from tabard.connectors.platforms.facebook.connect import Connecting
from tabard.connectors.platforms.facebook.figures import Figures
from tabard.connectors.platforms.facebook.inbox import Inbox
from tabard.connectors.platforms.facebook.publish import Publishing


class Facebook(Connecting, Publishing, Inbox, Figures, Connector):
    """A page, through the Graph API."""

    card = CARD


CONNECTOR = Facebook
