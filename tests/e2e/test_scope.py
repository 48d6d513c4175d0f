"""What is decrypted and what is not: the certificate that a client sees tells."""

from __future__ import annotations

import ssl
import time
from collections import Counter

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from bench.simulated.certificates import Authority
from tests.support.raw import Raw, head, request
from tests.support.running import Product
from tests.support.scenes import HOST, chat
from tests.support.stage import REFERENCE, Stage
from tests.support.waiting import wait_until

THEIRS = Authority.NAME
OURS = "Jauge edge"


def issuer(connection: Raw) -> str:
    """Common name of whoever signed the certificate that the client sees."""
    certificate = x509.load_der_x509_certificate(connection.certificate)
    return str(certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


HOSTS = {
    "api.openai.com": ("openai-api", OURS),
    "chatgpt.com": ("chatgpt", OURS),
    "ollama.com": ("ollama-cloud", OURS),  # tier 2, enabled
    "claude.com": ("claude", THEIRS),  # tier 2, not enabled
    "server.codeium.com": ("codeium", THEIRS),  # tier 3
    "auth.openai.com": ("chatgpt", THEIRS),  # never
    "files.oaiusercontent.com": ("chatgpt", THEIRS),  # never
    "www.service-public.fr": ("other", THEIRS),  # unknown
    "api.openai.com.example.org": ("other", THEIRS),
}
"""Host to its tool, and to who signs the certificate that a client sees."""


def counted(jauge: Product) -> dict[tuple[str, str], float]:
    """Connections by tool and by what became of them."""
    kinds = {(tool, signer) for tool, signer in HOSTS.values()}
    names = {OURS: "decrypted", THEIRS: "tunnelled"}
    return {
        (tool, signer): jauge.metric("jauge_connections_total", tool=tool, connection=names[signer])
        for tool, signer in kinds
    }


def test_only_services_in_scope_are_decrypted(jauge: Product) -> None:
    jauge.wait_quiet()
    before = counted(jauge)
    seen = {}
    for host in HOSTS:
        with Raw.tunnel(jauge.port, host) as opened:
            seen[host] = issuer(opened)
            body = request(host, "/v1/nothing-of-ours", b"{}", (REFERENCE, "scope"))
            assert opened.ask(body).status == 404
    assert seen == {host: signer for host, (_, signer) in HOSTS.items()}
    expected = Counter(before)
    expected.update(HOSTS.values())
    wait_until(lambda: counted(jauge) == expected, "all are counted", pause_s=0.1)
    assert "scope" not in jauge.settled([])


def test_what_is_tunnelled_is_not_looked_at(jauge: Product, stage: Stage) -> None:
    """A call of a known shape to a host out of scope arrives, and nothing is recorded."""
    with Raw.tunnel(jauge.port, "models.example.org") as connection:
        data = chat("out-of-scope").replace(HOST.encode(), b"models.example.org")
        assert connection.ask(data).complete
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        assert connection.ask(chat("after-out-of-scope")).complete
    assert stage.request("out-of-scope").host == "models.example.org"
    assert "out-of-scope" not in jauge.settled(["after-out-of-scope"])


def test_calls_of_a_decrypted_host_that_generate_nothing_pass_unread(jauge: Product) -> None:
    before = jauge.metric("jauge_seen_requests_total", tool="openai-api", handling="passed")
    with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
        fields = [("Host", HOST), (REFERENCE, "unread")]
        assert connection.ask(head("GET", "/v1/models", fields), "GET").complete
        assert connection.ask(request(HOST, "/v1/files", b"{}", *fields[1:])).status == 404
        assert connection.ask(chat("after-unread")).complete
    assert "unread" not in jauge.settled(["after-unread"])
    labels = {"tool": "openai-api", "handling": "passed"}
    jauge.wait_metric("jauge_seen_requests_total", before + 2, **labels)


def test_a_browser_chat_counts_as_one_exchange_of_unknown_format(jauge: Product) -> None:
    host = "chatgpt.com"
    with Raw.tunnel(jauge.port, host, jauge.authority) as connection:
        body = b'{"action":"next","messages":[{"content":{"parts":["Bonjour"]}}]}'
        asked = request(host, "/backend-api/conversation", body, (REFERENCE, "browser"))
        answer = connection.ask(asked)
    assert answer.complete
    (row,) = jauge.settled(["browser"])["browser"]
    expected = {
        "tool": "chatgpt",
        "channel": "web",
        "parse_status": "unknown_format",
        "status": "ok",
        "words": "empty",
        "finding_status": "unread",
        "output_source": "estimated",
        "input_source": "estimated",
        "answer_chars": len(answer.body),
    }
    assert {name: row[name] for name in expected} == expected
    assert 0 < row["output_tokens"] < len(answer.body)
    assert row["energy_low_wh"] < row["energy_central_wh"] < row["energy_high_wh"]


def test_plain_http_to_other_hosts_passes_untouched(jauge: Product, stage: Stage) -> None:
    before = jauge.metric("jauge_seen_requests_total", handling="plain")
    with Raw.plain(jauge.port) as connection:
        fields = [("Host", "intranet.example"), ("Accept", "*/*"), (REFERENCE, "plain")]
        target = "http://intranet.example/v1/chat/completions?a=b%20c"
        data = b'{"messages":[]}'
        framing = [("Content-Length", str(len(data)))]
        answer = connection.ask(head("POST", target, [*fields, *framing]) + data)
        assert answer.complete
        assert connection.ask(head("GET", "http://intranet.example/", fields), "GET").status == 404
    first = next(one for one in stage.seen if one.headers.get(REFERENCE) == "plain")
    assert (first.host, first.body) == ("intranet.example", data)
    assert first.target == "/v1/chat/completions?a=b%20c"
    assert first.fields == [*fields, *framing]
    jauge.wait_metric("jauge_seen_requests_total", before + 2, handling="plain")
    assert "plain" not in jauge.settled([])


def test_a_client_that_refuses_us_is_let_through_the_next_time(
    jauge: Product, stage: Stage
) -> None:
    host, client = "api.mistral.ai", "127.0.0.9"
    passed = {"tool": "mistral-api", "connection": "passed"}
    before = jauge.metric("jauge_connections_total", **passed)
    with pytest.raises(ssl.SSLError):
        Raw.tunnel(jauge.port, host, stage.ca, source=client)

    def through() -> bool:  # workers tell each other within a quarter of a second
        try:
            with Raw.tunnel(jauge.port, host, stage.ca, source=client) as connection:
                return issuer(connection) == THEIRS
        except ssl.SSLError:
            return False

    since: list[float] = []

    def steadily() -> bool:  # for four times as long as workers take to tell each other
        if not through():
            since.clear()
            return False
        since.append(time.monotonic())
        return since[-1] - since[0] > 1.0

    wait_until(steadily, "the client is let through by every worker", pause_s=0.05)
    assert through()
    jauge.wait_metric("jauge_connections_total", before + 1, **passed)
    assert jauge.metric("jauge_refused_certificates_total", tool="mistral-api") >= 1
    assert jauge.metric("jauge_remembered_refusals_total", tool="mistral-api") >= 1
    with Raw.tunnel(jauge.port, host, jauge.authority) as connection:  # another client
        assert issuer(connection) == OURS
    with Raw.tunnel(jauge.port, HOST, jauge.authority, source=client) as connection:
        assert issuer(connection) == OURS  # another name


def test_a_service_with_a_wrong_certificate_is_not_made_trustworthy(
    jauge: Product, stage: Stage
) -> None:
    host = "eu.api.openai.com"
    stage.impostors.add(host)
    before = len(stage.seen)
    with Raw.tunnel(jauge.port, host, jauge.authority) as connection:
        answer = connection.ask(chat("impostor").replace(HOST.encode(), host.encode()))
    assert answer.status == 502
    assert len(stage.seen) == before
    (row,) = jauge.settled(["impostor"])["impostor"]
    found = (row["status"], row["parse_status"], row["http_status"])
    assert found == ("server_error", "partial", None)
    assert (row["output_tokens"], row["answer_chars"]) == (None, 0)


def test_a_service_that_cannot_be_reached_is_told_and_counted(jauge: Product, stage: Stage) -> None:
    host = "us.api.openai.com"
    data = chat("unreachable").replace(HOST.encode(), host.encode())
    stage.server.unreachable.add(host)
    before = len(stage.seen)
    with Raw.tunnel(jauge.port, host, jauge.authority) as connection:
        assert connection.ask(data).status == 502
    assert len(stage.seen) == before
    (row,) = jauge.settled(["unreachable"])["unreachable"]
    found = (row["status"], row["parse_status"], row["http_status"])
    assert found == ("server_error", "partial", None)
    assert (row["output_tokens"], row["answer_chars"]) == (None, 0)
    stage.server.unreachable.discard(host)
    with Raw.tunnel(jauge.port, host, jauge.authority) as connection:
        assert connection.ask(data.replace(b"unreachable", b"reachable")).complete
    assert [row["status"] for row in jauge.settled(["reachable"])["reachable"]] == ["ok"]
