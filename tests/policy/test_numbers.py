"""The numbers of Hunan's pack, entered a second time, each under the rule that names it.

Other tests show what the law does with a number; whoever changes one changes it in both places, and says by which rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from events.words import Ground
from services.casework.pack import load_pack
from services.casework.pack_parts import Limits, Quorums, Windows

PACK = load_pack("hunan-2023-15", "1")

PERIODS = {
    "A-04": {"follow_up_model": "90d", "follow_up_other": "180d"},
    "A-05": {"verification": "12m"},
    "A-07": {"hearing": "5wd"},
    "A-09": {"propose_revocation": "15wd"},
    "A-13": {"publicity": "5wd"},
    "A-16": {"order_check": "5wd", "conduct_check": "20wd"},
    "A-17": {"reapply_after_rejection": "6m", "reapply_after_revocation": "36m"},
    "A-20": {"minutes": "10wd"},
    "A-46": {"credit_counts": "12m"},
    "I-10": {"recover_plaque": "15wd", "announce": "10wd"},
    "I-16": {"renewal_opens": "6m"},
    "T-02": {"mandate": "36m"},
    "T-03": {"take_up": "5wd", "lent": "60d"},
    "T-04": {"second_act": "5wd", "suspension_alone": "5wd", "mutual_appointment": "30d"},
    "T-05": {"rectify": "90d"},
    "T-09": {"extension": "6m"},
    "T-10": {"facts_summed": "12m"},
    "T-12": {
        "notice": "5wd", "serve_notice": "10wd", "public_notice": "15d", "revocation_opinions": "10wd",
        "ask_consent": "5wd", "answer_consent": "60d", "decide_revocation": "10wd", "reconsideration": "60d",
        "last_call": "20d",
    },
    "T-13": {"void_slip": "5wd"},
    "T-14": {"adoption_notice": "20wd", "pack_stays": "90d", "decided_back": "10wd", "term_begins": "30d"},
    "T-16": {"report_counts": "12m", "publicity_counts": "12m", "resolve_objection": "10wd"},
    "T-19": {"draw_share": "5wd", "stay_after_move": "30d"},
    "T-26": {"admit_objection": "2wd"},
    "制度": {
        "assess_signal": "10wd", "handle_step": "20wd", "correction": "10wd", "contact": "20wd", "round_result": "20wd",
        "issue_plaque": "20wd", "body_member": "20wd", "handle_finding": "20wd",
    },
}  # fmt: skip
"""`wd` are working days, `d` days, `m` months; last those that no rule names, but the work itself needs."""

SHARES = {
    "A-02": {"survey_share": "30/100", "survey_answers": 200, "satisfaction": "80/100"},
    "A-03": {"congress_present": "2/3", "congress_in_favour": "1/2"},
    "A-12": {"visitors": 2, "visiting_houses": 2},
    "A-14": {"most_opposed": 1},
    "四(一)5": {"front_line_share": "60/100"},
    "T-01": {"congress_entitled": "5/100"},
    "T-19": {"draw_houses": 2},
    "T-22": {"least_opined": 3, "least_in_favour": 2},
}
LIMITS = {
    "A-18": {"reserve_list": 100, "reserve_tolerance": "10/100"},
    "I-07": {"frozen_severity": 3},
    "I-15": {"targeted_check_severity": 3},
    "T-05": {"extension_share": "1/2"},
}
TITLES = {
    "national_model": (80, 0, "36m"),
    "provincial_harmonious": (75, 0, "36m"),
    "prefecture_harmonious": (70, 0, "36m"),
    "model_site": (60, 0, "36m"),
}
"""A-01: the least score of the evaluation, that of the self-evaluation, and the term."""

MAJOR = {
    Ground.NO_CONTRACT: {"people": 10, "share": "10/100"},
    Ground.UNPAID_INSURANCE: {"people": 10, "months": 3},
    Ground.EXCESS_OVERTIME: {"people": 10, "months": 3},
    Ground.WAGE_ARREARS: {"people": 10, "amount_fen": 100_000_00, "months": 1},
}
"""A-06: from what on a ground is major."""


def _exact(by_rule: Mapping[str, Mapping[str, str | int]]) -> dict[str, Any]:
    return {name: _number(value) for numbers in by_rule.values() for name, value in numbers.items()}


def _number(value: str | int) -> Fraction | int:
    return Fraction(value) if isinstance(value, str) else value


def test_every_period_is_as_long_as_its_rule_says() -> None:
    expected = {name: period for periods in PERIODS.values() for name, period in periods.items()}
    assert {name: str(span) for name, span in PACK.windows} == expected
    assert expected.keys() == Windows.model_fields.keys()


def test_every_share_and_majority_is_that_of_its_rule() -> None:
    expected = _exact(SHARES)
    assert {name: value for name, value in PACK.quorums if name not in ("houses", "veto")} == expected
    assert expected.keys() == Quorums.model_fields.keys() - {"houses", "veto"}


def test_every_severity_and_size_is_that_of_its_rule() -> None:
    assert dict(PACK.limits) == _exact(LIMITS)
    assert _exact(LIMITS).keys() == Limits.model_fields.keys()


def test_every_title_has_its_scores_and_its_term() -> None:
    found = {name: (one.minimum_score, one.minimum_self_score, str(one.term)) for name, one in PACK.titles.items()}
    assert found == TITLES


def test_every_ground_is_major_from_its_thresholds_on() -> None:
    measured = ("people", "amount_fen", "months", "share")
    found = {
        ground: numbers
        for ground, text in PACK.grounds.items()
        if (numbers := {name: value for name in measured if (value := getattr(text, name)) is not None})
    }
    assert found == {ground: _exact({ground: numbers}) for ground, numbers in MAJOR.items()}
