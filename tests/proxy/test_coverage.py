from __future__ import annotations

from proxy.coverage import Coverage, coverage, gap_counts
from proxy.ledger import FindingTotal, Gap
from proxy.records import Finding, FindingStatus


def found(classifier: str, status: FindingStatus, requests: int, **more: str) -> FindingTotal:
    basis = Finding(classifier=classifier, version="1", status=status, **more)  # type: ignore[arg-type]
    return FindingTotal((), basis, requests, 0, 0, 0)


def test_worked_by_hand() -> None:
    gaps = gap_counts(
        [
            Gap(0, "tunnels", "claude", 5),
            Gap(0, "tunnels", "other", 900),  # the bank, the press: no LLM service
            Gap(0, "passthrough", "chatgpt", 2),
            Gap(0, "requests_passed", "chatgpt", 40),
            Gap(0, "outbox_lost", "", 3),
            Gap(0, "record_damaged", "", 1),
            Gap(0, "refused", "chatgpt", 1),
            Gap(0, "truncated", "chatgpt", 7),  # measured, if not whole
            Gap(0, "simulated", "", 1),
        ]
    )
    assert gaps["simulated"] == 0
    parsed = {"ok": 90, "partial": 4, "unknown_format": 3, "oversize": 2, "ws_handoff": 1}
    findings = [
        found("embedded", "scored", 60),
        found("embedded", "too_short", 30),
        found("detoxify", "scored", 10),
        found("embedded", "scored", 99, subject="prompt"),
    ]
    assert coverage(parsed, 95, gaps, findings) == Coverage(
        recorded=100,
        undecrypted=7,
        passed=40,
        unparsed=9,
        without_impact=5,
        scored=60,
        unscored=40,
        lost=5,
    )
    assert coverage(parsed, 95, gaps, findings).seen == 105


def test_of_nothing() -> None:
    assert coverage({}, 0, {}, []) == Coverage(0, 0, 0, 0, 0, 0, 0, 0)
