"""Every recorded exchange, through the shipped catalogue and the reader, against its truth.

The recordings are not part of the project: the tests read the folder that the environment
variable JAUGE_RECORDED_EXCHANGES names (its README tells the fields), else are skipped.
Run with `-s` to see the table of what was read of each provider.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from proxy.providers import Call
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading
from tests.support.catalogue import everything_on
from tests.support.recorded import VARIABLE, body, needs_recordings

FOLDER = os.environ.get(VARIABLE)
FILES = sorted(Path(FOLDER).glob("*.jsonl")) if FOLDER else []
assert FILES or not FOLDER, f"{VARIABLE} names a folder without recordings"

pytestmark = needs_recordings

TRUTHS = {
    "model_requested": "model_asked",
    "model_answered": "model_answered",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cached_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "reasoning_tokens": "reasoning_tokens",
}
"""Field of the truth to field of the reading. A null truth states nothing."""

type Pieces = Callable[[bytes], Iterator[bytes]]


def whole(body: bytes) -> Iterator[bytes]:
    yield body


def bytewise(body: bytes) -> Iterator[bytes]:
    for at in range(len(body)):
        yield body[at : at + 1]


def odd(body: bytes) -> Iterator[bytes]:
    dice = random.Random(len(body))
    at = 0
    while at < len(body):
        size = dice.choice((1, 2, 3, 7, 61, 512, 4093))
        yield body[at : at + size]
        at += size


def route(record: dict[str, Any]) -> Call | None:
    catalogue = everything_on()
    host = catalogue.host(record["host"].partition(":")[0])
    if host is None or not host.decrypt:
        return None
    return catalogue.call(host, record["method"], record["path"], headers(record, "request"))


def headers(record: dict[str, Any], side: str) -> dict[str, str]:
    return {name.lower(): value for name, value in record[f"{side}_headers"]}


def read(record: dict[str, Any], call: Call, pieces: Pieces, *, squeeze: bool = False) -> Reading:
    """The reading; the recorded bodies are decoded, whatever their headers still say."""
    reader = Reader(call, limit_bytes=64 * 1024 * 1024)
    reader.start_request(headers(record, "request"))
    for piece in pieces(body(record, "request")):
        reader.feed_request(piece)
    reader.end_request()
    answered, answer = headers(record, "response"), body(record, "response")
    if squeeze:
        answered["content-encoding"], answer = "gzip", gzip.compress(answer)
    reader.start_answer(record["status"], answered)
    for piece in pieces(answer):
        reader.feed_answer(piece)
    return reader.finish()


def cited(record: dict[str, Any]) -> str | None:
    """The whole visible text of a Bedrock answer with citations; None for any other answer.

    The truth of these records leaves out the blocks of type citationsContent, although their
    text was generated and is shown: it has "The title of this document is ." of an answer
    that names the title. In a stream the same text comes as ordinary deltas, and counts.
    """
    answer = body(record, "response")
    if not answer.startswith(b"{") or b'"citationsContent"' not in answer:
        return None
    text = ""
    for block in json.loads(answer)["output"]["message"]["content"]:
        inner = block.get("citationsContent", {}).get("content", [])
        text += block.get("text", "") + "".join(piece["text"] for piece in inner)
    return text


def is_complete(record: dict[str, Any]) -> bool:
    """Whether the recording holds all of a successful exchange; some leave a body out."""
    omitted = b"omitted]" in body(record, "request")[-64:]
    return record["status"] < 300 and bool(body(record, "response")) and not omitted


def differences(record: dict[str, Any], reading: Reading) -> list[str]:
    """What was read otherwise than the truth says: names and numbers, no words."""
    truth = record["truth"]
    found = [
        f"{field}: {truth[field]} read as {getattr(reading, ours)}"
        for field, ours in TRUTHS.items()
        if truth[field] is not None and truth[field] != getattr(reading, ours)
    ]
    expected = cited(record) or truth["answer_text"]
    if expected and expected not in reading.answer_text:
        found.append("answer_text")
    if not reading.inference:
        found.append("read as no inference")
    if is_complete(record) and reading.parse_status != "ok":
        found.append(f"parse_status {reading.parse_status}")
    return found


@pytest.fixture(scope="module")
def table() -> Iterator[Counter[tuple[str, str]]]:
    """Exact readings and all readings by provider, printed when all is done."""
    seen: Counter[tuple[str, str]] = Counter()
    yield seen
    lines = [f"\n{'provider':28}{'exact':>7}{'of':>6}"]
    lines += [
        f"{name:28}{seen[name, 'exact']:7}{seen[name, 'all']:6}"
        for name in sorted({name for name, _ in seen})
    ]
    sys.stdout.write("\n".join(lines) + "\n")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("how", ["whole", "bytewise", "odd", "gzip"])
def test_every_stated_truth_is_read_exactly(
    file: Path, how: str, table: Counter[tuple[str, str]]
) -> None:
    pieces: Pieces = {"whole": whole, "bytewise": bytewise}.get(how, odd)
    wrong: dict[str, list[str]] = {}
    for record in map(json.loads, file.read_text().splitlines()):
        call = route(record)
        if call is None:
            if record["llm"]:
                wrong[record["id"]] = ["not routed"]
            continue
        reading = read(record, call, pieces, squeeze=how == "gzip")
        if not record["llm"]:
            if reading.inference:
                wrong[record["id"]] = ["read as inference"]
            continue
        found = differences(record, reading)
        table[record["provider"], "all"] += 1
        table[record["provider"], "exact"] += not found
        if found:
            wrong[record["id"]] = found
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
