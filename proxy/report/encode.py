"""The report as text, for programs."""

from __future__ import annotations

import msgspec

from proxy.report.model import Report

__all__ = ["encode"]


def encode(report: Report) -> bytes:
    """The text of report.json: UTF-8, two spaces deep, one line feed at its end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
