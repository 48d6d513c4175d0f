"""Headers as the readers get them: lower-case names, and none that holds a secret."""

from __future__ import annotations

__all__ = ["SECRET", "Fields", "readable"]

type Fields = tuple[tuple[bytes, bytes], ...]

SECRET = frozenset(
    {
        *(b"authorization", b"proxy-authorization", b"cookie", b"set-cookie"),
        *(b"api-key", b"x-api-key", b"x-goog-api-key", b"x-auth-token", b"x-amz-security-token"),
    }
)
"""Names of headers that no part of Jauge looks at."""


_KNOWN_LIMIT = 4096
_known: dict[bytes, str | None] = {}
"""Names seen, as they came, to what they are called; None for a secret one."""


def readable(fields: Fields) -> dict[str, str]:
    """The headers by name; several of one name are joined as RFC 9110 §5.3 does."""
    found: dict[str, str] = {}
    for raw, value in fields:
        name = _known[raw] if raw in _known else _learn(raw)
        if name is None:
            continue
        text = value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _learn(raw: bytes) -> str | None:
    lower = raw.lower()
    name = None if lower in SECRET else lower.decode("latin-1")
    if len(_known) >= _KNOWN_LIMIT:
        _known.clear()
    _known[raw] = name
    return name
