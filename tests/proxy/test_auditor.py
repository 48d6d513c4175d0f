"""The auditor as a process, fed through real files and a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from proxy.exchange import Exchange, to_bytes
from proxy.spool.channel import WordsSender
from proxy.spool.messages import EdgeHealth, Words
from proxy.spool.outbox import Outbox
from proxy.spool.segment import segments
from tests.support.auditing import open_ledger
from tests.support.auditor import RunningAuditor, write_config
from tests.support.ledger import plain
from tests.support.waiting import wait_until as wait_often

wait_until = partial(wait_often, pause_s=0.1)
"""Asking a process over HTTP more often would only slow it down."""

MARK = "motrarissime"
ANSWER = f"La mairie vous répond : {MARK}. Elle est ouverte de neuf heures à dix-sept heures."
MODEL = "mistral-large-2512"
TUNNELS = 'jauge_connections_total{connection="tunnelled",tool="chatgpt"}'
NEW = 'jauge_ledger_exchanges_total{written="new"}'


class Worker:
    """What a worker does at the end of an exchange."""

    def __init__(self, state_dir: Path, name: str = "w0") -> None:
        self.outbox = Outbox(state_dir / "outbox", worker=name, limit_bytes=1 << 30)
        self.sender = WordsSender(state_dir / "words.sock")
        self.name = name

    def finish(self, **changes: object) -> Exchange:
        one = plain(
            time.time() - 1.5,
            department="voirie",
            model_asked=MODEL,
            input_tokens=None,
            output_tokens=None,
            input_source="none",
            output_source="none",
            prompt_chars=40,
            answer_chars=len(ANSWER),
            answer_language="fr",
            prompt_language="fr",
            **changes,
        )
        words = Words(id=one.id, prompt=f"Où est {MARK} ?", answer=ANSWER, messages=1)
        sent = self.sender.send(words)
        record = to_bytes(plain_with(one, words="sent" if sent else "dropped"))
        self.outbox.put(record)
        return one

    def tell(self, tunnels: int, **changes: object) -> None:
        state = self.outbox.state()
        self.sender.send(
            EdgeHealth(
                edge="edge",
                worker=self.name,
                boot_id=f"boot-{self.name}",
                sent_at=time.time(),
                counters={"tunnels": {"chatgpt": tunnels}},
                histograms={},
                outbox_queued=state.queued,
                outbox_error=state.error,
                **changes,  # type: ignore[arg-type]
            )
        )

    def close(self) -> None:
        self.outbox.close()
        self.sender.close()


def plain_with(one: Exchange, **changes: object) -> Exchange:
    import msgspec

    return msgspec.structs.replace(one, **changes)


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path)


@pytest.fixture
def worker(state_dir: Path) -> Iterator[Worker]:
    worker = Worker(state_dir)
    yield worker
    worker.close()


def _recorded(state_dir: Path) -> dict[str, Exchange]:
    with open_ledger(state_dir) as ledger:
        return {row.exchange.id: row.exchange for row in ledger.rows(0, 1e11)}


def test_counts_and_words_become_rows_metrics_and_findings(
    config: Path, state_dir: Path, worker: Worker
) -> None:
    with RunningAuditor(config) as auditor:
        wait_until(lambda: auditor.get("/readyz").status_code == 200, "it is ready")
        exchanges = [worker.finish() for _ in range(30)]
        worker.tell(4)
        wait_until(lambda: auditor.metric(NEW) == 30, "all are recorded")
        wait_until(lambda: auditor.health()["components"]["edges"]["status"] == "ok", "it is heard")
        scored = 'jauge_analysis_total{classifier="embedded",outcome="scored"}'
        wait_until(lambda: auditor.metric(scored) == 30, "all are scored")
        text = auditor.get("/metrics").text
        assert 'department="unknown"' in text, "voirie is in no organisation.yaml"
        wait_until(lambda: auditor.metric(TUNNELS) == 4, "what the edge counted is recorded")
        assert auditor.metric('jauge_edge_workers{edge="edge"}') == 1
        assert auditor.terminate() == 0
    recorded = _recorded(state_dir)
    assert set(recorded) == {one.id for one in exchanges}
    assert {one.output_source for one in recorded.values()} == {"counted"}
    assert {one.model for one in recorded.values()} == {MODEL}
    with open_ledger(state_dir) as ledger:
        (row,) = ledger.latest(1)
        assert row.impact is not None
        assert row.impact.energy_wh.low < row.impact.energy_wh.central < row.impact.energy_wh.high
        assert [finding.status for finding in row.findings] == ["scored"]
        assert [(gap.kind, gap.tool, gap.count) for gap in ledger.gaps(0, 1e11)] == [
            ("tunnels", "chatgpt", 4)
        ]


def test_no_word_is_found_in_any_file_or_output(
    config: Path, state_dir: Path, worker: Worker
) -> None:
    with RunningAuditor(config) as auditor:
        for _ in range(20):
            worker.finish()
        # A message whose words cannot be used must not be told either.
        worker.sender.send(Words(id=MARK, prompt=MARK, answer=MARK))
        wait_until(lambda: auditor.metric(NEW) == 20, "all are recorded")
        shown = auditor.get("/metrics").text + auditor.get("/healthz").text
        auditor.terminate()
    worker.close()
    files = [path for path in state_dir.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"ledger.sqlite", "auditor.lock"}
    assert [path.name for path in files if MARK.encode() in path.read_bytes()] == []
    assert MARK not in shown
    assert MARK not in auditor.output


def test_everything_it_makes_is_the_owners_alone(config: Path, state_dir: Path) -> None:
    with RunningAuditor(config) as auditor:
        wait_until(lambda: auditor.get("/readyz").status_code == 200, "it is ready")
        modes = {path.name: path.stat().st_mode & 0o077 for path in state_dir.rglob("*")}
        assert modes
        assert set(modes.values()) == {0}


def test_it_can_leave_no_core_dump(config: Path) -> None:
    with RunningAuditor(config) as auditor:
        limits = Path(f"/proc/{auditor.process.pid}/limits").read_text()
        (line,) = [line for line in limits.splitlines() if "core file" in line]
        assert line.split()[4:6] == ["0", "0"]


FEEDER = """
import sys, threading, time
from pathlib import Path
from tests.proxy.test_auditor import Worker
worker = Worker(Path(sys.argv[1]), sys.argv[2])
enough = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), enough.set()), daemon=True).start()
number = 0
while not enough.wait(0.05):
    for _ in range(8):
        print(worker.finish().id)
        number += 1
    worker.tell(number)
