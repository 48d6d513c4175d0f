"""Reads the two files, applies the overrides, and holds everything against the checks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from proxy.config import checks, organisation_checks, people_checks
from proxy.config.errors import ConfigError, Problem
from proxy.config.organisation import Organisation
from proxy.config.overrides import Override, apply, parse_override
from proxy.config.settings import Listener, Settings
from proxy.config.shape import ShapeError, convert
from proxy.config.yamlfile import YamlError, line_of, parse

__all__ = ["SHIPPED", "Config", "error_in", "load"]

SHIPPED = Path(__file__).resolve().parents[2] / "config"
"""Folder of the configuration and the data that come with the product."""


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration that has passed every check. Relative paths start at `base`."""

    settings: Settings
    organisation: Organisation
    file: Path
    """The jauge.yaml that was read, absolute."""
    organisation_file: Path | None
    """The organisation.yaml that was read, absolute; None where there is none."""
    sets: tuple[str, ...] = field(repr=False)
    """The `--set` texts that were applied, for child processes."""
    base: Path
    """Working directory at the time of loading."""

    def path(self, text: str) -> Path:
        """The absolute path that a key means."""
        return (self.base / Path(text).expanduser()).absolute()

    @property
    def state_dir(self) -> Path:
        """Folder of everything that Jauge writes, absolute."""
        return self.path(self.settings.state_dir)

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """The edge's listeners, the shorthand for one included."""
        return checks.listeners_of(self.settings)

    @property
    def catalogue_folders(self) -> tuple[Path, ...]:
        """Folders of provider files, the shipped one first."""
        extra = (self.path(text) for text in self.settings.catalogue.folders)
        return (SHIPPED / "providers", *extra)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that bounds days and months."""
        return ZoneInfo(self.settings.timezone)


@dataclass(frozen=True, slots=True)
class _Document:
    """One file: its name in errors, its text, and the `--set` that may be at fault."""

    name: str
    text: str
    overrides: tuple[Override, ...] = ()

    def error(self, problem: Problem) -> ConfigError:
        guilty = [o for o in self.overrides if _concerns(o.key, problem.key)]
        return ConfigError(
            file=guilty[-1].source if guilty else self.name,
            key=problem.key,
            expected=problem.expected,
            remedy=problem.remedy,
            line=None if guilty else line_of(self.text, problem.key),
        )


def _concerns(override: str, key: str) -> bool:
    """Whether the value at `key` came from the override's value."""
    return key == override or key.startswith(f"{override}.")


def load(
    path: Path | None = None,
    sets: Sequence[str] = (),
    environ: Mapping[str, str] = os.environ,
) -> Config:
    """The checked configuration of a file, else of `JAUGE_CONFIG`, else the shipped one.

    Raises ConfigError for the first mistake; its `others` are the rest of that stage.
    """
    file = _choose(path, environ)
    overrides = tuple(parse_override(text) for text in sets)
    document = _read(file, _NAME_ANOTHER)
    raw = _as_group(document)
    for override in overrides:
        apply(raw, override)
    document = _Document(document.name, document.text, overrides)
    settings = _typed(document, raw, Settings)
    own = (p for check in checks.CHECKS for p in check(settings))
    _raise_all(document, own)

    base = Path.cwd()
    organisation_file = _organisation_file(settings, file, base, document)
    organisation = Organisation()
    if organisation_file is not None:
        second = _read(organisation_file, _NAME_ANOTHER_ORGANISATION)
        organisation = _typed(second, _as_group(second), Organisation)
        every = (*organisation_checks.CHECKS, *people_checks.CHECKS)
        across = (p for c in every for p in c(organisation, settings))
        _raise_all(second, across)
    _raise_all(document, organisation_checks.department_references(organisation, settings))
    return Config(
        settings=settings,
        organisation=organisation,
        file=file.absolute(),
        organisation_file=organisation_file,
        sets=tuple(sets),
        base=base,
    )


def error_in(file: Path | None, problem: Problem, sets: Sequence[str] = ()) -> ConfigError:
    """The error for a mistake that is found after loading, with its line in the file.

    `sets`: the `--set` texts that may be at fault in place of the file.
    """
    text = ""
    if file is not None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = file.read_text(encoding="utf-8")
    overrides = tuple(parse_override(one) for one in sets)
    return _Document(str(file or "organisation.yaml"), text, overrides).error(problem)


def _choose(path: Path | None, environ: Mapping[str, str]) -> Path:
    named = environ.get("JAUGE_CONFIG")
    if path is not None:
        return path
    if named:
        return Path(named).expanduser()
    here = Path("config") / "jauge.yaml"
    return here if here.is_file() else SHIPPED / "jauge.yaml"


_NAME_ANOTHER = "Name another one with --config, or in the environment as JAUGE_CONFIG."
_NAME_ANOTHER_ORGANISATION = "Let this account read it, or name another one: organisation."


def _read(file: Path, unreadable: str) -> _Document:
    """The text of a file; `unreadable` is the remedy where the system does not give it."""
    try:
        return _Document(str(file), file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        reason, remedy = "the file is not UTF-8 text", "Save it in the encoding UTF-8."
    except OSError as error:
        reason, remedy = f"the file cannot be read ({error.strerror})", unreadable
    raise ConfigError(file=str(file), key="", expected=reason, remedy=remedy)


def _as_group(document: _Document) -> dict[str, object]:
    try:
        parsed = parse(document.text)
    except YamlError as error:
        raise ConfigError(
            file=document.name,
            key="",
            expected=f"the YAML cannot be read: {error.reason}",
            remedy="Check indentation, colons and quotes there.",
            line=error.line,
        ) from None
    if parsed is None:
        return {}
    if not isinstance(parsed, dict):
        raise document.error(
            Problem("", "expected keys and values", "Write one key: value a line.")
        )
    return parsed


def _typed[T: (Settings, Organisation)](
    document: _Document, raw: dict[str, object], target: type[T]
) -> T:
    try:
        return convert(raw, target)
    except ShapeError as error:
        raise document.error(error.problem) from None


def _raise_all(document: _Document, problems: Iterable[Problem]) -> None:
    errors = [document.error(problem) for problem in problems]
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]


def _organisation_file(
    settings: Settings, file: Path, base: Path, document: _Document
) -> Path | None:
    if settings.organisation is None:
        beside = file.parent / "organisation.yaml"
        return beside.absolute() if beside.is_file() else None
    named = (base / Path(settings.organisation).expanduser()).absolute()
    if not named.is_file():
        raise document.error(
            Problem(
                "organisation",
                "there is no such file",
                "Correct the path; relative ones start where Jauge is started.",
            )
        )
    return named
