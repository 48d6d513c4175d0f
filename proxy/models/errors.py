"""What can go wrong with a model file, as the operator is told."""

from __future__ import annotations

import errno
from typing import Literal

__all__ = ["Kind", "ModelError", "on_disk"]

Kind = Literal[
    "absent",  # not fetched or imported yet, or not where it was looked for
    "broken",  # cut short, or not what its format says
    "checksum",  # whole, and not the file that was expected
    "disagrees",  # a converted network does not score like the one it was made from
    "disk",  # no room, or no right to write
    "offline",  # the server cannot be reached, or has stopped answering
    "package",  # a library is not installed
    "usage",  # the command names something that there is not
]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class ModelError(Exception):
    """What is wrong, and what to do about it. Neither holds a credential."""

    def __init__(self, kind: Kind, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}")
        self.kind = kind
        self.problem = problem
        self.remedy = remedy


def on_disk(error: OSError, doing: str) -> ModelError:
    """The error of a file operation: `doing` is a noun phrase, as in "copying model.onnx"."""
    if error.errno in _FULL:
        remedy = "Free some space, or put state_dir on a larger disk, and repeat the command."
        return ModelError("disk", f"the disk is full while {doing}", remedy)
    reason = error.strerror or type(error).__name__
    remedy = "Look at the folder's owner and rights, and repeat the command."
    return ModelError("disk", f"{doing} failed ({reason})", remedy)
