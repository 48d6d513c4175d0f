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
import json
import os
import signal
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import yaml
from websockets.sync.client import connect

from bench.simulated.http1 import Answer as Reply
from tests.support.leaks import found_in, marked, snapshot
from tests.support.raw import Raw, RefusedError, context, head, request
from tests.support.running import Product, free_port, product
from tests.support.scenes import CLOSE, CUT, HOST, JSON_HEAD, SSE_HEAD, chunk, script
from tests.support.stage import REFERENCE, Stage, staged
from tests.support.waiting import wait_until

USER, PASSWORD = marked("user"), marked("password")
PARENT = f"{marked('parent-user')}:{marked('parent-password')}"
KEY = marked("key")
OPERATORS = frozenset({"jauge.yaml", "htpasswd", "organisation.yaml"})
"""Files that the operator wrote."""
ORGANISATION = f"""
name: Ville de Test
departments:
  - {{name: finances, headcount: 22, credentials: [{USER}]}}
"""
PROMPT = f"Résumez ceci : {marked('prompt')} et {marked('second-prompt')}."
ANSWER = f"tu es un idiot, dit {marked('answer')} avec {marked('second-answer')} la mairie"
SECRETS = [
    ("Authorization", f"Bearer {KEY}"),
    ("x-api-key", marked("x-api-key")),
    ("Cookie", f"session={marked('cookie')}"),
    ("User-Agent", f"application/{marked('agent')}"),
    ("OpenAI-Organization", marked("organisation")),
]


@dataclass
class Life:
    """What was written while the marked words passed."""

    stage: Stage
    written: list[tuple[str, bytes]] = field(default_factory=list)
    rows: list[dict[str, object]] = field(default_factory=list)
    dropped_words: float = 0.0
    segments_seen: int = 0


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
    with connect(
        f"wss://{HOST}/v1/realtime?model=gpt-realtime&token={marked('socket-query')}",
        proxy=f"http://{USER}:{PASSWORD}@127.0.0.1:{jauge.port}",
        ssl=context(jauge.authority),
        additional_headers=dict([*SECRETS, (REFERENCE, "socket"), ("x-simulated-text", ANSWER)]),
        open_timeout=30,
        user_agent_header=None,
    ) as socket:
        content = [{"type": "input_text", "text": PROMPT}]
        item = {"type": "message", "role": "user", "content": content}
        socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        socket.send(json.dumps({"type": "response.create"}))
        while json.loads(socket.recv(30))["type"] != "response.done":
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


STEPS: tuple[Callable[[Product, Stage], None], ...] = (
    ordinary_calls,
    failing_services,
    hostile_clients,
    logins,
    other_hosts,
    other_shapes,
    wrong_configurations,
)


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
            found.rows = [dict(row) for row in _all_rows(jauge)]
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
    for page in ("/metrics", "/healthz", "/readyz"):
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
