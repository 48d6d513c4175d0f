"""From the factor set of the time to the new one, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from proxy.exchange import Exchange
from proxy.impact.estimate import Estimator
from proxy.impact.factors import FactorSet, Part, load
from proxy.impact.figures import FactorError
from proxy.impact.places import OwnHost
from proxy.records import Impact

__all__ = ["ORDER", "Chain", "Chains"]

ORDER: tuple[Part, ...] = ("models", "grid", "datacentres", "method")
"""In which the parts of a factor set are exchanged."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Estimators: the old set, then with one more part of the new one each, at last the new."""

    steps: tuple[Estimator, ...]

    def estimates(self, exchange: Exchange) -> list[Impact]:
        """The impact of an exchange by each step."""
        found: list[Impact] = []
        for index, step in enumerate(self.steps):
            # Where nothing changed, the step is the same object as the one before.
            known = index > 0 and step is self.steps[index - 1]
            found.append(found[-1] if known else step.estimate(exchange))
        return found


class Chains:
    """The chains from any earlier set to one target, made when they are first needed."""

    def __init__(
        self,
        target: FactorSet,
        own: Mapping[str, OwnHost],
        find: Callable[[str], FactorSet] = load,
    ) -> None:
        """`own`: the town hall's own machines, as declared today.

        `find` gives a factor set by its name, or raises FactorError.
        """
        self._own = own
        self._find = find
        self._sets = target
        self.target = Estimator(target, own)
        self._known: dict[str, Chain | None] = {}

    def find(self, name: str) -> Chain | None:
        """The chain from a set to the target; None when that set is not at hand."""
        if name not in self._known:
            self._known[name] = self._make(name)
        return self._known[name]

    def _make(self, name: str) -> Chain | None:
        try:
            old = self._find(name)
            step = Estimator(old, self._own)
        except FactorError:
            return None
        steps, taken, fits = [step], old, True
        for part in ORDER[:-1]:
            mixed = taken.with_parts(self._sets, (part,))
            if mixed.documents != taken.documents:
                try:
                    step, fits = Estimator(mixed.checked(), self._own), True
                except FactorError:
                    fits = False  # Old and new parts do not go together: the next is given both.
            taken = mixed
            steps.append(step)
        same = taken.with_parts(self._sets, ORDER[-1:]).documents == taken.documents
        steps.append(step if same and fits else self.target)
        return Chain(tuple(steps))
