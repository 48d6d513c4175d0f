"""How long the estimate of one exchange takes."""

from __future__ import annotations

import statistics
import time

from bench.measure import spread
from proxy.config import SHIPPED, load
from proxy.exchange import Exchange
from proxy.impact import Estimator, load_estimator

__all__ = ["estimates"]

AIM_US = 20.0


def estimates(rounds: int, count: int) -> None:
    """Microseconds of processor time per estimate; `count` estimates of each case a round."""
    estimator = load_estimator(load(SHIPPED / "jauge.yaml", environ={}))
    print(f"\nµs of processor time per estimate, {rounds} rounds of {count}")
    print("  median [minimum … maximum]")
    for name, exchange in CASES.items():
        _spent_us(estimator, exchange, count)  # plans are made once per model, then kept
        times = [_spent_us(estimator, exchange, count) for _ in range(rounds)]
        found = statistics.median(times)
        verdict = "met" if found < AIM_US else "MISSED"
        print(f"  {name:<26} {spread(times)} (aim < {AIM_US:g}: {verdict})")


def _spent_us(estimator: Estimator, exchange: Exchange, count: int) -> float:
    before = time.process_time()
    for _ in range(count):
        estimator.impact(exchange)
    return (time.process_time() - before) * 1e6 / count


def _exchange(model: str, **fields: object) -> Exchange:
    common: dict[str, object] = {
        "id": "0192d3f0-0000-7000-8000-000000000000",
        "started_at": 1_793_000_000.0,
        "duration_s": 2.0,
        "edge": "edge",
        "department": "dsi",
        "tool": "openai-api",
        "provider": "openai",
        "wire_format": "openai-chat",
        "model_asked": model,
        "input_tokens": 900,
        "output_tokens": 300,
        "input_source": "reported",
        "output_source": "reported",
    }
    return Exchange(**(common | fields))  # type: ignore[arg-type]


CASES = {
    "a known model": _exchange("gpt-4o-mini"),
    "an unknown model": _exchange("invented-model"),
    "a long prompt, cached": _exchange("gpt-4o", input_tokens=150_000, cache_read_tokens=120_000),
    "counts that are estimated": _exchange(
        "gpt-4o-mini", input_source="estimated", output_source="estimated"
    ),
    "an image": _exchange("gpt-image-1", operation="image", images=1),
}
"""Exchanges whose estimates take different ways through the code."""
