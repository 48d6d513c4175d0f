"""What a check of the doctor finds."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["Finding", "State", "bad", "fine", "odd"]

State = Literal["ok", "warn", "fail"]
"""fail: Jauge does not work, or not safely; warn: it works, but look at it."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the doctor. No secret, no address of a client."""

    check: str
    state: State
    text: str
    remedy: str = ""


def fine(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", text)


def odd(check: str, text: str, remedy: str) -> Finding:
    """Worth a look."""
    return Finding(check, "warn", text, remedy)


def bad(check: str, text: str, remedy: str) -> Finding:
    """To be put right."""
    return Finding(check, "fail", text, remedy)
