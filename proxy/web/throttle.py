"""Guessing passwords is slowed down: after some wrong ones, an address has to wait.

Addresses live in memory alone, for as long as they have to wait, and are never logged.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from proxy.networks import parse_address

__all__ = ["Throttle"]

FREE = 5
"""Wrong attempts without a wait: a person mistypes."""
MOST_S = 60.0
"""The longest wait, in seconds; the first is one second, each next one twice as long."""
FORGET_S = 900.0
"""After so long without a wrong attempt, an address starts anew."""
MOST_ADDRESSES = 10_000


class Throttle:
    """How long each address has to wait. For one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        """Wrong attempts and the time of the last, the oldest first."""

    def wait_s(self, address: str) -> float:
        """Seconds before the address may try again; 0 when it may now."""
        count, at = self._failures.get(_group(address), (0, 0.0))
        if count < FREE:
            return 0.0
        pause = min(MOST_S, 2.0 ** (count - FREE))
        return max(0.0, at + pause - self._clock())

    def failed(self, address: str) -> None:
        """A wrong attempt."""
        now, group = self._clock(), _group(address)
        count, at = self._failures.pop(group, (0, now))
        self._failures[group] = (1 if now - at > FORGET_S else min(count + 1, 64), now)
        if len(self._failures) > MOST_ADDRESSES:
            self._failures.popitem(last=False)

    def worked(self, address: str) -> None:
        """A right one: forget the wrong ones before it."""
        self._failures.pop(_group(address), None)


def _group(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network of an IPv6 one."""
    parsed = parse_address(address)
    if parsed is None or parsed.version == 4:
        return address
    return str(int(parsed) >> 64)
