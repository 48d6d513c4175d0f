"""`jauge models calibrate`: thresholds from harmless answers of one's own."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.classify.thresholds import ThresholdFile
    from proxy.config import Config
    from proxy.scoring.calibration import Benign

__all__ = ["calibrate"]

LANGUAGES = ("fr", "en")
"""Languages that thresholds are kept for."""


def calibrate(given: argparse.Namespace, config: Config) -> int:
    """Score the answers of a file as production does, and write where to flag; exit status."""
    if not given.name:
        print("jauge: models calibrate takes a file of JSON lines", file=sys.stderr)
        return 2
    from proxy.classify import CLASSIFIERS, MissingError  # noqa: PLC0415 - keeps help fast
    from proxy.hardening import harden  # noqa: PLC0415
    from proxy.scoring.calibration import calibrated, write  # noqa: PLC0415
    from proxy.scoring.configured import options_of  # noqa: PLC0415
    from proxy.scoring.scoring import Scoring  # noqa: PLC0415

    harden()
    name = given.classifier or config.settings.content.classifier
    try:
        benign, bad = _read(Path(given.name), given.source)
        classifier = CLASSIFIERS[name](options_of(config))
    except OSError as error:
        print(f"jauge: {given.name} cannot be read ({error.strerror})", file=sys.stderr)
        return 1
    except MissingError as error:
        print(f"jauge: {name} cannot be calibrated: {error}", file=sys.stderr)
        return 1
    for number in bad:
        print(f'jauge: line {number}: expected {{"text", "lang"?}}', file=sys.stderr)
    if bad or not benign:
        print("jauge: nothing is written: give one harmless answer a line", file=sys.stderr)
        return 1
    today = dt.datetime.now(config.zone).date().isoformat()
    spoken = {code: one for code, one in benign.items() if code in classifier.languages}
    file = calibrated(
        Scoring(classifier, None),
        spoken,
        date=today,
        progress=lambda done: print(f"  {done} scored", file=sys.stderr, flush=True),
    )
    if not file.languages:
        print(f"jauge: no answer is in a language of {name}; nothing written", file=sys.stderr)
        return 1
    write(file, config.state_dir / "thresholds")
    print("\n".join(_told(file)))
    return 0


def _read(path: Path, source: str | None) -> tuple[Mapping[str, Benign], list[int]]:
    """Answers by language, and the numbers of the lines that are none. Raises OSError."""
    from proxy.language import identify  # noqa: PLC0415
    from proxy.scoring.calibration import Benign  # noqa: PLC0415
    from proxy.scoring.lines import parse, read_lines  # noqa: PLC0415

    texts: dict[str, list[str]] = {}
    bad: list[int] = []
    with path.open("rb") as opened:
        for lines in read_lines(lambda size: os.read(opened.fileno(), size)):
            for number, line in lines:
                if not line.strip():
                    continue
                question = parse(line)
                if question is None:
                    bad.append(number)
                    continue
                language = question.text.language or identify(question.text.text)
                texts.setdefault(language, []).append(question.text.text)
    told = source or path.name
    return {code: Benign(texts[code], told) for code in LANGUAGES if code in texts}, bad


def _told(file: ThresholdFile) -> Iterator[str]:
    yield f"{file.classifier} {file.version}, threshold set {file.threshold_set}"
    for language, one in file.languages.items():
        yield f"\n{language}: {one.answers} answers ({one.source})"
        for name, thresholds in one.classes.items():
            for threshold in thresholds:
                doubt = "" if threshold.resolved else ", too few answers to tell"
                yield (
                    f"  {name}: from {threshold.value:.6g} on, for {threshold.wanted:.1%} of "
                    f"harmless answers; flagged {threshold.false_positive_rate:.2%}{doubt}"
                )
