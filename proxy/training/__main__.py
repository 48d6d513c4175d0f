"""`python -m proxy.training DATA_FOLDER [--answers FILE...]`.

Writes the weights, the thresholds and the figures of the model card, and prints the last.
The data folder is not part of the project; docs/method/embedded-classifier.md names it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from proxy.classify.embedded import LEXICON, WEIGHTS, Embedded, LearnedFile, weights_file
from proxy.classify.lexicon import Lexicon
from proxy.classify.thresholds import CONFIG
from proxy.scoring.calibration import LEAST, Benign, calibrated, pooled
from proxy.scoring.calibration import write as write_thresholds
from proxy.scoring.scoring import Scoring
from proxy.training import data, templates
from proxy.training.fit import Example, Fitted, fit
from proxy.training.measure import area, diluted, toxicities

__all__ = ["main"]

LANGUAGES = ("fr", "en")
SENTENCE_WEIGHT = 0.5
ASSISTANT_WEIGHT = 0.3
"""Of a harmless sentence, against 1 for a whole text."""
TEMPLATE_SHARES = {True: 0.1, False: 0.6}
"""What the templates weigh against the data: the hateful ones, the harmless ones."""


def learn(rows: Sequence[data.Row], language: str) -> Fitted:
    """The weights of one language, from the rows that are not held out."""
    examples = [
        example for row in data.of(rows, language, held_out=False) for example in _examples(row)
    ]
    made = list(templates.examples(language))
    for toxic in (True, False):
        given = sum(one.weight for one in examples if one.toxic is toxic)
        count = sum(one.toxic is toxic for one in made)
        share = TEMPLATE_SHARES[toxic] * given / count
        examples += [Example(one.text, toxic, share) for one in made if one.toxic is toxic]
    return fit(examples, Lexicon.load(LEXICON), language)


def _examples(row: data.Row) -> list[Example]:
    parts = data.sentences_of(row.text)
    whole = [] if row.assistant else [Example(" ".join(parts), row.toxic, 1.0)]
    if row.toxic:
        return whole  # which of its sentences is toxic, nobody has said
    weight = ASSISTANT_WEIGHT if row.assistant else SENTENCE_WEIGHT
    return whole + [Example(part, False, weight) for part in parts]  # noqa: FBT003 - label


def write(fitted: dict[str, Fitted], folder: Path) -> None:
    """Write what was learned."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, one in fitted.items():
        weights_file(folder, language).write_bytes(one.weights.tobytes())
    file = LearnedFile(languages={language: one.learned for language, one in fitted.items()})
    text = msgspec.json.format(msgspec.json.encode(file), indent=1)
    (folder / "embedded.json").write_bytes(text + b"\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, calibrate, measure; the exit status."""
    given = _parser().parse_args(arguments)
    rows = data.read(given.data)
    write({language: learn(rows, language) for language in LANGUAGES}, given.weights)
    scoring = Scoring(Embedded(folder=given.weights), None)
    benign = _benign(rows, given.answers)
    answers = {name: Benign(texts, SOURCES[name]) for name, texts in benign.items()}
    write_thresholds(calibrated(scoring, answers, date=given.date), given.thresholds)
    for language in LANGUAGES:
        _report(scoring, data.of(rows, language, held_out=True), benign.get(language, []))
    return 0


def _benign(rows: Sequence[data.Row], files: Sequence[Path]) -> dict[str, list[str]]:
    """Whole harmless answers that nothing was learned from."""
    french = [row.text for row in data.of(rows, "fr", held_out=True) if row.assistant]
    return {"fr": french, "en": list(data.answers(files))}


SOURCES = {
    "fr": "held-out answers of assistants (OASST2, ORACLE; MIT, arXiv 2502.10577)",
    "en": "answers of assistants in recorded exchanges of open-source projects",
}


def _report(scoring: Scoring, rows: Sequence[data.Row], benign: Sequence[str]) -> None:
    language = rows[0].language
    scores = toxicities(scoring, [row.text for row in rows], language)
    by_source: dict[tuple[str, bool], list[float]] = {}
    for row, score in zip(rows, scores, strict=True):
        by_source.setdefault((row.source, row.toxic), []).append(score)
    for (positives, toxic), high in sorted(by_source.items()):
        for (negatives, other), low in sorted(by_source.items()):
            if toxic and not other:
                _say(
                    f"{language} AUC {area(high, low):.3f} {positives} ({len(high)}) against "
                    f"{negatives} ({len(low)})"
                )
    high = [score for (_, toxic), found in by_source.items() if toxic for score in found]
    low = [score for (_, toxic), found in by_source.items() if not toxic for score in found]
    _say(f"{language} AUC {area(high, low):.3f} all ({len(high)}) against all ({len(low)})")
    overt = [row for row in rows if row.toxic and row.source == data.PAIRS]
    if benign:
        quiet = toxicities(scoring, benign, language)
        loud = [s for row, s in zip(rows, scores, strict=True) if row in overt]
        _say(
            f"{language} AUC {area(loud, quiet):.3f} overt ({len(loud)}) against answers "
            f"({len(quiet)})"
        )
        for name, toxic_rows in (("overt", overt), ("all", [r for r in rows if r.toxic])):
            found = diluted(scoring, toxic_rows, benign)
            _say(
                f"{language} dilution, {name}: recall {found.recall:.3f} at 1 % false positives "
                f"(threshold {found.threshold:.3f}, {found.answers} answers)"
            )
    _classes(scoring, rows)


def _classes(scoring: Scoring, rows: Sequence[data.Row]) -> None:
    """Classes of the word list, among the texts that are labelled with them."""
    language = rows[0].language
    known = [row for row in rows if row.source == data.PAIRS]
    found = pooled(scoring, [row.text for row in known], language)
    for name, least in LEAST["embedded"].items():
        hits = [one.scores.get(name, 0.0) >= least for one in found]
        truly = [name in row.classes for row in known]
        both = sum(hit and true for hit, true in zip(hits, truly, strict=True))
        _say(
            f"{language} {name}: precision {both / max(1, sum(hits)):.2f}, recall "
            f"{both / max(1, sum(truly)):.2f} ({sum(truly)} of {len(known)})"
        )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m proxy.training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the training data")
    parser.add_argument(
        "--answers", type=Path, nargs="*", default=[], help="recorded exchanges, JSON lines"
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where weights go")
    parser.add_argument("--thresholds", type=Path, default=CONFIG, help="where thresholds go")
    parser.add_argument("--date", required=True, help="day of the calibration (ISO 8601)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
