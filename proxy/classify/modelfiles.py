"""From `proxy.models` to what a maker of classifiers needs, its errors turned into MissingError."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from proxy.classify.classifier import MissingError
from proxy.models import ModelError

__all__ = ["missing"]


@contextlib.contextmanager
def missing() -> Iterator[None]:
    """Turns ModelError into MissingError."""
    try:
        yield
    except ModelError as error:
        raise MissingError(error.problem, error.remedy) from None
