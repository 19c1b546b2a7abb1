"""Chapter 建制: what a unit has in place, and what a park or township states of its enterprises (policy 四(二))."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import Count, Day
from events.words import Arrangement


class UnitPracticesStated(Event):
    """What an enterprise has in place: its own contract, congress and mediation, or a region's or industry's (四(二))."""

    about = About(
        "unit.practices-stated.v1", "填报建制情况", "Practices stated", "self_evaluation",
        "截至{as_of}：集体合同{collective_contract}，职代会{congress}，争议调解{mediation}",
        "As of {as_of}: collective contract {collective_contract}, congress {congress}, mediation {mediation}",
        decision="state-practices", fact=True,
    )  # fmt: skip
    as_of: Day
    collective_contract: Arrangement
    congress: Arrangement
    mediation: Arrangement


class UnitCoverageStated(Event):
    """What a park, township or industry states of the enterprises in it: how many there are, how many are covered."""

    about = About(
        "unit.coverage-stated.v1", "填报覆盖情况", "Coverage stated", "membership",
        "截至{as_of}：企业{enterprises}户，集体合同覆盖{collective_contract}户，职代会覆盖{congress}户，"
        "争议调解覆盖{mediation}户，配备协调员{coordinator}户，公共服务站点{stations}个",
        "As of {as_of}: {enterprises} enterprises, {collective_contract} under collective contracts, {congress} with "
        "a congress, {mediation} with mediation, {coordinator} with a coordinator; {stations} service stations",
        decision="state-coverage", fact=True,
    )  # fmt: skip
    as_of: Day
    enterprises: Count
    collective_contract: Count
    congress: Count
    mediation: Count
    coordinator: Count
    stations: Count = 0
