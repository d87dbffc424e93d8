"""Practice, the network that Tabard brings along to train on."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.practice.admins import Admins
from tabard.connectors.platforms.practice.card import CARD
from tabard.connectors.platforms.practice.connect import Connecting
from tabard.connectors.platforms.practice.figures import Figures
from tabard.connectors.platforms.practice.inbox import Inbox
from tabard.connectors.platforms.practice.moderate import Moderating
from tabard.connectors.platforms.practice.publish import Publishing


class Practice(Connecting, Publishing, Inbox, Moderating, Figures, Admins, Connector):
    """A channel on a Practice network."""

    card = CARD


CONNECTOR = Practice
