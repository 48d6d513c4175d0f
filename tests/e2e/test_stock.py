"""`mitmdump -s addons/entry.py` in the same environment audits too."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.edge import ROOT, environment
from tests.support.raw import Raw
from tests.support.running import Product, free_port, product
from tests.support.scenes import HOST, chat, chat_chunks
from tests.support.stage import Stage
from tests.support.waiting import wait_until


@contextlib.contextmanager
def mitmdump(auditor: Product, stage: Stage, log: Path) -> Iterator[int]:
    """A stock mitmdump with our entry file; its port."""
    port = free_port()
    program = str(Path(sys.executable).with_name("mitmdump"))
    command = [program, "-s", str(ROOT / "addons" / "entry.py")]
    command += ["--mode", f"upstream:{stage.url}"]
    command += ["--listen-host", "127.0.0.1", "--listen-port", str(port)]
    environ = {**environment(), "JAUGE_CONFIG": str(auditor.config)}
    del environ["PYTHONPATH"]  # the installed project must be enough
    if not ROOT.samefile(os.path.realpath(sys.prefix + "/..")):
        environ["PYTHONPATH"] = str(ROOT)  # another checkout than the environment's own
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environ, cwd="/")

    def listens() -> bool:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        wait_until(listens, "mitmdump listens")
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def test_a_stock_mitmdump_audits(tmp_path: Path, stage: Stage) -> None:
    settings = {"edge.parent": None}  # mitmdump goes through a parent by its own options
    log = tmp_path / "mitmdump.log"
    with product(tmp_path, stage, settings, command="audit") as auditor:
        with mitmdump(auditor, stage, log) as port:
            with Raw.tunnel(port, HOST, auditor.authority) as connection:
                answer = connection.ask(chat("stock"))
            assert answer.complete
            assert answer.body.endswith(b"data: [DONE]\n\n")
            assert answer.body.count(b"\n\n") == len(chat_chunks(24))
            (row,) = auditor.settled(["stock"])["stock"]
        expected = {
            "tool": "openai-api",
            "streamed": True,
            "status": "ok",
            "parse_status": "ok",
            "output_tokens": 24,
            "output_source": "reported",
            "finding_status": "scored",
        }
        assert {name: row[name] for name in expected} == expected
        assert row["energy_central_wh"] > 0
    assert "Quels sont" not in log.read_text()
