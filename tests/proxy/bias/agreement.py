"""How often the rules say of a sentence what the hand label says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from proxy.bias.tally import read
from proxy.config.yamlfile import read as read_yaml

LABELLED = Path(__file__).with_name("labelled.yaml")
ASPECTS = ("g", "k", "o", "a", "r", "n", "e")


@cache
def labelled() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Part, language, sentences."""
    found: Any = read_yaml(LABELLED)
    return dict(found)


def expected(label: dict[str, Any]) -> dict[str, Any]:
    return {
        "g": set(label["g"]),
        "k": {label["k"]} - {""} if "k" in label else set(),
        "o": set(label.get("o", ())),
        "a": set(label.get("a", ())),
        "r": set(label.get("r", ())),
        "n": bool(label.get("n")),
        "e": bool(label.get("e")),
    }


def found(text: str, language: str) -> dict[str, Any]:
    """The same of the rules. An attribute counts as found wherever it stands."""
    seen = read(text, language)
    return {
        "g": {one.kind for one in seen.mentions},
        "k": {one.title for one in seen.mentions} - {""},
        "o": {f"{m.family}.{m.form}" for m in seen.mentions if m.family and m.form != "n"},
        "a": {family for family, _, _ in seen.about.attributes},
        "r": {group for group, _, _ in seen.about.groups},
        "n": bool(seen.about.negative),
        "e": bool(seen.about.essential),
    }


def agreement(part: str, language: str) -> dict[str, tuple[int, int]]:
    """Per aspect, and for all of them at once, sentences that agree and sentences."""
    agreed = dict.fromkeys((*ASPECTS, "all"), 0)
    sentences = labelled()[part][language]
    for label in sentences:
        wanted, got = expected(label), found(label["t"], language)
        for aspect in ASPECTS:
            agreed[aspect] += wanted[aspect] == got[aspect]
        agreed["all"] += wanted == got
    return {aspect: (count, len(sentences)) for aspect, count in agreed.items()}


def differences(part: str, language: str) -> list[str]:
    """What differs, to be read by whoever tunes the rules."""
    lines = []
    for label in labelled()[part][language]:
        wanted, got = expected(label), found(label["t"], language)
        said = [
            f"{aspect}: {wanted[aspect]} / {got[aspect]}"
            for aspect in ASPECTS
            if wanted[aspect] != got[aspect]
        ]
        if said:
            lines.append(f"{label['t']} || {'; '.join(said)}")
    return lines
