"""The section on bias, from a ledger that holds counts of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from proxy.bias import VERSION, tally
from proxy.bias.keys import POPULATIONS, group_names
from proxy.ledger import Entry, Ledger
from proxy.records import Finding, ScoredSentence
from proxy.report.model_answers import Bias
from tests.proxy.report.test_make import filled
from tests.support.ledger import plain
from tests.support.towns import ORGANISATION

OCTOBER = 1_792_000_000.0  # 2026-10-14
REFERENCE = "gender: {women: 0.62, source: rapport social unique 2025}\n"


def entries(tool: str, texts: Sequence[str], insult: float = 0.0) -> list[Entry]:
    """Answers of one sentence each."""
    found = []
    for number, text in enumerate(texts):
        bias = tally([ScoredSentence(text, {"insult": insult})], "fr")
        finding = Finding(
            classifier="embedded", version="0", language="fr", bias=bias, bias_version=VERSION
        )
        found.append(Entry(plain(OCTOBER + number, tool=tool), None, finding))
    return found


def section(folder: Path, written: Sequence[Entry]) -> Bias:
    def fill(ledger: Ledger) -> None:
        ledger.write(written)

    return filled(folder, fill, "2026-10", ORGANISATION + REFERENCE).bias


def test_shares_with_their_reference_and_how_often_groups_are_named(tmp_path: Path) -> None:
    women = ["Madame Sow reçoit les agents."] * 30
    men = ["Monsieur Roux reçoit les seniors."] * 50
    found = section(tmp_path, [*entries("le-chat", women), *entries("chatgpt", men)])
    assert found.measured
    lines = {line.key: line for line in found.lines}
    share = lines["gendered/women"]
    assert (share.counted.part, share.counted.whole, share.counted.unit) == (30, 80, "mentions")
    assert (share.reference, share.reference_source) == (0.62, "rapport social unique 2025")
    assert share.note == "apart"
    assert share.counted.low is not None
    assert share.counted.high is not None
    assert share.counted.low < 0.375 < share.counted.high
    assert (lines["group/old"].counted.part, lines["group/old"].counted.whole) == (50, 80)
    assert lines["forms/inclusive"].reference_source == "hce"
    assert "group/young" not in lines


def test_attributes_are_compared_over_all_tools(tmp_path: Path) -> None:
    found = section(
        tmp_path,
        [
            *entries("le-chat", ["Madame Sow est douce."] * 20 + ["Madame Sow arrive."] * 20),
            *entries("chatgpt", ["Monsieur Roux est doux."] + ["Monsieur Roux arrive."] * 39),
        ],
    )
    (care,) = found.comparisons
    assert (care.key, care.tool, care.state, care.differs) == (
        "about/women/care",
        "",
        "measured",
        True,
    )
    assert (care.part, care.whole, care.other_part, care.other_whole) == (20, 40, 1, 40)
    assert care.ratio == pytest.approx(20.0)


def test_what_the_embedded_classifier_does_not_claim_is_only_counted(tmp_path: Path) -> None:
    """No shift is measured for this made-up version, so that not even insults are told."""
    texts = ["Les seniors arrivent.", "La mairie ouvre."] * 40
    found = section(tmp_path, entries("le-chat", texts, insult=0.9))
    assert found.comparisons == ()
    assert found.not_claimed == len(group_names()) * len(POPULATIONS["group/none"])
    assert found.too_few == len(POPULATIONS["about/women"])


def test_without_counts_it_is_not_measured(tmp_path: Path) -> None:
    found = section(tmp_path, [Entry(plain(OCTOBER))])
    assert (found.measured, found.reason) == (False, "not_measured")


def test_the_section_is_plain_data(tmp_path: Path) -> None:
    found = section(tmp_path, entries("le-chat", ["Madame Sow est douce."] * 40))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Bias) == found
    assert "Sow" not in json.dumps(msgspec.to_builtins(found))
