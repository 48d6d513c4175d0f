"""The dashboards against the types that Grafana publishes (@grafana/schema), by TypeScript.

No registry carries a JSON schema of dashboards; these types say the same: which fields there
are, of which type, which values. Options of panels are held against the panels' own types.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboards.build import generated
from tests.support.debian import program
from tests.support.npmjs import archive

SCHEMA = "@grafana/schema@12.3.0"
SHA512 = "LK3IVdluYmcrbz7+ioUK3CrmuYbjBoOuenxAzKuz13Q5xhFd6WLSzWRvnDYP3TyPMnxDtm+8QhL55kaj1aPApg=="
TYPES = "package/dist/types/"
PLUGINS = {
    "bargauge": "BarGauge",
    "stat": "Stat",
    "table": "Table",
    "text": "Text",
    "timeseries": "TimeSeries",
}
ALSO = {"table": " & {footer: object}"}
"""What the SDK writes for older Grafanas beside, as for variables in HEAD; newer ones ignore it."""
ENUM = re.compile(r"(export declare) enum (\w+) \{(.*?)\n\}", re.DOTALL)
MEMBER = re.compile(r"= (\"[^\"]*\"|-?\d+)")

HEAD = """
import type * as d from './raw/dashboard/x/dashboard_types.gen';
{imports}
type Config<F> = Omit<d.FieldConfigSource, 'defaults'> & {{
  defaults: Omit<d.FieldConfig, 'custom'> & {{custom?: Partial<F>}}}};
type Kind<T, O, F> = Omit<d.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {{
  type: T; options: Partial<O>; fieldConfig?: Config<F>; targets?: Target[]}};
type Target = {{
  datasource: d.DataSourceRef; expr: string; refId: string; legendFormat?: string;
  instant?: boolean; range?: boolean; format?: 'time_series' | 'table' | 'heatmap'}};
type Panel = {kinds} | d.RowPanel;
type Variable = d.VariableModel & {{
  auto?: boolean; auto_count?: number; auto_min?: string; definition?: string}};
type Board = Omit<d.Dashboard, 'panels' | 'templating'> & {{
  panels: Panel[]; templating: {{list: Variable[]}}}};
"""


def _unpacked(folder: Path) -> None:
    """The published types, enumerations as the values that JSON holds."""
    with tarfile.open(archive(SCHEMA, SHA512)) as files:
        for member in files.getmembers():
            if member.name.startswith(TYPES) and member.name.endswith(".d.ts"):
                content = files.extractfile(member)
                assert content is not None
                path = folder / member.name.removeprefix(TYPES)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(ENUM.sub(_union, content.read().decode()))
    shim = folder / "node_modules" / "@grafana" / "schema"
    shim.mkdir(parents=True)
    (shim / "index.d.ts").write_text("export * from '../../../common/common.gen';\n")


def _union(found: re.Match[str]) -> str:
    values = MEMBER.findall(found[3])
    return f"export type {found[2]} = {' | '.join(values)};"


def _checked(folder: Path, boards: dict[str, Any]) -> str:
    """What the compiler has to say of some dashboards; nothing where they are as the types say."""
    source = folder / "boards.ts"
    imports = "\n".join(
        f"import type * as {name} from "
        f"'./raw/composable/{name}/panelcfg/x/{stem}PanelCfg_types.gen';"
        for name, stem in PLUGINS.items()
    )
    kinds = " | ".join(
        f"Kind<'{name}', {name}.Options{ALSO.get(name, '')}, {_fields(folder, name, stem)}>"
        for name, stem in PLUGINS.items()
    )
    lines = [HEAD.format(imports=imports, kinds=kinds)]
    lines += [f"export const {name}: Board = {json.dumps(one)};" for name, one in boards.items()]
    source.write_text("\n".join(lines))
    command = [
        program("tsc", "node-typescript"),
        *("--noEmit", "--strict", "--skipLibCheck", "--target", "es2020"),
        *("--moduleResolution", "node", str(source)),
    ]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=150, cwd=folder
    )
    return done.stdout + done.stderr


def _fields(folder: Path, name: str, stem: str) -> str:
    types = folder / f"raw/composable/{name}/panelcfg/x/{stem}PanelCfg_types.gen.d.ts"
    has = "FieldConfig " in types.read_text()
    return f"{name}.FieldConfig" if has else "Record<string, never>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("schema")
    _unpacked(made)
    return made


def _boards() -> dict[str, Any]:
    return {
        f"{path.parent.name}_{path.stem}": json.loads(content)
        for path, content in generated().items()
    }


def test_dashboards_are_as_grafanas_types_say(folder: Path) -> None:
    assert _checked(folder, _boards()) == ""


DAMAGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "version": lambda board: board.update(schemaVersion="forty"),
    "panel": lambda board: board["panels"][3].update(type="piechart3d"),
    "place": lambda board: board["panels"][3]["gridPos"].update(z=1),
    "option": lambda board: board["panels"][3]["options"].update(graphMode="loud"),
    "variable": lambda board: board["templating"]["list"][1].update(type="free"),
}


def test_what_the_types_do_not_allow_is_found_out(folder: Path) -> None:
    damaged = {name: _boards()["en_overview"] for name in DAMAGES}
    for name, damage in DAMAGES.items():
        damage(damaged[name])
    said = _checked(folder, damaged)
    lines = (folder / "boards.ts").read_text().splitlines()
    wrong = {lines[int(number) - 1] for number in re.findall(r"boards\.ts\((\d+),", said)}
    assert {line.split()[2].rstrip(":") for line in wrong} == set(DAMAGES)
