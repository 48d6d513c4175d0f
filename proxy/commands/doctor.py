"""Look for what keeps Jauge from working, or from working safely.

Configuration, catalogue, authority and its key, journal, clock, disk, swap, limits, processes,
ports, the parent proxy, the auditor and its reasons, the age of the last exchange. Nothing is
changed.
Exit status 1 when something has to be put right (FAIL); a WARN alone gives 0.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from proxy.commands.common import config_of

if TYPE_CHECKING:
    from proxy.doctor import Finding

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """Declare --json."""
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def run(given: argparse.Namespace) -> int:
    """Examine and report."""
    config = config_of(given)
    from proxy.doctor import examine, render  # noqa: PLC0415 - loads the database layer

    findings = examine(config)
    if given.json:
        print(_json(findings))
    else:
        print(render(findings))
        print(f"\n{_summary(findings)}")
    return 1 if any(one.state == "fail" for one in findings) else 0


def _json(findings: Sequence[Finding]) -> str:
    import msgspec  # noqa: PLC0415 - only here

    well = all(one.state != "fail" for one in findings)
    return msgspec.json.encode({"ok": well, "findings": findings}).decode()


def _summary(findings: Sequence[Finding]) -> str:
    count = Counter(one.state for one in findings)
    if count["fail"]:
        return f"{count['fail']} to be put right, {count['warn']} worth a look."
    return f"Jauge can work; {count['warn']} worth a look." if count["warn"] else "All is well."
