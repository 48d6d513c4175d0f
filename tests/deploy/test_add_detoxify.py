"""The extra, added for real to a small project: own lock, own wheels, no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.test_bootstrap import Project, wheel

ROOT = Path(__file__).parents[2]


LOCK = """\
codecarbon==3.3.2 \\
    --hash=sha256:aa
cuda-bindings==13.5.0 ; sys_platform == 'linux' \\
    --hash=sha256:bb
nvidia-cublas==13.4.1.3 ; sys_platform == 'linux' \\
    --hash=sha256:cc \\
    --hash=sha256:cd
nvidia-ml-py==13.615.71 \\
    --hash=sha256:dd
torch==2.15.0 \\
    --hash=sha256:ee \\
    --hash=sha256:ef
transformers==5.24.0 \\
    --hash=sha256:ff
triton==3.9.0 ; python_full_version < '3.16' \\
    --hash=sha256:ab
"""


class Extra(Project):
    """A checkout whose extra is four small packages."""

    def make(self) -> Extra:
        super().make()
        modules = {
            "detoxify": {"detoxify.py": ""},
            "onnxscript": {"onnxscript.py": ""},
            "onnxruntime": {"onnxruntime/__init__.py": "", "onnxruntime/quantization.py": ""},
            "torch": {"torch.py": "version = 'locked'\n"},
        }
        self.pins = {name: wheel(self.wheels, name, "1.0", held) for name, held in modules.items()}
        self.write_extra(self.pins)
        return self

    def write_extra(self, pins: dict[str, str]) -> None:
        text = self.lock + "".join(pins.values())
        (self.root / "requirements-detoxify.txt").write_text(text)

    def add(self) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if "PIP_" not in name}
        environ |= {
            "JAUGE_PYTHON": sys.executable,
            "JAUGE_TORCH": "locked",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
        }
        return subprocess.run(
            [sys.executable, "-B", "deploy/add_detoxify.py", "run"],
            cwd=self.root,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Extra]:
    folder = tmp_path_factory.mktemp("detoxify")
    project = Extra(folder / "checkout", folder / "wheels").make()
    done = project.add()
    assert done.returncode == 0, done.stderr
    assert "Detoxify ready (as locked, with hashes)" in done.stderr
    yield project
    shutil.rmtree(folder)


def test_the_extra_joins_the_environment(made: Extra) -> None:
    assert {"torch.py", "detoxify.py", "msgspec.py"} <= made.packages


def test_a_second_run_does_and_says_nothing(made: Extra) -> None:
    done = made.add()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_environment_still_counts_as_made(made: Extra) -> None:
    assert made.bootstrap().stderr == ""


def test_what_is_not_to_be_had_is_said_with_its_own_status(made: Extra) -> None:
    """Last of all: it leaves the extra half there."""
    wanting = made.pins["torch"].replace("torch==1.0", "torch==9.0")
    made.write_extra(made.pins | {"torch": wanting})
    done = made.add()
    assert done.returncode == 3
    assert "Detoxify cannot be installed here" in done.stderr
    assert "torch==9.0" in done.stderr
    made.write_extra(made.pins)
    assert made.add().returncode == 0


def test_a_lock_without_gpus_keeps_what_measures_them() -> None:
    kept, torch = run("print(*script.without_gpu(sys.stdin.read()), sep='|')").split("|")
    assert torch == "torch==2.15.0\n"
    assert [line for line in kept.splitlines() if "==" in line] == [
        "codecarbon==3.3.2 \\",
        "nvidia-ml-py==13.615.71 \\",
        "transformers==5.24.0 \\",
    ]
    assert kept.count("--hash") == 3


def run(code: str) -> str:
    """Runs code that has the script imported."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, 'deploy'); import add_detoxify as script; {code}",
        ],
        cwd=ROOT,
        input=LOCK,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_real_lock_is_understood() -> None:
    code = (
        "kept, torch = script.without_gpu(script.LOCK.read_text());"
        "import json; print(json.dumps([kept, torch]))"
    )
    kept, torch = json.loads(run(code))
    lock = (ROOT / "requirements-detoxify.txt").read_text()
    assert torch in lock
    dropped = {line.split("==")[0] for line in lock.splitlines() if "==" in line and line[0] != " "}
    dropped -= {line.split("==")[0] for line in kept.splitlines() if "==" in line}
    assert {"torch", "triton", "nvidia-cublas", "cuda-toolkit"} <= dropped
    assert all(name.startswith(("torch", "triton", "nvidia-", "cuda-")) for name in dropped)
    assert "detoxify==0.5.4" in kept
