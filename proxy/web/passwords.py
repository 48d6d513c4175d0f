"""Who may open the page: names with bcrypt hashes, and the token of the metrics.

A check takes as long for a name that is not there as for one that is, and no name,
password or token is ever logged, shown or kept as it came.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import bcrypt

__all__ = ["Passwords", "Token"]

_MOST_BYTES = 72
"""What bcrypt looks at of a password; htpasswd cuts there too."""
_KNOWN_LIMIT = 10_000
_AT_ONCE = 2
"""Checks that run at the same time: each takes a core for tens of milliseconds."""


class Passwords:
    """Names and hashes of an htpasswd file. Raises OSError when it cannot be read."""

    def __init__(self, file: Path) -> None:
        self._hashes = _parse(file.read_text("utf-8"))
        self._decoy = _decoy(self._hashes)
        self._salt = os.urandom(16)
        self._known: set[bytes] = set()
        """Keyed hashes of pairs that were right: a browser sends its pair each time."""
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def knows(self, user: str, password: str) -> bool:
        """Whether this very pair was right before."""
        return self._key(user, password) in self._known

    async def are_right(
        self, user: str, password: str, may: Callable[[], bool] = lambda: True
    ) -> bool:
        """Whether the pair is right. Runs in a thread: the hash is slow on purpose.

        `may` is asked when its turn has come, and once more after: many that wait for their
        turn at the same time are as many guesses. What may not be tried any more is neither
        looked at nor known from then on.
        """
        async with self._turn:
            right = may() and await asyncio.to_thread(self._check, user, password)
        right = right and may()
        if right:
            if len(self._known) >= _KNOWN_LIMIT:
                self._known.clear()
            self._known.add(self._key(user, password))
        return right

    def _check(self, user: str, password: str) -> bool:
        secret = password.encode()[:_MOST_BYTES]
        found = self._hashes.get(user)
        right = bcrypt.checkpw(secret, found or self._decoy)
        return right and found is not None

    def _key(self, user: str, password: str) -> bytes:
        pair = f"{len(user)} {user} {password}".encode()
        return hashlib.blake2b(pair, key=self._salt).digest()


def _parse(text: str) -> dict[str, bytes]:
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {user: secret.encode() for user, _, secret in pairs}


def _decoy(hashes: Mapping[str, bytes]) -> bytes:
    """A hash that no password has, as slow to check as the slowest of the file."""
    cost = max((int(one.split(b"$")[2]) for one in hashes.values()), default=10)
    return bcrypt.hashpw(secrets.token_hex(16).encode(), bcrypt.gensalt(cost))


class Token:
    """The bearer token of the metrics. Raises OSError when its file cannot be read."""

    def __init__(self, file: Path) -> None:
        self._salt = os.urandom(16)
        self._digest = self._of(file.read_text("utf-8").strip())

    def is_right(self, given: str) -> bool:
        """Whether it is this one; takes as long for any other."""
        return hmac.compare_digest(self._of(given), self._digest)

    def _of(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._salt).digest()
