"""TikTok: videos and photos of an account, shown at once or laid into its inbox as drafts."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.tiktok.card import CARD
from tabard.connectors.platforms.tiktok.connect import Connecting
from tabard.connectors.platforms.tiktok.figures import Measuring
from tabard.connectors.platforms.tiktok.publish import Publishing


class TikTok(Connecting, Publishing, Measuring, Connector):
    """An account, written to through the Content Posting API."""

    card = CARD


CONNECTOR = TikTok
