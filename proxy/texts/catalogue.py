"""The message catalogues: one folder a language, one YAML file a room (report, page).

A message is text with {names} in braces, or one text for one and one for many:

    requests: {one: "{count} requête", other: "{count} requêtes"}

Keys are dotted: the file's name, then the keys inside. Both languages hold the same keys
and the same names; a test sees to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from proxy.config.yamlfile import YamlError, read
from proxy.texts.numbers import Lang
from proxy.texts.typography import typeset

__all__ = ["FOLDER", "LANGS", "CatalogueTextError", "Message", "load"]

FOLDER = Path(__file__).parent
LANGS: tuple[Lang, ...] = ("fr", "en")

type Message = str | Mapping[str, str]
_PLURAL = {"one", "other"}


class CatalogueTextError(ValueError):
    """A catalogue that cannot be read: the message names file, key and the remedy."""


@cache
def load(lang: Lang, folder: Path = FOLDER) -> Mapping[str, Message]:
    """All messages of a language by dotted key, typeset. Raises CatalogueTextError."""
    found: dict[str, Message] = {}
    for file in sorted((folder / lang).glob("*.yaml")):
        try:
            content = read(file)
        except (YamlError, OSError) as error:
            raise CatalogueTextError(
                f"{lang}/{file.name}: expected readable YAML, {error}. Correct the catalogue."
            ) from error
        for key, message in _flat(content, file.stem, file.name):
            found[key] = _typeset(message, lang)
    return MappingProxyType(found)


def _flat(content: object, prefix: str, file: str) -> Iterator[tuple[str, Message]]:
    if isinstance(content, str):
        yield prefix, content
    elif isinstance(content, dict) and set(content) == _PLURAL:
        yield prefix, {str(key): str(value) for key, value in content.items()}
    elif isinstance(content, dict):
        for key, item in content.items():
            yield from _flat(item, f"{prefix}.{key}", file)
    else:
        raise CatalogueTextError(
            f"{file}: {prefix}: expected text, one and other, or keys. Correct the catalogue."
        )


def _typeset(message: Message, lang: Lang) -> Message:
    if isinstance(message, str):
        return typeset(message, lang)
    return MappingProxyType({form: typeset(text, lang) for form, text in message.items()})
