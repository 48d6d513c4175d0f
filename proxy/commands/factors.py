"""List, compare and date the figures that estimates are made from.

  list        the factor sets, and every figure of one with its range and date
  compare A B what two sets do not have alike, by cause
  stale       figures that nobody has compared with their source for 18 months
  published   our intervals against what others have published of one request
  archive     keep the current set, so that the past can be recomputed with it

`list` and `stale` take --set-name for an archived set. Exit status 1 from `stale` when
there are some.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from typing import TYPE_CHECKING

from proxy.commands.common import config_of

if TYPE_CHECKING:
    from proxy.impact.factors import FactorSet

__all__ = ["options", "run"]

_CURRENT = "current"


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and with which sets."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=tuple(_WHAT),
        default="list",
        help="list (default), compare, stale, published or archive",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="two sets to compare, or current")
    parser.add_argument(
        "--set-name", metavar="NAME", default=_CURRENT, help="an archived set to list"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(given: argparse.Namespace) -> int:
    """Do one of them."""
    wanted = 2 if given.what == "compare" else 0
    if len(given.names) != wanted:
        print(f"jauge: factors {given.what} takes {wanted} names", file=sys.stderr)
        return 2
    return _WHAT[given.what](given)


def _set(name: str) -> FactorSet:
    from proxy.impact.factors import load  # noqa: PLC0415 - keeps `jauge --help` fast

    return load(None if name == _CURRENT else name)


def _list(given: argparse.Namespace) -> int:
    from proxy.impact.factors import archived  # noqa: PLC0415
    from proxy.impact.listing import lines, shown, stale  # noqa: PLC0415

    factors = _set(given.set_name)
    old = len(stale(factors, dt.datetime.now(dt.UTC).date()))
    if given.json:
        content = {
            "factor_set": factors.name,
            "digest": factors.digest,
            "archived": archived(),
            "stale": old,
            "figures": [
                {
                    "document": line.document,
                    "key": line.key,
                    "value": line.figure.value,
                    "low": line.figure.low,
                    "high": line.figure.high,
                    "unit": line.figure.unit,
                    "source": line.figure.source,
                    "checked": line.figure.checked.isoformat(),
                }
                for line in lines(factors)
            ],
        }
        print(json.dumps(content, ensure_ascii=False, indent=2))
        return 0
    print(f"factor set {factors.name} (SHA-256 {factors.digest})")
    print(f"archived: {', '.join(archived()) or 'none'}")
    document = ""
    for line in lines(factors):
        if line.document != document:
            document = line.document
            print(f"\n{document} ({line.part})")
        print(f"  {line.key} = {shown(line.figure)}, checked {line.figure.checked}")
    if old:
        print(f"\n{old} of them are stale: see `jauge factors stale`")
    return 0


def _compare(given: argparse.Namespace) -> int:
    from proxy.impact.factors import PARTS  # noqa: PLC0415
    from proxy.impact.listing import compared, shown  # noqa: PLC0415

    old, new = (_set(name) for name in given.names)
    changes = compared(old, new)
    if given.json:
        rows = [
            {"document": c.document, "key": c.key, "old": shown(c.old), "new": shown(c.new)}
            for c in changes
        ]
        print(json.dumps({"old": old.name, "new": new.name, "changes": rows}, indent=2))
        return 0
    print(f"{old.name} -> {new.name}")
    for part, documents in PARTS.items():
        touched = [d for d in documents if old.documents[d] != new.documents[d]]
        if not touched:
            print(f"\n{part}: the same")
            continue
        print(f"\n{part}: {', '.join(touched)} differ")
        for change in changes:
            if change.document in documents:
                print(
                    f"  {change.document} {change.key}: {shown(change.old)} -> {shown(change.new)}"
                )
    return 0


def _stale(given: argparse.Namespace) -> int:
    from proxy.impact.listing import STALE_MONTHS, stale  # noqa: PLC0415

    found = stale(_set(given.set_name), dt.datetime.now(dt.UTC).date())
    if given.json:
        rows = [
            {"document": s.document, "key": s.key, "checked": s.figure.checked.isoformat()}
            for s in found
        ]
        print(json.dumps(rows, indent=2))
    elif not found:
        print(f"every figure was checked in the last {STALE_MONTHS} months")
    else:
        for line in found:
            print(f"{line.figure.checked} {line.document} {line.key}: {line.figure.source}")
        print(f"\n{len(found)} figures were last checked more than {STALE_MONTHS} months ago")
    return 1 if found else 0


def _published(given: argparse.Namespace) -> int:
    from proxy.impact import load_estimator  # noqa: PLC0415
    from proxy.impact.published import compare, read, table  # noqa: PLC0415

    estimator = load_estimator(config_of(given))
    comparisons = [compare(figure, estimator) for figure in read()]
    if given.json:
        rows = [
            {
                "id": one.figure.id,
                "quantity": one.figure.quantity,
                "published": one.figure.value,
                "low": one.ours.low,
                "central": one.ours.central,
                "high": one.ours.high,
                "hit": one.hit,
                "counted": one.figure.counted,
                "note": one.figure.note,
            }
            for one in comparisons
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        print(table(comparisons))
    return 0


def _archive(given: argparse.Namespace) -> int:
    from proxy.impact.factors import archive  # noqa: PLC0415

    print(archive(_set(given.set_name)))
    return 0


_WHAT = {
    "list": _list,
    "compare": _compare,
    "stale": _stale,
    "published": _published,
    "archive": _archive,
}
