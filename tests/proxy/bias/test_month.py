import random
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import pytest

from proxy.bias import VERSION, tally
from proxy.bias.figures import Comparison, Figures, Gap, Reference
from proxy.bias.keys import CLASSES, MEASURES, RULES, group_names
from proxy.bias.month import ALPHA, CLAIMS, LEAST_MENTIONS, figures
from proxy.bias.shift import Shift, ShiftFile
from proxy.records import ScoredSentence

MEASURED_OF_GROUPS = (*RULES, *CLASSES, "toxicity")


def added(
    answers: Sequence[Sequence[tuple[str, float]]], language: str = "fr"
) -> Mapping[str, float]:
    """The sums of answers, each a list of sentences with their insult score."""
    sums: Counter[str] = Counter()
    for answer in answers:
        scored = [
            ScoredSentence(text, {"toxicity": score / 2, "insult": score, "identity_attack": score})
            for text, score in answer
        ]
        sums.update(tally(scored, language))
    return sums


def shifts(**found: float) -> ShiftFile:
    """A shift file: measure to how much more was found for every group."""
    by_measure = {
        name: Shift(
            texts=168, found=found.get(name, 0.0), neutral=0.0, at_most=found.get(name, 0.0)
        )
        for name in MEASURED_OF_GROUPS
    }
    return ShiftFile(
        classifier="detoxify",
        version="1",
        bias_version=VERSION,
        date="2026-11-27",
        languages={"fr": dict.fromkeys(group_names(), by_measure)},
    )


def month(sums: Mapping[str, float], **options: object) -> Figures:
    given: dict[str, object] = {"language": "fr", "classifier": "detoxify", "shift": shifts()}
    return figures(sums, **{**given, **options})  # type: ignore[arg-type]


def gap(of: Figures, population: str, measure: str) -> Gap:
    (found,) = (one for one in of.gaps if (one.population, one.measure) == (population, measure))
    return found


def group(of: Figures, name: str, measure: str) -> Comparison:
    wanted = (f"group/{name}", measure)
    (found,) = (one for one in of.groups if (one.population, one.measure) == wanted)
    return found


WOMAN, MAN = "Madame Sow arrive.", "Monsieur Roux arrive."


def test_a_gap_by_hand() -> None:
    """60 answers, one mention each, 20 of women: 33 % against parity."""
    sums = added([[(WOMAN, 0)]] * 20 + [[(MAN, 0)]] * 40)
    found = gap(month(sums), "gendered", "women")
    assert (found.state, found.part, found.whole, found.answers) == ("measured", 20, 60, 60)
    assert found.share == pytest.approx(1 / 3)
    assert found.gap == pytest.approx(1 / 3 - 1 / 2)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(0.227, abs=3e-3)  # Wilson 20/60: 0.227 to 0.459
    assert found.interval.high == pytest.approx(0.459, abs=3e-3)
    assert found.apart


def test_the_reference_is_the_organisations() -> None:
    sums = added([[(WOMAN, 0)]] * 20 + [[(MAN, 0)]] * 40)
    own = Reference(women=0.35, source="rapport social unique 2025")
    found = gap(month(sums, reference=own), "gendered", "women")
    assert found.reference_source == "rapport social unique 2025"
    assert found.gap == pytest.approx(1 / 3 - 0.35)
    assert not found.apart


def test_alike_mentions_of_one_answer_are_not_counted_as_many() -> None:
    one_each = gap(month(added([[(WOMAN, 0)]] * 40 + [[(MAN, 0)]] * 40)), "gendered", "women")
    ten_each = gap(
        month(added([[(WOMAN, 0)] * 10] * 20 + [[(MAN, 0)] * 10] * 20)), "gendered", "women"
    )
    assert one_each.interval is not None
    assert ten_each.interval is not None
    assert ten_each.whole == 400
    assert ten_each.interval.low < one_each.interval.low


def test_few_answers_give_no_figure() -> None:
    found = gap(month(added([[(WOMAN, 0)]] * 29)), "gendered", "women")
    assert (found.state, found.reason) == ("too_few", "minimum")
    assert (found.share, found.interval, found.gap) == (None, None, None)
    assert gap(month(added([[(WOMAN, 0)]] * 30)), "gendered", "women").state == "measured"


def test_titles_are_not_claimed_in_english() -> None:
    sums = added([[("She is a mayor.", 0)]] * 40, "en")
    found = month(sums, language="en")
    assert gap(found, "titles", "feminised").state == "not_claimed"
    assert gap(found, "gendered", "women").share == 1.0


def test_norms_are_those_of_the_guide() -> None:
    found = month(added([[("Les agents arrivent.", 0), ("Les élèves arrivent.", 0)]] * 40))
    forms = gap(found, "forms", "inclusive")
    assert (forms.share, forms.reference, forms.gap) == (0.5, 1.0, -0.5)
    assert forms.reference_source == "hce"
    assert gap(found, "forms", "paired").reference is None


ROMA, OTHERS = "Les Roms habitent ici.", "La mairie ouvre."


def harsh(share: float, other_share: float, answers: int = 400) -> Mapping[str, float]:
    """Answers of one sentence about a group and four others, insulting so often."""
    rnd = random.Random(7)
    return added(
        [
            [
                (ROMA, float(rnd.random() < share)),
                *((OTHERS, float(rnd.random() < other_share)),) * 4,
            ]
            for _ in range(answers)
        ]
    )


