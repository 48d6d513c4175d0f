"""A town hall's edge: several listeners, logins, departments, a parent proxy that asks who."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
from collections.abc import Iterator

import pytest

from tests.support.raw import Raw, RefusedError, head, request
from tests.support.running import Product, Row, free_port, product
from tests.support.scenes import HOST, chat
from tests.support.stage import REFERENCE, Stage, staged

PARENT = "jauge-edge:parent-password"
ORGANISATION = """
name: Ville de Test
departments:
  - {name: dsi, headcount: 18}
  - {name: accueil, headcount: 31, networks: [127.0.0.3/32]}
  - {name: finances, headcount: 22, credentials: [marie]}
  - {name: archives, headcount: 3, networks: [127.0.0.4/32], observe: counts}
tools:
  - {tool: mistral-api, sanction: sanctioned}
  - {tool: deepseek-api, sanction: forbidden}
applications:
  - name: assistant-usagers
    department: accueil
    faces: resident
    recognise: {user_agent: assistant/}
"""
LOGINS = {"marie": "the-password-of-marie", "guest": "the-password-of-guest"}


def own_address() -> str | None:
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it chooses a route
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


ADDRESS = own_address()


def htpasswd() -> str:
    lines = []
    for user, password in LOGINS.items():
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
        lines.append(f"{user}:{{SHA}}{base64.b64encode(digest).decode()}\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("parent"), credentials=PARENT) as one:
        yield one


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, parent: Stage) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("town")
    passwords = folder / "htpasswd"
    passwords.write_text(htpasswd())
    ports = [free_port() for _ in range(4)]
    listeners = [
        {"listen": f"127.0.0.1:{ports[0]}"},
        {"listen": f"127.0.0.1:{ports[1]}", "department": "dsi"},
        {
            "listen": f"127.0.0.1:{ports[2]}",
            "mode": "reverse",
            "target": "https://api.mistral.ai",
            "department": "accueil",
        },
    ]
    settings: dict[str, object] = {
        "edge.listen": None,
        "edge.listeners": listeners,
        "edge.workers": 1,
        "edge.htpasswd": str(passwords),
    }
    if ADDRESS is not None:
        listeners.append({"listen": f"{ADDRESS}:{ports[3]}"})
        settings["edge.clients"] = ["198.51.100.0/24"]
    with product(folder, parent, settings, ports=ports, organisation=ORGANISATION) as one:
        yield one


def login(user: str) -> str:
    return f"{user}:{LOGINS[user]}"


def exchange(
    town: Product,
    reference: str,
    *,
    user: str = "guest",
    listener: int = 0,
    source: str | None = None,
    host: str = HOST,
    more: bytes = b"",
) -> Row:
    """One chat through a listener; its exchange."""
    port = town.ports[listener]
    with Raw.tunnel(port, host, town.authority, login=login(user), source=source) as connection:
        data = chat(reference).replace(HOST.encode(), host.encode())
        if more:
            data = data.replace(b"\r\n\r\n", b"\r\n" + more + b"\r\n\r\n", 1)
        assert connection.ask(data).complete
    (row,) = town.settled([reference])[reference]
    return row


def test_a_network_tells_the_department(town: Product) -> None:
    assert exchange(town, "by-network", source="127.0.0.3")["department"] == "accueil"


def test_a_login_tells_it_better(town: Product) -> None:
    row = exchange(town, "by-login", user="marie", source="127.0.0.3")
    assert row["department"] == "finances"


def test_a_listener_tells_it_too(town: Product) -> None:
    assert exchange(town, "by-listener", listener=1)["department"] == "dsi"


def test_nothing_tells_it(town: Product) -> None:
    row = exchange(town, "by-nothing")
    assert (row["department"], row["faces"], row["application"]) == ("unknown", "undeclared", None)


def test_a_user_agent_tells_the_application_and_whom_it_faces(town: Product) -> None:
    row = exchange(town, "by-agent", more=b"User-Agent: assistant/2.1")
    found = (row["application"], row["department"], row["faces"])
    assert found == ("assistant-usagers", "accueil", "resident")


def test_the_charter_tells_the_sanction(town: Product) -> None:
    assert exchange(town, "sanctioned", host="api.mistral.ai")["sanction"] == "sanctioned"
    assert exchange(town, "forbidden", host="api.deepseek.com")["sanction"] == "forbidden"
    assert exchange(town, "undecided")["sanction"] == "unknown"


def test_a_department_whose_words_are_not_observed_is_only_counted(town: Product) -> None:
    row = exchange(town, "counted-only", source="127.0.0.4")
    assert (row["department"], row["words"]) == ("archives", "off")
    assert (row["finding_status"], row["finding_scores"]) == ("off", {})
    assert row["output_tokens"] == 24


def test_a_reverse_listener_stands_before_its_service(town: Product, parent: Stage) -> None:
    body = b'{"model":"mistral-small-latest","messages":[]}'
    with Raw.plain(town.ports[2]) as connection:
        own = f"127.0.0.1:{town.ports[2]}"
        fields = [(REFERENCE, "reverse"), ("Authorization", "Bearer key-of-the-application")]
        answer = connection.ask(request(own, "/v1/chat/completions?x=1", body, *fields))
    assert answer.complete
    seen = parent.request("reverse")
    assert (seen.host, seen.target, seen.body) == (
        "api.mistral.ai",
        "/v1/chat/completions?x=1",
        body,
    )
    assert seen.headers["host"] == "api.mistral.ai"
    assert seen.headers["authorization"] == "Bearer key-of-the-application"
    (row,) = town.settled(["reverse"])["reverse"]
    expected = {"tool": "mistral-api", "department": "accueil", "output_tokens": 24}
    assert {name: row[name] for name in expected} == expected


def test_a_wrong_or_missing_login_is_refused(town: Product) -> None:
    for wrong in (None, "marie:wrong", "nobody:the-password-of-marie"):
        with pytest.raises(RefusedError, match="407"):
            Raw.tunnel(town.port, HOST, town.authority, login=wrong)
    with Raw.plain(town.port) as connection:
        fields = [("Host", "intranet.example")]
        assert connection.ask(head("GET", "http://intranet.example/", fields), "GET").status == 407


def test_logins_stay_where_they_belong(town: Product, parent: Stage) -> None:
    """The client's login ends at Jauge, the edge's own at the parent proxy."""
    exchange(town, "logins", user="marie")
    encoded = base64.b64encode(login("marie").encode()).decode()
    with Raw.plain(town.port) as connection:
        fields = [("Host", "intranet.example"), ("Proxy-Authorization", f"Basic {encoded}")]
        fields.append((REFERENCE, "plain-login"))
        assert connection.ask(head("GET", "http://intranet.example/", fields), "GET").status == 404
    assert parent.request("plain-login").host == "intranet.example"
    for one in parent.seen:
        assert "proxy-authorization" not in one.headers
        assert "password" not in str(one.fields)


@pytest.mark.skipif(ADDRESS is None, reason="this machine has no address but loopback")
def test_clients_from_other_networks_are_refused(town: Product) -> None:
    assert ADDRESS is not None
    before = town.metric("jauge_clients_total", admission="refused")
    with socket.create_connection((ADDRESS, town.ports[3]), 30) as connection:
        connection.settimeout(30)
        connection.sendall(head("CONNECT", f"{HOST}:443", [("Host", HOST)]))
        with contextlib.suppress(ConnectionError):
            assert connection.recv(1000).partition(b"\r\n")[0] in {b"", b"HTTP/1.1 403 Forbidden"}
    town.wait_metric("jauge_clients_total", before + 1, admission="refused")


def test_the_public_export_merges_small_departments(town: Product) -> None:
    exchange(town, "small", source="127.0.0.4")
    code, text = town.jauge("exchanges")
    assert code == 0
    assert '"department":"archives"' not in text
    assert '"reference"' not in text