worker.outbox.close()
worker.tell(number)
print("done", flush=True)
sys.stdin.readline()
worker.sender.close(5.0)
"""


class Feeder:
    """A process that finishes exchanges until it is told to stop."""

    def __init__(self, state_dir: Path, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", FEEDER, str(state_dir), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.ids: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "done\n":
                break
            self.ids.append(line.strip())

    def say(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """It hands over no more, and keeps its connection to the auditor."""
        self.say()
        self._reader.join(30)

    def close(self) -> None:
        self._process.communicate("\n", timeout=30)

    def kill(self) -> None:
        """Whatever became of the test, it must not go on."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def feeders(state_dir: Path) -> Iterator[list[Feeder]]:
    """Two of them."""
    found = [Feeder(state_dir, name) for name in ("w0", "w1")]
    yield found
    for one in found:
        one.kill()


@pytest.mark.slow
def test_killed_again_and_again_under_load_nothing_is_lost_or_counted_twice(
    config: Path, state_dir: Path, feeders: list[Feeder]
) -> None:
    kills, scraped = 4, 0.0
    for _ in range(kills):
        with RunningAuditor(config) as auditor:
            wait_until(partial(auditor.metric, NEW), "it has recorded something")
            wait_until(partial(auditor.metric, TUNNELS), "it has shown what an edge counted")
            scraped += auditor.metric(TUNNELS)
            auditor.kill()
    with RunningAuditor(config) as auditor:
        for feeder in feeders:
            feeder.stop()
        wait_until(lambda: not segments(state_dir / "outbox"), "all is recorded")
        for feeder in feeders:
            feeder.close()
        wait_until(lambda: auditor.health()["components"]["words"]["detail"]["senders"] == 0, "end")
        scraped += auditor.metric(TUNNELS)
        assert auditor.terminate() == 0
    ids = [one for feeder in feeders for one in feeder.ids]
    assert len(ids) == len(set(ids))
    assert set(_recorded(state_dir)) == set(ids)
    with open_ledger(state_dir) as ledger:
        assert ledger.counts().rows == len(ids)
        assert sum(total.requests for total in ledger.totals(0, 1e11)) == len(ids)
        tunnels = [gap.count for gap in ledger.gaps(0, 1e11) if gap.kind == "tunnels"]
        assert sum(tunnels) == len(ids)
        assert 0 < scraped <= len(ids), "what was scraped before a kill is not counted again"
        assert not [name for name in ledger.positions() if name.endswith(".seg")]
        outcomes = [[one.status for one in row.findings] for row in ledger.rows(0, 1e11)]
    assert {len(found) for found in outcomes} == {1}, "each exchange has one outcome"
    assert {status for found in outcomes for status in found} <= {"scored", "lost"}


