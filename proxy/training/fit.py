"""Logistic regression on n-grams and the word list, one per language.

Minimises the weighted log loss plus a square penalty by L-BFGS (SciPy). Everything is done
in a fixed order by one thread: the same data give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from proxy.classify.embedded import Learned
from proxy.classify.lexicon import Lexicon
from proxy.classify.ngrams import BITS, DAMPING, grams, plain

__all__ = ["Example", "Fitted", "fit"]

PENALTY = 0.1
"""Weight of the square penalty on the n-grams' weights."""
LEXICON_PENALTY = 0.01
ITERATIONS = 80
LEAST_TEXTS = 2
"""Buckets that fewer texts fall into keep the weight 0."""
STEPS = 127
"""Of the eight-bit weights, on each side of 0."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One text to learn from."""

    text: str
    toxic: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned for one language."""

    learned: Learned
    weights: npt.NDArray[np.int8]


def fit(examples: Sequence[Example], lexicon: Lexicon, language: str) -> Fitted:
    """Learn from examples. Both labels get the same weight in all."""
    texts = [plain(one.text) for one in examples]
    labels = np.array([one.toxic for one in examples])
    given = np.array([one.weight for one in examples])
    weights = np.where(labels, given / given[labels].sum(), given / given[~labels].sum())
    weights *= len(examples) / 2
    matrix = _matrix(texts)
    kept = np.flatnonzero(np.bincount(matrix.indices, minlength=1 << BITS) >= LEAST_TEXTS)
    names = lexicon.classes
    listed = _listed(texts, lexicon, language, names)
    found = _minimise(
        csr_matrix(hstack([matrix[:, kept], listed])), labels, weights, columns=len(kept)
    )
    learned, rest = found[: len(kept)], found[len(kept) :]
    scale = float(np.abs(learned).max()) / STEPS
    buckets = np.zeros(1 << BITS, np.int8)
    buckets[kept] = np.rint(learned / scale).astype(np.int8)
    return Fitted(
        Learned(
            scale=_short(scale),
            intercept=_short(rest[-1]),
            lexicon={name: _short(value) for name, value in zip(names, rest[:-1], strict=True)},
        ),
        buckets,
    )


def _short(value: float) -> float:
    """Enough digits for eight-bit weights."""
    return float(f"{value:.6g}")


def _matrix(texts: Sequence[str]) -> csr_matrix:
    owners, buckets = [], []
    number = np.full(len(texts), DAMPING)
    for found, owner in grams(texts):
        owners.append(owner)
        buckets.append(found)
        number += np.bincount(owner, minlength=len(texts))
    rows = np.concatenate(owners)
    values = 1.0 / np.sqrt(number)[rows]
    return csr_matrix((values, (rows, np.concatenate(buckets))), (len(texts), 1 << BITS))


def _listed(
    texts: Sequence[str], lexicon: Lexicon, language: str, names: Sequence[str]
) -> csr_matrix:
    scores = [lexicon.score(text, language) for text in texts]
    return csr_matrix([[one.get(name, 0.0) for name in names] for one in scores])


def _minimise(
    matrix: csr_matrix, labels: npt.NDArray[np.bool_], weights: Floats, *, columns: int
) -> Floats:
    """Weights of the columns, then the intercept. Those of the word list are not negative."""
    signs = np.where(labels, 1.0, -1.0)
    transposed = csr_matrix(matrix.T)
    width = matrix.shape[1]
    penalty = np.full(width, PENALTY)
    penalty[columns:] = LEXICON_PENALTY

    def loss(point: Floats) -> tuple[float, Floats]:
        inner, intercept = point[:-1], point[-1]
        margin = -signs * (matrix @ inner + intercept)
        value = weights @ np.logaddexp(0.0, margin) + 0.5 * penalty @ inner**2
        slope = -weights * signs / (1.0 + np.exp(-margin))
        return float(value), np.append(transposed @ slope + penalty * inner, slope.sum())

    bounds = [(None, None)] * columns + [(0.0, None)] * (width - columns) + [(None, None)]
    found = minimize(
        loss,
        np.zeros(width + 1),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": ITERATIONS, "maxcor": 6},
    )
    return np.asarray(found.x)
