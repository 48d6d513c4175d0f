"""What is shown of odd months, odd names, and small departments."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from proxy.bias import VERSION, tally
from proxy.ledger import Entry, Gap
from proxy.records import Finding, FindingStatus, Range, ScoredSentence
from proxy.texts import LANGS, Texts
from proxy.web.pages import PAGES
from tests.support.ledger import finding, impact, plain
from tests.support.site import configure, recording, text_of
from tests.support.town import NOW
from tests.support.web import ask

HOSTILE = "<script>alert('à')</script>&amp;\"onload=x"
LONG = "Direction générale adjointe de la transition écologique, des mobilités " * 4


async def test_before_anything_was_recorded(tmp_path: Path) -> None:
    with recording(configure(tmp_path), gaps=[Gap(NOW, "tunnels", "claude", 3)]) as app:
        for path in ("/en/", "/en/uses"):
            assert "Nothing has been measured this month yet" in await text_of(app, path)
        overview = await text_of(app, "/en/")
        assert "Not decrypted 3 connections" in overview
        assert not re.search(r"\bWh\b", overview)
        assert "No exchange has been recorded yet." in await text_of(app, "/en/system")


async def test_a_month_with_one_exchange(tmp_path: Path) -> None:
    one = Entry(plain(NOW - 60, sanction="sanctioned"), impact(), finding(flags=()))
    with recording(configure(tmp_path), [one]) as app:
        overview = await text_of(app, "/en/")
        assert "1 request was sent to 1 AI tool. It took between 0.10 and 2.7 Wh" in overview
        assert "0.10 – 2.7 Wh central value: 0.50 Wh" in overview
        assert "none; at most 100%" in overview, "three divided by one answer"
        uses = await text_of(app, "/en/uses")
        assert "Le Chat approved 1 100% 0.10 – 0.50 – 2.7 Wh" in uses


async def test_tools_without_an_estimate(tmp_path: Path) -> None:
    with recording(configure(tmp_path), [Entry(plain(NOW - 60), None, None)]) as app:
        overview = await text_of(app, "/en/")
        assert "1 request without an estimate." in overview
        assert "Electricity no estimate" in overview
        assert "A glass of water" not in overview
        uses = await text_of(app, "/en/uses")
        assert "Le Chat approved 1 100% no estimate no estimate no estimate" in uses


async def test_water_that_may_be_none_has_no_upper_end(tmp_path: Path) -> None:
    spent = impact(water_onsite_ml=Range(0.0, 2.0, 4.0), water_electricity_ml=Range(0.0, 8.0, 16.0))
    with recording(configure(tmp_path), [Entry(plain(NOW - 60), spent, None)]) as app:
        overview = await text_of(app, "/en/")
        assert "it takes at least 10 (central value: 20)" in overview
        assert "data centres: at least 50 (central value: 100)" in overview
        assert "Le Chat 10 – 20 – no limit 50 – 100 – no limit" in await text_of(app, "/en/uses")


async def test_a_range_is_never_one_figure(tmp_path: Path) -> None:
    """Whatever the figures, low, central and high are told apart."""
    spans = [impact(scale) for scale in (1e-7, 0.0313, 1.0, 7e5)]
    for number, spent in enumerate(spans):
        folder = tmp_path / str(number)
        folder.mkdir()
        with recording(configure(folder), [Entry(plain(NOW - 60), spent, None)]) as app:
            page = (await ask(app, "/en/")).text
        figures = re.findall(r'<p class="figure">([^<]*)<span', page)
        assert len(figures) == 3
        for ends in figures:
            low, _, high = ends.replace("\u00a0", " ").strip().partition(" – ")
            assert float(low.replace(",", "")) < float(high.replace(",", ""))


async def test_hostile_and_long_names_are_shown_as_text(tmp_path: Path) -> None:
    organisation = {
        "name": HOSTILE,
        "departments": [
            {"name": "voirie", "label": HOSTILE, "headcount": 9},
            {"name": "mobilites", "label": LONG, "headcount": 9},
        ],
        "contacts": {"dpo": HOSTILE},
        "compliance": {"controller": HOSTILE},
    }
    entries = [
        Entry(
            plain(NOW - 60, department="voirie", tool=HOSTILE), impact(), finding(language="<b>")
        ),
        Entry(plain(NOW - 60, department="mobilites"), impact(), finding(flags=("<i>",))),
    ]
    with recording(configure(tmp_path, organisation), entries) as app:
        for page in PAGES:
            text = (await ask(app, f"/fr/{page.path}")).text
            assert "<script>" not in text
            assert "&lt;script&gt;" in text, "the name of the organisation, escaped"
            assert not re.search(r"<b>|<i>|\"onload=", text.partition("<main")[2])
        uses = (await ask(app, "/fr/uses")).text
        assert LONG.strip() in uses, "whole in the table, cut in the chart"
        assert "…" in uses


async def test_small_departments_are_nowhere_by_their_name(tmp_path: Path) -> None:
    entries = [
        Entry(plain(NOW - 60, department=name), impact(), finding())
        for name in ("cabinet", "archives", "urbanisme")
    ]
    with recording(configure(tmp_path), entries) as app:
        uses = await text_of(app, "/fr/uses")
        assert "Autres services (regroupés) 2" in uses
        assert "Urbanisme et habitat 1" in uses
        pages = [await text_of(app, f"/fr/{page.path}") for page in PAGES]
        assert not any("Cabinet du maire" in text for text in pages)


async def test_flags_come_with_their_denominator_and_interval(tmp_path: Path) -> None:
    found = [finding(flags=("toxicity",) if number < 3 else ()) for number in range(100)]
    unscored = Finding(classifier="embedded", version="1", status="too_short", language="fr")
    entries = [Entry(plain(NOW - 60), impact(), one) for one in (*found, unscored)]
    with recording(configure(tmp_path), entries) as app:
        overview = await text_of(app, "/en/")
    # Wilson's interval of 3 in 100 is 1.03 to 8.45 %.
    assert "French embedded 1, t1 100 3 1.0 – 3.0 – 8.5%" in overview
    assert "By category, this month: Toxicity 3." in overview
    assert "Not scored 1" in overview


async def test_markers_of_bias_come_with_their_counts_and_their_reference(tmp_path: Path) -> None:
    texts = ("La directrice arrive.", "Le directeur arrive.")
    sentences = [ScoredSentence(text, {"toxicity": 0.0}) for text in texts]
    counted = finding(bias=dict(tally(sentences, "fr")), bias_version=VERSION, flags=())
    few = [Entry(plain(NOW - 60), impact(), counted)]
    many = [Entry(plain(NOW - 60), impact(), counted) for _ in range(40)]
    for number, (entries, shown) in enumerate(((few, False), (many, True))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with recording(configure(folder), entries) as app:
            overview = await text_of(app, "/en/")
        assert ("Markers of bias" in overview) == shown, "one answer proves nothing"
    # One trade of a woman and one of a man in each of 40 answers: 40 of 80, parity.
    assert re.search(r"French 40 80 \S+ – 50 – \S+% 50% \(parity\) compatible", overview)


async def test_why_answers_have_no_score(tmp_path: Path) -> None:
    found = [Finding(classifier="embedded", version="1", status="too_short", language="fr")] * 2
    found.append(Finding(classifier="embedded", version="1", status="lost", language="fr"))
    entries = [Entry(plain(NOW - 60), impact(), one) for one in found]
    with recording(configure(tmp_path), entries) as app:
        overview = await text_of(app, "/en/")
    assert "No answer was scored this month" in overview
    assert "Not scored: 2 too short and 1 whose words were lost." in overview


def test_every_outcome_has_its_words() -> None:
    for lang in LANGS:
        texts = Texts(lang)
        for status in get_args(FindingStatus):
            assert status == "scored" or texts.t(f"page.outcomes.{status}", count=2)
