"""Marked words pass through everything; afterwards nothing that was written holds one.

Prompts, answers, keys, logins, paths, queries, cookies, host names and error texts carry
marks, through ordinary calls, failures, a stopped and a killed auditor, full channels and
every command. All files of the state folder, of the home and temporary folders, all output
of all processes, the pages of the auditor and all exports are then searched.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.support.leaks import found_in, marked, snapshot
from tests.support.marks import (
    ANSWER,
    PASSWORD,
    PROMPT,
    SECRETS,
    STEPS,
    USER,
    body,
    call,
    opened,
)
from tests.support.running import Product, free_port, product
from tests.support.stage import Stage, staged
from tests.support.waiting import wait_until

PARENT = f"{marked('parent-user')}:{marked('parent-password')}"
OPERATORS = frozenset({"jauge.yaml", "htpasswd", "organisation.yaml"})
"""Files that the operator wrote."""
ORGANISATION = f"""
name: Ville de Test
departments:
  - {{name: finances, headcount: 22, credentials: [{USER}]}}
"""


@dataclass
class Life:
    """What was written while the marked words passed."""

    stage: Stage
    written: list[tuple[str, bytes]] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    dropped_words: float = 0.0
    segments_seen: int = 0


def without_an_auditor(jauge: Product, stage: Stage, life: Life) -> None:
    """It stands still while words arrive, until no more are taken; then it is killed."""
    before = jauge.pid("auditor")
    os.kill(before, signal.SIGSTOP)
    try:
        turn = {"role": "user", "content": f"{marked('stalled')} {'mot ' * 12_000}"}
        data = body(stream=False, messages=[turn] * 10)  # longer than one text is kept
        with opened(jauge) as connection:
            for number in range(60):
                reference = f"stalled-{number}"
                assert connection.ask(call(reference, data, ("x-simulated-text", ANSWER))).complete
        time.sleep(0.5)
        found = list(snapshot(jauge.config.parent, OPERATORS))
        life.segments_seen = sum(
            name.endswith(".seg") and len(content) > 5000 for name, content in found
        )
        life.written += [(f"stopped: {name}", content) for name, content in found]
    finally:
        os.kill(before, signal.SIGKILL)
    wait_until(lambda: jauge.pid("auditor") != before, "another auditor")
    jauge.wait_ready()
    del stage


def commands(jauge: Product) -> Iterator[tuple[str, bytes]]:
    """What each command prints."""
    for words in (
        ("doctor",),
        ("doctor", "--json"),
        ("check",),
        ("exchanges",),
        ("exchanges", "--raw"),
        ("exchanges", "--format", "csv", "--raw"),
    ):
        error = jauge.config.parent / "command.err"
        with error.open("w") as file, contextlib.redirect_stderr(file):
            _, text = jauge.jauge(*words)
        yield f"jauge {' '.join(words)}", text.encode() + error.read_bytes()


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("private")
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    digest = hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()
    (folder / "htpasswd").write_text(f"{USER}:{{SHA}}{base64.b64encode(digest).decode()}\n")
    ports = [free_port(), free_port()]
    settings = {
        "edge.listen": None,
        "edge.listeners": [
            {"listen": f"127.0.0.1:{ports[0]}"},
            {
                "listen": f"127.0.0.1:{ports[1]}",
                "mode": "reverse",
                "target": "https://api.mistral.ai",
            },
        ],
        "edge.htpasswd": str(folder / "htpasswd"),
        "content.score_prompts": True,
    }
    environ = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    environ |= {"PYTHONASYNCIODEBUG": "1"}  # logs more than anybody should ask for
    with staged(tmp_path_factory.mktemp("private-stage"), credentials=PARENT) as stage:
        found = Life(stage)
        with product(
            folder, stage, settings, ports=ports, organisation=ORGANISATION, environ=environ
        ) as jauge:
            for step in STEPS:
                step(jauge, stage)
            jauge.settled(["web"])
            _look(jauge, found, "served")
            without_an_auditor(jauge, stage, found)
            found.rows = _all_rows(jauge)
            dropped = sum(row["words"] == "dropped" for row in found.rows)
            jauge.wait_metric("jauge_words_total", dropped, words="dropped")
            jauge.kill("worker-1")
            jauge.pid("worker-1")
            _look(jauge, found, "killed")
        found.written += snapshot(folder, OPERATORS)
        found.written.append(("output", (folder / "jauge.log").read_bytes()))
        yield found


def _all_rows(jauge: Product) -> list[dict[str, object]]:
    last = [f"stalled-{number}" for number in range(60)]
    return [dict(row) for rows in jauge.settled(last).values() for row in rows]


def _look(jauge: Product, found: Life, when: str) -> None:
    pages = ("", "uses", "trust", "notice", "reports", "system", "authority")
    for page in ("/metrics", "/healthz", "/readyz", *(f"/fr/{one}" for one in pages)):
        found.written.append((f"{when}: {page}", jauge.fetch(page)[1].encode()))
    found.dropped_words = max(
        found.dropped_words, jauge.metric("jauge_words_total", words="dropped")
    )
    for name, data in [*commands(jauge), *snapshot(jauge.config.parent, OPERATORS)]:
        found.written.append((f"{when}: {name}", data))


def test_nothing_that_was_written_holds_a_marked_word(life: Life) -> None:
    leaks = {name: found for name, data in life.written if (found := found_in(data))}
    assert leaks == {}


def test_the_marked_words_did_pass(life: Life) -> None:
    """Else the search above proves nothing."""
    assert {f"{name}: {value}" for name, value in SECRETS} <= {
        f"{name}: {value}" for one in life.stage.seen for name, value in one.fields
    }
    assert sum(PROMPT.encode() in one.body for one in life.stage.seen) >= 10
    assert {row["reference"] for row in life.rows} >= {
        *(
            f"ordinary-{stream}-{coding}"
            for stream in (False, True)
            for coding in ("", "gzip", "br")
        ),
        *(f"failing-{number}" for number in range(12)),
        *("half-a-request", "large", "names", "reverse", "form", "socket", "web"),
        *(f"stalled-{number}" for number in range(60)),
    }
    scored = [row for row in life.rows if row["finding_status"] == "scored"]
    assert len(scored) >= 9
    assert any("insult" in row["finding_flags"] for row in scored)  # type: ignore[operator]
    assert {row["department"] for row in life.rows} == {"finances", "unknown"}


def test_the_search_looked_where_it_matters(life: Life) -> None:
    names = {name for name, _ in life.written}
    for expected in ("state/ledger.sqlite", "state/journal.log", "state/passthrough.json"):
        assert any(name.endswith(expected) for name in names), expected
    assert life.segments_seen >= 1
    output = next(data for name, data in life.written if name == "output")
    assert b"jauge" in output
    assert all(data for name, data in life.written if name.startswith("served: jauge"))


def test_words_were_dropped_and_counted(life: Life) -> None:
    """While nobody took them, and never to a disk."""
    stalled = [row for row in life.rows if str(row["reference"]).startswith("stalled-")]
    dropped = [row for row in stalled if row["words"] == "dropped"]
    assert dropped
    assert {row["finding_status"] for row in dropped} == {"lost"}
    assert life.dropped_words == len(dropped)
    assert {row["output_tokens"] for row in stalled} == {1}


def test_the_search_finds_marks() -> None:
    word = marked("prompt")
    for data in (word, word.lower(), f"x{word}y"):
        assert found_in(data.encode())
        assert found_in(data.encode("utf-16-le"))
    for shift in range(3):
        assert found_in(base64.b64encode(b"-" * shift + word.encode()))
    assert not found_in(b"what an operator may read")
