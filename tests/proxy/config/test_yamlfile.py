from __future__ import annotations

from pathlib import Path

import pytest

from proxy.config.yamlfile import YamlError, line_of, parse, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("2026-10-01", "2026-10-01"),
        ("1_000", "1_000"),
        ("010", 10),
        ("0x10", 16),
        ("-3", -3),
        ("1.5", 1.5),
        ("2e3", 2000.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("'true'", "true"),
        ("[1, no]", [1, "no"]),
    ],
)
def test_scalars_are_what_an_operator_means(text: str, value: object) -> None:
    found = parse(text)
    assert found == value
    assert type(found) is type(value)


def test_a_key_written_twice_is_refused_with_its_line() -> None:
    with pytest.raises(YamlError, match="workers is there twice") as caught:
        parse("edge:\n  workers: 1\n  name: a\n  workers: 2\n")
    assert caught.value.line == 4


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(YamlError) as caught:
        parse("edge:\n  workers: [1\nname: x\n")
    assert caught.value.line == 3


@pytest.mark.parametrize("text", ["? [a]\n: 1\n", "!!python/object:os.system x", "\x00", "&a [*a"])
def test_hostile_documents_are_refused(text: str) -> None:
    with pytest.raises(YamlError):
        parse(text)


def test_merge_keys_work() -> None:
    assert parse("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n")["b"] == {"x": 1, "y": 2}  # type: ignore[index]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"name: \xff\xfe")
    with pytest.raises(YamlError, match="not UTF-8"):
        read(file)


TEXT = """\
edge:
  listeners:
    - listen: 127.0.0.1:1
    - listen: 127.0.0.1:2
      target: x
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("edge", 1),
        ("edge.listeners", 2),
        ("edge.listeners.1.target", 5),
        ("edge.listeners.1", 4),
        ("edge.listeners.0.target", 3),
        ("edge.workers", 1),
        ("auditor", None),
        ("", None),
    ],
)
def test_the_line_of_a_key_or_of_its_nearest_parent(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line


def test_no_line_in_what_cannot_be_read() -> None:
    assert line_of("a: [", "a") is None
