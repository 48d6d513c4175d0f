"""Exchanges of chosen counts, and the estimator of the shipped factors, read once."""

from __future__ import annotations

from functools import cache
from typing import Any

from proxy.exchange import Exchange
from proxy.impact.estimate import Estimator
from proxy.impact.factors import FactorSet, load

__all__ = ["Field", "estimator", "exchange", "factors"]

type Field = Any
"""The value of any field of an exchange."""


@cache
def factors() -> FactorSet:
    """The shipped factor set."""
    return load()


@cache
def estimator() -> Estimator:
    """Estimates with the shipped factor set."""
    return Estimator(factors())


def exchange(model: str | None = "llama-3.1-8b", **fields: Field) -> Exchange:
    """An exchange with reported counts, unless `fields` say otherwise."""
    values: dict[str, Field] = {
        "id": "0198a5e0-0000-7000-8000-000000000000",
        "started_at": 1_790_000_000.0,
        "duration_s": 2.0,
        "tool": "openai-api",
        "provider": "openai",
        "wire_format": "openai-chat",
        "model_asked": model,
        "input_source": "reported",
        "output_source": "reported",
    }
    return Exchange(**values | fields)
