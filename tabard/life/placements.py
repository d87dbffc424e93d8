"""What our connectors know of platforms."""

from __future__ import annotations

from tabard.connectors import registry


def placements_of(platform: str) -> dict[str, str]:
    """The placements a connector of ours knows on a platform, by name."""
    if platform not in registry.platforms():
        return {}
    return {place.name: place.label for place in registry.card(platform).placements}
