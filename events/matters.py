"""What an act can be about: the matters for which a policy pack gives its clauses.

An event names a matter and never a clause, so that the vocabulary is the same in every province.
"""

from __future__ import annotations

MATTERS: tuple[str, ...] = (
    "scope", "administration", "membership", "succession",
    "contact", "coordinators", "follow_up", "cultivation", "cultivation_list",
    "self_evaluation", "report", "application", "visit", "third_party", "opinion", "evaluation", "review", "publicity",
    "nomination", "naming", "naming_refusal", "plaque", "term", "reserve", "commendation", "honour", "incentive",
    "signals", "assessment", "checks", "rectification", "verification", "cross_inspection", "deadlines",
    "revocation", "consent", "reconsideration", "standing_in", "record",
    "appointments", "interests", "sources", "rounds", "policy", "body", "session", "document", "code", "register",
    "year", "work_plan", "yearly_report", "training", "services", "campaigns", "funding", "supervision",
    "lapses", "bulletins", "sampling", "tasks", "stations", "standards",
)  # fmt: skip
"""The closed set, in the order of a unit's life; a pack gives the clauses of each."""
