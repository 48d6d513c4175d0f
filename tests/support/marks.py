"""What passes in the privacy test: calls, failures and mistakes full of marked words."""

from __future__ import annotations

import base64
import contextlib
import json
import signal
import ssl
from collections.abc import Callable

import pytest
import yaml

from bench.simulated.http1 import Answer as Reply
from tests.support.leaks import marked
from tests.support.raw import Raw, RefusedError, head, request
from tests.support.running import Product
from tests.support.scenes import CLOSE, CUT, HOST, JSON_HEAD, SSE_HEAD, chunk, script
from tests.support.stage import REFERENCE, Stage
from tests.support.waiting import wait_until
from tests.support.websocket import WebSocket

__all__ = ["ANSWER", "PASSWORD", "PROMPT", "SECRETS", "STEPS", "USER", "body", "call", "opened"]

USER, PASSWORD = marked("user"), marked("password")
KEY = marked("key")
PROMPT = f"Résumez ceci : {marked('prompt')} et {marked('second-prompt')}."
ANSWER = f"tu es un idiot, dit {marked('answer')} avec {marked('second-answer')} la mairie"
SECRETS = [
    ("Authorization", f"Bearer {KEY}"),
    ("x-api-key", marked("x-api-key")),
    ("Cookie", f"session={marked('cookie')}"),
    ("User-Agent", f"application/{marked('agent')}"),
    ("OpenAI-Organization", marked("organisation")),
]


def body(prompt: str = PROMPT, *, stream: bool, **more: object) -> bytes:
    tools = [{"type": "function", "function": {"name": marked("tool"), "parameters": {}}}]
    asked: dict[str, object] = {
        "model": "gpt-4o-mini",
        "messages": [
            {"role": "system", "content": marked("system")},
            {"role": "user", "content": prompt},
        ],
        "user": marked("end-user"),
        "stream": stream,
        "tools": tools,
    }
    return json.dumps(asked | more, ensure_ascii=False).encode()


def call(reference: str, data: bytes, *more: tuple[str, str], host: str = HOST) -> bytes:
    """A chat request whose path, headers and body carry marks."""
    path = f"/v1/chat/completions?key={marked('query')}&v={marked('query-too')}"
    return request(host, path, data, *SECRETS, (REFERENCE, reference), *more)


def opened(jauge: Product, host: str = HOST) -> Raw:
    return Raw.tunnel(jauge.port, host, jauge.authority, login=f"{USER}:{PASSWORD}")


def ordinary_calls(jauge: Product, stage: Stage) -> None:
    text = ("x-simulated-text", ANSWER)
    for stream in (False, True):
        for coding in ("", "gzip", "br"):
            coded = [("x-simulated-coding", coding)] if coding else []
            with opened(jauge) as connection:
                data = call(f"ordinary-{stream}-{coding}", body(stream=stream), text, *coded)
                assert connection.ask(data).complete
    names = call("names", body(stream=False, model=f"{marked('model')} with spaces"), text)
    with opened(jauge) as connection:
        assert connection.ask(names).complete
        path = f"/v1/files/{marked('path')}?q={marked('path-query')}"
        assert connection.ask(request(HOST, path, b"{}", *SECRETS)).status == 404
    del stage


def failing_services(jauge: Product, stage: Stage) -> None:
    error = {"message": marked("error"), "type": f"{marked('error-type')} no name", "code": None}
    failure = json.dumps({"error": error}).encode()
    page = f"<html>{marked('page')}</html>".encode()
    event = f'data: {{"choices":[{{"delta":{{"content":"{marked("event")}"}}}}]}}\n\n'.encode()
    marked_line = marked("garbage").encode()
    replies = [
        Reply(400, body=failure),
        Reply(500, body=failure, headers={"x-request-id": marked("request-id")}),
        Reply(502, content_type="text/html", body=page),
        script(SSE_HEAD, chunk(event), chunk(event), CUT),
        script(SSE_HEAD, chunk(event), b"zz\r\n" + marked_line, CLOSE),
        script(marked_line + b"\r\n\r\n", CLOSE),
        script(b"HTTP/1.1 200 OK\r\n" + marked_line + b"\r\n\r\n", CLOSE),
        script(JSON_HEAD + b"Content-Length: " + marked_line + b"\r\n\r\n", CLOSE),
        script(
            JSON_HEAD + b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\n\x1f\x8b" + b"x" * 7
        ),
        Reply(body=b'{"choices":[{"message":{"content":"' + marked("half").encode()),
        Reply(body=f'["{marked("deep")}",'.encode() + b"[" * 50_000),
        Reply(body=marked("no-json").encode() + b"\x00\xff"),
    ]
    for number, reply in enumerate(replies):
        stage.next.append(reply)
        with opened(jauge) as connection:
            connection.ask(call(f"failing-{number}", body(stream=number == 3)))
        stage.next.clear()


