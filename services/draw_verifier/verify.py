"""A draw redone from what was published: the history of its stream as JSON, and the frozen list.

The history is the answer of `GET /api/v1/checks/{stream}/events`, or of `cross-inspections` in its place; the list
the bytes of `GET /api/v1/documents/content/{sha256}`. Told from the description alone:

share      a house commits to SHA-256(`stream:house:share`)
head       SHA-256(`position:stream:version:microseconds:command:digest`) of the last commitment's entry
seed       SHA-256 of a line `house:share` a house, in the order of names, and the head
units      of each stratum of a check the share in percent, rounded up; of each province of a cross-inspection as
           many as were planned: those whose SHA-256(`seed:unit`) is least
provinces  order n (0, 1, 2 …) ranks them by SHA-256(`seed:n:province`), each inspects the next one, the last the
           first; the first order counts in which nobody inspects the province that inspected it the last time
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHECK, _CROSSCHECK = "check", "crosscheck"
_LISTS = ("list-frozen", "lists-frozen")
_DRAWS = ("drawn", "assigned")
_ORDERS = 10_000

Population = Mapping[str, Sequence[str]]
"""The units of each stratum, or of each province, as they stand on the list."""


@dataclass(slots=True)
class Draw:
    """What the history says of its draw; `family` is that of its events."""

    stream: str = ""
    family: str = ""
    planned: Mapping[str, Any] = field(default_factory=dict)
    frozen: Mapping[str, Any] = field(default_factory=dict)
    committed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    last: Mapping[str, Any] = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)
    drawn: Mapping[str, Any] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)


def problems(history: bytes, listed: bytes) -> list[str]:
    """What does not agree between a history and its list; nothing where the draw is right."""
    try:
        draw = _read(history)
        population = _population(draw, listed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"this cannot be read as the history of a draw and its list: {error}"]
    if not draw.drawn:
        return ["the plan is not drawn yet"]
    of_draw = _of_provinces if draw.family == _CROSSCHECK else _of_check
    try:
        found = [*draw.order, *_of_list(draw, listed), *_of_shares(draw), *_of_seed(draw), *of_draw(draw, population)]
    except (ValueError, KeyError, TypeError) as error:
        return [f"the history lacks what a draw needs: {error}"]
    return found


def _read(history: bytes) -> Draw:
    document = json.loads(history)
    entries = document["events"]
    draw = Draw(stream=document["stream"])
    for entry in entries:
        _take(draw, entry)
    # what comes after the draw is of no account here
    cut = document.get("next") is not None and not draw.drawn
    if cut or [entry["version"] for entry in entries] != list(range(1, len(entries) + 1)):
        raise ValueError("the history is not whole up to the draw: join its pages")
    if draw.family not in (_CHECK, _CROSSCHECK):
        raise ValueError("it is the history of no draw")
    return draw


def _take(draw: Draw, entry: Mapping[str, Any]) -> None:
    event, at = entry["event"], f"entry {entry['version']}"
    family, _, name = entry["type"].removesuffix(".v1").partition(".")
    if name == "planned":
        draw.planned, draw.family = event, family
    elif name in _LISTS:
        if draw.frozen or draw.committed:
            draw.order.append(f"{at}: the list was frozen after a commitment, or twice")
        draw.frozen = event
    elif name in _DRAWS:
        if draw.drawn:
            draw.order.append(f"{at}: drawn twice")
        draw.drawn = event
    else:
        _take_share(draw, entry, name)


def _take_share(draw: Draw, entry: Mapping[str, Any], name: str) -> None:
    event, at = entry["event"], f"entry {entry['version']}"
    match name:
        case "share-committed":
            if not draw.frozen or draw.shares or event["house"] in draw.committed:
                draw.order.append(f"{at}: a commitment out of its order")
            draw.committed[event["house"]], draw.last = event, entry
        case "share-revealed":
            if len(draw.committed) != draw.frozen.get("shares"):
                draw.order.append(f"{at}: a share revealed before all had committed")
            draw.shares[event["house"]] = event["share"]
        case "share-withheld":
            draw.committed, draw.shares, draw.last = {}, {}, {}


def _population(draw: Draw, listed: bytes) -> Population:
    """One enterprise may be registered in several provinces; in a stratum, and in a province, it stands once."""
    rows = [line.partition(" ") for line in listed.decode().split("\n") if line or draw.family == _CHECK]
    once = {(unit, where) if draw.family == _CROSSCHECK else unit for unit, _, where in rows}
    if len(once) < len(rows):
        raise ValueError("a unit is on the list twice")
    population = defaultdict[str, list[str]](list)
    for unit, _, where in rows:
        population[where].append(unit)
    return population


def _of_list(draw: Draw, listed: bytes) -> Iterator[str]:
    digest = sha256(listed).hexdigest()
    if digest != draw.frozen["document"]["sha256"]:
        yield f"the list is not the one that was frozen: its digest is {digest}"


def _of_shares(draw: Draw) -> Iterator[str]:
    if len(draw.committed) != draw.frozen["shares"] or draw.shares.keys() != draw.committed.keys():
        yield "not every house that had to committed and revealed"
    for house, share in draw.shares.items():
        digest = sha256(f"{draw.stream}:{house}:{share}".encode()).hexdigest()
        if house not in draw.committed or digest != draw.committed[house]["digest"]:
            yield f"the share of {house} is not the one that it committed to"


def _of_seed(draw: Draw) -> Iterator[str]:
    if draw.drawn["head"] != draw.last["position"]:
        yield "the head is not the position of the last commitment"
    if _head(draw) != draw.drawn["head_digest"]:
        yield "the digest of the head is not that of the last commitment's entry"
    if _seed(draw) != draw.drawn["seed"]:
        yield "the seed is not that of the shares and the head"


def _of_check(draw: Draw, population: Population) -> Iterator[str]:
    many = sum(map(len, population.values()))
    if draw.frozen["document"]["sha256"] != draw.drawn["population_digest"]:
        yield "the list is not the one that was drawn from"
    if not many == draw.frozen["population"] == draw.drawn["population"]:
        yield f"the list has {many} units, not as many as the history says"
    if _sizes(population) != {one["stratum"]: one["units"] for one in draw.frozen["strata"]}:
        yield "the strata of the list are not those of the history"
    seed, share = _seed(draw), draw.planned["share"]
    right = {unit for units in population.values() for unit in _least(seed, units, (len(units) * share + 99) // 100)}
    yield from _units(right, draw.drawn["units"], "")


def _of_provinces(draw: Draw, population: Population) -> Iterator[str]:
    provinces, seed = draw.frozen["provinces"], _seed(draw)
    if sorted(one["place"] for one in provinces) != sorted(draw.planned["provinces"]):
        yield "the lists are not of the provinces that were planned"
    if _sizes(population) != {one["place"]: one["population"] for one in provinces if one["population"]}:
        yield "the list has not as many units of each province as the history says"
    pairs = {one["inspected"]: one["inspecting"] for one in draw.drawn["assignments"]}
    if pairs != _inspectors(seed, {one["place"]: one.get("last") for one in provinces}):
        yield "who inspects whom is not what the seed says"
    for one in draw.drawn["assignments"]:
        right = _least(seed, population.get(one["inspected"], ()), draw.planned["per_province"])
        yield from _units(set(right), one["units"], f" of {one['inspected']}")


def _sizes(population: Population) -> dict[str, int]:
    return {where: len(units) for where, units in population.items()}


def _units(right: set[str], drawn: Sequence[str], where: str) -> Iterator[str]:
    for unit in sorted(right.symmetric_difference(drawn)):
        yield f"unit {unit}{where} {'should have been drawn' if unit in right else 'was not drawn by this seed'}"
    if len(drawn) != len(set(drawn)):
        yield f"a unit{where} is drawn twice"


def _seed(draw: Draw) -> str:
    lines = [f"{house}:{draw.shares[house]}" for house in sorted(draw.shares)]
    return sha256("\n".join([*lines, _head(draw)]).encode()).hexdigest()


def _head(draw: Draw) -> str:
    last = draw.last
    moment = (datetime.fromisoformat(last["recorded_at"]) - _EPOCH) // timedelta(microseconds=1)
    told = (last["position"], draw.stream, last["version"], moment, last["command_id"], last["event"]["digest"])
    return sha256(":".join(map(str, told)).encode()).hexdigest()


def _least(seed: str, units: Iterable[str], most: int) -> list[str]:
    return sorted(units, key=lambda unit: sha256(f"{seed}:{unit}".encode()).digest())[:most]


def _inspectors(seed: str, last: Mapping[str, str | None]) -> dict[str, str] | None:
    for n in range(_ORDERS):
        order = sorted(last, key=lambda place: sha256(f"{seed}:{n}:{place}".encode()).digest())
        pairs = {order[at]: order[at - 1] for at in range(len(order))}
        if all(last[inspecting] != inspected for inspected, inspecting in pairs.items()):
            return pairs
    return None
