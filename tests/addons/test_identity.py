"""Whose request it is, with real logins at a real worker, and the wiring on its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow

from addons.identity import Identities
from addons.tally import Tally
from proxy.config import Application, Department, Organisation, Recognise
from proxy.identity import Directory
from tests.support.answers import answered, asked
from tests.support.tls import Authority
from tests.support.upstream import Reply, serving
from tests.support.visit import Edge, edge, visit

CHAT = "/v1/chat/completions"
OPENAI = "api.openai.com"
JSON = ("Content-Type", "application/json")
USER, PASSWORD = "marie.durand", "mot-de-passe-4411"
APPLICATION = "app-courrier"

DIRECTORY = Directory(
    Organisation(
        departments=(
            Department(name="ecoles", credentials=(USER,)),
            Department(name="voirie", networks=("10.5.0.0/16",)),
        ),
        applications=(
            Application(name="courrier", recognise=Recognise(credential=APPLICATION)),
            Application(name="robot", faces="resident", recognise=Recognise(user_agent="Robot/")),
        ),
    )
)


@pytest.fixture
def identities() -> Identities:
    return Identities(DIRECTORY, tally=Tally())


def test_a_connection_is_looked_up_once_and_forgotten(identities: Identities) -> None:
    flow = tflow.tflow()
    flow.client_conn.peername = ("10.5.1.1", 4711)
    identities.client_connected(flow.client_conn)
    flow.client_conn.peername = ("192.0.2.1", 4711)  # not asked again
    assert identities.of(flow, "").department == "voirie"
    identities.client_disconnected(flow.client_conn)
    assert identities._places == {}
    assert identities.of(flow, "").department == "unknown"
    assert identities.tally.counters() == {}


def test_a_login_gives_the_department_and_is_taken_out_of_the_flow(
    identities: Identities,
) -> None:
    flow = tflow.tflow()
    flow.metadata["proxyauth"] = (USER, PASSWORD)
    assert identities.of(flow, "").department == "ecoles"
    assert flow.metadata == {}


def test_applications_by_login_and_by_user_agent(identities: Identities) -> None:
    flow = tflow.tflow()
    flow.metadata["proxyauth"] = (APPLICATION, PASSWORD)
    assert identities.of(flow, "").application == "courrier"
    known = identities.of(flow, "Mozilla/5.0 Robot/3")
    assert (known.application, known.faces) == ("robot", "resident")


@pytest.mark.parametrize(
    ("mode", "scheme", "kept"),
    [
        ("regular", "http", False),
        ("upstream:http://parent.example:3128", "http", False),
        ("regular", "https", True),
        (f"reverse:https://{OPENAI}", "http", True),
    ],
)
def test_the_proxy_s_own_header_goes_no_further(
    identities: Identities, mode: str, scheme: str, *, kept: bool
) -> None:
    flow = tflow.tflow()
    flow.client_conn.proxy_mode = ProxyMode.parse(mode)
    flow.request.scheme = scheme
    flow.request.headers["Proxy-Authorization"] = "Basic eHg6eXk="
    identities.requestheaders(flow)
    assert ("Proxy-Authorization" in flow.request.headers) is kept


# A real login


def basic(user: str, password: str) -> str:
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return f"Proxy-Authorization: Basic {pair}\r\n"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Edge]:
    folder: Path = tmp_path_factory.mktemp("guarded")
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()
    htpasswd = folder / "htpasswd"
    htpasswd.write_text("".join(f"{u}:{{SHA}}{digest}\n" for u in (USER, APPLICATION)))
    organisation = f"""
departments:
  - {{name: ecoles, credentials: [{USER}]}}
  - {{name: accueil, networks: [127.0.0.1/32]}}
applications:
  - {{name: courrier, faces: resident, recognise: {{credential: {APPLICATION}}}}}
"""
    settings = {"edge.htpasswd": str(htpasswd)}
    with edge(folder, authority, settings, organisation=organisation) as running:
        yield running


@pytest.mark.parametrize(
    ("user", "department", "application"),
    [(USER, "ecoles", None), (APPLICATION, "accueil", "courrier")],
)
async def test_the_user_name_gives_the_department_and_stays_here(
    guarded: Edge, authority: Authority, user: str, department: str, application: str | None
) -> None:
    async with serving(authority.server_context(OPENAI)) as upstream:
        upstream.replies[CHAT] = Reply([answered()])
        login = basic(user, PASSWORD)
        async with visit(
            guarded.port, upstream.port, guarded.trust(), OPENAI, headers=login
        ) as client:
            await client.request("POST", CHAT, headers=[JSON], body=asked())
            await client.request("POST", CHAT, headers=[JSON], body=asked())
        records = await guarded.coming(2)
    assert {(r.department, r.application) for r in records} == {(department, application)}
    for seen in upstream.seen:
        assert seen.header("proxy-authorization") is None
    secrets = (USER, PASSWORD, APPLICATION, login.split()[-1], "127.0.0.1")
    for name, data in guarded.files().items():
        assert not [secret for secret in secrets if secret.encode() in data], name


@pytest.mark.parametrize("login", ["", basic(USER, "wrong"), basic("nobody", PASSWORD)])
async def test_without_a_login_nothing_passes(guarded: Edge, login: str) -> None:
    with pytest.raises(ConnectionRefusedError, match="407"):
        async with visit(guarded.port, 9, None, headers=login):
            pass
    assert guarded.next(0) == []
    assert "connect_errors" not in await guarded.counted()
