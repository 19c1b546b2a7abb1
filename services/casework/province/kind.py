"""The kind `province`: which provinces the nation takes into its check (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Iterable

from events.governance.province import ProvinceBranchFollowed, ProvinceJoined, ProvinceLeft
from events.places import PLACES
from events.words import Level, Role
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.office import NATION, officer
from services.casework.pack import Pack
from services.casework.province.state import Belonging, branch_followed, joined, left, province_stream


def not_joined_yet(belonging: Belonging, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a province joins once until it leaves."""
    if belonging.belongs:
        return refuse(pack, "I-00", "该省已接入", "the province has joined already", (belonging.version,), final=True)
    return None


def has_joined(belonging: Belonging, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: only a province that belongs leaves."""
    return None if belonging.belongs else refuse(pack, "I-00", "该省未接入", "the province has not joined")


def a_province(belonging: Belonging, act: Act[ProvinceJoined], pack: Pack) -> Refusal | None:
    """I-00: what joins is a province."""
    return provinces_only((act.event.place,), pack)


def provinces_only(places: Iterable[str], pack: Pack) -> Refusal | None:
    """I-00: the places are provinces."""
    wrong = [place for place in places if PLACES[place].level is not Level.PROVINCE]
    return refuse(pack, "I-00", "不是省级地区", "that place is no province", wrong) if wrong else None


def all_belong(provinces: Iterable[str], belonging: Iterable[str], pack: Pack) -> Refusal | None:
    """I-22: only provinces that have joined inspect, are inspected, or are decided upon."""
    strangers = sorted(set(provinces) - set(belonging))
    if strangers:
        names = "、".join(PLACES[place].zh for place in strangers)
        return refuse(pack, "I-22", f"未接入：{names}", "a province has not joined", strangers)
    return None


_ADMINISTRATOR = (officer(Role.ADMINISTRATOR, levels=NATION),)

PROVINCE = Kind(
    "province",
    Belonging,
    (
        Chapter(
            None,
            {ProvinceJoined: joined, ProvinceLeft: left, ProvinceBranchFollowed: branch_followed},
            (
                Law(
                    ProvinceJoined,
                    office=_ADMINISTRATOR,
                    rule="I-22",
                    opens=True,
                    state=(not_joined_yet,),
                    content=(a_province,),
                ),
                Law(ProvinceLeft, office=_ADMINISTRATOR, rule="I-22", state=(has_joined,)),
                Law(
                    ProvinceBranchFollowed,
                    office=_ADMINISTRATOR,
                    rule="I-22",
                    state=(has_joined,),
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda belonging: belonging.place or None,
    is_open=lambda belonging: belonging.belongs,
    label=lambda belonging, language: belonging.name,
    key=lambda event: province_stream(event.place),
)
