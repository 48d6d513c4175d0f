"""Stands in for the auditor: says how it was started, serves nothing, stops when told."""

import os
import signal
import sys

from proxy import hardening


def main() -> None:
    hardening.end_with_supervisor()
    print(f"auditor {' '.join(sys.argv[1:])}", file=sys.stderr, flush=True)
    os.write(1, b"ready\n")
    signal.sigwait([signal.SIGTERM])
    print("auditor stops", file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    main()
