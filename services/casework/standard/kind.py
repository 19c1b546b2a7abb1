"""The kind `standard`: standards of industries, from the draft to the pack that takes them up (五(四); R-11)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from events.folding import folded
from events.governance.code import CodeClaimed
from events.governance.standard import (
    StandardConsulted,
    StandardDrafted,
    StandardPiloted,
    StandardPublished,
    StandardTakenUp,
)
from events.places import within
from events.words import CodeScope
from services.casework.code.state import Code, code_stream
from services.casework.days import fact_not_ahead
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, refuse
from services.casework.office import PREFECTURE_UP, PROVINCE, approver, desk
from services.casework.pack import Pack
from services.casework.standard import state
from services.casework.standard.state import Standard, standard_stream


def not_published(standard: Standard, act: Intent, pack: Pack) -> Refusal | None:
    """A-39: a published standard changes no more; another one takes its place."""
    return refuse(pack, "A-39", "标准已发布", "the standard is published") if standard.number is not None else None


def consulted_on(standard: Standard, act: Intent, pack: Pack) -> Refusal | None:
    """A-39: a draft is talked over before it is tried."""
    return None if standard.consulted else refuse(pack, "A-39", "尚未征求意见", "nobody was consulted yet")


def tried_somewhere(standard: Standard, act: Intent, pack: Pack) -> Refusal | None:
    """A-39: a standard is tried before it is published."""
    return None if standard.piloted else refuse(pack, "A-39", "尚未开展试点", "it was piloted nowhere yet")


def published(standard: Standard, act: Intent, pack: Pack) -> Refusal | None:
    """A-39: what a pack takes up is published."""
    return refuse(pack, "A-39", "标准尚未发布", "the standard is not published yet") if not standard.number else None


def by_houses_of_the_programme(standard: Standard, act: Act[StandardConsulted], pack: Pack) -> Refusal | None:
    """A-39: houses of the programme are asked, each once."""
    houses = act.event.houses
    wrong = [house for house in houses if house not in pack.quorums.houses or houses.count(house) > 1]
    if not wrong:
        return None
    return refuse(
        pack, "A-39", "所列不是成员单位或者重复", "a house is none of the programme's, or twice", wrong, "/houses"
    )


def within_its_place(standard: Standard, act: Act[StandardPiloted], pack: Pack) -> Refusal | None:
    """A-39: it is tried within the place whose standard it is, once in each, from today at the latest, and not before
    others were asked about it.
    """
    event = act.event
    if standard.consulted is not None and event.from_ < standard.consulted:
        zh, en = f"试点早于{standard.consulted}的征求意见", f"it was consulted on from {standard.consulted}"
        return refuse(pack, "A-39", zh, en, (standard.consulted,), "/from")
    if event.from_ > act.day:
        return refuse(pack, "I-21", "试点起始日晚于今日", "it begins after today", (), "/from")
    if not within(event.place, standard.place):
        return refuse(pack, "A-39", "不在该标准的地区内", "that place is none of the standard's", (), "/place")
    if event.place in standard.piloted:
        return refuse(pack, "A-39", "已在该地试点", "it is piloted there already", (event.place,), "/place")
    return None


def number_of(standard: Standard, event: StandardPublished) -> Iterator[UUID]:
    """The stream of the standard's number, however it is written."""
    yield code_stream(CodeScope.STANDARD, folded(event.number))


def number_is_new(standard: Standard, act: Act[StandardPublished], pack: Pack) -> Refusal | None:
    """A-39: a number is that of one standard."""
    claims = (act.context.find(Code, stream) for stream in number_of(standard, act.event))
    taken = next((claim.holder for claim in claims if claim is not None and claim.holder is not None), None)
    if taken is None:
        return None
    return refuse(pack, "A-39", "该编号已属另一标准", "that number is another standard's", (taken,), "/number")


def claim_number(standard: Standard, act: Act[StandardPublished], pack: Pack) -> Iterator[Effect]:
    """The number becomes the standard's."""
    for stream in number_of(standard, act.event):
        claimed = CodeClaimed(scope=CodeScope.STANDARD, value=folded(act.event.number), holder=standard.id)
        yield Effect(stream, claimed)


def is_that_checklist(standard: Standard, act: Act[StandardTakenUp], pack: Pack) -> Refusal | None:
    """A-39: the checklist of the pack in force has the number of the standard as its code."""
    chosen = pack.standard_sets.get(act.event.standard_set)
    if chosen is None or chosen.code == standard.number:
        return None
    zh, en = f"该清单代号为{chosen.code}", f"the code of that checklist is {chosen.code}"
    return refuse(pack, "A-39", zh, en, (chosen.code,), "/standard_set")


_DESK = desk(PREFECTURE_UP)

STANDARD = Kind(
    "standard",
    Standard,
    (
        Chapter(
            None,
            {
                StandardDrafted: state.drafted,
                StandardConsulted: state.consulted,
                StandardPiloted: state.piloted,
                StandardPublished: state.published,
                StandardTakenUp: state.taken_up,
            },
            (
                Law(
                    StandardDrafted,
                    office=_DESK,
                    rule="A-39",
                    opens=True,
                    once=True,
                    place=lambda event: event.place,
                ),
                Law(
                    StandardConsulted,
                    office=_DESK,
                    rule="A-39",
                    state=(not_published,),
                    content=(fact_not_ahead, by_houses_of_the_programme),
                ),
                Law(
                    StandardPiloted,
                    office=_DESK,
                    rule="A-39",
                    state=(not_published, consulted_on),
                    content=(within_its_place,),
                ),
                Law(
                    StandardPublished,
                    office=approver(PREFECTURE_UP),
                    rule="A-39",
                    state=(not_published, consulted_on, tried_somewhere),
                    content=(number_is_new,),
                    reads=number_of,
                    effects=claim_number,
                    undone_by_procedure=True,
                ),
                Law(
                    StandardTakenUp,
                    office=approver(PROVINCE),
                    rule="A-39",
                    state=(published,),
                    content=(is_that_checklist,),
                ),
            ),
        ),
    ),
    place=lambda standard: standard.place or None,
    is_open=lambda standard: standard.version > 0,
    label=lambda standard, language: standard.name,
    key=lambda event: standard_stream(event.place, event.name),
)
