"""Score texts as production does: JSON lines in, JSON lines out. Nothing is stored.

  echo '{"id": 1, "text": "Bonjour à tous.", "lang": "fr"}' | jauge score

Each line gets one with id, scores (0 to 1 per class, toxicity always among them), flags
(classes whose score reached its threshold), windows, classifier, version, lang and status
(scored, or why not: then the scores say nothing). Without "lang" the language is identified.
A line that is no question is told by its number on standard error; exit status 1 then.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from proxy.commands.common import config_of

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the classifier."""
    parser.add_argument(
        "--classifier",
        choices=("embedded", "detoxify", "detoxify-onnx"),
        help="which one scores (default: content.classifier); embedded where it is missing",
    )


def run(given: argparse.Namespace) -> int:
    """Score what comes until it ends."""
    config = config_of(given)
    from proxy.hardening import harden  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.scoring.configured import load_configured  # noqa: PLC0415
    from proxy.scoring.lines import BadLine, answers, read_lines  # noqa: PLC0415

    harden()
    loaded = load_configured(config, given.classifier)
    for warning in loaded.warnings:
        print(f"jauge: {warning}", file=sys.stderr)
    status, descriptor = 0, sys.stdin.fileno()
    for lines in read_lines(lambda size: os.read(descriptor, size)):
        for answer in answers(loaded.scoring, lines):
            if isinstance(answer, BadLine):
                print(f"jauge: {answer}", file=sys.stderr)
                status = 1
            else:
                print(json.dumps(answer))
        sys.stdout.flush()
    return status
