"""Headers as readers get them."""

from __future__ import annotations

import pytest

from addons import headers as headers_module
from addons.headers import SECRET, readable


def test_headers_are_readable_and_hold_no_secret() -> None:
    fields = (
        (b"Content-Type", b"application/json"),
        (b"AUTHORIZATION", b"Bearer x"),
        (b"X-Api-Key", b"x"),
        (b"Accept", b"a"),
        (b"accept", b"b"),
        (b"X-Name", "é".encode("latin-1")),
    )
    expected = {"content-type": "application/json", "accept": "a, b", "x-name": "é"}
    assert readable(fields) == expected
    assert readable(fields) == expected  # the names are known by now
    assert all(name == name.lower() for name in SECRET)
    for name in SECRET:
        assert readable(((name.upper(), b"x"), (name, b"x"))) == {}


def test_names_that_clients_invent_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers_module, "_KNOWN_LIMIT", 10)
    for n in range(50):
        assert readable(((b"X-%d" % n, b"v"),)) == {f"x-{n}": "v"}
    assert len(headers_module._known) <= 10
