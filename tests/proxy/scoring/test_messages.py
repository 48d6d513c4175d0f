from __future__ import annotations

import pytest

from proxy.reasons import Reason
from proxy.records import Finding
from proxy.scoring.messages import (
    Failed,
    FromScorer,
    Hello,
    Job,
    Progress,
    Reader,
    Result,
    decode_from_scorer,
    decode_to_scorer,
    frame,
)

MESSAGES: list[FromScorer] = [
    Hello(
        classifier="embedded",
        version="2",
        threshold_set="t",
        warnings=(Reason("scorer_ended", "w", {"end": "crash", "count": 2}),),
    ),
    Progress(),
    Result(
        number=7,
        finding=Finding(
            classifier="embedded", version="2", scores={"toxicity": 0.5}, bias={"a/b": 2.0}
        ),
    ),
    Failed(reason="MemoryError", kind="load"),
]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_messages_arrive_whole_however_they_are_cut(size: int) -> None:
    data = b"".join(map(frame, MESSAGES))
    reader = Reader()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [decode_from_scorer(one) for piece in pieces for one in reader.feed(piece)] == MESSAGES


def test_a_job_shows_its_size_only() -> None:
    job = Job(number=1, subject="answer", hint="fr", text=b"MARKED")
    assert "MARKED" not in repr(job)
    (body,) = Reader().feed(frame(job))
    assert decode_to_scorer(body) == job
