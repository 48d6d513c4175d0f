"""The scorer's process: `python -m proxy.scoring FD`, started by the auditor."""

import sys

from proxy.scoring.process import main

if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
