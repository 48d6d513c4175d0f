from __future__ import annotations

from pathlib import Path

import bcrypt
import httpx
import pytest

from proxy.web.login import Login, is_known
from proxy.web.passwords import Passwords, Token
from proxy.web.throttle import Throttle
from tests.support.web import RIGHT, TOKEN, ask, htpasswd, telling, token_file

WRONG = ("marie", "autre")
BEARER = {"authorization": f"Bearer {TOKEN}"}
PROBES = ("/healthz", "/readyz")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guarded(tmp_path: Path, clock: Clock) -> Login:
    passwords, token = Passwords(htpasswd(tmp_path)), Token(token_file(tmp_path))
    return Login(telling(is_known), passwords=passwords, token=token, throttle=Throttle(clock))


@pytest.mark.parametrize("path", ["/", "/en/", "/static/page.css", "/nowhere", "/metrics/"])
async def test_every_page_asks_for_the_login(guarded: Login, path: str) -> None:
    asked = await ask(guarded, path)
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"] == 'Basic realm="Jauge", charset="UTF-8"'
    assert (await ask(guarded, path, auth=WRONG)).status_code == 401
    shown = await ask(guarded, path, auth=RIGHT)
    assert (shown.status_code, shown.text) == (200, "True")


async def test_metrics_ask_for_the_token_alone(guarded: Login) -> None:
    asked = await ask(guarded, "/metrics")
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith("Bearer ")
    assert (await ask(guarded, "/metrics", auth=RIGHT)).status_code == 401
    wrong = {"authorization": f"Bearer {TOKEN}x"}
    assert (await ask(guarded, "/metrics", headers=wrong)).status_code == 401
    assert (await ask(guarded, "/metrics", headers=BEARER)).status_code == 200
    assert (await ask(guarded, "/", headers=BEARER)).status_code == 401, "no token opens pages"


@pytest.mark.parametrize("path", PROBES)
async def test_probes_are_open_and_know_who_asks(guarded: Login, path: str) -> None:
    assert (await ask(guarded, path)).text == "False"
    assert (await ask(guarded, path, headers=BEARER)).text == "True"
    assert (await ask(guarded, path, auth=RIGHT)).text == "True"
    assert (await ask(guarded, path, auth=WRONG)).status_code == 401


async def test_without_passwords_everyone_is_known() -> None:
    app = Login(telling(is_known), passwords=None, token=None)
    for path in ("/", *PROBES):
        assert (await ask(app, path)).text == "True"
    assert (await ask(app, "/metrics")).status_code == 200


async def test_a_token_alone_guards_the_metrics_alone(tmp_path: Path) -> None:
    app = Login(telling(is_known), passwords=None, token=Token(token_file(tmp_path)))
    assert (await ask(app, "/metrics")).status_code == 401
    assert (await ask(app, "/")).text == "True"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic bWFyaWU=",  # a name without a colon
        "Basic OnBhc3M=",  # a colon without a name
        "Basic gIGC",  # no UTF-8
        "Digest username=marie",
        "Basic bWFyaWU6YQ==é",
    ],
)
async def test_headers_that_are_no_login(guarded: Login, header: str) -> None:
    answer = await ask(guarded, headers={"authorization": header.encode()})
    assert answer.status_code == 401


async def _fail(app: Login, times: int, client: str = "10.0.0.5") -> list[int]:
    pairs = [("marie", f"essai {number}") for number in range(times)]
    return [(await ask(app, client=client, auth=pair)).status_code for pair in pairs]


async def test_guessing_is_slowed_down(guarded: Login, clock: Clock) -> None:
    assert await _fail(guarded, 6) == [401, 401, 401, 401, 401, 429]
    slowed = await ask(guarded, client="10.0.0.5", auth=RIGHT)
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1")
    assert (await ask(guarded, client="10.0.0.6", auth=RIGHT)).status_code == 200
    clock.now = 1.0
    assert (await ask(guarded, client="10.0.0.5", auth=WRONG)).status_code == 401
    clock.now = 2.9
    assert (await ask(guarded, client="10.0.0.5", auth=WRONG)).status_code == 429
    clock.now = 3.0
    assert (await ask(guarded, client="10.0.0.5", auth=("marie", "bon mot de passe"))).is_success


async def test_who_is_logged_in_does_not_wait_for_who_guesses(guarded: Login) -> None:
    assert (await ask(guarded, client="10.0.0.5", auth=RIGHT)).status_code == 200
    assert (await _fail(guarded, 6))[-1] == 429
    assert (await ask(guarded, client="10.0.0.5", auth=RIGHT)).status_code == 200


async def test_guesses_at_the_same_time_are_slowed_down_too(guarded: Login) -> None:
    import asyncio

    pairs = [("marie", f"essai {number}") for number in range(30)]
    answers: list[httpx.Response] = await asyncio.gather(
        *(ask(guarded, client="10.0.0.5", auth=pair) for pair in pairs)
    )
    checked = [one for one in answers if one.status_code == 401]
    assert 5 <= len(checked) <= 6, "two are checked at once, at most"


async def test_a_right_guess_among_too_many_at_the_same_time_is_not_known(guarded: Login) -> None:
    """Sent all at once and asked for again one by one, it would be found past every wait."""
    import asyncio

    pairs = [*(("marie", f"essai {number}") for number in range(30)), RIGHT]
    await asyncio.gather(*(ask(guarded, client="10.0.0.5", auth=pair) for pair in pairs))
    assert (await ask(guarded, client="10.0.0.5", auth=RIGHT)).status_code == 429
    assert (await ask(guarded, client="10.0.0.6", auth=RIGHT)).status_code == 200


async def test_guesses_that_wait_are_not_even_looked_at(
    guarded: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    looked_at = []
    checked = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        looked_at.append(hashed)
        return checked(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    pairs = [("marie", f"essai {number}") for number in range(30)]
    await asyncio.gather(*(ask(guarded, client="10.0.0.5", auth=pair) for pair in pairs))
    assert 5 <= len(looked_at) <= 6, "two are checked at once, at most"


async def test_nothing_of_a_login_is_printed(
    guarded: Login, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        for pair in (RIGHT, WRONG):
            await ask(guarded, auth=pair)
    printed = capfd.readouterr()
    logged = "".join(one.getMessage() for one in caplog.records if one.name.startswith("jauge"))
    assert "marie" not in printed.out + printed.err + logged
