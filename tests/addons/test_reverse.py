"""Reverse listeners: a base URL for applications, in plain HTTP, before one service."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.answers import answered, asked, streamed
from tests.support.client import Http1
from tests.support.tls import Authority
from tests.support.upstream import Reply, serving
from tests.support.visit import edge

CHAT = "/v1/chat/completions"
JSON = ("Content-Type", "application/json")
PROVIDER = """
provider: hotel-de-ville
name: Hôtel de ville
otel: _OTHER
checked: 2026-11-23
tools: {moteur-local: Moteur local}
hosts:
  - {host: localhost, tool: moteur-local, read: [{use: openai-compatible, base: /v1}]}
"""
ORGANISATION = """
departments:
  - {name: dsi, headcount: 20}
applications:
  - {name: assistant, department: dsi, faces: resident, recognise: {user_agent: Assistant/}}
"""


@pytest.mark.parametrize("secure", [True, False])
async def test_an_application_calls_its_base_url(
    tmp_path: Path, authority: Authority, *, secure: bool
) -> None:
    providers = tmp_path / "providers"
    providers.mkdir()
    (providers / "local.yaml").write_text(PROVIDER, encoding="utf-8")
    context = authority.server_context("localhost") if secure else None
    async with serving(context) as upstream:
        upstream.replies[CHAT] = Reply(streamed(), headers=[("Content-Type", "text/event-stream")])
        scheme = "https" if secure else "http"
        settings = {
            "catalogue.folders": [str(providers)],
            "edge.listen": None,
            "edge.listeners": [
                {
                    "listen": "127.0.0.1:0",
                    "mode": "reverse",
                    "target": f"{scheme}://localhost:{upstream.port}",
                    "department": "dsi",
                }
            ],
        }
        with edge(tmp_path, authority, settings, organisation=ORGANISATION) as running:
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port, limit=2**24)
            client = Http1(reader, writer, f"127.0.0.1:{running.port}")
            key = ("Authorization", "Bearer of-the-application")
            head = [JSON, key, ("User-Agent", "Assistant/4")]
            answer = await client.request("POST", CHAT, headers=head, body=asked(stream=True))
            upstream.replies[CHAT] = Reply([answered()])
            second = await client.request("POST", CHAT, headers=[JSON, key], body=asked())
            unread = await client.request("GET", "/v1/models")
            records = await running.coming(2)
            client.close()
            counters = await running.counted()
    assert answer.body == b"".join(streamed())
    assert (second.body, unread.body) == (answered(), b'{"ok":true}')
    assert {seen.header("authorization") for seen in upstream.seen} == {key[1], None}
    assert upstream.seen[0].header("host") == f"localhost:{upstream.port}"
    assert [(r.tool, r.department, r.application, r.faces) for r in records] == [
        ("moteur-local", "dsi", "assistant", "resident"),
        ("moteur-local", "dsi", None, "undeclared"),
    ]
    assert [r.output_tokens for r in records] == [17, 17]
    assert counters["requests_passed"] == {"moteur-local": 1.0}
    assert "hook_errors" not in counters
