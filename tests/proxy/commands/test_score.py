"""`jauge score`, as an operator calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "config" / "jauge.yaml"


def _score(given: bytes, folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "proxy", "--config", str(CONFIG), "score", *options]
    return subprocess.run(
        [*command, "--set", f"state_dir={folder}"],
        input=given,
        capture_output=True,
        check=False,
        timeout=120,
        cwd=ROOT,
    )


def test_lines_in_lines_out_and_nothing_is_stored(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    texts = [
        {"id": 1, "text": "La mairie ouvre à neuf heures.", "lang": "fr"},
        {"id": "b", "text": "You are an idiot, go to hell!"},
        {"id": None, "text": "\ud800"},
    ]
    given = "".join(json.dumps(one) + "\n" for one in texts)
    done = _score(given.encode() + b"MARKED\n", folder)
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in lines] == [1, "b", None]
    assert all(0 <= one["scores"]["toxicity"] <= 1 for one in lines)
    assert (lines[0]["flags"], lines[1]["flags"]) == ([], ["toxicity", "insult"])
    assert done.stderr == b'jauge: line 4: expected {"id", "text", "lang"?}\n'
    assert not folder.exists()


def test_what_is_missing_is_replaced_with_a_warning(tmp_path: Path) -> None:
    done = _score(b'{"id": 1, "text": "Bonjour"}\n', tmp_path, "--classifier", "detoxify-onnx")
    assert done.returncode == 0
    assert json.loads(done.stdout)["classifier"] == "embedded"
    assert done.stderr.startswith(b"jauge: embedded scores in place of detoxify-onnx: ")


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    done = _score(b"", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
