"""The catalogue of LLM services: which hosts are decrypted, which calls are read, and how.

Compiled from config/providers/*.yaml. One file is one provider; see
docs/howto/add-a-provider.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.exchange import Channel, Operation

__all__ = ["Call"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is read: what the catalogue knows of it before a byte of its body."""

    tool: str
    provider: str
    wire_format: str
    """Key of `proxy.wire.FORMATS`."""
    operation: Operation
    channel: Channel
    model: str | None = None
    """Model named in the path or the query (Gemini, Bedrock, Azure deployment, realtime)."""
    region: str | None = None
    action: str = ""
    """Part of the path that tells variants of one format apart, e.g. "converse-stream"."""
    websocket: bool = False
