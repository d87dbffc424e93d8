"""How often one visitor may ask: a bucket for each network, in memory, so that refusing costs nothing."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict

RATE, MOST = 1.0, 30.0  # questions a second in the long run, and at once
NETWORKS = 20_000  # that are remembered by one process


class Buckets:
    """Tokens by network; the network that has not asked for the longest time is forgotten first."""

    def __init__(self, rate: float = RATE, most: float = MOST, networks: int = NETWORKS) -> None:
        self.rate, self.most, self.networks = rate, most, networks
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """0: go on. Else for how many seconds not."""
        now, network = time.monotonic(), _network(address)
        left, then = self._left.pop(network, (self.most, now))
        left = min(self.most, left + (now - then) * self.rate)
        allowed = left >= 1
        self._left[network] = (left - 1 if allowed else left, now)
        while len(self._left) > self.networks:
            self._left.popitem(last=False)
        return 0 if allowed else int((1 - left) / self.rate) + 1


def _network(address: str) -> str:
    """An address of version 4; of version 6 the network, in which one machine has any number of addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and not found.ipv4_mapped:
        return str(ipaddress.ip_network(f"{found}/64", strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
