"""Show how an estimate comes about, step by step, with sources.

Either of a recorded exchange (EXCHANGE_ID), or of a request described by the options.
Each step names its low, central and high value, its unit, and the formula in the names of
the steps before it, so that it can be redone by hand.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import textwrap
from typing import TYPE_CHECKING

from proxy.commands.common import config_of

if TYPE_CHECKING:
    from proxy.config import Config
    from proxy.exchange import Exchange
    from proxy.impact.explain import Explanation, Step

__all__ = ["options", "run"]


def options(parser: argparse.ArgumentParser) -> None:
    """Declare an exchange, or what describes a request."""
    parser.add_argument(
        "exchange", nargs="?", metavar="EXCHANGE_ID", help="as in jauge exchanges --raw"
    )
    request = parser.add_argument_group("a request, in place of an exchange")
    request.add_argument("--model", metavar="M", help="name of the model, as services write it")
    request.add_argument(
        "--provider", metavar="P", default="unknown", help="slug of the provider (openai, albert)"
    )
    for name, text in (
        ("input-tokens", "of the whole prompt"),
        ("output-tokens", "generated, reasoning included"),
        ("cached-tokens", "of the prompt that came from a cache"),
        ("images", "generated"),
    ):
        request.add_argument(f"--{name}", type=_whole, default=0, metavar="N", help=text)
    request.add_argument(
        "--audio-seconds", type=_seconds, default=0.0, metavar="S", help="of audio"
    )
    request.add_argument(
        "--zone", metavar="Z", help="electricity zone (FRA, USA, EEE, WOR) or cloud region"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError("expected a whole number, 0 or more")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError("expected a number, 0 or more")
    return value


def run(given: argparse.Namespace) -> int:
    """Explain."""
    from proxy.impact import load_estimator  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.impact.explain import explain  # noqa: PLC0415
    from proxy.ledger import LedgerError  # noqa: PLC0415

    if (given.exchange is None) == (given.model is None):
        print("jauge: name an exchange, or a request with --model", file=sys.stderr)
        return 2
    config = config_of(given)
    estimator = load_estimator(config)
    if given.zone and estimator.factors.places.zones_of(given.zone) is None:
        print("jauge: --zone: no such zone or region; as FRA, USA, EEE", file=sys.stderr)
        return 2
    try:
        found = _recorded(config, given.exchange) if given.exchange else _request(given)
    except ValueError:
        print("jauge: an exchange id is a UUID", file=sys.stderr)
        return 2
    except LedgerError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 1
    if found is None:
        print(
            "jauge: there is no such exchange, or no longer; only jauge exchanges --raw shows the "
            "ids of the ledger",
            file=sys.stderr,
        )
        return 1
    explanation = explain(found, estimator)
    if given.json:
        print(json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(_text(explanation))
    return 0


def _recorded(config: Config, exchange_id: str) -> Exchange | None:
    from proxy.ledger import Ledger, url_of  # noqa: PLC0415

    timezone = config.settings.timezone
    with Ledger.open(url_of(config), timezone=timezone, create=False) as ledger:
        row = ledger.row(exchange_id)
    return row.exchange if row else None


def _request(given: argparse.Namespace) -> Exchange:
    from proxy.exchange import Exchange  # noqa: PLC0415

    return Exchange(
        id="request",
        started_at=0.0,
        duration_s=0.0,
        tool=given.provider,
        provider=given.provider,
        wire_format="none",
        model_asked=given.model,
        input_tokens=given.input_tokens,
        output_tokens=given.output_tokens,
        cache_read_tokens=given.cached_tokens,
        input_source="reported",
        output_source="reported",
        images=given.images or None,
        audio_s=given.audio_seconds or None,
        region=given.zone,
    )


def _text(explanation: Explanation) -> str:
    impact = explanation.impact
    asked = explanation.model_asked or "none named"
    lines = [
        f"Model asked: {asked}; taken as: {explanation.model}"
        + ("" if explanation.known else " (not in the catalogue)"),
        f"Method tier {impact.tier}, quality {impact.quality}; factor set {impact.factor_set}",
        (
            f"Provider {explanation.provider}, machines of {explanation.operator};"
            f" zone {impact.zone}, range over {', '.join(explanation.zones)}"
        ),
    ]
    if not explanation.counted:
        lines.append("Nothing was counted, hence nothing is estimated: a gap, and no zero")
    if explanation.reported:
        lines.append(f"The tool itself reported (kept apart): {explanation.reported}")
    for title, steps in explanation.sections:
        lines += ["", title, *(line for step in steps for line in _lines(step))]
    return "\n".join(lines)


def _lines(step: Step) -> list[str]:
    value = step.value
    if value.low == value.high:
        shown = f"{value.central:.6g}"
    else:
        shown = f"{value.low:.6g} ; {value.central:.6g} ; {value.high:.6g}"
    found = [f"  {step.name} = {shown} {step.unit if step.unit != '1' else ''}".rstrip()]
    for text in (f"= {step.how}" if step.how else "", step.source):
        if text:
            found += textwrap.wrap(text, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return found
