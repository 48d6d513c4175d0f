"""A worker's log: our words, and of others only where something broke."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.support import edge

PROGRAM = """
import gc, logging, sys, warnings
from addons import quiet
quiet.install("w1")
own, foreign = logging.getLogger("jauge.edge"), logging.getLogger("mitmproxy.proxy.server")
def fail():
    raise ValueError("secret-value")
class Dying:
    def __del__(self):
        raise KeyError("secret-key")
{steps}
"""


def log(*steps: str) -> list[str]:
    """What a process writes that does these steps, without the times."""
    program = PROGRAM.format(steps="\n".join(steps))
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, env=edge.environment(), check=False, timeout=60
    )
    assert done.stdout == ""
    return [line.split(" ", 1)[1] for line in done.stderr.splitlines()]


def test_our_messages_are_written_as_they_are() -> None:
    assert log('own.info("listens on %d", 3)', 'own.debug("no")', 'own.warning("a")') == [
        "INFO w1: listens on 3",
        "WARNING w1: a",
    ]


@pytest.mark.parametrize("level", ["debug", "info", "warning"])
def test_others_say_nothing_below_an_error(level: str) -> None:
    assert (
        log(f'foreign.{level}("secret client 10.0.0.1", extra={{"client": ("10.0.0.1", 5)}})') == []
    )


def test_their_errors_tell_the_place_and_the_kind_only() -> None:
    found = log(
        'foreign.error("Addon error: secret-text")',
        "try: fail()",
        "except ValueError: foreign.error('secret-%s', 1, exc_info=True)",
    )
    assert found == [
        "ERROR w1: internal error: mitmproxy.proxy.server, <string>:11",
        "ERROR w1: internal error: mitmproxy.proxy.server, ValueError at <string>:7",
    ]


def test_the_same_error_is_told_once() -> None:
    assert len(log("for _ in range(5): foreign.error('x')")) == 1


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["fail()"], "ERROR w1: uncaught: ValueError at <string>:7"),
        (
            [
                "import threading",
                "one = threading.Thread(target=fail)",
                "one.start()",
                "one.join()",
            ],
            "ERROR w1: uncaught: ValueError at <string>:7",
        ),
        (["Dying()", "gc.collect()"], "ERROR w1: uncaught: KeyError at <string>:10"),
    ],
)
def test_what_nobody_catches_is_told_without_its_words(steps: Sequence[str], expected: str) -> None:
    assert log(*steps) == [expected]


def test_a_log_call_that_fails_prints_nothing_of_its_arguments() -> None:
    assert log('own.warning("%d", "secret")', 'warnings.warn("secret-warning")') == []
