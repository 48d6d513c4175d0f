"""Logging in at the proxy."""

from __future__ import annotations

import base64
from pathlib import Path

import bcrypt
import pytest
from mitmproxy.http import HTTPFlow
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow

from addons.login import Login, LoginError
from addons.tally import Tally
from tests.support import edge, tls
from tests.support.client import connected
from tests.support.upstream import serving

PASSWORD = "sé:same"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "htpasswd"
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    path.write_text(f"# users\nmarie:{hashed}\njean:{{SHA}}nU4eI71bcnBGqeO0t9tXvY1u5oQ=\n")
    return path


def asking(login: str | None, *, mode: str = "regular") -> HTTPFlow:
    flow = tflow.tflow()
    flow.client_conn.proxy_mode = ProxyMode.parse(mode)
    if login is not None:
        value = base64.b64encode(login.encode()).decode()
        flow.request.headers["Proxy-Authorization"] = f"Basic {value}"
    return flow


@pytest.mark.parametrize("login", [f"marie:{PASSWORD}", "jean:pass"])
async def test_who_knows_the_password_gets_in_and_it_stays_here(file: Path, login: str) -> None:
    addon = Login(file)
    for _ in range(2):
        flow = asking(login)
        await addon.requestheaders(flow)
        assert flow.response is None
        assert flow.metadata["proxyauth"] == (login.partition(":")[0], "")
        assert "Proxy-Authorization" not in flow.request.headers


@pytest.mark.parametrize("login", [None, "marie:wrong", "nobody:pass", "marie", ""])
async def test_others_are_asked_to_log_in(file: Path, login: str | None) -> None:
    flow = asking(login)
    await Login(file).requestheaders(flow)
    assert flow.response is not None
    assert flow.response.status_code == 407
    assert flow.response.headers["Proxy-Authenticate"] == 'Basic realm="Jauge"'
    assert "proxyauth" not in flow.metadata


async def test_wrong_passwords_are_counted_and_first_questions_are_not(file: Path) -> None:
    tally = Tally()
    addon = Login(file, tally)
    for login in (None, "marie:wrong", "marie:wrong", f"marie:{PASSWORD}"):
        await addon.requestheaders(asking(login))
    assert tally.counters() == {"login_refusals": {"login": 2}}


async def test_who_finds_too_many_waiting_is_told_to_come_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("addons.turns.WAITING", 0)
    tally = Tally()
    flow = asking(f"marie:{PASSWORD}")
    await Login(file, tally).requestheaders(flow)
    assert flow.response is not None
    assert (flow.response.status_code, flow.response.headers["Retry-After"]) == (503, "1")
    assert "proxyauth" not in flow.metadata
    assert tally.counters() == {"login_refusals": {"slowed": 1}}


async def test_a_password_longer_than_bcrypt_looks_at_opens_nothing(file: Path) -> None:
    flow = asking("marie:" + "x" * 100)
    await Login(file).requestheaders(flow)
    assert flow.response is not None
    assert flow.response.status_code == 407


async def test_of_a_long_password_as_much_counts_as_htpasswd_keeps(tmp_path: Path) -> None:
    long = "phrase très longue " * 5
    hashed = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()
    path = tmp_path / "htpasswd"
    path.write_text(f"marie:{hashed}\n")
    flow = asking(f"marie:{long}")
    await Login(path).requestheaders(flow)
    assert flow.response is None


async def test_a_hash_that_is_none_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "htpasswd"
    path.write_text("marie:$2y$05$short\n")
    addon = Login(path)
    for hook in (addon.requestheaders, addon.http_connect):
        flow = asking("marie:anything")
        await hook(flow)
        assert flow.response is not None
        assert flow.response.status_code == 407


@pytest.mark.parametrize("value", ["Bearer abc", "Basic", "Basic %%%", "Basic 4pyT4pyTgA=="])
async def test_headers_that_are_no_basic_login_are_refused(file: Path, value: str) -> None:
    flow = asking(None)
    flow.request.headers["Proxy-Authorization"] = value
    await Login(file).requestheaders(flow)
    assert flow.response is not None
    assert flow.response.status_code == 407


async def test_requests_in_a_tunnel_belong_to_who_opened_it(file: Path) -> None:
    addon = Login(file)
    connect, inside = asking(f"marie:{PASSWORD}"), asking(None)
    inside.client_conn = connect.client_conn
    await addon.http_connect(connect)
    await addon.requestheaders(inside)
    assert inside.response is None
    assert inside.metadata["proxyauth"] == ("marie", "")


async def test_reverse_listeners_ask_for_nothing(file: Path) -> None:
    flow = asking(None, mode="reverse:https://api.openai.com")
    flow.request.headers["Authorization"] = "Bearer key"
    await Login(file).requestheaders(flow)
    assert flow.response is None
    assert flow.request.headers["Authorization"] == "Bearer key"


def test_a_file_that_is_none_is_told_without_its_content(tmp_path: Path) -> None:
    path = tmp_path / "htpasswd"
    with pytest.raises(LoginError, match="no readable htpasswd"):
        Login(path)
    path.write_text("marie:plain-secret\n")
    with pytest.raises(LoginError) as caught:
        Login(path)
    assert "plain-secret" not in str(caught.value)
    assert "marie" not in str(caught.value)


async def test_a_worker_lets_in_who_logs_in(tmp_path: Path, file: Path) -> None:
    authority = tls.Authority.make(tmp_path)
    settings = {"edge.htpasswd": str(file), "edge.upstream_ca": str(authority.certificate)}
    async with serving(authority.server_context("127.0.0.1")) as upstream:
        with edge.worker(edge.configure(tmp_path, settings)) as worker:
            context = tls.client_context(worker.authority)
            with pytest.raises(ConnectionError, match="407"):
                async with connected(upstream.port, proxy=worker.port, tls=context):
                    pass
            with pytest.raises(ConnectionError, match="407"):
                async with connected(
                    upstream.port, proxy=worker.port, tls=context, login="marie:" + "x" * 100
                ):
                    pass
            login = f"marie:{PASSWORD}"
            async with connected(
                upstream.port, proxy=worker.port, tls=context, login=login
            ) as client:
                assert (await client.request("GET", "/")).status == 200
    assert upstream.seen[0].header("proxy-authorization") is None
