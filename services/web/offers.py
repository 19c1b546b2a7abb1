"""What the forms offer that the state alone does not say: streams by what people call them, places, packs, sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from events.places import PLACES, within
from events.sealed import Sealed
from events.sentences import sentence
from projections.search import queries as search
from projections.streams import queries as streams
from services.casework.options import Choice
from services.casework.pack import Pack, known_packs, load_pack
from services.casework.source.state import Source
from services.casework.stream import State
from services.http import readers
from services.http.context import Context
from services.http.readers import Reader
from services.web.controls import FIND, Asked, Control, Given, Offer, periods

MOST_LISTED = 50
"""Streams of a kind that are listed; where there are more, they are looked for by what they are called."""

MOST_FOUND = 10
"""Streams shown that fit what was typed."""

Connection = AsyncConnection[Any]


async def offers(here: Context, who: Reader, asked: Iterable[Asked], state: State, pack: Pack) -> dict[Asked, Offer]:
    """What can be chosen, by what was asked, of what the caller may read."""
    found: dict[Asked, Offer] = {}
    async with here.pool.connection() as conn:
        for what, name in asked:
            found[what, name] = await _offer(here, who, conn, what, name, state, pack)
    if ("sources", "") in found:
        found["sources", ""] = await _by_uri(here, found["sources", ""])
    return found


async def _offer(here: Context, who: Reader, conn: Connection, what: str, name: str, state: State, pack: Pack) -> Offer:
    match what:
        case "streams":
            return await _streams(conn, who, name)
        case "places":
            return Offer(tuple(places(here.settings.place)))
        case "pack":
            return Offer(tuple(Choice(one, text.zh, text.en) for one, text in pack.texts(name).items()))
        case "periods":
            return Offer(periods(here.today))
        case "packs":
            return Offer(tuple(_packs()))
        case "sources":
            return await _streams(conn, who, "source")
        case "subjects":
            return Offer(tuple(_subjects(state, pack)))
    return Offer()


async def _streams(conn: Connection, who: Reader, kind: str) -> Offer:
    page = await streams.streams(conn, _open(who, kind), limit=MOST_LISTED)
    if page.next is not None:
        return Offer(more=True)
    return Offer(
        tuple(_stream(row.stream, (row.label, row.label_en), row.place) for row in page.rows), more=kind == "unit"
    )


def _open(who: Reader, kind: str, text: str | None = None) -> streams.Filter:
    """The open streams of a kind that somebody may read, by what they are called."""
    own = who.unit if kind == "unit" else who.holder
    return streams.Filter(kind=kind, open=True, q=text, seen=readers.visible(who, stream=own))


def _stream(stream: UUID, label: tuple[str, str], place: str | None) -> Choice:
    where, (zh, en) = PLACES.get(place or ""), label
    return Choice(str(stream), f"{zh}（{where.zh}）", f"{en} ({where.en})") if where else Choice(str(stream), zh, en)


def places(area: str) -> Iterable[Choice]:
    """The places within one, called as they are below it."""
    for code, place in PLACES.items():
        if within(code, area):
            above = PLACES.get(place.parent or "")
            zh = f"{above.zh}{place.zh}" if above is not None and area not in (code, above.code) else place.zh
            yield Choice(code, zh, place.en)


def _packs() -> Iterable[Choice]:
    for name, versions in known_packs().items():
        for version in reversed(versions):
            pack = load_pack(name, version)
            yield Choice(
                f"{name}|{version}|{pack.digest}", f"{pack.zh}，第{version}版", f"{pack.en}, version {version}"
            )


async def _by_uri(here: Context, listed: Offer) -> Offer:
    """The sources by the URIs by which signals name them."""
    found = await here.states.load([UUID(one.value) for one in listed.choices], fresh=False)
    return Offer(tuple(Choice(one.uri, one.name, one.name) for one in found.values() if isinstance(one, Source)))


def _subjects(state: State, pack: Pack) -> Iterable[Choice]:
    """Those whose data stands sealed in the entries, each by the first entry that speaks of them."""
    seen: set[UUID] = set()
    for entry in state.entries:
        for _, value in entry.event:
            if isinstance(value, Sealed) and value.subject is not None and value.subject not in seen:
                seen.add(value.subject)
                zh, en = (sentence(entry.event, language, pack.label) for language in ("zh", "en"))
                yield Choice(str(value.subject), f"{entry.day} {zh}", f"{entry.day} {en}")


# --- looked for by what they are called -------------------------------------------------------------------------------


async def looked_for(
    here: Context, who: Reader, controls: Iterable[Control], given: Given
) -> tuple[dict[str, list[str]], dict[str, Offer], list[tuple[Control, str]]]:
    """What was typed into the controls that look for streams: what is meant where only one fits, what fits where
    several do (by the control's name), and each that found none with what was typed.
    """
    meant: dict[str, list[str]] = {}
    fitting: dict[str, Offer] = {}
    lost: list[tuple[Control, str]] = []
    async with here.pool.connection() as conn:
        for one in searched(controls):
            kept = [value for value in given.get(one.name, ()) if value.strip()]
            chosen = [await _known(conn, value) for value in kept]
            known = [choice for choice in chosen if choice is not None]
            typed = [line.strip() for line in "\n".join(given.get(one.name + FIND, ())).splitlines() if line.strip()]
            if one.form == "search":
                typed = typed[:1] if not known else []
            for text in typed[:MOST_LISTED]:
                found = await _find(here, who, conn, one, text)
                exact = [choice for choice in found if choice.zh.partition("（")[0] == text]
                if len(found) == 1 or len(exact) == 1:
                    known += exact if len(exact) == 1 else found
                elif found:
                    fitting[one.name] = Offer(tuple(found), more=True)
                else:
                    lost.append((one, text))
            if known:
                meant[one.name] = [str(choice.value) for choice in known]
                before = fitting[one.name].choices if one.name in fitting else ()
                fitting[one.name] = Offer(tuple(dict.fromkeys((*known, *before))), more=True)
    return meant, fitting, lost


def searched(controls: Iterable[Control]) -> Iterable[Control]:
    """The controls whose values are looked for, down to the last part."""
    for one in controls:
        if one.form in ("search", "searches"):
            yield one
        yield from searched(one.parts)


async def _known(conn: Connection, value: str) -> Choice | None:
    try:
        row = await streams.stream(conn, UUID(value))
    except ValueError:
        return None
    return _stream(row.stream, (row.label, row.label_en), row.place) if row is not None else None


async def _find(here: Context, who: Reader, conn: Connection, one: Control, text: str) -> list[Choice]:
    kind = one.asks
    if kind == "unit":
        units = await search.find(conn, text, here.today, MOST_FOUND, seen=readers.visible(who, unit=who.unit))
        exact = [row for row in units if text in (row.code, row.name)]
        return [_stream(row.unit, (row.name, row.name), row.place) for row in exact or units]
    page = await streams.streams(conn, _open(who, kind, text), limit=MOST_FOUND)
    return [_stream(row.stream, (row.label, row.label_en), row.place) for row in page.rows]
