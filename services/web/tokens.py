"""Tokens of machines, for administrators: asked for by one, confirmed by another, revoked by any at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from events.characters import Form, unfit
from events.envelope import Actor
from events.personal import is_personal
from events.places import within
from events.words import ActorKind
from projections.streams import queries as streams
from services.access import machines
from services.access.accounts import Use
from services.access.machines import Machine
from services.casework.source.state import Source
from services.errors import Forbidden, Malformed, NotFound, Problem
from services.http.context import Context, context
from services.http.queries import Spoken, tolerant
from services.web.deciding import Fault
from services.web.offers import places
from services.web.people import administrator, somebody_else
from services.web.render import notices, page
from services.web.session import checked, form_of, session_id, session_of, to_sign_in

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

DAYS: Final = (30, 90, 180, machines.MOST_DAYS)
"""For how long a token can be asked for."""

LONGEST_LABEL: Final = 100
MOST_SOURCES: Final = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a token can be: a source, or a system of its own."""

    value: str
    kind: ActorKind
    label: tuple[str, str]


@router.get("/tokens")
async def listed(request: Request) -> Response:
    """Which machines come in, for what, where and until when. Raises Forbidden where the reader administers nothing."""
    if await session_of(request) is None:
        return to_sign_in(request)
    return await _page(request, await administrator(request))


@router.post("/tokens")
async def changed(request: Request) -> Response:
    """Ask for a token, which is shown this once and holds when another administrator has confirmed it; revoke one.
    Raises NotOurs, Forbidden, NotFound.
    """
    form = await form_of(request)
    await checked(request, form.get("csrf", [""])[-1])
    posts = await administrator(request)
    match form.get("act", [""])[-1]:
        case "ask":
            return await _asked(request, posts, form)
        case "revoke":
            await _revoked(request, posts, form.get("name", [""])[-1])
            return RedirectResponse("/tokens", 303)
    raise Malformed([Problem("/act", "应为ask或revoke", "ask or revoke")])


@router.post("/tokens/requests")
async def settled(request: Request) -> Response:
    """Confirm what another administrator asked for, or turn it down; withdraw one's own. Raises NotOurs, Forbidden,
    NotFound.
    """
    form = {name: values[-1] for name, values in (await form_of(request)).items()}
    await checked(request, form.get("csrf", ""))
    posts = await administrator(request)
    here, session = context(request), session_id(request)
    async with here.pool.connection() as conn:
        known = {one.name: one for one in await machines.requests(conn)}
    asked = known.get(form.get("name", ""))
    if asked is None:
        raise NotFound(f"request {form.get('name', '')[:40]}")
    _of_their_place(posts, asked.machine.place)
    match form.get("act"):
        case "confirm":
            await somebody_else(request, posts, asked.asked_by)
            async with here.pool.connection() as conn:
                done = await machines.confirm(conn, session, asked.name)
        case "drop":
            async with here.pool.connection() as conn:
                done = await machines.drop(conn, session, asked.name)
        case _:
            raise Malformed([Problem("/act", "应为confirm或drop", "confirm or drop")])
    if not done:
        raise NotFound(f"request {asked.name}")
    return RedirectResponse("/tokens", 303)


async def _asked(request: Request, posts: Sequence[Actor], form: dict[str, list[str]]) -> Response:
    holders = {one.value: one for one in await _holders(context(request))}
    machine, faults = await _machine(request, form, holders)
    if machine is None:
        return await _page(request, posts, 422, faults=faults, given=form)
    _of_their_place(posts, machine.place)
    async with context(request).pool.connection() as conn:
        token = await machines.ask(conn, session_id(request), machine)
    return await _page(request, posts, token=token)


