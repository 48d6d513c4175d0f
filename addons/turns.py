"""Password checks take turns: each is slow on purpose, and any number may be asked for at once.

right or wrong before   answered at once: a pair stays what it was, the file is read once
asked twice at a time   checked once: browsers open several connections with one password
AT_ONCE                 checks run, in threads of their own: names are resolved in others
one a client address    waits for these; more of the same address wait behind it, so that
                        a flood from one keeps nobody else from logging in
more than WAITING       of one address are turned away unchecked
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

__all__ = ["AT_ONCE", "WAITING", "Busy", "Turns"]

AT_ONCE = 2
"""Checks that run at the same time: each takes a core for tens of milliseconds."""
WAITING = 256
"""Different pairs of one address that may wait: a terminal server brings a whole building."""
_REMEMBERED = 10_000
"""Pairs that were right, and as many that were wrong."""


class Busy(Exception):  # noqa: N818 - no error: an answer
    """Too many pairs of this address wait to be checked."""


class Turns:
    """Whether pairs of name and password are right, with bounded work."""

    def __init__(self, check: Callable[[str, str], bool]) -> None:
        """`check` is slow, must not raise, and runs in a thread."""
        self._check = check
        self._salt = os.urandom(16)
        self._verdicts: dict[bool, dict[bytes, None]] = {True: {}, False: {}}
        """Keyed hashes of pairs, the oldest first. Wrong ones push out no right one."""
        self._pending: dict[bytes, asyncio.Task[bool]] = {}
        self._lines: dict[str, _Line] = {}
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="login")

    async def is_right(self, address: str, user: str, password: str) -> bool:
        """Whether the pair is right. Raises Busy."""
        key = hashlib.blake2b(f"{user}\0{password}".encode(), key=self._salt).digest()
        for verdict, pairs in self._verdicts.items():
            if key in pairs:
                return verdict
        pending = self._pending.get(key)
        if pending is None:
            line = self._lines.setdefault(address, _Line())
            if line.waiting >= WAITING:
                raise Busy
            line.waiting += 1
            pending = asyncio.create_task(self._take_turn(line, address, key, user, password))
            self._pending[key] = pending
        return await asyncio.shield(pending)

    async def _take_turn(
        self, line: _Line, address: str, key: bytes, user: str, password: str
    ) -> bool:
        loop = asyncio.get_running_loop()
        try:
            async with line.turn:
                right = await loop.run_in_executor(self._threads, self._check, user, password)
        finally:
            self._pending.pop(key, None)
            line.waiting -= 1
            if not line.waiting:
                self._lines.pop(address, None)
        pairs = self._verdicts[right]
        if len(pairs) >= _REMEMBERED:
            del pairs[next(iter(pairs))]
        pairs[key] = None
        return right


class _Line:
    """What one address waits for."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.waiting = 0
