from __future__ import annotations

from starlette.responses import PlainTextResponse

from proxy.web.headers import POLICY, SafeHeaders
from tests.support.web import ask


async def test_every_answer_carries_them() -> None:
    answer = await ask(SafeHeaders(PlainTextResponse("ok")))
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    directives = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
    assert set(directives.values()) == {"'none'", "'self'"}


async def test_an_answer_may_say_otherwise() -> None:
    own = PlainTextResponse("ok", headers={"cache-control": "max-age=60"})
    assert (await ask(SafeHeaders(own))).headers["cache-control"] == "max-age=60"