async def _machine(
    request: Request, form: dict[str, list[str]], holders: dict[str, Holder]
) -> tuple[Machine | None, list[Fault]]:
    """What the form asks for, or what is wrong with it."""
    label, place = form.get("label", [""])[-1].strip(), form.get("place", [""])[-1]
    uses = tuple(use for use in Use if use.value in form.get("use", []))
    days = next((one for one in DAYS if str(one) == form.get("days", [""])[-1]), None)
    holder = holders.get(form.get("holder", [""])[-1])
    faults: list[Fault] = []
    if holder is None:
        faults.append(Fault("f-holder", "请选择由谁使用", "Choose who uses it"))
    elif holder.kind is ActorKind.SOURCE:
        source = await context(request).states.current(Source, UUID(holder.value))
        place = source.place if source is not None else ""
    elif place not in {choice.value for choice in places(context(request).settings.place)}:
        faults.append(Fault("f-place", "请选择地区", "Choose a place"))
    if not uses:
        faults.append(Fault("f-use", "请选择用途", "Choose what it is for"))
    elif holder is not None and (wrong := [use for use in uses if use not in machines.KINDS[holder.kind]]):
        zh, en = "、".join(use.zh for use in wrong), ", ".join(use.en for use in wrong)
        faults.append(
            Fault("f-use", f"{holder.kind.zh}的令牌不能用于：{zh}", f"a {holder.kind.en} has no token to {en}")
        )
    if not label or len(label) > LONGEST_LABEL or unfit(label, Form.LINE) or is_personal(label):
        zh = f"请填写用途说明，{LONGEST_LABEL}字以内，不含姓名、证件号和电话"
        faults.append(
            Fault("f-label", zh, f"Say what it is for, in {LONGEST_LABEL} characters, without anybody's number")
        )
    if days is None:
        faults.append(Fault("f-days", "请选择有效期", "Choose for how long"))
    if faults or holder is None or days is None:
        return None, faults
    own = UUID(holder.value) if holder.kind is ActorKind.SOURCE else uuid4()
    return Machine(own, holder.kind, label, uses, place, days), []


async def _revoked(request: Request, posts: Sequence[Actor], name: str) -> None:
    async with context(request).pool.connection() as conn:
        found = next((one for one in await machines.made(conn) if one.name == name), None)
        if found is None:
            raise NotFound(f"token {name[:40]}")
        _of_their_place(posts, found.place)
        await machines.revoke(conn, session_id(request), name)


def _of_their_place(posts: Sequence[Actor], place: str) -> None:
    if not any(within(place, post.place) for post in posts):
        raise Forbidden("a token is for the administrators of its place", "令牌由其所在地区的管理员管理")


async def _holders(here: Context) -> list[Holder]:
    """Whose a token can be: the sources that are registered, and a system of its own."""
    async with here.pool.connection() as conn:
        rows = (await streams.streams(conn, streams.Filter(kind="source", open=True), limit=MOST_SOURCES)).rows
    found = [Holder(str(row.stream), ActorKind.SOURCE, (row.label, row.label_en)) for row in rows]
    return [*found, Holder("system", ActorKind.SYSTEM, ("其他系统（只能查阅）", "another system, which reads alone"))]


def _kept(form: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    for name in ("holder", "label", "place", "days"):
        yield name, form.get(name, [""])[-1]
    yield "use", form.get("use", [])


async def _page(request: Request, posts: Sequence[Actor], status: int = 200, **shown: Any) -> Response:
    here, problems = context(request), tolerant(Spoken, request)[1]
    faults: list[Fault] = shown.pop("faults", [])
    given = dict(_kept(shown.pop("given", {})))
    async with here.pool.connection() as conn:
        waiting, made = await machines.requests(conn), await machines.made(conn)
        known = {one.machine.holder for one in waiting} | {one.asked_by for one in waiting}
        names = await streams.labels(conn, list(known | {one.holder for one in made}))
    session = await session_of(request)
    at: dict[str, list[Fault]] = {}
    for fault in faults:
        at.setdefault(fault.id, []).append(fault)
    return page(
        request,
        "tokens.html",
        status,
        problems=problems,
        faults=faults,
        at=at,
        given=given,
        holders=await _holders(here),
        uses=tuple(Use),
        places=[
            one for one in places(here.settings.place) if any(within(str(one.value), post.place) for post in posts)
        ],
        days=DAYS,
        waiting=waiting,
        made=made,
        now=here.decisions.clock(),
        names=names,
        own=session.account.holder if session is not None else None,
        **shown,
    )
