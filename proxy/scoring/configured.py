"""The scorer that a configuration describes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from proxy.classify.classifier import Options
from proxy.classify.thresholds import CONFIG
from proxy.config import Config
from proxy.scoring.messages import Setup
from proxy.scoring.scorer import Limits, Scorer

if TYPE_CHECKING:
    from proxy.scoring.load import Loaded

__all__ = ["load_configured", "options_of", "scorer_of", "threshold_folders"]

MIB = 1024 * 1024
_RATES = {"1-percent": 0.01, "0.1-percent": 0.001}


def options_of(config: Config) -> Options:
    """What a classifier may need to know."""
    detoxify = config.settings.detoxify
    return Options(
        models=config.state_dir / "models",
        model=detoxify.model,
        device=detoxify.device,
        threads=config.settings.content.scorer_threads,
        sha256=detoxify.sha256,
    )


def threshold_folders(config: Config) -> tuple[Path, ...]:
    """Where thresholds are looked for: those calibrated here, then those that were shipped."""
    return (config.state_dir / "thresholds", CONFIG)


def load_configured(config: Config, classifier: str | None = None) -> Loaded:
    """The scoring of production, in this process; `classifier`: another than configured."""
    from proxy.scoring.load import load  # noqa: PLC0415 - the auditor does without NumPy

    content = config.settings.content
    return load(
        classifier or content.classifier,
        options_of(config),
        thresholds=threshold_folders(config),
        wanted=_RATES[content.false_positives],
    )


def scorer_of(config: Config) -> Scorer:
    """The scorer, not started."""
    content, options = config.settings.content, options_of(config)
    setup = Setup(
        classifier=content.classifier,
        models=str(options.models.absolute()),
        thresholds=tuple(str(folder.absolute()) for folder in threshold_folders(config)),
        wanted=_RATES[content.false_positives],
        model=options.model,
        device=options.device,
        threads=options.threads,
        sha256=options.sha256,
        memory_bytes=content.scorer_memory_mebibytes * MIB,
    )
    limits = Limits(
        most=content.scorer_queue,
        most_bytes=content.scorer_queue_mebibytes * MIB,
        deadline_s=content.scorer_deadline_s,
        memory_bytes=content.scorer_memory_mebibytes * MIB,
    )
    return Scorer(setup, limits)
