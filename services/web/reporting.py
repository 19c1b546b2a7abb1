"""What a source reports by hand: a form, and the same judge as for what its systems send.

A unit is named by its public code, or by name and place where there is none; what fits no unit is parked for an office
to match, as a signal is that came by HTTP or Kafka.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Depends, Request, Response

from events.labels import Label
from events.unit.signals import UnitSignalRecorded
from events.words import ActorKind
from services.casework.kinds import KINDS
from services.casework.options import Choice, Options
from services.casework.source.state import Source
from services.casework.unit.state import Unit
from services.errors import ConcordError, Forbidden, Malformed, Refused
from services.http.context import context
from services.intake.message import REPORTED
from services.intake.outcome import Taken
from services.intake.raw import Binding, Raw
from services.intake.record import read
from services.web.acting import acting
from services.web.controls import Control, Form, Given
from services.web.deciding import Fault, every
from services.web.offers import places
from services.web.render import notices, page
from services.web.session import own_form, to_sign_in
from services.web.submitted_form import Reading

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

LONGEST: Final = 64 * 1024
"""Bytes of a report as a form."""

_NOT_TYPED: Final = ("source", "documents")
"""The source is who signed in; documents follow by the system that holds them, or by the office that checks."""

_CODE: Final = Label(
    "统一社会信用代码", "Public code of the unit",
    "18位；不是企业的，填登记编号。", "18 characters; of what is no enterprise, the number of its registration.",
)  # fmt: skip
_NAME: Final = Label(
    "单位名称", "Name of the unit", "没有代码的，填名称和地区。", "With the place, where there is no code."
)  # fmt: skip
_PLACE: Final = Label("所在地区", "Place", "", "")


@router.get("/signals/report")
async def form(request: Request) -> Response:
    """The form on which somebody of a source reports a signal. Raises Forbidden for everybody else."""
    source = await _source(request)
    if isinstance(source, Response):
        return source
    return await _form(request, source, {}, uuid4())


@router.post("/signals/report")
async def report(request: Request) -> Response:
    """A signal as it was filled in, and what became of it. Raises Forbidden, NotOurs, TooLarge."""
    _, given = await own_form(request, LONGEST)
    source = await _source(request)
    if isinstance(source, Response):
        return source
    try:
        command = UUID(given.get(".command", [""])[0])
    except ValueError:
        command = uuid4()
    reading = Reading()
    body = reading.body(_controls(request, given))
    faults = [Fault(_id(one.pointer), one.zh, one.en) for one in reading.problems]
    if faults:
        return await _form(request, source, given, command, faults)
    taken = await _sent(request, source, body, command)
    if taken.error is not None and taken.outcome not in ("parked", "repeated"):
        return await _form(request, source, given, command, list(_faults(taken.error)))
    unit = await context(request).states.current(Unit, taken.unit) if taken.unit is not None else None
    name = unit.life.name if unit is not None else ""
    return page(request, "reported.html", outcome=taken.outcome, name=name)


async def _sent(request: Request, source: Source, body: Mapping[str, Any], command: UUID) -> Taken:
    """The report as a message of its source, taken as those of its systems are."""
    unit: dict[str, Any] = body.get("unit", {})
    message = {
        "specversion": "1.0", "type": REPORTED, "source": source.uri, "id": f"page-{command}",
        "datacontenttype": "application/json", "data": {**body, "unit": unit},
    }  # fmt: skip
    if code := unit.get("code"):
        message["subject"] = code
    headers = [("content-type", b"application/cloudevents+json")]
    raw = Raw(orjson.dumps(message), headers, binding=Binding.HTTP, sender=source.id)
    (taken,) = await context(request).reception.take([read(raw)])
    return taken


async def _source(request: Request) -> Source | Response:
    who = await acting(request)
    if who is None:
        return to_sign_in(request)
    found = await context(request).states.current(Source, who.holder) if who.kind is ActorKind.SOURCE else None
    if found is None:
        raise Forbidden("only a registered source reports signals", "只有已登记的来源可以报送信号")
    return found


def _controls(request: Request, given: Given) -> tuple[Control, ...]:
    """The fields of a signal, after those that name the unit."""
    options = Options(Unit(UUID(int=0)), context(request).states.pack)
    fields = Form(KINDS["unit"].decisions["record-signal"], options, given).controls()
    area = context(request).settings.place

    def typed(key: str, label: Label, *, choices: Iterable[Choice] = ()) -> Control:
        name = f"unit/{key}"
        values = tuple(value for value in given.get(name, ()) if value.strip())
        form = "select" if choices else "line"
        return Control(name, form, label, False, "place" if choices else "line", values, tuple(choices))

    named = (typed("code", _CODE), typed("name", _NAME), typed("place", _PLACE, choices=tuple(places(area))))
    about = Label("哪个单位", "Which unit", "", "")
    return (
        Control("unit", "group", about, True, "part", parts=named),
        *(one for one in fields if one.name not in _NOT_TYPED),
    )


async def _form(
    request: Request, source: Source, given: Given, command: UUID, faults: Sequence[Fault] = ()
) -> Response:
    controls = _controls(request, given)
    ids = {one.id for one in every(controls)}
    faults = [one if one.id in ids else replace(one, id="") for one in faults]
    at: dict[str, list[Fault]] = {}
    for fault in faults:
        at.setdefault(fault.id, []).append(fault)
    return page(
        request, "report.html", 422 if faults else 200, pack=await context(request).pack_today(), source=source,
        controls=controls, faults=faults, at=at, command=command, about=UnitSignalRecorded.about,
    )  # fmt: skip


def _faults(error: ConcordError) -> Iterable[Fault]:
    match error:
        case Malformed(problems=problems):
            yield from (Fault(_id(one.pointer), one.zh, one.en) for one in problems)
        case Refused(refusals=refusals):
            yield from (Fault(_id(one.pointer or ""), one.zh, one.en, one) for one in refusals)
        case _:
            yield Fault("", getattr(error, "zh", str(error)), str(error))


def _id(pointer: str) -> str:
    """The id of the control that a pointer into the message means."""
    return "f-" + pointer.removeprefix("/data").strip("/").replace("/", "-")
