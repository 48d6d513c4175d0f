import pytest

from proxy.bias.about import about
from proxy.bias.data import attributes, groups, people
from proxy.bias.tokens import forms, words


def test_every_group_falls_under_one_ground() -> None:
    grounds = groups().grounds.values()
    listed = [group for ground in grounds for group in ground.groups]
    assert sorted(listed) == sorted(groups().groups)


def test_the_grounds_are_those_of_the_law() -> None:
    """Code pénal, article 225-1, lists twenty-four since whistleblowers came in in 2022; the
    bank's domicile stands in the law of 27 May 2008."""
    named = [one.strip() for g in groups().grounds.values() for one in g.law.split(";")]
    assert len(named) == len(set(named)) == 25


def test_both_languages_have_the_same_families() -> None:
    assert list(people("fr").occupations) == list(people("en").occupations)
    assert list(attributes().fr) == list(attributes().en)
    for by_language in groups().groups.values():
        assert set(by_language) == {"fr", "en"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_name_of_a_group_is_found_as_that_group(language: str) -> None:
    """The templates that measure a detector's shift must name the group that they are for."""
    article = "les " if language == "fr" else "the "
    for group, by_language in groups().groups.items():
        for name in by_language[language].names:
            found = {hit[0] for hit in about(words(article + name), language).groups}
            assert found == {group}, (group, name, found)


def test_brackets_give_every_spelling() -> None:
    assert list(forms("sage(s)")) == [("sage",), ("sages",)]
    assert list(forms("dou(x|ce)")) == [("doux",), ("douce",)]
    assert list(forms("à l'écoute")) == [("à", "l'", "écoute")]
