"""Pinterest's OpenAPI document, where the reference data is at hand."""

from __future__ import annotations

import httpx

from tabard.connectors.tests import openapi


def validate(request: httpx.Request) -> None:
    """Raise if `request` is not one that Pinterest describes."""
    openapi.validate("pinterest", request)
