"""From a parsed document to typed settings, with errors that an operator can act on.

A key without a value (`workers:` with nothing behind it) keeps its default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import inspect

from proxy.config.errors import Problem, did_you_mean
from proxy.config.part import FILE_NAME, SHA256, Part

__all__ = ["ShapeError", "convert", "describe", "known_keys", "type_of"]

_WHERE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`")
_FOUND = re.compile(r"got `(?P<kind>[^`]+)`")
_MISSING = re.compile(r"missing required field `(?P<key>[^`]+)`")
_KINDS = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "null": "nothing",
    "object": "a group of keys",
    "str": "text",
}
_FORMS = {
    FILE_NAME: "a name of letters, digits and . _ - that begins with a letter or a digit",
    SHA256: "64 hex digits in lower case, or nothing",
}
"""What texts of these patterns look like."""
_PLAIN = {inspect.StrType: "text", inspect.BoolType: "true or false"}


class ShapeError(ValueError):
    """A document of the wrong shape."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.expected)


def convert[T: Part](document: object, target: type[T]) -> T:
    """The typed `target` in a parsed YAML document. Raises ShapeError."""
    shape = inspect.type_info(target)
    filled = _without_empty(document, shape)
    for problem in _unknown_keys(filled, shape, "", target):
        raise ShapeError(problem)
    try:
        return msgspec.convert(filled, target)
    except msgspec.ValidationError as error:
        raise ShapeError(_explain(str(error), target)) from None


def known_keys(shape: inspect.Type, prefix: str = "") -> Iterator[tuple[str, inspect.Field]]:
    """Every dotted key under a type, a list's items under "0"."""
    match shape:
        case inspect.StructType(fields=fields):
            for field in fields:
                yield f"{prefix}{field.name}", field
                yield from known_keys(field.type, f"{prefix}{field.name}.")
        case inspect.VarTupleType(item_type=item):
            yield from known_keys(item, f"{prefix}0.")
        case _:
            return


def type_of(shape: inspect.Type, key: str) -> inspect.Type | None:
    """The type expected at a dotted key, None when there is no such key."""
    found: inspect.Type | None = shape
    for part in key.split(".") if key else ():
        match found:
            case inspect.StructType(fields=fields):
                found = next((f.type for f in fields if f.name == part), None)
            case inspect.VarTupleType(item_type=item) if part.isdigit():
                found = item
            case inspect.UnionType(types=types) if part.isdigit():
                lists = (t for t in types if isinstance(t, inspect.VarTupleType))
                found = next((one.item_type for one in lists), None)
            case _:
                return None
    return found


def describe(shape: inspect.Type) -> str:
    """A type in an operator's words."""
    match shape:
        case inspect.IntType() | inspect.FloatType():
            words = _number(shape)
        case inspect.LiteralType(values=values):
            words = "one of " + ", ".join(str(v) for v in values)
        case inspect.VarTupleType(item_type=inspect.StructType()):
            words = "a list of groups of keys"
        case inspect.VarTupleType(item_type=item):
            words = f"a list, each item {describe(item)}"
        case inspect.StrType(pattern=str(pattern)):
            words = _FORMS.get(pattern, "text")
        case inspect.UnionType(types=types):
            words = " or ".join(describe(t) for t in types if not isinstance(t, inspect.NoneType))
        case _:
            words = _PLAIN.get(type(shape), "a group of keys")
    return words


def _number(shape: inspect.IntType | inspect.FloatType) -> str:
    noun = "a whole number" if isinstance(shape, inspect.IntType) else "a number"
    low = f"{shape.ge} or more" if shape.ge is not None else None
    above = f"above {shape.gt}" if shape.gt is not None else None
    high = f"at most {shape.le}" if shape.le is not None else None
    return ", ".join(text for text in (noun, low, above, high) if text)


def _without_empty(value: object, shape: inspect.Type) -> object:
    """The document without keys that have no value, so that they keep their defaults."""
    match shape, value:
        case inspect.StructType(), None:
            return {}
        case inspect.StructType(fields=fields), dict():
            types = {field.name: field.type for field in fields}
            return {
                key: _without_empty(item, types[key]) if key in types else item
                for key, item in value.items()
                if item is not None or key not in types
            }
        case inspect.VarTupleType(item_type=item_type), list():
            return [_without_empty(item, item_type) for item in value]
        case _:
            return value


def _unknown_keys(
    value: object, shape: inspect.Type, prefix: str, target: type[Part]
) -> Iterator[Problem]:
    match shape, value:
        case inspect.StructType(fields=fields), dict():
            types = {field.name: field.type for field in fields}
            for key, item in value.items():
                if key not in types:
                    yield _unknown(str(key), prefix, list(types), target)
                else:
                    yield from _unknown_keys(item, types[key], f"{prefix}{key}.", target)
        case inspect.VarTupleType(item_type=item_type), list():
            for index, item in enumerate(value):
                yield from _unknown_keys(item, item_type, f"{prefix}{index}.", target)
        case _:
            return


def _unknown(key: str, prefix: str, siblings: list[str], target: type[Part]) -> Problem:
    """A mistyped key, or one that stands in the wrong place."""
    elsewhere = [
        known
        for known, _ in known_keys(inspect.type_info(target))
        if known.rsplit(".", 1)[-1] == key and "." in known
    ]
    options = "The keys here are " + ", ".join(siblings) + "."
    misplaced = f"Did you mean {' or '.join(elsewhere)}?" if elsewhere else options
    return Problem(f"{prefix}{key}", "there is no such key", did_you_mean(key, siblings, misplaced))


def _explain(message: str, target: type[Part]) -> Problem:
    """The message of msgspec, said in an operator's words and without any value."""
    where = _WHERE.search(message)
    key = re.sub(r"\[(\d+)\]", r".\1", where["path"]).strip(".") if where else ""
    missing = _MISSING.search(message)
    if missing:
        return Problem(f"{key}.{missing['key']}".strip("."), "this key is missing", "Add it.")
    shape = type_of(inspect.type_info(target), key)
    expected = describe(shape) if shape is not None else "another kind of value"
    found = _FOUND.search(message)
    kind = _KINDS.get(found["kind"], found["kind"]) if found else None
    text = f"expected {expected}" + (f", found {kind}" if kind else "")
    return Problem(key, text, _remedy(expected, kind))


def _remedy(expected: str, kind: str | None) -> str:
    if expected == "text" or (expected in _FORMS.values() and kind is not None):
        return "Put the value between quotes."
    if expected.startswith("a list") and kind == "text":
        return "Write it as a list: [value] or one item a line, each after a dash."
    return "See docs/operate/configuration.md."
