"""Loads every module of the product once, with the environment's own Python.

That proves that the environment is whole, and leaves the bytecode of all that a process of
Jauge loads. Whatever starts later finds it, also where it may write none (a read-only file
system, an account of its own, PYTHONDONTWRITEBYTECODE) and would compile it at each start.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import addons
import proxy
from addons import lean

APART = frozenset({"proxy.__main__", "addons.entry"})
"""Run something when they are loaded."""


def modules() -> Iterator[str]:
    """The names of all modules that can be loaded without starting anything."""
    for package in (proxy, addons):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name not in APART and ".migrations." not in found.name:
                yield found.name


def main() -> None:
    """Load them. Raises whatever the first that cannot be loaded raises."""
    lean.prepare()
    for name in modules():
        importlib.import_module(name)


if __name__ == "__main__":
    main()
