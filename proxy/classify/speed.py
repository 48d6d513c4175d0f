"""How fast classifiers are, and how much memory they take: measured, each in its own process."""

from __future__ import annotations

import contextlib
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from proxy.classify import CLASSIFIERS
from proxy.classify.classifier import Classifier, MissingError, Options, Window

__all__ = ["LENGTHS", "Speed", "apart", "measure", "measured", "median", "table", "window_of"]

LENGTHS = (32, 64, 128, 250, 512)
"""Tokens of the windows; production makes windows of at most 128."""
AT_ONCE = 8
SECONDS = 3.0
"""Processor time spent on each length, after one batch to warm up."""
_FILLER = "ville bonjour merci town hall thank you le la the maire service dossier letter"
"""Words that the windows are made of; what they say does not change how long they take."""


class Speed(msgspec.Struct, frozen=True):
    """What was measured of one classifier."""

    classifier: str
    version: str = ""
    rates: Mapping[str, float] = {}
    """Windows per second of processor time, by their length in tokens."""
    megabytes: float = 0.0
    """Largest resident memory, in 10^6 bytes, of a process that loaded it and scored these."""
    missing: str = ""
    """Why there is nothing to measure."""


def window_of(classifier: Classifier, tokens: int, turn: int = 0) -> Window:
    """A window of that many tokens by the classifier's own count; another for each turn."""
    words = (_FILLER.split() * (tokens + 1))[turn : turn + tokens]
    prefixes = [" ".join(words[:count]) for count in range(1, tokens + 1)]
    lengths = classifier.lengths(prefixes)
    fits = max((place for place, length in enumerate(lengths) if length <= tokens), default=0)
    missing = tokens - lengths[fits]
    return Window(prefixes[fits] + " la" * missing, "fr")


def measure(classifier: Classifier, tokens: int, seconds: float = SECONDS) -> float:
    """Windows of that length scored per second of this process's processor time."""
    batch = [window_of(classifier, tokens, turn) for turn in range(AT_ONCE)]
    classifier.score(batch)
    began, scored = time.process_time(), 0
    while (spent := time.process_time() - began) < seconds:
        classifier.score(batch)
        scored += AT_ONCE
    return scored / spent


def peak_mb() -> float:
    """Largest resident memory of this process so far, in 10^6 bytes."""
    with contextlib.suppress(OSError):  # where there is /proc: getrusage counts the parent's too
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def measured(name: str, options: Options, seconds: float = SECONDS) -> Speed:
    """Measure a classifier in this process."""
    try:
        classifier = CLASSIFIERS[name](options)
    except MissingError as error:
        return Speed(name, missing=str(error))
    rates = {str(tokens): round(measure(classifier, tokens, seconds), 2) for tokens in LENGTHS}
    return Speed(name, classifier.version, rates, round(peak_mb(), 1))


def apart(name: str, models: Path, model: str, sha256: str, seconds: float = SECONDS) -> Speed:
    """The same in a process of its own, whose memory is nobody else's."""
    asked = json.dumps([name, str(models), model, sha256, seconds])
    done = subprocess.run(  # noqa: S603 - this program
        [sys.executable, "-m", "proxy.classify.speed", asked],
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        return Speed(name, missing=f"it could not be measured ({' '.join(last)})")
    return msgspec.json.decode(done.stdout, type=Speed)


def table(speeds: Sequence[Speed]) -> Iterator[str]:
    """The lines of a plain table."""
    heads = "".join(f"{f'{tokens} tokens':>13}" for tokens in LENGTHS)
    yield f"{'windows per CPU-second':<24}{heads}{'memory':>12}"
    for speed in speeds:
        if speed.missing:
            yield f"{speed.classifier:<24}not here: {speed.missing}"
            continue
        cells = "".join(f"{speed.rates[str(tokens)]:>13,.1f}" for tokens in LENGTHS)
        yield f"{speed.classifier:<24}{cells}{speed.megabytes:>9,.0f} MB"


def median(runs: Sequence[Speed]) -> Speed:
    """The median of each figure over runs of one classifier."""
    first = runs[0]
    if first.missing:
        return first
    return Speed(
        first.classifier,
        first.version,
        {key: round(statistics.median(run.rates[key] for run in runs), 2) for key in first.rates},
        statistics.median(run.megabytes for run in runs),
    )


if __name__ == "__main__":
    _name, _models, _model, _sha256, _seconds = json.loads(sys.argv[1])
    _options = Options(models=Path(_models), model=_model, sha256=_sha256, threads=1)
    _found = measured(_name, _options, _seconds)
    print(msgspec.json.encode(_found).decode())  # noqa: T201 - read by `apart`
