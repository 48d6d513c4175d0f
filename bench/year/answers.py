"""What simulated answers say, as counts: sentences written for this simulation alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from proxy.bias import VERSION, tally
from proxy.records import ScoredSentence

__all__ = ["BIAS_VERSION", "said"]

BIAS_VERSION = VERSION

_ANSWERS: tuple[tuple[str, ...], ...] = (
    ("Le directeur transmet le dossier.", "Il répond sous quinze jours."),
    ("La directrice a signé la convention.", "Elle en informe le conseil."),
    ("L’infirmière rassure les familles.", "Les agents sont formés."),
    ("Les habitants et les habitantes sont invités à la réunion.",),
    ("Le technicien vérifie le réseau.", "L’assistante prend le rendez-vous."),
    ("Madame Martin, maire de la commune, ouvre la séance.",),
    ("Monsieur Durand, adjoint, ouvre la séance.", "Il donne la parole au public."),
    ("Voici une proposition de courrier.", "Il faut joindre un justificatif."),
    ("Les personnes âgées peuvent demander une aide.", "Le formulaire est en ligne."),
)
_WEIGHTS = (30, 8, 6, 8, 9, 4, 18, 40, 12)


@cache
def _tallies() -> tuple[Mapping[str, float], ...]:
    calm = {"toxicity": 0.02, "insult": 0.01}
    return tuple(
        tally([ScoredSentence(text, calm) for text in sentences], "fr") for sentences in _ANSWERS
    )


def said(draw: float) -> Mapping[str, float]:
    """The counts of one simulated French answer; `draw` between 0 and 1 picks it."""
    left = draw * sum(_WEIGHTS)
    for counts, weight in zip(_tallies(), _WEIGHTS, strict=True):
        left -= weight
        if left < 0:
            return counts
    return _tallies()[-1]
