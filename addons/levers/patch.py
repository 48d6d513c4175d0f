"""Replacing a function of mitmproxy, and putting the old one back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

__all__ = ["Patch", "put", "replaced"]

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Patch:
    """One attribute of a class or module, and what takes its place."""

    owner: Any
    name: str
    replacement: Any


def put(patches: Iterable[Patch]) -> list[Patch]:
    """Apply the patches; returns those that undo them, in the order to apply them in."""
    undo: list[Patch] = []
    for patch in patches:
        old = vars(patch.owner).get(patch.name, _ABSENT)
        undo.insert(0, Patch(patch.owner, patch.name, old))
        if patch.replacement is _ABSENT:
            delattr(patch.owner, patch.name)
        else:
            setattr(patch.owner, patch.name, patch.replacement)
    return undo


@contextmanager
def replaced(patches: Iterable[Patch]) -> Iterator[None]:
    """Apply the patches for the time of a `with` block."""
    undo = put(patches)
    try:
        yield
    finally:
        put(undo)