def test_a_scorer_that_is_killed_costs_no_count_and_no_outcome(
    config: Path, state_dir: Path, worker: Worker
) -> None:
    with RunningAuditor(config) as auditor:
        wait_until(lambda: auditor.get("/readyz").status_code == 200, "it is ready")
        ids = {worker.finish().id for _ in range(100)}
        (first,) = _scorers(auditor.process.pid)
        os.kill(first, signal.SIGKILL)
        ids |= {worker.finish().id for _ in range(100)}
        wait_until(lambda: auditor.metric(NEW) == 200, "all are recorded")
        wait_until(lambda: _outcomes(auditor) == 200, "all have an outcome")
        assert auditor.metric('jauge_scorer_ends_total{end="crash"}') == 1
        assert auditor.health()["status"] != "fail"
        assert auditor.terminate() == 0
    with open_ledger(state_dir) as ledger:
        rows = {row.exchange.id: row.findings for row in ledger.rows(0, 1e11)}
    assert set(rows) == ids
    assert {len(found) for found in rows.values()} == {1}
    assert {one.status for found in rows.values() for one in found} <= {"scored", "error"}


def _scorers(auditor: int) -> list[int]:
    """Its children that score."""

    def found() -> list[int]:
        children = Path(f"/proc/{auditor}/task").glob("*/children")
        pids = [int(pid) for one in children for pid in one.read_text("ascii").split()]
        return [
            pid for pid in pids if b"proxy.scoring" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    wait_until(found, "the scorer has been started")
    return found()


def _outcomes(auditor: RunningAuditor) -> float:
    text = auditor.get("/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("jauge_analysis_total{")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def test_stopped_under_load_it_records_what_is_there(
    config: Path, state_dir: Path, worker: Worker
) -> None:
    with RunningAuditor(config) as auditor:
        exchanges = [worker.finish() for _ in range(400)]
        worker.outbox.close()
        assert auditor.terminate() == 0
    assert set(_recorded(state_dir)) == {one.id for one in exchanges}
    assert segments(state_dir / "outbox") == []


def test_interrupted_it_ends_as_well(config: Path) -> None:
    with RunningAuditor(config) as auditor:
        auditor.process.send_signal(signal.SIGINT)
        assert auditor.finish() == 0


def test_a_second_auditor_on_the_same_folder_is_refused(config: Path) -> None:
    with RunningAuditor(config):
        second = RunningAuditor(config, lock_wait_s=0.0)
        assert second.finish() == 78
        assert "another auditor works on" in second.output


def test_a_taken_address_is_told_with_its_remedy(tmp_path: Path, state_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        config = write_config(tmp_path, auditor={"listen": address})
        auditor = RunningAuditor(config)
        assert auditor.finish() == 78
    remedy = "another program listens there. Stop it, or choose another port."
    assert f"auditor.listen: {address}: {remedy}" in auditor.output


def test_a_zone_that_nobody_knows_is_told(tmp_path: Path, state_dir: Path) -> None:
    auditor = RunningAuditor(write_config(tmp_path, measured={"zone": "ATL"}))
    assert auditor.finish() == 78
    assert "config/jauge.yaml: measured.zone: expected a zone with a mix, got ATL" in auditor.output


def test_a_state_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    auditor = RunningAuditor(write_config(tmp_path))
    assert auditor.finish() == 78
    assert "(EEXIST); see state_dir" in auditor.output


def test_a_ledger_that_cannot_be_opened_fails_health_and_counts_wait(
    config: Path, state_dir: Path, worker: Worker
) -> None:
    (state_dir / "ledger.sqlite").write_bytes(b"this is no database" * 100)
    with RunningAuditor(config) as auditor:
        worker.finish()
        wait_until(lambda: auditor.get("/healthz").status_code == 503, "health fails")
        part = auditor.health()["components"]["ledger"]
        assert part["status"] == "fail"
        assert part["reasons"] == ["the ledger cannot be written (damaged); counts wait on disk"]
        assert "Le fichier du registre est abîmé" in auditor.get("/fr/system").text
        assert auditor.get("/readyz").status_code == 503
        os.unlink(state_dir / "ledger.sqlite")  # noqa: PTH108 - what the operator does
        wait_until(lambda: auditor.metric(NEW) == 1, "the count is recorded")
        wait_until(lambda: auditor.health()["components"]["ledger"]["status"] == "ok", "it is well")
        assert auditor.terminate() == 0
