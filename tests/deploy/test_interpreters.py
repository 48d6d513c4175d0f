from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import interpreters
import pytest
from interpreters import Interpreter, Refusal

HOME = Path.home()
USUAL = Path("/usr/bin/python3")
DEPLOY = Path(__file__).parents[2] / "deploy"
GOOD = {
    "version": [3, 13, 1],
    "kind": "cpython",
    "final": True,
    "free_threaded": False,
    "missing": [],
}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any interpreter: an empty PATH, an empty home."""
    for name in ("PYENV_ROOT", "ASDF_DATA_DIR", "MISE_DATA_DIR", "CONDA_PREFIX", "RYE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("UV_PYTHON_INSTALL_DIR", raising=False)
    monkeypatch.delenv("JAUGE_PYTHON", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    own = tuple(p for p in interpreters.MANAGED if p.startswith(("{", "~")))
    monkeypatch.setattr(interpreters, "MANAGED", own)
    (tmp_path / "bin").mkdir()
    return tmp_path


def program(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def python(path: Path, **facts: object) -> str:
    """An interpreter that says this of itself."""
    return program(path, f"echo '{json.dumps(GOOD | facts)}'")


def test_the_one_that_runs_these_tests_will_do() -> None:
    assert interpreters.probe(sys.executable) == Interpreter(
        sys.executable, tuple(sys.version_info[:3])
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"version": [3, 11, 7]}, "is Python 3.11.7"),
        ({"kind": "pypy"}, "is pypy, not CPython"),
        ({"final": False}, "is a preview of Python 3.13.1"),
        ({"free_threaded": True}, "is the free-threaded build of Python 3.13.1"),
        ({"missing": ["ensurepip", "ssl"]}, "is Python 3.13.1 without ensurepip, ssl"),
    ],
)
def test_what_cannot_be_used_says_why(bare: Path, facts: dict[str, object], reason: str) -> None:
    path = python(bare / "x", **facts)
    assert interpreters.probe(path) == Refusal(path, reason)


@pytest.mark.parametrize("script", ["exit 127", "echo nothing", "exit 0"])
def test_a_shim_that_fails_is_passed_over(bare: Path, script: str) -> None:
    shim = program(bare / "bin" / "python3.13", script)
    good = python(bare / "bin" / "python3.12", version=[3, 12, 4])
    refusals: list[Refusal] = []
    assert interpreters.choose(refusals) == Interpreter(good, (3, 12, 4))
    assert refusals == [Refusal(shim, "does not run")]


def test_the_preferred_version_wins_wherever_on_path_it_is(bare: Path) -> None:
    python(bare / "bin" / "python3", version=[3, 14, 0])
    best = python(bare / "bin" / "python", version=[3, 13, 0])
    assert interpreters.choose([]) == Interpreter(best, (3, 13, 0))


def test_version_managers_are_asked_after_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python(bare / "bin" / "python3", version=[3, 11, 0])
    pyenv = python(bare / ".pyenv/versions/3.12.9/bin/python3", version=[3, 12, 9])
    assert interpreters.choose([]) == Interpreter(pyenv, (3, 12, 9))
    monkeypatch.setenv("ASDF_DATA_DIR", str(bare / "elsewhere"))
    asdf = python(bare / "elsewhere/installs/python/3.13.2/bin/python3", version=[3, 13, 2])
    assert interpreters.choose([]) == Interpreter(asdf, (3, 13, 2))


def test_a_version_too_new_to_be_tested_is_the_last_resort(bare: Path) -> None:
    new = python(bare / "bin" / "python3", version=[3, 19, 0])
    assert interpreters.choose([]) == Interpreter(new, (3, 19, 0))
    old = python(bare / ".pyenv/versions/3.12.1/bin/python3", version=[3, 12, 1])
    assert interpreters.choose([]) == Interpreter(old, (3, 12, 1))


def test_the_environment_itself_is_never_chosen(bare: Path) -> None:
    own = python(bare / "bin" / "python3")
    assert interpreters.choose([], excluded=lambda path: path == own) is None


def test_the_operator_decides(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python(bare / "bin" / "python3")
    mine = python(bare / "mine", version=[3, 12, 0])
    monkeypatch.setenv("JAUGE_PYTHON", mine)
    assert interpreters.choose([]) == Interpreter(mine, (3, 12, 0))
    refusals: list[Refusal] = []
    monkeypatch.setenv("JAUGE_PYTHON", "/nowhere")
    assert interpreters.choose(refusals) is None
    assert refusals == [Refusal("/nowhere", "does not run")]


def test_the_advice_names_what_was_seen_and_what_to_install() -> None:
    text = interpreters.advice([Refusal("/usr/bin/python3", "is Python 3.11.2")])
    assert "/usr/bin/python3 is Python 3.11.2" in text
    assert "apt-get install python3 python3-venv" in text
    assert "JAUGE_PYTHON" in text
    assert "none" in interpreters.advice([])


def test_uv_fetches_one(bare: Path) -> None:
    fetched = python(bare / "fetched", version=[3, 13, 5])
    program(bare / "bin" / "uv", f'[ "$2" = install ] || echo {fetched}')
    uv = interpreters.find_uv()
    assert uv == str(bare / "bin" / "uv")
    assert interpreters.fetch(uv) == Interpreter(fetched, (3, 13, 5))


def test_uv_that_cannot_fetch(bare: Path) -> None:
    assert interpreters.find_uv() is None
    assert interpreters.fetch(program(bare / "uv", "exit 2")) is None
    assert interpreters.fetch("/nowhere/uv") is None


@pytest.mark.parametrize("file", ["bootstrap.py", "interpreters.py"])
def test_the_source_is_that_of_an_old_python(file: str) -> None:
    ast.parse((DEPLOY / file).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_an_old_python_can_run_it() -> None:
    version, path = _oldest([*HOME.glob(".pyenv/versions/3.*/bin/python3"), USUAL])
    code = "import interpreters, sys; print(interpreters.probe(sys.executable).reason)"
    done = subprocess.run(
        [path, "-B", "-c", code], cwd=DEPLOY, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"is Python {version[0]}.{version[1]}.")


def _oldest(places: list[Path]) -> tuple[tuple[int, ...], str]:
    """The oldest interpreter from 3.8 that is older than the one these tests need."""
    found = []
    for place in places:
        code = "import sys; print(*sys.version_info[:2])"
        try:
            done = subprocess.run([place, "-c", code], capture_output=True, text=True, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        version = tuple(map(int, done.stdout.split()))
        if (3, 8) <= version < interpreters.OLDEST:
            found.append((version, str(place)))
    if not found:
        pytest.skip("no Python between 3.8 and 3.11 on this machine")
    return min(found)
