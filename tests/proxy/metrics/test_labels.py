from __future__ import annotations

from proxy.metrics.labels import LABELS, OTHER, Capped


def test_every_rule_is_a_short_list_or_a_bound() -> None:
    for label, rule in LABELS.items():
        if isinstance(rule, Capped):
            assert 0 < rule.most <= 150, label
        else:
            assert 0 < len(set(rule)) == len(rule) <= 12, label


def test_other_is_what_the_rest_is_called() -> None:
    assert OTHER == "other"
