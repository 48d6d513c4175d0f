"""The training data: read from a folder that is not part of the project, and split.

A row is held out by a hash of its text, never by its place. The two languages of a
translated pair follow the English text, so that no translation of a text learned from is
in the test.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from proxy.scoring.prose import prose, sentences

__all__ = ["HELD_OUT", "Row", "answers", "read", "sentences_of"]

HELD_OUT = 0.2
"""Share of the rows that nothing is learned from."""

PAIRS = "toxicity_train_jigsaw_fr_en.jsonl"
"""French and English rows in turn, the second a text and the first its translation."""
SINGLE = ("toxicity_train_fr_toxifrench.jsonl", "benign_en.jsonl", "benign_assistant_fr.jsonl")
ASSISTANTS = "benign_assistant_fr.jsonl"

CLASSES = {
    "obscene": "obscene",
    "insult": "insult",
    "threat": "threat",
    "identity_hate": "identity_attack",
}
"""Labels of the data to classes of ours."""


class _Line(msgspec.Struct):
    text: str
    lang: str
    label: int
    classes: list[str] = []
    source: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    text: str
    language: str
    toxic: bool
    source: str
    """File, and within it the source that the row names."""
    held_out: bool
    classes: frozenset[str] = frozenset()

    @property
    def assistant(self) -> bool:
        """Whether it is a whole answer of an assistant."""
        return self.source == ASSISTANTS


def _share(text: str) -> float:
    """A number from 0 to 1 that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64


def _lines(path: Path) -> list[_Line]:
    decoder = msgspec.json.Decoder(_Line)
    return [decoder.decode(line) for line in path.read_bytes().splitlines() if line]


def _row(line: _Line, file: str, key: str) -> Row:
    return Row(
        text=line.text,
        language=line.lang,
        toxic=bool(line.label),
        source=f"{file}:{line.source}" if line.source else file,
        held_out=_share(key) < HELD_OUT,
        classes=frozenset(CLASSES[name] for name in line.classes if name in CLASSES),
    )


def read(folder: Path) -> list[Row]:
    """Every row. Raises OSError and msgspec.MsgspecError; ValueError for a broken pair."""
    pairs = _lines(folder / PAIRS)
    rows = []
    for french, english in zip(pairs[::2], pairs[1::2], strict=True):
        if (french.lang, english.lang) != ("fr", "en"):
            raise ValueError(f"{PAIRS}: expected French and English rows in turn")
        rows += [_row(one, PAIRS, english.text) for one in (french, english)]
    for name in SINGLE:
        rows += [_row(line, name, line.text) for line in _lines(folder / name)]
    return rows


def sentences_of(text: str) -> list[str]:
    """Its sentences, or what there is of it, as production cuts it."""
    clean = prose(text)
    return sentences(clean) or [clean.strip() or text]


def answers(files: Iterable[Path]) -> Iterator[str]:
    """Answers of assistants in recorded exchanges: field `truth.answer_text`, each once."""
    seen: set[str] = set()
    for file in files:
        for line in file.read_bytes().splitlines():
            truth: object = msgspec.json.decode(line).get("truth")
            text = truth.get("answer_text") if isinstance(truth, dict) else None
            if isinstance(text, str) and text.strip() and text not in seen:
                seen.add(text)
                yield text


def of(rows: Sequence[Row], language: str, *, held_out: bool) -> list[Row]:
    """The rows of one language and one side of the split."""
    return [row for row in rows if row.language == language and row.held_out == held_out]
