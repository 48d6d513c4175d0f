from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.catalogue.entry import Call, Host
from proxy.catalogue.errors import CatalogueError
from proxy.catalogue.files import RuleLine
from proxy.catalogue.rules import LONGEST_PATH, Place, RuleTable, compile_pattern, tails_of

HOST = Host("outil", "fournisseur", 1, decrypt=True, channel="api", region="FR")
PLACE = Place("x.yaml", "rule_sets.x[0]")


def _table(*lines: RuleLine, base: str = "") -> RuleTable:
    return RuleTable(HOST, [(base, [(line, PLACE) for line in lines])])


def _line(path: str, **more: object) -> RuleLine:
    return RuleLine(path=path, **({"format": "f", "operation": "chat"} | more))  # type: ignore[arg-type]


def _find(table: RuleTable, path: str, method: str = "POST", **headers: str) -> Call | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return table.find(method, path, named, "FR")


@pytest.mark.parametrize(
    ("pattern", "tails"),
    [
        ("/v1/chat/completions", ("completions",)),
        ("/models/[^/]+:(?P<action>a|b)", ("a", "b")),
        ("/audio/(?:x|y-z)", ("x", "y-z")),
        ("/v1internal:streamGenerateContent", ("streamGenerateContent",)),
        ("/ws/?", None),
        (r"/add_response\.json", None),
        ("/conversation/[0-9a-f]{24}", None),
        ("/(?:f/)?conversation", None),
        ("completions", None),
    ],
)
def test_last_words(pattern: str, tails: tuple[str, ...] | None) -> None:
    assert tails_of(pattern) == tails


@given(
    st.sampled_from(["/a/b", "/a:b", "/(?P<action>b|c)", "/[^/]+/b", "/x(?:y)?/b", "/b/?"]),
    st.text(alphabet="abcxy/:?", max_size=8),
)
def test_the_short_cut_never_changes_the_answer(pattern: str, path: str) -> None:
    direct = compile_pattern(pattern, PLACE).fullmatch(path.partition("?")[0])
    assert (_find(_table(_line(pattern)), path) is not None) is (direct is not None)


def test_the_first_rule_wins_and_skip_ends_the_search() -> None:
    table = _table(
        _line("/a/special/go", format="first"),
        RuleLine(path="/a/[^/]+/go", skip=True),
        _line(".*/go", format="last"),
    )
    assert _format(table, "/a/special/go") == "first"
    assert _format(table, "/a/other/go") is None
    assert _format(table, "/b/go") == "last"


def test_a_base_with_parts() -> None:
    table = _table(_line("/chat"), base="/deployments/(?P<model>[^/]+)|/plain")
    assert _find(table, "/deployments/d%2F1/chat") == Call(
        "outil", "fournisseur", "f", "chat", "api", model="d/1", region="FR"
    )
    found = _find(table, "/plain/chat")
    assert found is not None
    assert found.model is None


def test_parts_from_query_and_header() -> None:
    table = _table(
        _line("/go", query={"model": "m"}, header={"region": "X-Region"}, action="fixed")
    )
    call = _find(table, "/go?key=secret&m=a%20b&m=c", x_region="eu")
    assert call is not None
    assert (call.model, call.region, call.action) == ("a b", "eu", "fixed")
    bare = _find(table, "/go")
    assert bare is not None
    assert (bare.model, bare.region) == (None, "FR")


def test_a_condition_on_a_header() -> None:
    table = _table(_line("/go", when={"X-Name": "^send"}))
    assert _find(table, "/go", x_name="sendMessage") is not None
    assert _find(table, "/go", x_name="list") is None
    assert _find(table, "/go") is None


def test_the_region_of_the_name_is_kept() -> None:
    call = _table(_line("/go")).find("POST", "/go", {}, "europe-west9")
    assert call is not None
    assert call.region == "europe-west9"


def test_a_path_beyond_the_longest_is_not_read() -> None:
    table = _table(_line(".*/go"))
    fits = "/" + "a" * (LONGEST_PATH - 4) + "/go"
    assert len(fits) == LONGEST_PATH
    assert _find(table, fits) is not None
    assert _find(table, fits + "?" + "q" * 9000) is not None
    assert _find(table, "/a" + fits) is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/a(", "a regular expression"),
        ("/(?P<secret>.*)", "groups named model, region or action"),
    ],
)
def test_wrong_patterns(pattern: str, expected: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        compile_pattern(pattern, PLACE)
    assert (caught.value.file, caught.value.key) == ("x.yaml", "rule_sets.x[0]")
    assert caught.value.expected == expected


def _format(table: RuleTable, path: str) -> str | None:
    call = _find(table, path)
    return call.wire_format if call else None
