"""Importing single addons of mitmproxy without all of them."""

from __future__ import annotations

import subprocess
import sys

from mitmproxy import version

from addons import lean

PROGRAM = """
import sys
{before}
from addons import lean
print(lean.prepare({version}))
from mitmproxy.addons.core import Core
import mitmproxy.addons
print("flask" in sys.modules, Core.__module__)
"""


def run(before: str = "", running: str = "") -> list[str]:
    program = PROGRAM.format(before=before, version=repr(running) if running else "")
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.splitlines()


def test_the_running_version_is_known() -> None:
    assert version.VERSION in lean.TRIED


def test_only_what_is_asked_for_is_imported() -> None:
    assert run() == ["True", "False mitmproxy.addons.core"]


def test_an_unknown_version_is_imported_as_a_whole() -> None:
    assert run(running="99.0") == ["False", "True mitmproxy.addons.core"]


def test_it_does_nothing_when_it_comes_too_late() -> None:
    assert run(before="import mitmproxy.addons") == ["False", "True mitmproxy.addons.core"]
