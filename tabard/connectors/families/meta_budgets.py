"""What Meta lets an app and an account take of its servers: only its answers say how much that is.

Source: developers.facebook.com/docs/graph-api/overview/rate-limiting, read 2026-09. Above a hundred percent
calls are refused; a post takes several, so that none is begun that could not be finished.
"""

from __future__ import annotations

from tabard.connectors.card import Budget, Per, Told
from tabard.connectors.words import _

HOUR = 3600
COSTS = {"publish": 5, "fetch": 1}
SHARES = (
    Budget(_("load of the app"), 0, HOUR, Per.APP, COSTS, Told(used="x-app-usage")),
    Budget(_("load"), 0, HOUR, Per.CHANNEL, COSTS, Told(used="x-business-use-case-usage")),
)
