"""report.json and its published schema say the same."""

import json
from collections.abc import Callable

import jsonschema
import msgspec
import pytest

from proxy.config import SHIPPED
from proxy.report.model import SCHEMA_VERSION, Report
from tests.support.reports import empty_report, example_report, example_year

EXAMPLES = [example_report, example_year, empty_report]


@pytest.mark.parametrize("make", EXAMPLES)
def test_a_report_survives_json(make: Callable[[], Report]) -> None:
    report = make()
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


@pytest.mark.parametrize("make", EXAMPLES)
def test_the_published_schema_takes_a_report_and_no_broken_one(make: Callable[[], Report]) -> None:
    schema = json.loads((SHIPPED / "schema" / "report.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    data = json.loads(msgspec.json.encode(make()))
    assert list(validator.iter_errors(data)) == []
    data["coverage"]["hours"] = "many"
    assert len(list(validator.iter_errors(data))) == 1


def test_the_schema_explains_its_keys() -> None:
    schema = json.loads((SHIPPED / "schema" / "report.json").read_text())
    assert schema["title"] == f"report.json, version {SCHEMA_VERSION}"
    assert "description" in schema["$defs"]["Amount"]["properties"]["quantity"]
