from __future__ import annotations

import asyncio
import logging
import subprocess
import sys

import pytest

from proxy.audit.hush import hush_loop, told


def _caught() -> RuntimeError:
    try:
        raise RuntimeError("a secret text")  # noqa: TRY301 - its traceback is the point
    except RuntimeError as error:
        return error


def test_a_failure_is_told_by_its_kind_and_place() -> None:
    error = _caught()
    text = told(RuntimeError, error, error.__traceback__)
    assert text.startswith(f"RuntimeError in {__name__}._caught, line ")
    assert told(OSError, OSError(28, "secret"), None) == "ENOSPC"
    assert told(KeyError, None, None) == "KeyError"


CODE = """
import asyncio, logging, threading
from proxy.audit.hush import hush
logging.basicConfig()
hush()

class Loud:
    def __del__(self):
        raise ValueError("a secret text")

def fail():
    raise ValueError("a secret text")

Loud()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def test_no_text_of_a_failure_is_printed_anywhere() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "secret" not in done.stderr + done.stdout
    assert done.stderr.count("ValueError") == 3


async def test_failures_of_the_loop_are_told_that_way(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    hush_loop(loop)
    with caplog.at_level(logging.ERROR):
        loop.call_exception_handler({"message": "secret", "exception": _caught()})
        loop.call_exception_handler({"message": "secret"})
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text
