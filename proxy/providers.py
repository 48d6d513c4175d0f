"""The catalogue of LLM services: which hosts are decrypted, which calls are read, and how.

Compiled once from config/providers/*.yaml (one file is one provider; see
docs/howto/add-a-provider.md) and from the operator's own folders. Afterwards nothing is
read or written: `host` and `call` are dictionary look-ups and a few expressions.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from proxy.catalogue.build import OTHER, Build, check_formats
from proxy.catalogue.entry import Call, Entry, Host, Provider, Tool
from proxy.catalogue.errors import CatalogueError
from proxy.catalogue.files import CatalogueFile, read_folder
from proxy.catalogue.names import NameIndex, normal

__all__ = ["OTHER", "Call", "Catalogue", "CatalogueError", "Entry", "Host", "Provider", "Tool"]


_MOST_KNOWN = 1024
"""Answers that are remembered, at most; each request asks for its host anew."""


class Catalogue:
    """All known services, compiled. What it says never changes."""

    def __init__(
        self,
        files: Sequence[CatalogueFile],
        *,
        enable: Collection[str],
        disable: Collection[str],
        version: str,
    ) -> None:
        build = Build(files, enable, disable)
        self.version = version
        """Hash of the files and of what is enabled and disabled."""
        self.tools: Mapping[str, Tool] = MappingProxyType(build.tools)
        self.providers: Mapping[str, Provider] = MappingProxyType(build.providers)
        self.entries: tuple[Entry, ...] = tuple(build.entries())
        """Every host pattern, for the PAC file and the documentation."""
        self.formats: frozenset[str] = frozenset(build.formats())
        """Every wire format that a rule names."""
        self.unlisted: Host = build.unlisted()
        """The host to use for a name that is not in the catalogue and that the operator put
        in scope himself (the target of a reverse listener)."""
        self._never = NameIndex(entry for entry in self.entries if entry.host.tier == 0)
        self._index = NameIndex(entry for entry in self.entries if entry.host.tier)
        self._by_region = build.by_region
        self._known: dict[str, Host] = {}
        """Names of the catalogue that were asked for, as they were written."""

    @classmethod
    def load(
        cls,
        folders: Sequence[Path],
        *,
        enable: Collection[str] = (),
        disable: Collection[str] = (),
        formats: Collection[str] | None = None,
    ) -> Catalogue:
        """Read and compile folders of provider files.

        `enable` and `disable` are tools (slugs). `formats`, when given, are the wire
        formats that rules may name. Raises CatalogueError.
        """
        read = [item for folder in folders for item in read_folder(Path(folder))]
        digest = hashlib.sha256()
        for data, file in read:
            digest.update(b"%s\0%d\0%s" % (Path(file.name).name.encode(), len(data), data))
        digest.update(repr((sorted(enable), sorted(disable))).encode())
        files = [file for _, file in read]
        if formats is not None:
            check_formats(files, formats)
        return cls(files, enable=enable, disable=disable, version=digest.hexdigest()[:12])

    def host(self, name: str) -> Host | None:
        """What is known of a host name (SNI or authority); None: not in the catalogue.

        A name that must never be decrypted gives a host of tier 0.
        """
        known = self._known.get(name)
        if known is not None:
            return known
        host = self._look_up(normal(name))
        if host is not None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[name] = host
        return host

    def _look_up(self, name: str) -> Host | None:
        never = self._never.find(name)
        if never is not None:
            return never[0].host
        found = self._index.find(name)
        if found is None:
            return None
        entry, star = found
        if star is not None and entry.pattern in self._by_region:
            return dataclasses.replace(entry.host, region=star)
        return entry.host

    def call(self, host: Host, method: str, path: str, headers: Mapping[str, str]) -> Call | None:
        """The call that a request makes; None when it is not read.

        `path` includes the query; `headers` has lower-case names, or ignores case.
        """
        if not host.decrypt:
            return None
        return host.rules.find(method, path, headers, host.region)