def test_a_real_difference_is_told_with_its_interval() -> None:
    found = group(month(harsh(0.2, 0.05)), "roma", "insult")
    assert (found.state, found.differs, found.shift) == ("measured", True, 0.0)
    assert found.ratio is not None
    assert found.interval is not None
    assert 1 < found.interval.low < found.ratio < found.interval.high
    assert found.p_adjusted is not None
    assert found.p_adjusted < ALPHA


def test_no_difference_is_no_difference() -> None:
    found = group(month(harsh(0.1, 0.1)), "roma", "insult")
    assert (found.state, found.differs) == ("measured", False)


def test_a_difference_within_the_detectors_shift_is_not_told() -> None:
    found = group(month(harsh(0.2, 0.05), shift=shifts(insult=0.3)), "roma", "insult")
    assert (found.state, found.reason) == ("not_distinguishable", "shift")
    assert not found.differs
    assert found.shift == 0.3
    assert found.difference is not None
    assert abs(found.difference) < 0.3


def test_a_difference_that_harmless_sentences_cannot_rule_out_is_not_told() -> None:
    """No shift was seen, but in so few sentences that one of this size could hide."""
    few = shifts()
    hidden = Shift(texts=5, found=0.0, neutral=0.0, at_most=0.43)
    languages = {"fr": {**few.languages["fr"], "roma": {"insult": hidden}}}
    found = group(
        month(harsh(0.2, 0.05), shift=msgspec.structs.replace(few, languages=languages)),
        "roma",
        "insult",
    )
    assert (found.state, found.shift, found.shift_limit) == ("not_distinguishable", 0.0, 0.43)


def test_without_a_measured_shift_nothing_is_claimed() -> None:
    found = group(month(harsh(0.2, 0.05), shift=None), "roma", "insult")
    assert (found.state, found.reason) == ("not_claimed", "shift_unknown")
    assert (found.share, found.ratio, found.part, found.other_part) == (None, None, 0, 0)


def test_the_embedded_classifier_claims_mentions_and_insults_only() -> None:
    found = month(harsh(0.2, 0.05), classifier="embedded")
    assert group(found, "roma", "insult").state == "measured"
    for measure in set(MEASURED_OF_GROUPS) - {"insult"}:
        withheld = group(found, "roma", measure)
        assert (withheld.state, withheld.reason) == ("not_claimed", "classifier")
        assert (withheld.share, withheld.p_adjusted, withheld.part) == (None, None, 0)
    (mentions,) = (one for one in found.mentions if one.group == "roma")
    assert (mentions.answers, mentions.of_answers, mentions.share) == (400, 400, 1.0)
    assert CLAIMS["embedded"] == {"insult"}


@pytest.mark.parametrize(
    ("naming", "told"), [(0, True), (1, False), (LEAST_MENTIONS - 1, False), (LEAST_MENTIONS, True)]
)
def test_a_handful_of_answers_that_name_a_group_is_not_told(naming: int, told: bool) -> None:  # noqa: FBT001
    sums = added([[(ROMA, 0)]] * naming + [[(OTHERS, 0)]] * (60 - naming))
    (mentions,) = (one for one in month(sums).mentions if one.group == "roma")
    shown = (mentions.state, mentions.answers, mentions.sentences, mentions.of_answers)
    assert shown == (("measured", naming, naming, 60) if told else ("too_few", 0, 0, 60))


def test_an_unknown_classifier_claims_nothing() -> None:
    found = month(harsh(0.2, 0.05), classifier="elsewhere")
    assert {one.state for one in found.groups} == {"not_claimed"}


def test_mean_scores_are_compared_too() -> None:
    found = group(month(harsh(0.4, 0.05)), "roma", "toxicity")
    assert (found.state, found.differs, found.ratio) == ("measured", True, None)
    assert found.share == pytest.approx(0.2, abs=0.05)


def test_attributes_of_women_and_men() -> None:
    gentle, able = "Madame Sow est douce.", "Monsieur Roux est compétent."
    sums = added([[(gentle, 0)]] * 40 + [[(able, 0)]] * 40 + [[(WOMAN, 0), (MAN, 0)]] * 40)
    found = {one.measure: one for one in month(sums).attributes}
    care, competence = found["care"], found["competence"]
    assert (care.part, care.whole, care.other_part, care.other_whole) == (40, 80, 0, 80)
    assert care.differs
    assert care.ratio is None  # of men none was called gentle: no number says how many times
    assert competence.ratio == 0.0
    assert found["appearance"].state == "too_few"


def test_many_comparisons_of_noise_rarely_differ() -> None:
    """Where nothing differs, the correction lets about one month in twenty say otherwise."""
    rnd = random.Random(11)
    names = ["Les Roms", "Les musulmans", "Les migrants", "Les seniors", "Les athées", "Les femmes"]
    false = 0
    for _ in range(20):
        answers = [
            [(f"{rnd.choice(names)} habitent ici.", float(rnd.random() < 0.15)),
             (OTHERS, float(rnd.random() < 0.15))]
            for _ in range(150)
        ]  # fmt: skip
        false += any(one.differs for one in month(added(answers)).groups)
    assert false <= 4


def test_an_empty_month_has_every_figure_and_claims_none() -> None:
    found = month({})
    assert (found.answers, found.sentences) == (0, 0)
    assert {one.state for one in (*found.gaps, *found.mentions, *found.attributes)} == {"too_few"}
    assert {one.state for one in found.groups} == {"too_few"}
    shown = {f"{one.population}/{one.measure}" for one in found.gaps}
    for compared in (*found.groups, *found.attributes):
        shown |= {f"{side}/{compared.measure}" for side in (compared.population, compared.other)}
    assert shown == set(MEASURES)
