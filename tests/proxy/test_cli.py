from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from proxy import __version__, cli
from proxy.cli import COMMANDS, main


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of the test, the one that commands find by themselves."""
    file = tmp_path / "jauge.yaml"
    file.write_text(f"state_dir: {tmp_path / 'state'}\n")
    monkeypatch.setenv("JAUGE_CONFIG", str(file))
    return file


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out.startswith(f"jauge {__version__} (CPython 3.")


def test_version_loads_nothing_heavy() -> None:
    code = (
        "import sys; from proxy.cli import main; main(['version']);"
        "print([m for m in ('sqlalchemy', 'yaml', 'msgspec', 'mitmproxy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == "[]"


def test_python_m_proxy_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "proxy", "check", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_command_the_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    printed = capsys.readouterr().out
    for name, command in COMMANDS.items():
        assert name in printed
        assert command.summary in printed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert f"usage: jauge {name}" in printed
    assert "--config FILE" in printed
    assert "--set KEY=VALUE" in printed
    assert len(printed.split("\n\n")[1]) > 40


@pytest.mark.parametrize("words", [["fly"], ["check", "--fast"], ["exchanges", "--format", "xml"]])
def test_a_wrong_command_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: jauge" in capsys.readouterr().err


def test_a_wrong_option_is_told_with_the_usage_of_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["exchanges", "--form", "csv"])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: jauge exchanges ")
    assert "--format {jsonl,csv}" in said
    assert "jauge exchanges: error: unrecognized arguments: --form csv" in said


def test_common_options_stand_before_or_after_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("edge: {workers: 3}\n")
    for words in (
        ["--config", str(other), "--set", "privacy.k=7", "check", "--set", "ledger.keep_months=2"],
        ["check", "--config", str(other), "--set", "privacy.k=7", "--set", "ledger.keep_months=2"],
    ):
        assert main(words) == 0
        printed = capsys.readouterr().out
        assert f"settings: {other}" in printed
        assert "replaced on the command line: privacy.k, ledger.keep_months" in printed
        assert "for 2 months" in printed


def test_every_mistake_in_the_configuration_is_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("edge: {listen: '8080'}\ntimezone: Mars\n")
    assert main(["check"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[2] for line in lines] == ["edge.listen", "timezone"]
    assert all(line.startswith(f"jauge: {config}, line ") for line in lines)


@pytest.mark.parametrize("command", ["run", "edge", "audit", "check", "exchanges", "doctor"])
def test_every_command_refuses_a_wrong_configuration(
    command: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("edge: {wrokers: 2}\n")
    assert main([command]) == 2
    assert "Did you mean workers?" in capsys.readouterr().err


def test_a_mistake_in_the_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "x.yaml").write_text("provider: x\n")
    assert main(["check", "--set", f"catalogue.folders=[{folder}]"]) == 2
    assert "x.yaml" in capsys.readouterr().err


def test_an_error_of_ours_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> int:
        raise ValueError("ours")

    monkeypatch.setattr("proxy.commands.version.run", broken)
    with pytest.raises(ValueError, match="ours"):
        main(["version"])


def test_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("proxy.commands.version.run", interrupted)
    assert main(["version"]) == 130


DOCTOR = "from proxy.cli import main; import sys; sys.exit(main(['doctor', '--json']))"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_went_away_is_no_error(unbuffered: str) -> None:
    """Whether each line is written at once, or all of them at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", DOCTOR],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() in (0, 1)


def test_an_output_that_takes_nothing_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from proxy.cli import main; raise SystemExit(main(['version']))",
            ],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
            text=True,
            check=False,
        )
    assert done.stderr == "jauge: standard output: No space left on device\n"
    assert done.returncode == 1


def test_exit_statuses_are_told() -> None:
    assert (cli.OK, cli.PROBLEM, cli.USAGE) == (0, 1, 2)


def test_doctor_prints_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is (status == 0)
    assert {"check", "state", "text"} <= set(told["findings"][0])
