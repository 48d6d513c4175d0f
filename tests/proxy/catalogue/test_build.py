"""Mistakes in provider files: each names its file, its key, what was expected, the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.providers import Catalogue, CatalogueError

HEAD = "provider: {slug}\nname: N\notel: n\nchecked: 2026-11-23\n"
GOOD = """tools: {{{slug}-api: N}}
hosts: [{{host: {slug}.example, tool: {slug}-api, read: [{slug}]}}]
rule_sets: {{{slug}: [{{path: /go, format: openai-chat, operation: chat}}]}}
"""


def _good(slug: str) -> str:
    return (HEAD + GOOD).format(slug=slug)


def _load(folder: Path, **files: str) -> Catalogue:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text)
    return Catalogue.load([folder], formats={"openai-chat", "opaque"})


def _error(folder: Path, **files: str) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        _load(folder, **files)
    error = caught.value
    assert str(error) == f"{error.file}: {error.key}: expected {error.expected}; {error.remedy}"
    return error


def test_a_good_folder(tmp_path: Path) -> None:
    catalogue = _load(tmp_path, one=_good("one"), two=_good("two"))
    host = catalogue.host("two.example")
    assert host is not None
    assert catalogue.call(host, "POST", "/go", {}) is not None


CASES = {
    "unknown format": (
        "format: openai-chat",
        "format: openai-chatt",
        "rule_sets.one[0].format",
        "one of opaque, openai-chat",
    ),
    "unknown operation": (
        "operation: chat",
        "operation: chatting",
        "rule_sets.one[0].operation",
        "Invalid enum value 'chatting'",
    ),
    "no operation": (", operation: chat", "", "rule_sets.one[0].operation", "a value"),
    "bad regex": ("path: /go", "path: '/go('", "rule_sets.one[0].path", "a regular expression"),
    "bad group": (
        "path: /go",
        "path: '/(?P<key>.*)'",
        "rule_sets.one[0].path",
        "groups named model, region or action",
    ),
    "unknown key": ("tool: one-api", "tool: one-api, tire: 2", "hosts[0].tire", "no such key"),
    "unknown key of the file": ("otel: n", "otel: n\nhost: x", "host", "no such key"),
    "missing name": ("name: N\n", "", "name", "a value"),
    "wrong tier": ("tool: one-api", "tool: one-api, tier: 4", "hosts[0].tier", "Invalid enum"),
    "wrong date": ("2026-11-23", "yesterday", "checked", "Invalid RFC3339"),
    "unknown tool": ("tool: one-api", "tool: two-api", "hosts[0].tool", "a tool of the catalogue"),
    "unknown rule set": ("[one]", "[two]", "hosts[0].read[0]", "a rule set of the catalogue"),
    "bad base": ("[one]", "[{use: one, base: '('}]", "hosts[0].read[0].base", "a regular"),
    "host with port": ("host: one.example", "host: 'one.example:80'", "hosts[0].host", "a host"),
    "host with scheme": ("host: one.example", "host: 'http://one'", "hosts[0].host", "a host"),
    "star in exact": ("host: one.example", "host: '*.example'", "hosts[0].host", "a host name"),
    "region without glob": (
        "tool: one-api",
        "tool: one-api, region_from_host: true",
        "hosts[0].region_from_host",
        "match: glob",
    ),
    "rules that are no list": ("[{path: /go, ", "{go: {", "line 7", "valid YAML"),
    "not a list": ("hosts: [", "hosts: {a: [", "line 7", "valid YAML"),
    "key given twice": ("name: N", "name: N\nname: M", "line 3", "valid YAML"),
    "tool of a rule": (
        "operation: chat",
        "operation: chat, tool: none-api",
        "rule_sets.one[0].tool",
        "a tool of the catalogue",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_named(case: str, tmp_path: Path) -> None:
    before, after, key, expected = CASES[case]
    text = _good("one")
    assert text.count(before) >= 1
    error = _error(tmp_path, one=text.replace(before, after, 1))
    assert Path(error.file).name == "one.yaml"
    assert error.key == key
    assert error.expected.startswith(expected)
    assert error.remedy


def test_a_list_where_one_belongs(tmp_path: Path) -> None:
    error = _error(tmp_path, one=HEAD.format(slug="one") + "tools: {}\nhosts: 3\n")
    assert (error.key, error.expected) == ("hosts", "a list")
    error = _error(tmp_path, one="- a\n")
    assert (error.key, error.expected) == ("(file)", "keys and values")


@pytest.mark.parametrize(
    ("before", "after", "key", "kind"),
    [
        ("provider: two", "provider: one", "provider", "provider"),
        ("{two-api: N}", "{one-api: N, two-api: N}", "tools.one-api", "tool"),
        ("rule_sets: {", "rule_sets: {one: [], ", "rule_sets.one", "rule set"),
        ("host: two.example", "host: one.example", "hosts[0].host", "exact host"),
    ],
)
def test_nothing_stands_twice(before: str, after: str, key: str, kind: str, tmp_path: Path) -> None:
    error = _error(tmp_path, one=_good("one"), two=_good("two").replace(before, after))
    assert Path(error.file).name == "two.yaml"
    assert (error.key, error.expected) == (key, f"a {kind} that stands once in the catalogue")
    assert "one.yaml" in error.remedy


def test_a_file_of_the_same_name_in_a_second_folder(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        (folder / "one.yaml").write_text(_good("one"))
    with pytest.raises(CatalogueError, match="stands once in the catalogue"):
        Catalogue.load([first, second])


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load([tmp_path / "none"])
    assert (caught.value.key, caught.value.expected) == ("(folder)", "an existing folder")


def test_never_wins_over_an_exact_host_of_the_operator(tmp_path: Path) -> None:
    never = "never_intercept: [{host: example, match: suffix, why: private, tool: one-api}]\n"
    catalogue = _load(tmp_path, one=_good("one"), never_intercept=never)
    host = catalogue.host("one.example")
    assert host is not None
    assert (host.tool, host.tier, host.decrypt) == ("one-api", 0, False)


def test_shapes_can_be_chosen(tmp_path: Path) -> None:
    shared = (
        "rule_sets: {shapes: [{path: /chat/completions, format: openai-chat, operation: chat}]}\n"
    )
    for choice, read in (("", True), (', shapes: ""', False), (", kind: mixed", False)):
        text = _good("one").replace("tool: one-api", f"tool: one-api{choice}")
        catalogue = _load(tmp_path, one=text, rule_sets=shared)
        host = catalogue.host("one.example")
        assert host is not None
        call = catalogue.call(host, "POST", "/x/chat/completions", {})
        assert (call is not None) is read
