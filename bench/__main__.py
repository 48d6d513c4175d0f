"""`make bench`: what Jauge costs, as ratios measured in one run on this machine."""

from __future__ import annotations

import argparse
import os
import platform

from bench.scenarios import FULL, QUICK, SCENARIOS
from bench.targets import world


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "scenario", nargs="*", choices=[[], *SCENARIOS], help="default: all of them"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, coarser figures")
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, loopback")
    with world() as here:
        for name in given.scenario or SCENARIOS:
            SCENARIOS[name](here, QUICK if given.quick else FULL)


if __name__ == "__main__":
    main()
