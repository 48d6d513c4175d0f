"""Names of failures that may be shown: never a message, which could hold a path."""

from __future__ import annotations

import errno

__all__ = ["fault_name"]


def fault_name(error: BaseException) -> str:
    """The errno name of an operating system error, else the name of its type."""
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0, type(error).__name__)
