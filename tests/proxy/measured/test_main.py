"""The measuring process, with the real CodeCarbon, watched for any use of the network."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from proxy.measured.sample import Sample, from_line

GUARD = """
import os, sys
def hook(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
                 "socket.sendmsg"}:
        os.write(2, f"NETWORK {event} {arguments}".encode())
        os._exit(99)
sys.addaudithook(hook)
from proxy.measured.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""Ends the process at the first attempt, before our own guard may refuse it."""


def arguments(folder: Path, *more: str) -> list[str]:
    # The reading end is the parent, as for the auditor: this process and its children.
    return [
        *("--auditor", str(os.getpid())),
        *("--supervisor-file", str(folder / "supervisor.pid")),
        *("--period-s", "0.3"),
        *more,
    ]


@contextmanager
def measuring(program: Sequence[str], **options: object) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "JAUGE_SUPERVISOR": str(os.getpid()), "CODECARBON_PUE": "9"}
    with subprocess.Popen(
        [sys.executable, *program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        **options,  # type: ignore[call-overload]
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def samples(process: subprocess.Popen[bytes], number: int) -> list[Sample]:
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(number)]
    if not all(lines):
        assert process.stderr is not None
        raise AssertionError(process.stderr.read().decode())
    return [from_line(line) for line in lines]


def test_it_measures_offline_and_ends_when_told(tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    watts = ("--cpu-watts", "12", "--ram-watts", "6")
    with measuring(
        ["-W", "error", "-c", GUARD, *arguments(tmp_path, *watts)], cwd=tmp_path
    ) as process:
        found = samples(process, 4)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert set(tmp_path.iterdir()) == before
    for one in found:
        assert one.seconds >= 0.3
        # Memory is constant: 6 W, without the PUE that the environment asks for. Never more:
        # no energy is told of a time that is not in the seconds, however late a sample is.
        assert 0.2 * 6 * one.seconds < one.ram_j <= 6 * one.seconds
        if one.cpu_source == "estimated":
            # CodeCarbon's curve: from 10 % of the given power, idle, to all of it.
            assert one.cpu_watts == 12
            assert 0.02 * 12 * one.seconds < one.cpu_j <= 12 * one.seconds
        assert 0 <= one.own_cpu_s <= one.capacity_cpu_s * 1.1
        assert 0 < one.own_private_bytes < one.total_bytes


def test_its_own_guard_refuses_the_network() -> None:
    program = (
        "from proxy.measured.offline import forbid_network, NetworkRefusedError\n"
        "import socket, urllib.request\n"
        "forbid_network()\n"
        "def refused(call):\n"
        "    try:\n"
        "        call()\n"
        "    except NetworkRefusedError:\n"
        "        return True\n"
        "    return False\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "print([refused(call) for call in (\n"
        "    lambda: socket.create_connection(('127.0.0.1', 9)),\n"
        "    lambda: socket.getaddrinfo('localhost', 80),\n"
        "    lambda: s.sendto(b'x', ('127.0.0.1', 9)),\n"
        "    lambda: urllib.request.urlopen('http://127.0.0.1:9/'),\n"
        ")])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[True, True, True, True]", done.stderr


def test_it_ends_when_nobody_reads_any_more(tmp_path: Path) -> None:
    with measuring(["-m", "proxy.measured", *arguments(tmp_path)]) as process:
        samples(process, 1)
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(20) == 0


def test_it_ends_with_the_auditor(tmp_path: Path) -> None:
    """An auditor that was killed leaves no process behind."""
    code = (
        "import os, subprocess, sys\n"
        "env = {**os.environ, 'JAUGE_SUPERVISOR': str(os.getpid())}\n"
        "p = subprocess.Popen([sys.executable, '-m', 'proxy.measured', '--auditor',\n"
        "    str(os.getpid()), *sys.argv[1:]], stdout=subprocess.PIPE, env=env)\n"
        "p.stdout.readline()\n"
        "print(p.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    options = arguments(tmp_path)[2:]
    with subprocess.Popen(
        [sys.executable, "-c", code, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as auditor:
        assert auditor.stdout is not None
        pid = int(auditor.stdout.readline())
        watch = os.pidfd_open(pid)
        auditor.kill()
        ready, _, _ = select.select([watch], [], [], 20)
        os.close(watch)
        assert ready, "the measuring process is still there"


def test_without_a_visible_process_it_gives_up(tmp_path: Path) -> None:
    options = ["--auditor", "4194300", *arguments(tmp_path)[2:]]
    done = subprocess.run(
        [sys.executable, "-m", "proxy.measured", *options], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")
