"""Is one request a glass of water? From the town hall's own traffic, by tool.

How many requests fill a glass of 200 mL, low to high: once with the water that evaporates
at the data centre, once with the water of the electricity too. Beside it, what others have
published, each with its scope. Without traffic in the month, a typical request (100 tokens
in, 300 out) of some tools stands for it, and is labelled so.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from proxy.commands.common import config_of

if TYPE_CHECKING:
    from proxy.config import Config
    from proxy.impact.glass import Glass
    from proxy.impact.published import Published
    from proxy.impact.wording import Locale
    from proxy.records import Range

__all__ = ["options", "run"]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")
_TYPICAL = {
    "chatgpt": ("openai", "gpt-5.5"),
    "gemini": ("google", "gemini-2.5-flash"),
    "le-chat": ("mistral", "mistral-large-latest"),
    "albert-api": ("albert", "openweight-large"),
}
"""Tools and their models where there is no traffic: names for a typical request."""
_TYPICAL_TOKENS = (100, 300)
"""Input and output: the short shape of Jegham et al., arXiv 2505.09598."""

_TEXTS: dict[Locale, dict[str, str]] = {
    "en": {
        "own": "Requests to fill a glass of {glass} mL, {month}, own traffic:",
        "typical": "No traffic in {month}: a typical request ({input} tokens in, {output} out):",
        "water_onsite_ml": "water on site alone",
        "water_total_ml": "with the water of electricity",
        "requests": "{tool} ({requests} requests)",
        "request": "{tool} (1 request)",
        "one": "{tool} (typical request, {model})",
        "line": "{scope}: requests a glass {requests}, water a request {each}",
        "published": "Published figures and their scope:",
        "figure": "  {value}\u00a0mL: {scope} ({source})",
        "set": "Low, high and central values; factor set {name}.",
    },
    "fr": {
        "own": "Requêtes pour remplir un verre de {glass} mL, {month}, trafic propre\u00a0:",
        "typical": "Aucun trafic en {month}\u00a0: une requête type ({input} jetons lus, {output}"
        " écrits)\u00a0:",
        "water_onsite_ml": "eau sur site seule",
        "water_total_ml": "avec l’eau de l’électricité",
        "requests": "{tool} ({requests} requêtes)",
        "request": "{tool} (1 requête)",
        "one": "{tool} (requête type, {model})",
        "line": "{scope}\u00a0: requêtes par verre {requests}, eau par requête {each}",
        "published": "Chiffres publiés et leur périmètre\u00a0:",
        "figure": "  {value}\u00a0mL\u00a0: {scope} ({source})",
        "set": "Valeurs basse, haute et centrale\u202f; jeu de facteurs {name}.",
    },
}


def options(parser: argparse.ArgumentParser) -> None:
    """Declare month, language and format."""
    parser.add_argument("--month", metavar="YYYY-MM", help="month of the traffic (default: this)")
    parser.add_argument("--lang", choices=("fr", "en"), default="en", help="language (default en)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(given: argparse.Namespace) -> int:
    """Answer."""
    from proxy.impact import load_estimator  # noqa: PLC0415 - keeps `jauge --help` fast
    from proxy.impact.equivalents import load  # noqa: PLC0415
    from proxy.impact.glass import glass  # noqa: PLC0415
    from proxy.impact.published import read  # noqa: PLC0415
    from proxy.ledger import LedgerError  # noqa: PLC0415

    config = config_of(given)
    month = given.month or datetime.now(config.zone).strftime("%Y-%m")
    if not _MONTH.match(month):
        print("jauge: --month: expected YYYY-MM", file=sys.stderr)
        return 2
    try:
        traffic = _traffic(config, month)
    except LedgerError as error:
        print(f"jauge: {error}", file=sys.stderr)
        return 1
    estimator = load_estimator(config)
    typical = not traffic
    if typical:
        traffic = [(tool, 1, _typical(estimator.estimate, tool)) for tool in _TYPICAL]
    glass_ml = load().thing("glass").figure.value
    answers = [glass(tool, many, ranges, glass_ml) for tool, many, ranges in traffic]
    published = [one for one in read() if one.quantity.startswith("water")]
    if given.json:
        content = _json(answers, published, month, glass_ml, typical=typical)
        content["factor_set"] = estimator.factors.name
        print(json.dumps(content, ensure_ascii=False, indent=2))
        return 0
    for line in _lines(answers, published, given.lang, month, glass_ml, typical=typical):
        print(line)
    print(_TEXTS[given.lang]["set"].format(name=estimator.factors.name))
    return 0


type _Traffic = list[tuple[str, int, dict[str, Range]]]


def _traffic(config: Config, month: str) -> _Traffic:
    """Requests and summed ranges by tool; nothing where there is no ledger yet."""
    from proxy.ledger import Ledger, LedgerError, url_of  # noqa: PLC0415

    try:
        ledger = Ledger.open(url_of(config), timezone=config.settings.timezone, create=False)
    except LedgerError as error:
        if error.kind == "absent":
            return []
        raise
    year, number = month.split("-")
    with ledger:
        totals = ledger.impact_totals(*ledger.month(int(year), int(number)), by=("tool",))
    return [(str(one.key[0]), one.requests, dict(one.ranges)) for one in totals if one.requests > 0]


def _typical(estimate: Any, tool: str) -> dict[str, Range]:  # noqa: ANN401 - Estimator.estimate
    from proxy.exchange import Exchange  # noqa: PLC0415
    from proxy.records import QUANTITIES  # noqa: PLC0415

    provider, model = _TYPICAL[tool]
    impact = estimate(
        Exchange(
            id="typical",
            started_at=time.time(),
            duration_s=0.0,
            tool=tool,
            provider=provider,
            wire_format="none",
            model_asked=model,
            input_tokens=_TYPICAL_TOKENS[0],
            output_tokens=_TYPICAL_TOKENS[1],
            input_source="reported",
            output_source="reported",
        )
    )
    return {name: getattr(impact, name) for name in QUANTITIES}


def _json(
    answers: list[Glass],
    published: list[Published],
    month: str,
    glass_ml: float,
    *,
    typical: bool,
) -> dict[str, Any]:
    def sides(span: Range) -> dict[str, float | None]:
        ends = {"low": span.low, "central": span.central, "high": span.high}
        return {name: None if math.isinf(value) else value for name, value in ends.items()}

    return {
        "month": month,
        "glass_ml": glass_ml,
        "basis": "typical request" if typical else "own traffic",
        "tools": [
            {
                "tool": answer.tool,
                "requests": 0 if typical else answer.requests,
                "water_ml_per_request": {k: sides(v) for k, v in answer.water_ml.items()},
                "requests_per_glass": {k: sides(v) for k, v in answer.requests_per_glass.items()},
            }
            for answer in answers
        ],
        "published": [
            {
                "id": one.id,
                "water_ml_per_request": one.value,
                "requests_per_glass": glass_ml / one.value,
                "scope": one.scope,
                "source": one.source,
            }
            for one in published
        ],
    }


def _lines(  # noqa: PLR0913 - what the page says
    answers: list[Glass],
    published: list[Published],
    lang: Locale,
    month: str,
    glass_ml: float,
    *,
    typical: bool,
) -> list[str]:
    from proxy.impact.wording import number, span  # noqa: PLC0415

    texts = _TEXTS[lang]
    glass_text = number(glass_ml, lang)
    read_tokens, written = (number(count, lang) for count in _TYPICAL_TOKENS)
    head = texts["typical" if typical else "own"]
    lines = [head.format(glass=glass_text, month=month, input=read_tokens, output=written)]
    for answer in answers:
        if typical:
            title = texts["one"].format(tool=answer.tool, model=_TYPICAL[answer.tool][1])
        else:
            count = number(answer.requests, lang, digits=12)
            title = texts["request" if answer.requests == 1 else "requests"].format(
                tool=answer.tool, requests=count
            )
        lines.append(f"  {title}")
        lines += [
            "    "
            + texts["line"].format(
                scope=texts[scope], requests=span(many, "", lang), each=span(each, "mL", lang)
            )
            for (scope, many), each in zip(
                answer.requests_per_glass.items(), answer.water_ml.values(), strict=True
            )
        ]
    lines += ["", texts["published"]]
    lines += [
        texts["figure"].format(
            value=number(one.value, lang),
            scope=(one.scope_fr if lang == "fr" else "") or one.scope,
            source=one.source,
        )
        for one in published
    ]
    return lines
