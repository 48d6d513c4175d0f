"""A body that arrived in one piece and is plain JSON: read as it is, without the machinery.

Most requests and answers are: short, in no coding, in one piece. What is read of them is
what `Request` and `Answer` would read; every format's test cuts the same bytes both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.exchange import ParseStatus
from proxy.wire.salvage import salvage
from proxy.wire.slim import BLOCK_BYTES

__all__ = ["PLAIN_BYTES", "is_plain_answer", "is_plain_request", "read_document"]

PLAIN_BYTES = BLOCK_BYTES
"""Longer bodies may hold strings that are shortened first."""

_FORMS = ("multipart/", "application/x-www-form")
_JSON = ("application/json", "")
"""Announced types, without parameters, of answers that are one document if they look like one."""


def is_plain_request(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether these first bytes of a request, should no more come, are its document."""
    return (
        len(body) <= PLAIN_BYTES
        and not headers.get("content-encoding")
        and not headers.get("content-type", "").lower().startswith(_FORMS)
    )


def is_plain_answer(headers: Mapping[str, str], body: bytes) -> bool:
    """The same of an answer."""
    return (
        body[:1] == b"{"
        and len(body) <= PLAIN_BYTES
        and b"\n" not in body  # there may be several, one a line
        and headers.get("content-type", "").lower().partition(";")[0] in _JSON
        and not headers.get("content-encoding")
    )


def read_document(
    read: Callable[[bytes], None],
    body: bytes,
    tail: bytes,
    mark: Callable[[ParseStatus], None],
    *,
    oversize: bool = False,
) -> bool:
    """Let a format read a document; what it refuses is read as far as both its ends go.

    `tail` is the end of the document where `body` is only its beginning (`oversize`).
    Returns whether it could be read as it is. Never raises.
    """
    if oversize:
        mark("oversize")
    else:
        try:
            read(body)
        except Exception:  # noqa: BLE001 - tried again below
            mark("partial")
        else:
            return True
    ends = salvage(body, tail)
    if ends is not None:
        try:
            read(ends)
        except Exception:  # noqa: BLE001 - marked already
            return False
    return False