def hostile_clients(jauge: Product, stage: Stage) -> None:
    with opened(jauge) as connection:  # leaves in the middle of its request
        connection.send(call("half-a-request", body(stream=False))[:-30])
    broken = [
        b'{"model":"gpt-4o-mini","messages":[{"content":"' + marked("broken").encode(),
        b"\xff\x00" + marked("bytes").encode(),
        b"[" * 50_000 + marked("deep-request").encode(),
    ]
    for number, data in enumerate(broken):
        with opened(jauge) as connection:
            connection.ask(call(f"hostile-{number}", data))
    lines = [
        f"POST {marked('line')} {marked('version')}\r\n\r\n",
        f"GET / HTTP/1.1\r\n{marked('header-without-colon')}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {marked('length')}\r\n\r\n",
    ]
    for line in lines:
        with opened(jauge) as connection:
            connection.ask(line.encode())
        with Raw.plain(jauge.port) as connection:
            connection.ask(line.encode())
    large = body(PROMPT + "x" * 200_000, stream=False)
    with opened(jauge) as connection:
        assert connection.ask(call("large", large)).complete
    del stage


def logins(jauge: Product, stage: Stage) -> None:
    for wrong in (f"{USER}:{marked('wrong')}", f"{marked('nobody')}:{PASSWORD}", None):
        with pytest.raises(RefusedError):
            Raw.tunnel(jauge.port, HOST, jauge.authority, login=wrong)
    with pytest.raises(ssl.SSLError):  # refuses our certificate
        Raw.tunnel(jauge.port, HOST, stage.ca, login=f"{USER}:{PASSWORD}", source="127.0.0.77")


def other_hosts(jauge: Product, stage: Stage) -> None:
    host = f"{marked('tunnel')}.example.org".lower()
    with Raw.tunnel(jauge.port, host, login=f"{USER}:{PASSWORD}") as connection:
        assert connection.ask(call("tunnel", body(stream=False), host=host)).complete
    encoded = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    with Raw.plain(jauge.port) as connection:
        target = f"http://{marked('plain')}.example.org/{marked('plain-path')}?{marked('plain-q')}"
        fields = [("Host", "x"), ("Proxy-Authorization", f"Basic {encoded}"), *SECRETS]
        assert connection.ask(head("GET", target, fields), "GET").status == 404
    with contextlib.suppress(RefusedError, OSError), Raw.plain(jauge.port) as connection:
        connection.connect(f"{marked('bad')} host\x01", f"{USER}:{PASSWORD}")
    del stage


def other_shapes(jauge: Product, stage: Stage) -> None:
    with Raw.plain(jauge.ports[1]) as connection:  # the reverse listener
        data = call("reverse", body(stream=True), ("x-simulated-text", ANSWER), host="x")
        assert connection.ask(data).complete
    boundary = marked("boundary")
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n',
        f'--{boundary}\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n{PROMPT}\r\n',
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="',
        f'{marked("file")}.mp3"\r\nContent-Type: audio/mpeg\r\n\r\n{marked("sound")}\r\n',
        f"--{boundary}--\r\n",
    ]
    form = "".join(parts).encode()
    fields = [("Host", HOST), *SECRETS, (REFERENCE, "form"), ("x-simulated-text", ANSWER)]
    fields += [("Content-Type", f"multipart/form-data; boundary={boundary}")]
    fields += [("Content-Length", str(len(form)))]
    with opened(jauge) as connection:
        start = head("POST", f"/v1/audio/transcriptions?{marked('form-query')}", fields)
        assert connection.ask(start + form).complete
    url = f"wss://{HOST}/v1/realtime?model=gpt-realtime&token={marked('socket-query')}"
    fields = [*SECRETS, (REFERENCE, "socket"), ("x-simulated-text", ANSWER)]
    login = f"{USER}:{PASSWORD}"
    with WebSocket(jauge.port, url, jauge.authority, fields, login=login) as socket:
        content = [{"type": "input_text", "text": PROMPT}]
        item = {"type": "message", "role": "user", "content": content}
        socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        socket.send(json.dumps({"type": "response.create"}))
        while json.loads(socket.recv())["type"] != "response.done":
            pass
        socket.send(marked("no-json-message"))
    host = "chatgpt.com"
    with opened(jauge, host) as connection:
        data = body(stream=True)
        path = f"/backend-api/conversation?{marked('web-query')}"
        asked = request(
            host, path, data, *SECRETS, (REFERENCE, "web"), ("x-simulated-text", ANSWER)
        )
        assert connection.ask(asked).complete
    del stage


def wrong_configurations(jauge: Product, stage: Stage) -> None:
    """Mistakes in values that are secrets are told without the values."""
    text = jauge.config.read_text()
    document = yaml.safe_load(text)
    secret = f"{marked('typo-user')}:{marked('typo-password')}"
    mistakes = (
        {"parent": f"ftp://{secret}@127.0.0.1:3128"},
        {"parent": f"http://{secret}@:port"},
        {"parent": f"http://{secret}@[::1"},
        {"parent": [secret]},
    )
    try:
        for mistake in mistakes:
            told = jauge.said.count("not reloaded")
            jauge.config.write_text(
                yaml.safe_dump({**document, "edge": document["edge"] | mistake})
            )
            jauge.signal(signal.SIGHUP)
            wait_until(lambda: jauge.said.count("not reloaded") > told, "refused")  # noqa: B023
    finally:
        jauge.config.write_text(text)
    del stage


STEPS: tuple[Callable[[Product, Stage], None], ...] = (
    ordinary_calls,
    failing_services,
    hostile_clients,
    logins,
    other_hosts,
    other_shapes,
    wrong_configurations,
)
