"""Stands in for the auditor: says how it was started, serves nothing, stops when told."""

import os
import signal
import sys

from proxy import hardening
from proxy.config.snapshot import inherited


def main() -> None:
    hardening.end_with_supervisor()
    config = inherited()
    workers = config.settings.edge.workers if config else None
    sys.stderr.write(f"auditor {' '.join(sys.argv[1:])} with {workers} workers\n")
    os.write(1, b"ready\n")
    signal.sigwait([signal.SIGTERM])
    sys.stderr.write("auditor stops\n")


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    main()
