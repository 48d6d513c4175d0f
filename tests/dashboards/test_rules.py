"""The rules of Prometheus: checked and tested by promtool, documented, and about real metrics."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.render import PAGE
from proxy.config import SHIPPED, load, page_url
from proxy.metrics import METRICS
from tests.support.debian import program

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "dashboards" / "prometheus"
RULES = sorted((FOLDER / "rules").glob("*.yaml"))
TESTS = sorted((FOLDER / "tests").glob("*.yaml"))
RUNBOOKS = ROOT / "docs" / "operate" / "runbooks"
TEXTS = ("summary", "description", "summary_fr", "description_fr")
SUFFIXES = ("", "_bucket", "_sum", "_count")
OF_PROMETHEUS = {"up", "ALERTS"}
NAME = re.compile(r"(?<![\w:])(?:[a-z_]+:)?jauge_[a-z0-9_]+(?::[a-z0-9_]+)?")


@cache
def _rules() -> list[dict[str, Any]]:
    groups = [yaml.safe_load(file.read_text(encoding="utf-8"))["groups"] for file in RULES]
    return [rule for found in groups for group in found for rule in group["rules"]]


ALERTS = [rule for rule in _rules() if "alert" in rule]
RECORDS = {rule["record"] for rule in _rules() if "record" in rule}


def _promtool(*words: str | Path) -> str:
    done = subprocess.run(
        [program("promtool", "prometheus"), *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_accepts_all_rules() -> None:
    assert _promtool("check", "rules", *RULES).count("SUCCESS") == len(RULES) == 4


def test_promtool_accepts_the_configuration() -> None:
    said = _promtool("check", "config", FOLDER / "prometheus.yml")
    assert said.count("rules found") == len(RULES)


def test_all_unit_tests_of_the_rules_pass() -> None:
    assert _promtool("test", "rules", *TESTS).count("SUCCESS") == len(TESTS) == 3


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_has_a_case_that_fires_and_one_beside_it_that_does_not(
    rule: dict[str, Any],
) -> None:
    cases = [case for file in TESTS for case in yaml.safe_load(file.read_text())["tests"]]
    label = f'alertname="{rule["alert"]}"'
    fires, silent = [], []
    for case in cases:
        asked = case["promql_expr_test"]
        hits = [s["labels"] for one in asked for s in one["exp_samples"] if label in s["labels"]]
        if hits:
            fires.append(case["name"])
            # Series that the expected alerts do not name, or an earlier time without any.
            keys = {re.sub(r'alertname="\w+"(, )?', "", hit).strip("{}") for hit in hits}
            quiet = [s for s in case["input_series"] if not any(k in s["series"] for k in keys)]
            silent += quiet or [one for one in asked if one["exp_samples"] == []]
    assert fires
    assert silent


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_is_told_in_both_languages_and_has_its_page(rule: dict[str, Any]) -> None:
    annotations = rule["annotations"]
    assert [key for key in TEXTS if not annotations.get(key)] == []
    assert annotations["summary"] != annotations["summary_fr"]
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    name = annotations["runbook_url"].removeprefix(f"{PAGE}/runbooks/")
    for ending in (".md", ".fr.md"):
        page = RUNBOOKS / f"{name}{ending}"
        assert page.read_text(encoding="utf-8").startswith(f"# {rule['alert']}\n")


def test_no_page_is_left_without_its_alert() -> None:
    told = {rule["annotations"]["runbook_url"].rpartition("/")[2] for rule in ALERTS}
    assert {page.name.partition(".")[0] for page in RUNBOOKS.glob("*.md")} == told


def test_both_languages_give_as_many_steps() -> None:
    def steps(page: Path) -> int:
        return len(re.findall(r"^\d\. ", page.read_text(encoding="utf-8"), re.MULTILINE))

    french = sorted(RUNBOOKS.glob("*.fr.md"))
    assert len(french) == len(ALERTS)
    assert [p.name for p in french if steps(p) != steps(p.with_name(p.name[:-6] + ".md"))] == []


def test_links_lead_to_the_auditors_page_as_shipped() -> None:
    assert page_url(load(SHIPPED / "jauge.yaml", environ={}).settings.auditor) == PAGE


def test_rules_name_only_metrics_of_the_table_or_other_rules() -> None:
    known = {metric.name + suffix for metric in METRICS for suffix in SUFFIXES} | RECORDS
    for rule in _rules():
        named = set(NAME.findall(rule["expr"]))
        assert named <= known, rule["expr"]
        assert named or "up" in rule["expr"]


def test_low_central_and_high_are_recorded_together() -> None:
    lows = {name for name in RECORDS if "_low_" in name and "rate" not in name}
    assert len(lows) == 14
    for low in lows:
        assert {low.replace("_low_", "_"), low.replace("_low_", "_high_")} <= RECORDS


@pytest.mark.parametrize("page", ["dashboards.md", "dashboards.fr.md"])
def test_the_command_of_the_manual_gives_every_link_another_address(
    page: str, tmp_path: Path
) -> None:
    text = (RUNBOOKS.parent / page).read_text(encoding="utf-8")
    (command,) = re.findall(r"```sh\n(grep -rl .*?)```", text, re.DOTALL)
    for folder in ("prometheus/rules", "grafana"):
        shutil.copytree(ROOT / "dashboards" / folder, tmp_path / "dashboards" / folder)
    subprocess.run(["/bin/sh", "-ec", command], check=True, cwd=tmp_path, timeout=60)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    changed = "".join(path.read_text(encoding="utf-8") for path in files)
    assert f"{PAGE}/" not in changed
    assert changed.count("https://jauge.mairie.example:9464/runbooks/") == len(ALERTS)
    for language in ("fr", "en"):
        assert f"https://jauge.mairie.example:9464/{language}/runbooks/auditor-down" in changed
    assert [
        path for path in files if path.suffix == ".json" and not json.loads(path.read_text())
    ] == []
