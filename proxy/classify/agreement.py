"""How far two classifiers' scores are from each other, and how far they may be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched

from proxy.classify.classifier import Classifier, Window
from proxy.models import Agreement, ModelError

__all__ = ["LARGEST", "MEAN", "TEXTS", "compare", "require"]

LARGEST, MEAN = 0.1, 0.01
"""Most that one score, and all of them on average, may differ. Our choice: thresholds are
calibrated for each classifier by itself, so a small shift costs nothing; a difference beyond
these says that something else was converted than was loaded."""

_SENTENCES = (
    ("fr", "Bonjour, je vous remercie de votre demande."),
    ("fr", "La mairie est ouverte du lundi au vendredi de 9 h à 17 h."),
    ("fr", "Vous êtes un imbécile et personne ne vous supporte."),
    ("fr", "Ferme ta gueule, sale menteur."),
    ("fr", "Si tu reviens ici, je te casse la figure."),
    ("fr", "Les personnes âgées peuvent demander une aide à domicile."),
    ("fr", "Ces gens-là sont tous des voleurs et devraient partir."),
    ("fr", "Le dossier comporte trois pièces : une photo, un justificatif et un formulaire."),
    ("fr", "C’est nul, votre service est une honte."),
    ("fr", "Le conseil municipal a voté le budget à l’unanimité."),
    ("en", "Thank you for your letter about the playground."),
    ("en", "You are a stupid liar and everybody hates you."),
    ("en", "Shut up, you worthless idiot."),
    ("en", "I will find you and hurt you."),
    ("en", "The library lends books, films and board games."),
    ("en", "People like them are vermin and do not belong here."),
    ("en", "Please enclose a copy of your tenancy agreement."),
    ("en", "This is damn annoying, but we will fix it by Monday."),
    ("en", "Women are too weak for this job."),
    ("en", "The bus stops at the town hall every ten minutes."),
)
TEXTS: tuple[Window, ...] = tuple(
    Window(" ".join(text for _, text in group), group[0][0])
    for size in (1, 2, 5)
    for group in batched(_SENTENCES, size)
)
"""Harmless and rude, short and long, in French and English; written for this comparison."""


def compare(
    reference: Classifier, candidate: Classifier, texts: Sequence[Window] = TEXTS
) -> Agreement:
    """The differences of their scores. Raises ModelError where they have different classes."""
    if reference.classes != candidate.classes:
        raise ModelError("disagrees", "the two score different classes", _REMEDY)
    pairs = [
        (first[name], second[name])
        for first, second in zip(reference.score(texts), candidate.score(texts), strict=True)
        for name in reference.classes
    ]
    apart = [abs(first - second) for first, second in pairs]
    return Agreement(
        largest=round(max(apart), 6),
        mean=round(sum(apart) / len(apart), 6),
        flips=sum((first >= 0.5) != (second >= 0.5) for first, second in pairs),
        texts=len(texts),
    )


_REMEDY = "It is not used: convert it again, or go on with detoxify."


def require(found: Agreement) -> None:
    """Raises ModelError("disagrees") beyond LARGEST or MEAN, and for what is no number."""
    if not (found.largest <= LARGEST and found.mean <= MEAN):
        raise ModelError(
            "disagrees",
            f"the converted network's scores differ by up to {found.largest:.3f}, on average "
            f"{found.mean:.4f}; at most {LARGEST} and {MEAN} are accepted",
            _REMEDY,
        )
