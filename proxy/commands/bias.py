"""What answers say of people: a month's figures, or the words of a text that count.

Without options: the month's figures from the ledger, as JSON: gaps with intervals, what is
said of women and of men, groups and how the sentences about them score. docs/method/bias.md
says what each means. Departments under privacy.k are merged. With --by tool, sentences about a
group are held against the other sentences of the same tool, as in reports.

--shift asks a classifier about harmless sentences that differ only in the group that they
name, prints what it finds for each, and keeps it in the state folder (bias/): a difference
between answers that does not exceed it is shown as not distinguishable from the detector.

--explain reads a text, or JSON lines ({"id", "text", "lang"?}), from standard input and
says which of its words count, and as what. Nothing of it is stored or sent anywhere.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from proxy.commands.common import config_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.bias.explain import Explained
    from proxy.bias.merge import Sums
    from proxy.bias.shift import ShiftFile
    from proxy.config import Config

__all__ = ["options", "run"]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what is asked for."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--explain", action="store_true", help="explain the text on stdin")
    what.add_argument("--shift", action="store_true", help="measure a classifier's own shift")
    parser.add_argument(
        "--classifier",
        choices=("embedded", "detoxify", "detoxify-onnx"),
        help="whose shift (default: content.classifier)",
    )
    parser.add_argument(
        "--lang", choices=("fr", "en"), help="language of the text (default: identified)"
    )
    parser.add_argument("--month", metavar="YYYY-MM", help="month of the figures (default: this)")
    parser.add_argument(
        "--by",
        choices=("tool", "model", "department"),
        help="one set of figures per tool, model or department",
    )


def run(given: argparse.Namespace) -> int:
    """Answer."""
    if given.shift:
        from proxy.commands.bias_shift import run_shift  # noqa: PLC0415 - keeps the rest fast

        return run_shift(given)
    return _explain(given) if given.explain else _month(given)


# A text --------------------------------------------------------------------------------------


def _explain(given: argparse.Namespace) -> int:
    from proxy.hardening import harden  # noqa: PLC0415 - keeps `jauge --help` fast

    harden()  # the text may be somebody's
    text = sys.stdin.read()
    if text.lstrip().startswith("{"):
        return _explain_lines(text, given.lang)
    language, found = _explained(text, given.lang)
    if found is None:
        print(f"jauge: no word lists for this language ({language})", file=sys.stderr)
        return 1
    for one in found.words:
        print(f"{one.sentence:>4}  {one.counted_as:<28}  {one.words}")
    counts = ", ".join(f"{name} {count}" for name, count in found.counts.items())
    print(f"{found.sentences} sentences ({language}): {counts or 'nothing counts'}")
    return 0


def _explain_lines(text: str, language: str | None) -> int:
    status = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            words, lang = str(given["text"]), given.get("lang") or language
        except (ValueError, KeyError, TypeError, AttributeError):
            print(f'jauge: line {number}: expected {{"id", "text", "lang"?}}', file=sys.stderr)
            status = 1
            continue
        said, found = _explained(words, lang)
        content: dict[str, Any] = {"id": given.get("id"), "lang": said}
        if found is not None:
            content |= {"sentences": found.sentences, "counts": found.counts}
            content["words"] = [
                {"sentence": one.sentence, "words": one.words, "counted_as": one.counted_as}
                for one in found.words
            ]
        print(json.dumps(content, ensure_ascii=False))
    return status


def _explained(text: str, language: str | None) -> tuple[str, Explained | None]:
    """The language, and what counts in the text; None in a language without word lists."""
    from proxy.bias import LANGUAGES  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.bias.explain import explain  # noqa: PLC0415
    from proxy.language import identify  # noqa: PLC0415
    from proxy.scoring.prose import prose, sentences  # noqa: PLC0415

    clean = prose(text)
    known = language or identify(clean)
    return known, explain(sentences(clean), known) if known in LANGUAGES else None


# A month -------------------------------------------------------------------------------------


def _month(given: argparse.Namespace) -> int:
    from proxy.ledger import Ledger, LedgerError, url_of  # noqa: PLC0415

    config = config_of(given)
    month = given.month or datetime.now(config.zone).strftime("%Y-%m")
    if not _MONTH.match(month):
        print("jauge: --month: expected YYYY-MM", file=sys.stderr)
        return 2
    year, number = map(int, month.split("-"))
    by = (given.by,) if given.by else ()
    try:
        with Ledger.open(url_of(config), timezone=config.settings.timezone, create=False) as ledger:
            totals = ledger.bias_totals(*ledger.month(year, number), by)
    except LedgerError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 1
    found = {"month": month, "figures": list(_figures(config, totals, given.by))}
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 0


def _figures(config: Config, totals: Sequence[Sums], by: str | None) -> Iterator[dict[str, Any]]:
    """The figures of each group, classifier and language; departments under k merged."""
    import msgspec  # noqa: PLC0415

    from proxy.bias.complement import withheld  # noqa: PLC0415
    from proxy.bias.figures import Reference  # noqa: PLC0415
    from proxy.bias.merge import added, shown_departments  # noqa: PLC0415
    from proxy.bias.month import figures  # noqa: PLC0415
    from proxy.bias.shift import CONFIG, load_shift  # noqa: PLC0415

    declared = config.organisation.gender
    shown: Callable[[str], str] = str
    if by == "department":
        headcounts = {one.name: one.headcount for one in config.organisation.departments}
        seen = {str(one.key[0]) for one in totals}
        shown = shown_departments(seen, headcounts, config.settings.privacy.k)

    @cache
    def shift(classifier: str, version: str) -> ShiftFile | None:
        return load_shift(classifier, version, config.state_dir / "bias", CONFIG)

    split = added(totals, shown)
    silent = withheld(split)
    for (name, basis), sums in split.items():
        found = figures(
            sums,
            language=basis.language,
            classifier=basis.classifier,
            classifier_version=basis.classifier_version,
            version=basis.version,
            reference=Reference(women=declared.women, source=declared.source),
            shift=shift(basis.classifier, basis.classifier_version),
            withheld=silent.get((name, basis), ()),
        )
        yield {**({by: name} if by else {}), **msgspec.to_builtins(found)}
