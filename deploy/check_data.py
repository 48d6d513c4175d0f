"""Checks the files that are data: they can be read, and hold together.

Every YAML and JSON file of config/ and dashboards/ is read strictly (a key twice is an
error); the two configuration files are held against the schemas that editors use, and
loaded with the catalogue as `jauge run` would.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema

from proxy.config import ConfigError, load
from proxy.config.yamlfile import YamlError, read
from proxy.providers import CatalogueError
from proxy.references import load_catalogue

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("config", "dashboards")


def unreadable() -> Iterator[str]:
    """Data files that no parser accepts."""
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            name = file.relative_to(ROOT)
            try:
                if file.suffix in (".yaml", ".yml"):
                    read(file)
                elif file.suffix == ".json":
                    json.loads(file.read_text(encoding="utf-8"))
            except YamlError as error:
                yield f"{name}, line {error.line}: {error.reason}"
            except ValueError as error:
                yield f"{name}: {error}"


def against_schemas() -> Iterator[str]:
    """What an editor would underline in the configuration files."""
    for name in ("jauge", "organisation"):
        schema = json.loads((ROOT / "config" / "schema" / f"{name}.json").read_text())
        checker = jsonschema.Draft202012Validator(schema)
        for error in checker.iter_errors(read(ROOT / "config" / f"{name}.yaml")):
            yield f"config/{name}.yaml: {error.json_path}: {error.message}"


def unloadable() -> Iterator[str]:
    """What `jauge run` would say of them."""
    try:
        load_catalogue(load(ROOT / "config" / "jauge.yaml", environ={}))
    except (ConfigError, CatalogueError) as error:
        yield str(error)


def main() -> int:
    """Print every mistake; the exit status."""
    mistakes = list(unreadable())
    if not mistakes:
        mistakes = [*against_schemas(), *unloadable()]
    for mistake in mistakes:
        print(mistake)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
