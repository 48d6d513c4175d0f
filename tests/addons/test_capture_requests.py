"""Requests that are large, chunked, early or late: a real worker in between."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.answers import QUESTION, answered, asked
from tests.support.client import Http1
from tests.support.tls import Authority
from tests.support.upstream import Reply, serving
from tests.support.visit import Edge, visit

CHAT = "/v1/chat/completions"
OPENAI = "api.openai.com"
JSON = ("Content-Type", "application/json")
SSE = (("Content-Type", "text/event-stream"),)
BOTH = pytest.mark.parametrize("alpn", ["http/1.1", "h2"])


@BOTH
async def test_a_request_beyond_the_limit_passes_whole_and_is_marked(
    town: Edge, authority: Authority, alpn: str
) -> None:
    body = asked(prompt=QUESTION + "x" * 300_000)
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([answered()])
        async with visit(town.port, upstream.port, town.trust(alpn), OPENAI) as client:
            answer = await client.request("POST", CHAT, headers=[JSON], body=body)
        [record] = await town.coming()
    assert upstream.seen[0].body == body
    assert answer.complete
    assert (record.status, record.parse_status) == ("truncated", "partial")
    assert (record.request_bytes, record.output_tokens) == (len(body), 17)


async def test_a_chunked_request(town: Edge, authority: Authority) -> None:
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([answered()])
        async with visit(town.port, upstream.port, town.trust(), OPENAI) as client:
            answer = await client.request(
                "POST", CHAT, headers=[JSON], body=asked(), trailers=[("X-Sum", "1")]
            )
        [record] = await town.coming()
    assert answer.complete
    assert upstream.seen[0].body == asked()
    assert (record.prompt_chars, record.request_bytes) == (len(QUESTION), len(asked()))


async def test_an_answer_that_comes_before_the_request_has_ended(
    town: Edge, authority: Authority
) -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(refusal)
        await writer.drain()
        writer.close()

    context = authority.server_context(OPENAI, alpn=["http/1.1"])
    server = await asyncio.start_server(refuse, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    head = f"POST {CHAT} HTTP/1.1\r\nHost: {OPENAI}\r\nContent-Length: 50000000\r\n\r\n"
    async with visit(town.port, port, town.trust("http/1.1"), OPENAI) as client:
        assert isinstance(client, Http1)
        client.writer.write(head.encode() + b"{" * 100)
        got = await asyncio.wait_for(client.reader.readexactly(len(refusal)), 20)
    [record] = await town.coming()
    server.close()
    assert got == refusal
    assert (record.status, record.http_status) == ("client_error", 413)
    assert (record.request_bytes, record.response_bytes) == (100, 2)


async def test_a_client_that_waits_for_leave_to_send(town: Edge, authority: Authority) -> None:
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([answered()])
        async with visit(town.port, upstream.port, town.trust("http/1.1"), OPENAI) as client:
            assert isinstance(client, Http1)
            size = f"Content-Length: {len(asked())}\r\n"
            head = f"POST {CHAT} HTTP/1.1\r\nHost: {OPENAI}\r\nExpect: 100-continue\r\n{size}\r\n"
            client.writer.write(head.encode())
            leave = await asyncio.wait_for(client.reader.readuntil(b"\r\n\r\n"), 20)
            client.writer.write(asked())
            answer = await client.answer("POST")
        [record] = await town.coming()
    assert leave.startswith(b"HTTP/1.1 100 ")
    assert (answer.body, upstream.seen[0].body) == (answered(), asked())
    assert record.status == "ok"
