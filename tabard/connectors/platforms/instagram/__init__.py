"""Instagram: professional profiles that hang on a page at Facebook."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.instagram.card import CARD
from tabard.connectors.platforms.instagram.connect import Connecting
from tabard.connectors.platforms.instagram.figures import Figures
from tabard.connectors.platforms.instagram.inbox import Inbox
from tabard.connectors.platforms.instagram.publish import Publishing


class Instagram(Connecting, Publishing, Inbox, Figures, Connector):
    """A profile, through the Graph API with Facebook Login."""

    card = CARD


CONNECTOR = Instagram
