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


def readable(fields: Fields) -> dict[str, str]:
    """The headers by name; several of one name are joined as RFC 9110 §5.3 does."""
    found: dict[str, str] = {}
    for raw, value in fields:
        name = raw.lower()
        if name in SECRET:
            continue
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
