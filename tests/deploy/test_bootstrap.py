"""The environment, made for real in a small project: own lock, own wheels, no network."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
MODULES = ("msgspec", "mitmproxy", "uvloop", "yaml")
"""What the project's own modules load."""
BACKEND = """
import zipfile

def _wheel(folder):
    name = "jauge-0.0.0-py3-none-any.whl"
    info = "jauge-0.0.0.dist-info"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("jauge.pth", ROOT)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\n"
                       "Name: jauge\\nVersion: 0.0.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\n"
                       "Root-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name

import pathlib
ROOT = str(pathlib.Path(__file__).parent)

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory)

build_wheel = build_editable
"""


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """A wheel in `folder`; its line of the lock."""
    info = f"{name}-{version}.dist-info"
    contents = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},\n" for path, text in contents.items())
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in (contents | {f"{info}/RECORD": record}).items():
            archive.writestr(inner, text)
    return (
        f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Project:
    """A checkout with nothing in it but what the bootstrap needs."""

    def __init__(self, root: Path, wheels: Path) -> None:
        self.root = root
        self.wheels = wheels
        self.lock = ""

    def make(self) -> Project:
        self.root.mkdir()
        self.wheels.mkdir()
        shutil.copytree(DEPLOY, self.root / "deploy")
        for package in ("proxy", "addons"):
            (self.root / package).mkdir()
            (self.root / package / "__init__.py").write_text("")
        (self.root / "proxy" / "uses.py").write_text(f"import {', '.join(MODULES)}\n")
        (self.root / "addons" / "lean.py").write_text("def prepare(): pass\n")
        (self.root / "backend.py").write_text(BACKEND)
        (self.root / "pyproject.toml").write_text(
            '[project]\nname = "jauge"\nversion = "0.0.0"\n'
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )
        for name in MODULES:
            self.lock += wheel(self.wheels, name, "1.0", {f"{name}.py": "version = '1.0'\n"})
        self.write_locks()
        return self

    def write_locks(self, extra: str = "") -> None:
        (self.root / "requirements.txt").write_text(self.lock)
        (self.root / "requirements-dev.txt").write_text(self.lock + extra)

    def bootstrap(self, need: str = "run") -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if "PIP_" not in name}
        environ |= {
            "JAUGE_PYTHON": sys.executable,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run(
            [sys.executable, "-B", "deploy/bootstrap.py", need],
            cwd=self.root,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

    def imported(self, expression: str) -> str:
        code = f"import {','.join(MODULES)}, proxy; print({expression})"
        done = subprocess.run(
            [self.root / ".venv/bin/python", "-c", code],
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / ".jauge-stamp.json"

    @property
    def packages(self) -> set[str]:
        site = next((self.root / ".venv").glob("lib/*/site-packages"))
        return {path.name for path in site.iterdir()}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose environment has been made once: that takes seconds."""
    folder = tmp_path_factory.mktemp("bootstrap")
    project = Project(folder / "checkout", folder / "wheels").make()
    done = project.bootstrap()
    assert done.returncode == 0, done.stderr
    assert "Making .venv" in done.stderr
    assert "uv could not be used here" in done.stderr
    yield project
    shutil.rmtree(folder)


@pytest.fixture
def made(checkout: Project) -> Project:
    """The same, whatever other tests left of it; `.venv/mine` shows if it is made anew."""
    checkout.write_locks()
    assert checkout.bootstrap().returncode == 0
    (checkout.root / ".venv" / "mine").touch()
    return checkout


def is_the_same(project: Project) -> bool:
    return (project.root / ".venv" / "mine").exists()


def test_the_environment_holds_the_lock_and_the_project(made: Project) -> None:
    assert made.imported("msgspec.version") == "1.0"
    assert made.imported("proxy.__file__") == str(made.root / "proxy" / "__init__.py")


def test_everything_has_been_loaded_and_its_bytecode_is_there(made: Project) -> None:
    """Also where processes may write none, as here: they would compile it at each start."""
    own = (made.root / "proxy" / "__pycache__").iterdir()
    assert {path.name.partition(".")[0] for path in own} == {"__init__", "uses"}
    site = next((made.root / ".venv").glob("lib/*/site-packages"))
    loaded = {path.name.partition(".")[0] for path in (site / "__pycache__").iterdir()}
    assert loaded >= set(MODULES)


def test_a_module_that_cannot_be_loaded_leaves_no_environment_that_passes(made: Project) -> None:
    broken = made.root / "addons" / "broken.py"
    broken.write_text("import nothing_of_this_name\n")
    made.stamp.unlink()
    done = made.bootstrap()
    broken.unlink()
    assert done.returncode == 1
    assert "No module named 'nothing_of_this_name'" in done.stderr
    assert not made.stamp.exists()


def test_a_second_run_does_and_says_nothing(made: Project) -> None:
    before = made.stamp.stat().st_mtime_ns
    done = made.bootstrap()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert made.stamp.stat().st_mtime_ns == before
    assert is_the_same(made)


def test_a_changed_lock_is_followed_in_place(made: Project) -> None:
    head = made.lock[: made.lock.index("yaml==")]
    made.lock = head + wheel(made.wheels, "yaml", "2.0", {"yaml.py": "version = '2.0'\n"})
    made.write_locks()
    assert made.bootstrap().returncode == 0
    assert made.imported("yaml.version") == "2.0"
    assert is_the_same(made)


def test_tests_need_more_and_their_environment_serves_to_run(made: Project) -> None:
    made.write_locks(wheel(made.wheels, "extra", "1.0", {"extra.py": ""}))
    assert made.bootstrap("test").returncode == 0
    assert json.loads(made.stamp.read_text())["need"] == "test"
    assert "extra.py" in made.packages
    assert made.bootstrap("run").stderr == ""


def test_a_package_that_is_gone_is_put_back(made: Project) -> None:
    site = next((made.root / ".venv").glob("lib/*/site-packages"))
    shutil.rmtree(site / "uvloop-1.0.dist-info")
    (site / "uvloop.py").unlink()
    assert made.bootstrap().returncode == 0
    assert made.imported("uvloop.version") == "1.0"
    assert is_the_same(made)


@pytest.fixture
def module(made: Project, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The bootstrap itself, told to work on the project."""
    monkeypatch.syspath_prepend(str(DEPLOY))
    module = importlib.import_module("bootstrap")
    venv = made.root / ".venv"
    names = {
        "ROOT": made.root,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "STAMP": made.stamp,
        "UNFINISHED": venv / ".jauge-unfinished",
    }
    for name, path in names.items():
        monkeypatch.setattr(module, name, path)
    return module


def test_a_whole_environment_is_ready(module: ModuleType) -> None:
    assert module.is_ready("run")
    assert module.is_usable()


def test_a_half_made_environment_is_made_anew(module: ModuleType) -> None:
    module.UNFINISHED.touch()
    assert not module.is_ready("run")
    assert not module.is_usable()
    module.UNFINISHED.unlink()


def test_a_dead_interpreter_is_noticed(module: ModuleType) -> None:
    alive = module.PYTHON.readlink()
    module.PYTHON.unlink()
    module.PYTHON.symlink_to("/nowhere/python3")
    assert not module.is_ready("run")
    assert not module.is_usable()
    module.PYTHON.unlink()
    module.PYTHON.symlink_to(alive)


@pytest.mark.parametrize("stamp", ['{"root": "/elsewhere"}', "[]", "{}", "half a st"])
def test_a_moved_checkout_and_a_broken_stamp_are_noticed(module: ModuleType, stamp: str) -> None:
    module.STAMP.write_text(stamp)
    assert not module.is_ready("run")
    assert not module.is_usable()
    module.STAMP.unlink()


def test_an_environment_made_by_hand_is_completed(made: Project) -> None:
    made.stamp.unlink()
    done = made.bootstrap()
    assert done.returncode == 0
    assert "Making" not in done.stderr
    assert is_the_same(made)
    assert made.stamp.exists()


def test_uv_is_taken_from_the_lock_where_it_stands_there(made: Project) -> None:
    """A stand-in for uv: what it is asked to do, it lets pip do, and leaves a note."""
    script = (
        "import sys, subprocess, pathlib\n"
        "def main():\n"
        "    words = [w for w in sys.argv[1:] if w != sys.executable and w != '--python']\n"
        "    pathlib.Path(sys.prefix, 'uv-was-here').write_text('yes')\n"
        "    return subprocess.call([sys.executable, '-m', *words])\n"
    )
    points = "[console_scripts]\nuv=uv:main\n"
    files = {"uv.py": script, "uv-1.0.dist-info/entry_points.txt": points}
    lock = made.lock
    made.lock = wheel(made.wheels, "uv", "1.0", files) + lock
    made.write_locks()
    done = made.bootstrap()
    made.lock = lock
    assert done.returncode == 0
    assert "pip takes over" not in done.stderr
    assert (made.root / ".venv" / "uv-was-here").is_file()


def test_a_package_with_another_hash_leaves_no_environment_that_passes(made: Project) -> None:
    shutil.rmtree(made.root / ".venv")
    wheel(made.wheels, "uvloop", "3.0", {"uvloop.py": ""})
    lock = made.lock
    made.lock = lock.replace("uvloop==1.0", "uvloop==3.0")
    made.write_locks()
    done = made.bootstrap()
    made.lock = lock
    assert done.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
    assert "Once that is put right, run the same command again." in done.stderr
    assert not made.stamp.exists()


def test_no_interpreter_no_environment(checkout: Project) -> None:
    shutil.rmtree(checkout.root / ".venv", ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-B", "deploy/bootstrap.py"],
        cwd=checkout.root,
        env={"JAUGE_PYTHON": "/nowhere/python3", "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "/nowhere/python3 does not run" in done.stderr
    assert "Install one of these" in done.stderr


def test_wrong_usage(checkout: Project) -> None:
    done = checkout.bootstrap("everything")
    assert done.returncode == 1
    assert done.stderr == "usage: bootstrap.py [run|test]\n"
