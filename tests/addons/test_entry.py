"""The edge in a stock mitmdump, as a process of its own."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from proxy.exchange import from_bytes
from proxy.spool.inbox import Inbox
from tests.support.answers import QUESTION, answered, asked, streamed
from tests.support.edge import ROOT, configure
from tests.support.tls import Authority, client_context
from tests.support.upstream import Reply, Upstream, serving
from tests.support.visit import visit
from tests.support.waiting import wait_until

OPENAI = "api.openai.com"
CHAT = "/v1/chat/completions"
JSON = ("Content-Type", "application/json")
ENTRY = ROOT / "addons" / "entry.py"
MITMDUMP = Path(sys.executable).with_name("mitmdump")


@pytest.fixture
async def upstream(authority: Authority) -> AsyncIterator[Upstream]:
    async with serving(authority.server_context(OPENAI, "www.example.org")) as running:
        running.replies[CHAT] = Reply(streamed(), headers=[("Content-Type", "text/event-stream")])
        running.replies["/v1/embeddings"] = Reply([answered()])
        yield running


def command(port: int, *more: str) -> list[str]:
    listen = ["--listen-host", "127.0.0.1", "--listen-port", str(port)]
    return [str(MITMDUMP), "-s", str(ENTRY), *listen, *more]


def environment(config: Path) -> dict[str, str]:
    """Neither the working directory nor PYTHONPATH help to find the project."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return {**kept, "JAUGE_CONFIG": str(config), "HOME": str(config.parent)}


@contextlib.contextmanager
def mitmdump(config: Path, *more: str) -> Iterator[tuple[int, Path]]:
    """A running mitmdump: its port, and the file of all that it prints."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    printed = config.parent / "printed"
    with printed.open("wb") as output:
        process = subprocess.Popen(
            command(port, *more),
            env=environment(config),
            cwd=config.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(
            lambda: (
                f"listening at 127.0.0.1:{port}" in printed.read_text()
                or process.poll() is not None
            ),
            "mitmdump listens",
        )
        assert process.poll() is None, printed.read_text()
        yield port, printed
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def settings(authority: Authority, **more: object) -> Mapping[str, object]:
    return {"edge.upstream_ca": str(authority.certificate), **more}


async def test_it_audits_and_passes_the_rest(
    tmp_path: Path, authority: Authority, upstream: Upstream
) -> None:
    config = configure(tmp_path, settings(authority))
    ca = tmp_path / "var" / "ca" / "mitmproxy-ca-cert.pem"
    with mitmdump(config) as (port, printed):
        for alpn in ("http/1.1", "h2"):
            async with visit(port, upstream.port, client_context(ca, [alpn]), OPENAI) as client:
                answer = await client.request("POST", CHAT, headers=[JSON], body=asked(stream=True))
                assert answer.body == b"".join(streamed())
        real = client_context(authority.certificate)
        async with visit(port, upstream.port, real, "www.example.org") as client:
            assert (await client.request("GET", "/secret?path=1")).complete
    inbox = Inbox(tmp_path / "var" / "outbox", {})
    records = [from_bytes(one.record) for one in inbox.read(10) if one.record]
    inbox.close()
    assert [(r.tool, r.output_tokens, r.streamed, r.status) for r in records] == [
        ("openai-api", 17, True, "ok")
    ] * 2
    said = printed.read_text()
    for mark in (QUESTION, OPENAI, "example.org", "secret", "completions", "Bonjour"):
        assert mark not in said
    assert not (tmp_path / ".mitmproxy").exists()
    assert not [
        path
        for path in (tmp_path / "var").rglob("*")
        if path.is_file() and QUESTION.encode() in path.read_bytes()
    ]


async def test_the_command_line_of_mitmdump_is_kept(
    tmp_path: Path, authority: Authority, upstream: Upstream
) -> None:
    config = configure(tmp_path, settings(authority))
    given = tmp_path / "own-ca"
    with mitmdump(config, "--set", f"confdir={given}") as (port, _):
        trust = client_context(given / "mitmproxy-ca-cert.pem")
        async with visit(port, upstream.port, trust, OPENAI) as client:
            assert (await client.request("POST", "/v1/embeddings", body=asked())).complete
    assert not (tmp_path / "var" / "ca").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"edge.workers": "viele"}, "edge.workers"),
        ({"edge.parent": "http://parent.example:3128"}, "edge.parent"),
        ({"catalogue.enable": ["no-such-tool"]}, "no-such-tool"),
        ({"state_dir": "/proc/jauge"}, "/proc/jauge"),
    ],
)
def test_a_wrong_configuration_ends_it(
    tmp_path: Path, changes: Mapping[str, object], said: str
) -> None:
    config = configure(tmp_path, changes)
    ended = _run(config)
    assert ended.returncode == 78
    assert ended.stderr.startswith("jauge: ")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_missing_configuration_ends_it(tmp_path: Path) -> None:
    ended = _run(tmp_path / "missing.yaml")
    assert ended.returncode == 78
    assert "missing.yaml" in ended.stderr


def _run(config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(0),
        env=environment(config),
        cwd=config.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_that_is_taken_ends_it(tmp_path: Path, authority: Authority) -> None:
    config = configure(tmp_path, settings(authority))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = subprocess.run(
            command(taken.getsockname()[1]),
            env=environment(config),
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1


def test_the_entry_only_assembles() -> None:
    tree = ast.parse(ENTRY.read_text())
    kinds = {type(node) for node in tree.body}
    assert kinds == {ast.Expr, ast.ImportFrom, ast.Assign}


def test_no_file_of_the_addons_hides_a_standard_module() -> None:
    names = {path.stem for path in ENTRY.parent.glob("*.py")}
    assert names & set(sys.stdlib_module_names) == set()


def test_the_edge_loads_nothing_heavy() -> None:
    program = (
        "import json, sys; import addons.assemble, addons.stock\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(found.stdout))
    heavy = {"torch", "codecarbon", "detoxify", "ecologits", "sqlalchemy", "onnxruntime"}
    ours = {"proxy.impact", "proxy.classify", "proxy.ledger", "proxy.report", "proxy.tokens"}
    assert (heavy | ours | {"pandas", "numpy", "tiktoken", "starlette"}) & loaded == set()
