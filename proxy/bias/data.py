"""The word lists beside this file: their shapes, and reading them once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from proxy.config.yamlfile import read

__all__ = ["Attributes", "Groups", "People", "attributes", "groups", "people"]

WORDS = Path(__file__).with_name("words")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    version: str


class People(_File, frozen=True, kw_only=True):
    """Words for human beings in one language; see the head of fr.yaml."""

    occupations: Mapping[str, tuple[str, ...]]
    people: tuple[str, ...] = ()
    nationals: tuple[str, ...] = ()
    epicene: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    women_men: tuple[tuple[str, str], ...]


class Attributes(_File, frozen=True, kw_only=True):
    """What is said of people: family to terms, per language."""

    fr: Mapping[str, tuple[str, ...]]
    en: Mapping[str, tuple[str, ...]]


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ground of discrimination, in the words of the law, and its groups."""

    law: str
    groups: tuple[str, ...]


class GroupTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one language names a group."""

    names: tuple[str, ...]
    terms: tuple[str, ...]


class Groups(_File, frozen=True, kw_only=True):
    """Groups, and the words that sentences about them are looked through for."""

    grounds: Mapping[str, Ground]
    groups: Mapping[str, Mapping[str, GroupTerms]]
    negative: Mapping[str, tuple[str, ...]]
    essential: Mapping[str, tuple[str, ...]]
    essential_weak: Mapping[str, tuple[str, ...]]


def _load[T](name: str, shape: type[T]) -> T:
    return msgspec.convert(read(WORDS / f"{name}.yaml"), shape)


@cache
def people(language: str) -> People:
    """Words for human beings in "fr" or "en"."""
    return _load(language, People)


@cache
def attributes() -> Attributes:
    """What is said of people, in both languages."""
    return _load("attributes", Attributes)


@cache
def groups() -> Groups:
    """Groups of people, in both languages."""
    return _load("groups", Groups)
