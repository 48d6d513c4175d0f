"""With levers and without, client, service and addons see the same."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gzip
import json
import logging
import random
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from mitmproxy import addonmanager, exceptions, hooks, http, options
from mitmproxy.master import Master
from mitmproxy.test import tflow

from addons import levers
from addons.levers import LEVERS, chosen, replaced
from proxy.config import load
from tests.support import edge, tls
from tests.support.client import Answer, Fields, connected
from tests.support.upstream import Reply, Seen, Upstream, serving

TEXT = "".join(f'data: {{"delta":"mot numéro {i}"}}\n\n' for i in range(400)).encode()
BIG = random.Random(7).randbytes(5_000_000)
CODINGS = {
    "identity": TEXT,
    "gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
}


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


@dataclass(frozen=True)
class Case:
    """One path of the service and how it is asked for."""

    reply: Reply
    method: str = "POST"
    body: bytes = b'{"model":"m"}'
    headers: Sequence[tuple[str, str]] = (("X-Mixed-Case", "oui"), ("Accept-Encoding", "br"))
    trailers: Sequence[tuple[str, str]] = ()


def _coded(coding: str, framing: str) -> Case:
    kind = [("Content-Type", "text/event-stream"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    coded = [*kind, ("Content-Encoding", coding)] if coding != "identity" else kind
    pieces = cut(CODINGS[coding], 61)
    return Case(Reply(pieces, headers=coded, framing=framing))  # type: ignore[arg-type]


CASES: dict[str, Case] = {
    **{
        f"{coding}-{framing}": _coded(coding, framing)
        for coding in CODINGS
        for framing in ("length", "chunked", "close")
    },
    "five-megabytes": Case(Reply(cut(BIG, 100_000))),
    "five-megabytes-chunked": Case(Reply(cut(BIG, 8_000), framing="chunked")),
    "five-megabytes-sent": Case(Reply([b"{}"]), body=BIG),
    "one-byte-chunks": Case(Reply(cut(TEXT[:300], 1), framing="chunked")),
    "paced": Case(Reply(cut(TEXT[:300], 30), framing="chunked", pause_s=0.003)),
    "empty": Case(Reply([], status=204, framing="close"), method="GET", body=b""),
    "head": Case(Reply([b"abc"]), method="HEAD", body=b""),
    "error": Case(Reply([b'{"error":{"type":"x"}}'], status=429)),
    "trailers": Case(Reply([b"a", b"b"], framing="chunked", trailers=[("X-Sum", "1")])),
    "trailers-sent": Case(Reply([b"{}"]), trailers=[("X-Sum", "2")]),
    "service-aborts-chunked": Case(Reply(cut(TEXT, 500), framing="chunked", abort_after=5)),
    "service-aborts-length": Case(Reply(cut(TEXT, 500), abort_after=5)),
    "service-aborts-at-once": Case(Reply([b"abc"], framing="chunked", abort_after=0)),
}

VARIANTS: dict[str, object] = {
    "none": False,
    "all": True,
    **{name: [name] for name in LEVERS},
}


@dataclass
class Running:
    """One worker per choice of levers, all before the same service."""

    authority: tls.Authority
    workers: dict[str, edge.Worker]
    records: dict[str, Path]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    authority = tls.Authority.make(tmp_path_factory.mktemp("authority"))
    with contextlib.ExitStack() as stack:
        workers, records = {}, {}
        for name, value in VARIANTS.items():
            folder = tmp_path_factory.mktemp(name)
            settings = {"edge.levers": value, "edge.upstream_ca": str(authority.certificate)}
            records[name] = folder / "flows.jsonl"
            workers[name] = stack.enter_context(
                edge.worker(
                    edge.configure(folder, settings),
                    addons="tests.support.edge:recorder",
                    environ={edge.RECORD: str(records[name])},
                )
            )
        yield Running(authority, workers, records)


@pytest.fixture
async def upstream(running: Running) -> AsyncIterator[Upstream]:
    async with serving(running.authority.server_context("127.0.0.1")) as service:
        service.replies = {f"/{name}": case.reply for name, case in CASES.items()}
        yield service


async def observe(
    upstream: Upstream, case: str, alpn: str, worker: edge.Worker | None, running: Running
) -> tuple[Answer, Seen]:
    """Answer and request of one case; directly, without a worker."""
    authority = worker.authority if worker else running.authority.certificate
    context = tls.client_context(authority, [alpn])
    port = worker.port if worker else None
    asked = CASES[case]
    async with asyncio.timeout(30), connected(upstream.port, proxy=port, tls=context) as client:
        answer = await client.request(
            asked.method,
            f"/{case}",
            headers=asked.headers,
            body=asked.body,
            trailers=asked.trailers,
        )
    answer.pieces = []
    return answer, upstream.seen[-1]


def without(fields: Fields, *names: bytes) -> Fields:
    return [field for field in fields if field[0].lower() not in names]


@pytest.mark.parametrize("alpn", ["http/1.1", "h2"])
@pytest.mark.parametrize("case", CASES)
async def test_client_and_service_see_the_same_with_levers_without_and_directly(
    case: str, alpn: str, running: Running, upstream: Upstream
) -> None:
    direct_answer, direct_request = await observe(upstream, case, alpn, None, running)
    expected, request = await observe(upstream, case, alpn, running.workers["none"], running)
    for name in ("all", *LEVERS):
        found = await observe(upstream, case, alpn, running.workers[name], running)
        assert asdict(found[0]) == asdict(expected), name
        assert asdict(found[1]) == asdict(request), name
    assert asdict(request) == asdict(direct_request)
    if direct_answer.complete:
        assert asdict(expected) == asdict(direct_answer)
    else:
        assert not expected.complete
        assert direct_answer.body.startswith(expected.body)


@pytest.mark.parametrize("alpn", ["http/1.1", "h2"])
async def test_a_client_that_leaves_is_told_upstream_and_harms_nobody(
    alpn: str, running: Running, upstream: Upstream
) -> None:
    upstream.replies["/slow"] = Reply(cut(TEXT, 100), framing="chunked", pause_s=0.02)
    for worker in running.workers.values():
        context = tls.client_context(worker.authority, [alpn])
        async with connected(upstream.port, proxy=worker.port, tls=context) as client:
            answer = await client.request("GET", "/slow", stop_after=300)
            assert TEXT.startswith(answer.body)
        async with asyncio.timeout(5):
            while upstream._tasks:  # noqa: ASYNC110 - it only has a set
                await asyncio.sleep(0.01)
        answer, _ = await observe(upstream, "gzip-chunked", alpn, worker, running)
        assert answer.complete


async def test_addons_see_the_same_hooks_bytes_and_errors(
    running: Running, upstream: Upstream
) -> None:
    for path in running.records.values():
        path.unlink(missing_ok=True)
    for worker in running.workers.values():
        for alpn in ("http/1.1", "h2"):
            for case in CASES:
                await observe(upstream, case, alpn, worker, running)
    recorded = {name: _flows(path) for name, path in running.records.items()}
    assert len(recorded["none"]) == 2 * len(CASES)
    for name, flows in recorded.items():
        assert flows == recorded["none"], name


def _flows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_version_that_was_not_compared_turns_every_lever_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "jauge.edge"):
        assert chosen(switch=True, running="99.0.0") == ()
    assert "coalesce, checks, headers, options, dispatch" in caplog.text
    assert "99.0.0" in caplog.text


def test_levers_are_chosen_all_none_or_by_name(caplog: pytest.LogCaptureFixture) -> None:
    assert chosen(switch=True) == tuple(LEVERS)
    assert chosen(switch=False) == ()
    assert chosen(["headers"]) == ("headers",)
    assert caplog.text == ""
    with pytest.raises(KeyError):
        chosen(["lift"])


def test_the_configuration_knows_every_lever_by_name(tmp_path: Path) -> None:
    config = load(edge.configure(tmp_path, {"edge.levers": list(LEVERS)}))
    assert config.settings.edge.levers == tuple(LEVERS)


def test_what_was_replaced_comes_back() -> None:
    before = [
        vars(patch.owner).get(patch.name) for one in LEVERS.values() for patch in one.patches()
    ]
    undo = levers.pull(LEVERS)
    assert "get" in vars(http.Headers)
    levers.put(undo)
    after = [
        vars(patch.owner).get(patch.name) for one in LEVERS.values() for patch in one.patches()
    ]
    assert after == before
    assert "get" not in vars(http.Headers)


@pytest.mark.parametrize("name", ["content-type", "Content-Type", b"CONTENT-TYPE", "absent", "é"])
def test_headers_are_looked_up_as_before(name: str | bytes) -> None:
    fields = [(b"Content-Type", b"a"), (b"X", b"1"), (b"content-type", b"\xff")]

    def look() -> list[object]:
        headers = http.Headers(fields)
        try:
            item: object = headers[name]
        except KeyError as error:
            item = repr(error)
        return [
            item,
            headers.get(name),
            headers.get(name, 7),
            name in headers,
            headers.get_all(name),
        ]

    expected = look()
    with replaced(LEVERS["headers"].patches()):
        assert look() == expected
        with pytest.raises(TypeError):
            5 in http.Headers(fields)  # noqa: B015


def test_options_stay_what_they_are_and_lists_are_still_copied() -> None:
    known = options.Options()
    expected = {name: getattr(known, name) for name in known._options}
    with replaced(LEVERS["options"].patches()):
        assert {name: getattr(known, name) for name in known._options} == expected
        known.mode.append("socks5")
        assert known.mode == ["regular"]
        known.update(tcp_timeout=7)  # type: ignore[no-untyped-call]
        assert known.tcp_timeout == 7
        assert copy.deepcopy(known).tcp_timeout == 7


class Saying:
    """An addon that writes down what it hears."""

    def __init__(self, name: str, log: list[str], *children: object) -> None:
        self.name = name
        self.addons = list(children)
        self._log = log

    async def request(self, flow: http.HTTPFlow) -> None:
        await asyncio.sleep(0)
        self._log.append(f"{self.name} {flow.request.method}")

    def update(self, flows: Sequence[object]) -> None:
        self._log.append(f"{self.name} update {len(flows)}")


class Failing(Saying):
    def request(self, flow: http.HTTPFlow) -> None:  # type: ignore[override]
        self._log.append(f"{self.name} fails")
        raise ValueError(flow.request.method)


class Halting(Saying):
    def request(self, flow: http.HTTPFlow) -> None:  # type: ignore[override]
        del flow
        self._log.append(f"{self.name} halts")
        raise exceptions.AddonHalt


async def _play(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Some hooks over some addons, one added and one removed on the way."""
    log: list[str] = []
    master = Master(options.Options())
    manager: Any = master.addons
    try:
        failing = Failing("failing", log, Saying("its-child", log))
        manager.add(Saying("first", log, Saying("child", log)), failing)
        await manager.handle_lifecycle(http_request())
        manager.add(Saying("last", log))
        await manager.handle_lifecycle(http_request())
        manager.remove(failing)
        manager.add(Halting("halting", log), Saying("never", log))
        await manager.handle_lifecycle(http_request())
        await manager.trigger_event(hooks.UpdateHook([]))
        manager.clear()
        await manager.handle_lifecycle(http_request())
    finally:
        master._legacy_log_events.uninstall()
    log += [record.message for record in caplog.records if record.name == addonmanager.__name__]
    caplog.clear()
    return log


def http_request() -> hooks.Hook:
    from mitmproxy.proxy.layers.http._hooks import HttpRequestHook

    return HttpRequestHook(tflow.tflow())


async def test_hooks_reach_the_same_addons_in_the_same_order(
    caplog: pytest.LogCaptureFixture,
) -> None:
    expected = await _play(caplog)
    assert expected[:6] == [
        *("first GET", "child GET", "failing fails"),
        *("first update 1", "child update 1", "failing update 1"),
    ]
    assert "Addon error: GET" in expected
    with replaced(LEVERS["dispatch"].patches()):
        assert await _play(caplog) == expected
