"""What an operator sees of a running product: health, metrics, doctor, exports, its parts."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.edge import ROOT, environment
from tests.support.raw import Raw
from tests.support.running import Product, product
from tests.support.scenes import HOST, chat
from tests.support.stage import Stage
from tests.support.waiting import wait_until


def ask(jauge: Product, reference: str, **more: object) -> None:
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        assert connection.ask(chat(reference, **more)).complete  # type: ignore[arg-type]


def test_health_and_doctor_are_content(jauge: Product) -> None:
    ask(jauge, "healthy")
    jauge.settled(["healthy"])
    health = jauge.health()
    parts = {name: part["status"] for name, part in health["components"].items()}
    assert {parts[name] for name in ("ledger", "inbox", "outbox", "edges", "words")} == {"ok"}
    assert health["components"]["edges"]["detail"]["workers"] == 2
    assert jauge.fetch("/readyz") == (200, "ready\n")
    code, text = jauge.jauge("doctor", "--json")
    failures = [one for one in json.loads(text)["findings"] if one["state"] == "fail"]
    assert (code, failures) == (0, [])


def test_metrics_count_what_passed(jauge: Product) -> None:
    jauge.wait_quiet()
    labels = {"tool": "openai-api", "status": "ok", "channel": "api"}
    before = jauge.metric("jauge_requests_total", **labels)
    energy = jauge.metric("jauge_energy_joules_total", tool="openai-api")
    ask(jauge, "counted")
    (row,) = jauge.settled(["counted"])["counted"]
    jauge.wait_metric("jauge_requests_total", before + 1, **labels)
    assert jauge.metric("jauge_requests_total", **labels) == before + 1
    spent = jauge.metric("jauge_energy_joules_total", tool="openai-api") - energy
    assert spent == pytest.approx(row["energy_central_wh"] * 3600, rel=1e-6)
    handed = jauge.metric("jauge_handed_over_total")
    jauge.wait_metric("jauge_requests_total", handed)


def test_invented_model_names_add_no_series(jauge: Product) -> None:
    names = [f"invented-{number}" for number in range(40)]
    ask(jauge, names[0], model=names[0])
    jauge.settled(names[:1])
    before = series(jauge)
    for name in names[1:]:
        ask(jauge, name, model=name, stream=False)
    rows = jauge.settled(names)
    assert [rows[name][0]["model_asked"] for name in names] == names
    assert series(jauge) == before


def series(jauge: Product) -> set[str]:
    """Names and labels of the series by model."""
    lines = jauge.fetch("/metrics")[1].splitlines()
    return {line.rpartition(" ")[0] for line in lines if 'model="' in line}


def test_exports_are_files_that_programs_read(jauge: Product, tmp_path: Path) -> None:
    ask(jauge, "exported")
    jauge.settled(["exported"])
    code, text = jauge.jauge("exchanges", "--format", "csv")
    assert code == 0
    public = list(csv.DictReader(io.StringIO(text)))
    assert public
    assert "reference" not in public[0]
    out = tmp_path / "rows.jsonl"
    assert jauge.jauge("exchanges", "--raw", "--out", str(out))[0] == 0
    raw = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(raw) >= len(public)
    assert sum(row["reference"] == "exported" for row in raw) == 1
    assert jauge.jauge("exchanges", "--since", "2000-01", "--until", "2000-02") == (0, "")
    journal = (jauge.state_dir / "journal.log").read_text()
    assert journal.count("exchanges --raw") >= 2


def test_the_command_line_says_what_runs(jauge: Product) -> None:
    for line in (f"proxy      http://127.0.0.1:{jauge.port}", "SHA-256 ", "curl --proxy "):
        assert line in jauge.said
    done = subprocess.run(
        [sys.executable, "-m", "proxy", "check", "--config", str(jauge.config)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert str(jauge.port) in done.stdout


@pytest.fixture
def edge(tmp_path: Path, stage: Stage) -> Iterator[Product]:
    with product(tmp_path, stage, {"edge.workers": 1}, command="edge") as one:
        yield one


def test_an_edge_runs_without_an_auditor_which_catches_up(edge: Product) -> None:
    names = [f"apart-{number}" for number in range(5)]
    for name in names:
        ask(edge, name)
    outbox = edge.state_dir / "outbox"
    wait_until(lambda: sum(one.stat().st_size for one in outbox.glob("*.seg")) > 2000, "on disk")
    assert edge.exchanges() == []
    log = edge.config.parent / "auditor.log"
    auditor = Product(edge.config, log, edge.ports, edge.metrics_port)
    with auditor.started("audit"):
        rows = auditor.settled(names)
        assert [len(rows[name]) for name in names] == [1] * 5
        (row,) = rows[names[0]]
        assert row["output_tokens"] == 24
        assert row["energy_central_wh"] > 0
        assert row["finding_status"] in {"lost", "scored"}  # the words may have been too old
        ask(edge, "together")
        (row,) = auditor.settled(["together"])["together"]
        assert row["finding_status"] == "scored"
