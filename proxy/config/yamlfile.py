"""YAML as operators mean it, with the line of every key.

Stricter than PyYAML's default, which follows YAML 1.1: only true and false are
booleans (`no` and `off` stay text), 12:30 stays text, dates stay text, and a key
written twice is an error instead of a silent loss.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

try:  # libyaml, where the wheel has it, is ten times faster
    from yaml import CSafeLoader as _Base
except ImportError:  # pragma: no cover - every published wheel has it
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

__all__ = ["YamlError", "line_of", "parse", "read"]


class YamlError(ValueError):
    """No readable YAML; `line` counts from 1 where it is known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


class _Loader(_Base):
    """YAML 1.2 core scalars and no duplicate keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own class attribute


_SCALARS = (
    ("bool", "tTfF", r"true|True|TRUE|false|False|FALSE"),
    ("int", "-+0123456789", r"[-+]?[0-9]+|0x[0-9a-fA-F]+"),
    ("float", "-+.0123456789", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?"),
    ("float", "-+0123456789", r"[-+]?[0-9]+[eE][-+]?[0-9]+"),
    ("null", "~nN\0", r"~|null|Null|NULL|"),
    ("merge", "<", r"<<"),
)
for _tag, _first, _pattern in _SCALARS:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"(?:{_pattern})$"),
        [c if c != "\0" else "" for c in _first],
    )


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError("a key is not text", key.start_mark.line + 1)
        if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
            raise YamlError(f"the key {key.value} is there twice", key.start_mark.line + 1)
        seen.add(key.value)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


def _integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return int(text, 16) if text.startswith("0x") else int(text)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


def parse(text: str) -> object:
    """The document in `text`; None when it is empty. Raises YamlError."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(
            error.problem or "no YAML", mark.line + 1 if mark is not None else None
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise YamlError("no YAML") from None


def read(path: Path) -> object:
    """The document in a file; None when it is empty. Raises YamlError and OSError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise YamlError("the file is not UTF-8 text") from None
    return parse(text)


def line_of(text: str, key: str) -> int | None:
    """Line, from 1, of the dotted `key` in a document, else of its nearest parent there."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, YamlError):
        return None
    line = None
    for part in key.split("."):
        found = _child(node, part)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, part: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        item = node.value[int(part)]
        return item.start_mark.line + 1, item
    return None
