"""What is read, and that reading changes nothing: a real worker between client and service."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from tests.support.answers import QUESTION, REPLY, answered, asked, chunk, streamed
from tests.support.client import Http1
from tests.support.tls import Authority
from tests.support.upstream import Reply, serving
from tests.support.visit import Edge, visit

CHAT = "/v1/chat/completions"
OPENAI = "api.openai.com"
JSON = ("Content-Type", "application/json")
SSE = (("Content-Type", "text/event-stream"),)
BOTH = pytest.mark.parametrize("alpn", ["http/1.1", "h2"])


def deflated(data: bytes) -> bytes:
    return zlib.compress(data)


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": deflated,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@BOTH
async def test_a_json_exchange(town: Edge, authority: Authority, alpn: str) -> None:
    sent = [JSON, ("Authorization", "Bearer sk-hidden"), ("X-Dossier", "2026/117"), ("X-Odd", "é")]
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([answered()], headers=[JSON, ("X-Request-Id", "r1")])
        async with visit(town.port, upstream.port, town.trust(alpn), OPENAI) as client:
            answer = await client.request("POST", CHAT, headers=sent, body=asked())
        [record] = await town.coming()
        words = await town.saying(record.id)

    assert answer.body == answered()
    assert answer.complete
    assert answer.header("x-request-id") == "r1"
    [seen] = upstream.seen
    assert seen.body == asked()
    expected = [(k.encode(), v.encode()) for k, v in sent]
    if alpn == "h2":
        expected = [(k.lower(), v) for k, v in expected]
    assert [f for f in seen.headers if f[0].lower() not in (b"host", b"content-length")] == expected
    given = {
        "department": record.department,
        "edge": record.edge,
        "tool": record.tool,
        "provider": record.provider,
        "sanction": record.sanction,
        "channel": record.channel,
        "wire_format": record.wire_format,
        "model_asked": record.model_asked,
        "model_answered": record.model_answered,
        "tokens": (record.input_tokens, record.output_tokens),
        "sources": (record.input_source, record.output_source),
        "chars": (record.prompt_chars, record.answer_chars),
        "languages": (record.prompt_language, record.answer_language),
        "bytes": (record.request_bytes, record.response_bytes),
        "status": (record.status, record.http_status, record.parse_status),
        "streamed": record.streamed,
        "words": record.words,
        "reference": record.reference,
    }
    assert given == {
        "department": "accueil",
        "edge": "mairie-1",
        "tool": "openai-api",
        "provider": "openai",
        "sanction": "tolerated",
        "channel": "api",
        "wire_format": "openai-chat",
        "model_asked": "gpt-4o-mini",
        "model_answered": "gpt-4o-mini-2024-07-18",
        "tokens": (21, 17),
        "sources": ("reported", "reported"),
        "chars": (len(QUESTION), len(REPLY)),
        "languages": ("fr", "fr"),
        "bytes": (len(asked()), len(answered())),
        "status": ("ok", 200, "ok"),
        "streamed": False,
        "words": "sent",
        "reference": "2026/117",
    }
    assert record.time_to_first_byte_s is not None
    assert 0 <= record.time_to_first_byte_s <= record.duration_s
    assert (words.prompt, words.answer) == (QUESTION, REPLY)


@BOTH
@pytest.mark.parametrize("framing", ["chunked", "close"])
async def test_a_stream(town: Edge, authority: Authority, alpn: str, framing: str) -> None:
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply(streamed(), headers=SSE, framing=framing)  # type: ignore[arg-type]
        async with visit(town.port, upstream.port, town.trust(alpn), OPENAI) as client:
            answer = await client.request("POST", CHAT, headers=[JSON], body=asked(stream=True))
        [record] = await town.coming()
    assert answer.body == b"".join(streamed())
    assert answer.complete
    assert (record.streamed, record.output_tokens, record.parse_status) == (True, 17, "ok")
    assert record.answer_chars == len(REPLY) + 1


async def test_events_arrive_one_by_one(town: Edge, authority: Authority) -> None:
    """The service sends an event only when the client has had the one before."""
    had = asyncio.Event()

    async def one_by_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(len(asked(stream=True)))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
        for piece in streamed():
            had.clear()
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await had.wait()
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        writer.transport.abort()

    context = authority.server_context(OPENAI, alpn=["http/1.1"])
    server = await asyncio.start_server(one_by_one, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with visit(town.port, port, town.trust("http/1.1"), OPENAI) as client:
        assert isinstance(client, Http1)
        client.send("POST", CHAT, headers=[JSON], body=asked(stream=True))
        await client.reader.readuntil(b"\r\n\r\n")
        for piece in streamed():
            framed = b"%x\r\n%s\r\n" % (len(piece), piece)
            assert await asyncio.wait_for(client.reader.readexactly(len(framed)), 20) == framed
            had.set()
        assert await client.reader.readexactly(5) == b"0\r\n\r\n"
        [record] = await town.coming()
    server.close()
    assert (record.output_tokens, record.status) == (17, "ok")


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("streaming", [False, True])
async def test_content_codings_pass_as_they_are(
    town: Edge, authority: Authority, coding: str, *, streaming: bool
) -> None:
    plain = b"".join(streamed()) if streaming else answered()
    coded = CODINGS[coding](plain)
    pieces = [coded[at : at + 7] for at in range(0, len(coded), 7)]
    kind = SSE[0] if streaming else JSON
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply(
            pieces, headers=[kind, ("Content-Encoding", coding)], framing="chunked"
        )
        body = gzip.compress(asked(stream=streaming))
        head = [JSON, ("Accept-Encoding", "gzip, br, zstd"), ("Content-Encoding", "gzip")]
        async with visit(town.port, upstream.port, town.trust(), OPENAI) as client:
            answer = await client.request("POST", CHAT, headers=head, body=body)
        [record] = await town.coming()
    assert answer.body == coded
    assert upstream.seen[0].body == body
    assert upstream.seen[0].header("accept-encoding") == "gzip, br, zstd"
    assert (record.output_tokens, record.parse_status, record.prompt_chars) == (
        17,
        "ok",
        len(QUESTION),
    )
    assert (record.request_bytes, record.response_bytes) == (len(body), len(coded))


@BOTH
async def test_a_client_that_leaves_is_counted_with_what_it_got(
    town: Edge, authority: Authority, alpn: str
) -> None:
    pieces = [chunk("Bonjour "), chunk("à tous"), *streamed()]
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply(pieces, headers=SSE, framing="chunked", pause_s=0.2)
        async with visit(town.port, upstream.port, town.trust(alpn), OPENAI) as client:
            await client.request(
                "POST", CHAT, headers=[JSON], body=asked(stream=True), stop_after=len(pieces[0])
            )
        [record] = await town.coming()
    assert (record.status, record.parse_status, record.http_status) == ("aborted", "partial", 200)
    assert record.answer_chars >= len("Bonjour ")
    assert record.output_tokens is None
    assert record.response_bytes >= len(pieces[0])


async def test_a_client_that_leaves_with_the_last_byte_of_http_2_has_the_whole_answer(
    town: Edge, authority: Authority
) -> None:
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([answered()], pause_s=0.5)  # then the stream's end
        async with visit(town.port, upstream.port, town.trust("h2"), OPENAI) as client:
            await client.request(
                "POST", CHAT, headers=[JSON], body=asked(), stop_after=len(answered())
            )
        [record] = await town.coming()
    assert (record.status, record.parse_status) == ("ok", "ok")
    assert record.response_bytes == len(answered())


@BOTH
async def test_a_service_that_breaks_off(town: Edge, authority: Authority, alpn: str) -> None:
    pieces = streamed()
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply(
            pieces, headers=SSE, framing="chunked", abort_after=3, pause_s=0.05
        )
        async with visit(town.port, upstream.port, town.trust(alpn), OPENAI) as client:
            answer = await client.request("POST", CHAT, headers=[JSON], body=asked(stream=True))
        [record] = await town.coming()
    assert not answer.complete
    assert answer.body == b"".join(pieces[:3])
    assert (record.status, record.parse_status) == ("aborted", "partial")
    assert record.response_bytes == len(answer.body)


@pytest.mark.parametrize(
    ("code", "status"), [(400, "client_error"), (429, "client_error"), (503, "server_error")]
)
async def test_errors_of_the_service(
    town: Edge, authority: Authority, code: int, status: str
) -> None:
    body = json.dumps({"error": {"message": "Trop vite.", "code": "rate_limited"}}).encode()
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([body], status=code)
        async with visit(town.port, upstream.port, town.trust(), OPENAI) as client:
            answer = await client.request("POST", CHAT, headers=[JSON], body=asked())
        [record] = await town.coming()
    assert (answer.status, answer.body) == (code, body)
    assert (record.status, record.http_status, record.error_type) == (status, code, "rate_limited")


async def test_calls_that_match_no_rule_are_not_read(town: Edge, authority: Authority) -> None:
    before = (await town.counted()).get("requests_passed", {}).get("openai-api", 0)
    large = b"x" * 400_000
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies["/v1/files/f1/content"] = Reply([large], framing="chunked")
        upstream.replies["/v1/files"] = Reply([b"{}"])
        async with visit(town.port, upstream.port, town.trust(), OPENAI) as client:
            got = await client.request("GET", "/v1/files/f1/content?token=hidden")
            put = await client.request("POST", "/v1/files", headers=[JSON], body=large)
    assert got.body == large
    assert (put.complete, upstream.seen[1].body) == (True, large)
    assert (await town.counted())["requests_passed"]["openai-api"] == before + 2
    assert town.next(0) == []


async def test_words_stay_here_when_the_tool_is_only_counted(
    town: Edge, authority: Authority
) -> None:
    answer = {
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [{"type": "text", "text": REPLY}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 20, "output_tokens": 16},
    }
    async with serving(authority.server_context("api.anthropic.com")) as upstream:
        upstream.replies["/v1/messages"] = Reply([json.dumps(answer).encode()])
        async with visit(town.port, upstream.port, town.trust(), "api.anthropic.com") as client:
            await client.request("POST", "/v1/messages", headers=[JSON], body=asked())
        [record] = await town.coming()
    assert (record.sanction, record.words, record.output_tokens) == ("forbidden", "off", 16)
    assert record.answer_chars == len(REPLY)
    assert record.id not in {one.id for one in town.words}


async def test_an_application_by_its_user_agent(town: Edge, authority: Authority) -> None:
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([answered()])
        async with visit(town.port, upstream.port, town.trust(), OPENAI) as client:
            head = [JSON, ("User-Agent", "Courrier/1.2")]
            await client.request("POST", CHAT, headers=head, body=asked())
        [record] = await town.coming()
    assert (record.application, record.faces, record.department) == ("courrier", "agent", "accueil")


async def test_a_browser_chat_is_counted_without_being_understood(
    town: Edge, authority: Authority
) -> None:
    body = b'event: delta\ndata: {"v":"' + REPLY.encode() + b'"}\n\n'
    async with serving(authority.server_context("chatgpt.com")) as upstream:
        upstream.replies["/backend-api/conversation"] = Reply([body], headers=SSE)
        async with visit(town.port, upstream.port, town.trust("h2"), "chatgpt.com") as client:
            await client.request("POST", "/backend-api/conversation", headers=[JSON], body=asked())
            await client.request("GET", "/backend-api/conversation/0190-abcd")
        [record] = await town.coming()
    assert (record.tool, record.channel, record.parse_status) == (
        "chatgpt",
        "web",
        "unknown_format",
    )
    assert (record.answer_chars, record.words) == (len(body), "empty")


async def test_many_at_once_on_one_connection(town: Edge, authority: Authority) -> None:
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply(streamed(), headers=SSE, pause_s=0.01)
        async with visit(town.port, upstream.port, town.trust("h2"), OPENAI) as client:
            answers = await asyncio.gather(
                *(
                    client.request(
                        "POST", CHAT, headers=[JSON], body=asked(prompt="x" * n, stream=True)
                    )
                    for n in range(1, 21)
                )
            )
        records = await town.coming(20)
    assert {one.body for one in answers} == {b"".join(streamed())}
    assert sorted(one.prompt_chars for one in records) == list(range(1, 21))
    assert {one.output_tokens for one in records} == {17}


async def test_an_unreachable_service(town: Edge) -> None:
    closed = await asyncio.start_server(lambda _, __: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    with pytest.raises(ConnectionRefusedError, match="502"):
        async with visit(town.port, port, None, host="localhost"):
            pass
    assert (await town.counted())["connect_errors"] == {"other": 1.0}


async def test_nothing_failed_and_nothing_was_written_of_what_was_said(
    town: Edge, authority: Authority
) -> None:
    """Comes last: words, credentials, addresses and paths are in no file of the worker."""
    marks = ("MARQUE-QUESTION-7431", "MARQUE-REPONSE-9182", "MARQUE-CLE-5520", "MARQUE-CHEMIN-66")
    question, reply, key, query = marks
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply(streamed(reply), headers=SSE)
        async with visit(town.port, upstream.port, town.trust(), OPENAI) as client:
            head = [JSON, ("Authorization", f"Bearer {key}"), ("Cookie", f"s={key}")]
            await client.request(
                "POST", f"{CHAT}?k={query}", headers=head, body=asked(prompt=question, model=reply)
            )
            broken = b'{"model": "' + question.encode() + b" x"
            await client.request("POST", CHAT, headers=head, body=broken)
        first, second = await town.coming(2)
        words = await town.saying(first.id)
    assert question in words.prompt
    assert reply in words.answer
    assert first.model_asked == reply  # a name that is well formed is kept as a name
    assert second.model_asked in (None, "other")
    told = town.files()
    for mark in (question, key, query, QUESTION, REPLY):
        assert not [name for name, data in told.items() if mark.encode() in data], mark
    counters = await town.counted()
    assert not {"hook_errors", "tee_errors", "unfinished", "passthrough_errors"} & set(counters)
    assert town.worker.log.read_text() == ""
