"""Rewrites what is made from the code: the editors' schemas and the tables of the manual.

python deploy/generate.py           writes
python deploy/generate.py --check   names what is stale, and changes nothing
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec import inspect

from dashboards.build import generated as dashboards
from proxy import schemas as other_schemas
from proxy.config import Organisation, Settings, organisation, settings
from proxy.config.part import Part
from proxy.config.shape import describe
from proxy.metrics import METRICS, OPENTELEMETRY
from proxy.metrics.__main__ import table as metrics_table
from proxy.report import (
    figures,
    model,
    model_answers,
    model_cost,
    model_people,
    model_uses,
)

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "config" / "schema"
REFERENCE = ROOT / "docs" / "operate" / "configuration.md"
METRICS_PAGE = ROOT / "docs" / "operate" / "metrics.md"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: dict[str, tuple[type[Part], ModuleType]] = {
    "jauge": (Settings, settings),
    "organisation": (Organisation, organisation),
}
"""File in config/ (without its end) to the struct that holds it and the struct's module."""
REPORT = (figures, model, model_answers, model_cost, model_people, model_uses)
"""The modules whose structs make up report.json."""


def texts(module: ModuleType) -> dict[str, dict[str, str]]:
    """What stands under each field of each class of a module: its documentation."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    return {
        node.name: dict(_field_texts(node)) for node in tree.body if isinstance(node, ast.ClassDef)
    }


def _field_texts(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            yield field.target.id, " ".join(str(text.value.value).split())


def schema(name: str) -> dict[str, Any]:
    """The JSON schema of one configuration file, with the texts of its keys."""
    struct, module = DOCUMENTS[name]
    (reference,), parts = msgspec.json.schema_components([struct])
    documented = texts(module)
    for part, content in parts.items():
        known, required = documented.get(part, {}), content.get("required", ())
        content["properties"] = {
            key: _property(field, known.get(key), required=key in required)
            for key, field in content.get("properties", {}).items()
        }
    return {"$schema": DIALECT, "title": f"config/{name}.yaml", **reference, "$defs": parts}


def report_schema() -> dict[str, Any]:
    """The JSON schema of report.json, with the texts of its keys."""
    (reference,), parts = msgspec.json.schema_components([model.Report])
    documented = {name: keys for module in REPORT for name, keys in texts(module).items()}
    for part, content in parts.items():
        known = documented.get(part, {})
        for key, field in content.get("properties", {}).items():
            if key in known:
                content["properties"][key] = field | {"description": known[key]}
    title = f"report.json, version {model.SCHEMA_VERSION}"
    return {"$schema": DIALECT, "title": title, **reference, "$defs": parts}


def _property(field: dict[str, Any], text: str | None, *, required: bool) -> dict[str, Any]:
    """One key's schema. A key without a value is allowed: it keeps its default."""
    if not required:
        options = field.get("anyOf") or [{k: v for k, v in field.items() if k != "default"}]
        empty = [] if {"type": "null"} in options else [{"type": "null"}]
        default = {"default": field["default"]} if "default" in field else {}
        field = {"anyOf": [*options, *empty], **default}
    return field | ({"description": text} if text else {})


def table(name: str) -> str:
    """The keys of one configuration file as a Markdown table."""
    struct, module = DOCUMENTS[name]
    lines = ["| key | value | default | meaning |", "|---|---|---|---|"]
    documented = texts(module)
    for part, prefix in _parts(inspect.type_info(struct), ""):
        for field in part.fields:
            text = documented[part.cls.__name__].get(field.name)
            if text is not None:
                key = f"`{prefix}{field.name}`"
                lines.append(f"| {key} | {describe(field.type)} | {_default(field)} | {text} |")
    return "\n".join(lines)


def _parts(shape: inspect.Type, prefix: str) -> Iterator[tuple[inspect.StructType, str]]:
    """Every group of keys, with the path of its keys; `[]` stands for an item of a list."""
    match shape:
        case inspect.StructType(fields=fields):
            yield shape, prefix
            for field in fields:
                yield from _parts(field.type, f"{prefix}{field.name}.")
        case inspect.VarTupleType(item_type=item):
            yield from _parts(item, f"{prefix.rstrip('.')}[].")
        case _:
            return


def _default(field: inspect.Field) -> str:
    """A default as the YAML file would write it."""
    value = field.default
    if field.required:
        return "(required)"
    if value is None or value == () or isinstance(value, Part):
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{value}`" if isinstance(value, str) else f"{value:g}" if value < 1e5 else str(value)


def reference() -> str:
    """docs/operate/configuration.md with its tables made anew."""
    return filled(REFERENCE, {name: table(name) for name in DOCUMENTS})


def metrics_page() -> str:
    """docs/operate/metrics.md with its tables made anew."""
    tables = {"metrics": METRICS, "opentelemetry": OPENTELEMETRY}
    return filled(METRICS_PAGE, {name: metrics_table(of) for name, of in tables.items()})


def filled(page: Path, tables: Mapping[str, str]) -> str:
    """A page with each table between its marks replaced."""
    text = page.read_text(encoding="utf-8")
    for name, content in tables.items():
        start, end = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
        head, _, rest = text.partition(start)
        _, _, tail = rest.partition(end)
        text = f"{head}{start}\n{content.rstrip()}\n{end}{tail}"
    return text


def generated() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    own = {
        f"{name}.json": json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
        for name in DOCUMENTS
    }
    report = json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"
    schemas = own | other_schemas.schemas() | {"report.json": report}
    files = {SCHEMAS / name: content for name, content in schemas.items()}
    pages = {REFERENCE: reference(), METRICS_PAGE: metrics_page()}
    return files | pages | dashboards()


def stale() -> list[Path]:
    """The generated files that do not hold what the code says."""
    return [
        file
        for file, content in generated().items()
        if not file.is_file() or file.read_text(encoding="utf-8") != content
    ]


def main(arguments: list[str]) -> int:
    """Write, or with --check only compare; the exit status."""
    if arguments == ["--check"]:
        names = [str(file.relative_to(ROOT)) for file in stale()]
        for name in names:
            print(f"{name} is stale: run `make generate`")
        return 1 if names else 0
    for file, content in generated().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
