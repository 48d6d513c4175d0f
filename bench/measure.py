"""One measurement: a load against a target, with the CPU time that the target spent on it."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Sequence

from bench.processes import cpu_s, python, rss_mb
from bench.targets import Target

Figures = dict[str, float]


def load(target: Target, kind: str, *arguments: object) -> Figures:
    """Run `bench.load` against the target; adds `cpu_ms` per request and `rss_mb`."""
    command = python(
        "bench.load", kind, "--proxy", target.address, *(str(part) for part in arguments)
    )
    if target.is_base_url:
        command.append("--base-url")
    before = cpu_s(target.pid) if target.pid else 0.0
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{target.name}: the load failed: {done.stderr.strip().splitlines()[-1:]}")
    figures: Figures = json.loads(done.stdout)
    if target.pid:
        figures["cpu_ms"] = (cpu_s(target.pid) - before) * 1e3 / figures["requests"]
        figures["rss_mb"] = rss_mb(target.pid)
    return figures


def medians(runs: Sequence[Figures]) -> Figures:
    """The median of each figure over the runs."""
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median [minimum … maximum]."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} [{min(values):.{digits}f} … {max(values):.{digits}f}]"
