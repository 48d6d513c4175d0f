"""HTTP/2 from end to end: the client, Jauge and the service all speak it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.simulated.http1 import Answer as Reply
from bench.simulated.scenario import prompt_tokens
from tests.support.client import Answer, Http2, connected
from tests.support.raw import context
from tests.support.running import Product
from tests.support.scenes import HOST, chat_chunks
from tests.support.stage import REFERENCE, Stage
from tests.support.waiting import wait_until

URL = f"https://{HOST}/v1/chat/completions"
SSE = [("content-type", "text/event-stream")]


def asked(*, stream: bool) -> dict[str, Any]:
    message = {"role": "user", "content": "Quels sont les horaires ?"}
    body: dict[str, Any] = {"model": "gpt-4o-mini", "messages": [message], "stream": stream}
    return body | ({"stream_options": {"include_usage": True}} if stream else {})


def client(proxy: str, authority: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(http2=True, proxy=proxy, verify=context(authority), timeout=60)


@pytest.fixture
async def through(jauge: Product) -> AsyncIterator[httpx.AsyncClient]:
    async with client(jauge.proxy, jauge.authority) as one:
        yield one


async def settled(jauge: Product, *references: str) -> Mapping[str, list[Mapping[str, Any]]]:
    return await asyncio.to_thread(jauge.settled, references)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("coding", [None, "gzip", "br", "zstd", "deflate"])
async def test_answers_are_those_of_a_direct_connection(
    jauge: Product,
    stage: Stage,
    through: httpx.AsyncClient,
    coding: str | None,
    *,
    stream: bool,
) -> None:
    reference = f"h2-{coding}-{stream}"
    headers = {"x-simulated-coding": coding} if coding else {}
    async with client(stage.url, stage.ca) as direct:
        expected = await direct.post(URL, json=asked(stream=stream), headers=headers)
    headers[REFERENCE] = reference
    answer = await through.post(URL, json=asked(stream=stream), headers=headers)
    assert (answer.http_version, stage.request(reference).version) == ("HTTP/2", "HTTP/2")
    assert answer.status_code == expected.status_code
    assert answer.headers.raw == expected.headers.raw
    assert answer.content == expected.content
    (row,) = (await settled(jauge, reference))[reference]
    counts = {
        "input_tokens": prompt_tokens(stage.request(reference)),
        "output_tokens": 24,
        "streamed": stream,
        "status": "ok",
        "parse_status": "ok",
    }
    assert {name: row[name] for name in counts} == counts


async def test_streams_of_one_connection_do_not_mix(
    jauge: Product, stage: Stage, through: httpx.AsyncClient
) -> None:
    names = [f"h2-beside-{number}" for number in range(24)]

    async def ask(number: int, name: str) -> httpx.Response:
        headers = {REFERENCE: name, "x-simulated-events": str(number + 1)}
        headers |= {"x-simulated-pause-ms": "3"}
        return await through.post(URL, json=asked(stream=True), headers=headers)

    await through.post(URL, json=asked(stream=False), headers={REFERENCE: "h2-first"})
    answers = await asyncio.gather(*(ask(*one) for one in enumerate(names)))
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.content.count(b'"delta":{"content"') for answer in answers] == [
        number + 1 for number in range(24)
    ]
    rows = await settled(jauge, *names)
    assert [[row["output_tokens"] for row in rows[name]] for name in names] == [
        [number + 1] for number in range(24)
    ]


async def test_a_stream_that_the_service_resets_leaves_the_others_alone(
    jauge: Product, through: httpx.AsyncClient
) -> None:
    pace = {"x-simulated-pause-ms": "5"}
    cut = {REFERENCE: "h2-reset", "x-simulated-abort-after": "6", **pace}
    kept = {REFERENCE: "h2-beside-reset", **pace}
    first, second = await asyncio.gather(
        through.post(URL, json=asked(stream=True), headers=cut),
        through.post(URL, json=asked(stream=True), headers=kept),
        return_exceptions=True,
    )
    assert isinstance(first, httpx.RemoteProtocolError)
    assert isinstance(second, httpx.Response)
    assert second.content.endswith(b"data: [DONE]\n\n")
    rows = await settled(jauge, "h2-reset", "h2-beside-reset")
    ((broken,), (whole,)) = rows["h2-reset"], rows["h2-beside-reset"]
    assert (broken["status"], broken["parse_status"]) == ("aborted", "partial")
    assert broken["answer_chars"] > 0
    assert (whole["status"], whole["output_tokens"]) == ("ok", 24)


async def test_a_stream_that_the_client_cancels_leaves_the_others_alone(jauge: Product) -> None:
    tls = context(jauge.authority)
    tls.set_alpn_protocols(["h2"])
    body = json.dumps(asked(stream=True)).encode()
    async with connected(443, proxy=jauge.port, tls=tls, name=HOST) as connection:
        assert isinstance(connection, Http2)

        def start(reference: str, events: int) -> asyncio.Task[Answer]:
            headers = [(REFERENCE, reference), ("x-simulated-pause-ms", "20")]
            headers.append(("x-simulated-events", str(events)))
            work = connection.request("POST", "/v1/chat/completions", headers=headers, body=body)
            return asyncio.create_task(work)

        cancelled, kept = start("h2-cancel", 500), start("h2-beside-cancel", 24)
        await asyncio.to_thread(wait_until, lambda: connection.has_answered(1), "the first event")
        connection.cancel(1)
        assert not (await cancelled).complete
        assert (await kept).body.endswith(b"data: [DONE]\n\n")
    rows = await settled(jauge, "h2-cancel", "h2-beside-cancel")
    ((broken,), (whole,)) = rows["h2-cancel"], rows["h2-beside-cancel"]
    assert (broken["status"], broken["parse_status"]) == ("aborted", "partial")
    assert 0 < broken["answer_chars"] < 1000
    assert (whole["status"], whole["output_tokens"]) == ("ok", 24)


async def test_trailers_and_large_bodies_arrive(
    jauge: Product, stage: Stage, through: httpx.AsyncClient
) -> None:
    stage.next.append(Reply(fields=SSE, chunks=chat_chunks(), trailers=[("x-checksum", "42")]))
    answer = await through.post(URL, json=asked(stream=True), headers={REFERENCE: "h2-trailers"})
    assert answer.content == b"".join(chat_chunks())
    large = asked(stream=False) | {"padding": "x" * 3_000_000}
    answer = await through.post(URL, json=large, headers={REFERENCE: "h2-large"})
    assert answer.status_code == 200
    assert len(stage.request("h2-large").body) > 3_000_000
    rows = await settled(jauge, "h2-trailers", "h2-large")
    assert [row["output_tokens"] for row in rows["h2-trailers"]] == [12]
    assert [row["request_bytes"] for row in rows["h2-large"]] == [
        len(stage.request("h2-large").body)
    ]
