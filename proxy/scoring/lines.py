"""Scoring as a filter: texts as JSON lines in, scores as JSON lines out. Nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from proxy.records import Finding
from proxy.scoring.scoring import Scoring, Text

__all__ = ["LONGEST", "BadLine", "answers", "parse", "read_lines"]

LONGEST = 64 * 1024 * 1024
"""Bytes of one line."""
READ_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no question. What stands in it is not told."""

    number: int
    expected: str

    def __str__(self) -> str:
        return f"line {self.number}: expected {self.expected}"


@dataclass(frozen=True, slots=True, repr=False)
class _Question:
    id: str | float | None
    text: Text


def read_lines(read: Callable[[int], bytes]) -> Iterator[list[tuple[int, bytes]]]:
    """What has come, whenever something has: whole lines with their numbers, from 1.

    `read` gives what is there, at most so many bytes, and nothing at the end. A line
    beyond `LONGEST` comes empty-handed: as a single NUL.
    """
    number, rest = 0, bytearray()
    too_long = False
    while data := read(READ_BYTES):
        *whole, last = (bytes(rest) + data).split(b"\n") if b"\n" in data else [data]
        if not whole:
            if len(rest) + len(data) > LONGEST:
                too_long = True
                rest.clear()
            rest += b"" if too_long else data
            continue
        if too_long:
            whole[0], too_long = b"\0", False
        yield [(number + at, line) for at, line in enumerate(whole, 1)]
        number += len(whole)
        rest = bytearray(last)
    if rest or too_long:
        yield [(number + 1, b"\0" if too_long else bytes(rest))]


def parse(line: bytes) -> _Question | None:
    """A question, or None where the line is none."""
    try:
        given = json.loads(line)
        name, text, language = given.get("id"), given["text"], given.get("lang") or ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(text, str) or not isinstance(language, str):
        return None
    if not isinstance(name, (str, int, float, type(None))):
        return None
    code = language.lower().replace("_", "-").split("-")[0]
    return _Question(name, Text(text, language="" if code == "unknown" else code))


def answers(
    scoring: Scoring, lines: Iterable[tuple[int, bytes]]
) -> Iterator[Mapping[str, object] | BadLine]:
    """An answer, or what is wrong, for each line that is not blank, in their order."""
    found: list[_Question | BadLine] = []
    for number, line in lines:
        if line.strip():
            question = parse(line)
            found.append(question or BadLine(number, '{"id", "text", "lang"?}'))
    questions = [one for one in found if isinstance(one, _Question)]
    findings = iter(scoring.findings([one.text for one in questions]))
    for one in found:
        yield one if isinstance(one, BadLine) else _answer(one, next(findings))


def _answer(question: _Question, finding: Finding) -> Mapping[str, object]:
    """`status` says why there are no scores; `toxicity` is 0 then, and `windows` too."""
    return {
        "id": question.id,
        "scores": dict(finding.scores) or {"toxicity": 0.0},
        "flags": list(finding.flags),
        "windows": finding.windows_scored,
        "classifier": finding.classifier,
        "version": finding.version,
        "lang": finding.language,
        "status": finding.status,
    }
