"""A draw redone from what was published: the history of its plan as JSON, and the frozen list.

The history is the answer of `GET /api/v1/checks/{stream}/events`, the list the bytes of
`GET /api/v1/documents/content/{sha256}`. Told from the description alone:

share      a house commits to SHA-256(`plan:house:share`)
head       SHA-256(`position:plan:version:microseconds:command:digest`) of the last commitment's entry
seed       SHA-256 of a line `house:share` a house, in the order of names, and the head
units      of each stratum the share in percent, rounded up, whose SHA-256(`seed:unit`) is least
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Draw:
    """What the history of a plan says of its draw."""

    stream: str = ""
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
        population = _population(listed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"this cannot be read as the history of a draw and its list: {error}"]
    if not draw.drawn:
        return ["the plan is not drawn yet"]
    try:
        return [*draw.order, *_of_list(draw, listed, population), *_of_shares(draw), *_of_draw(draw, population)]
    except (ValueError, KeyError, TypeError) as error:
        return [f"the history lacks what a draw needs: {error}"]


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
    return draw


def _take(draw: Draw, entry: Mapping[str, Any]) -> None:
    event, at = entry["event"], f"entry {entry['version']}"
    match entry["type"]:
        case "check.planned.v1":
            draw.planned = event
        case "check.list-frozen.v1":
            if draw.frozen or draw.committed:
                draw.order.append(f"{at}: the list was frozen after a commitment, or twice")
            draw.frozen = event
        case "check.drawn.v1":
            if draw.drawn:
                draw.order.append(f"{at}: drawn twice")
            draw.drawn = event
        case _:
            _take_share(draw, entry)


def _take_share(draw: Draw, entry: Mapping[str, Any]) -> None:
    event, at = entry["event"], f"entry {entry['version']}"
    match entry["type"]:
        case "check.share-committed.v1":
            if not draw.frozen or draw.shares or event["house"] in draw.committed:
                draw.order.append(f"{at}: a commitment out of its order")
            draw.committed[event["house"]], draw.last = event, entry
        case "check.share-revealed.v1":
            if len(draw.committed) != draw.frozen.get("shares"):
                draw.order.append(f"{at}: a share revealed before all had committed")
            draw.shares[event["house"]] = event["share"]
        case "check.share-withheld.v1":
            draw.committed, draw.shares, draw.last = {}, {}, {}


def _population(listed: bytes) -> dict[str, str]:
    rows = [line.partition(" ") for line in listed.decode().split("\n")]
    population = {unit: stratum for unit, _, stratum in rows}
    if len(population) < len(rows):
        raise ValueError("a unit is on the list twice")
    return population


def _of_list(draw: Draw, listed: bytes, population: Mapping[str, str]) -> Iterator[str]:
    digest = sha256(listed).hexdigest()
    if digest != draw.frozen["document"]["sha256"]:
        yield f"the list is not the one that was frozen: its digest is {digest}"
    if digest != draw.drawn["population_digest"]:
        yield "the list is not the one that was drawn from"
    if not len(population) == draw.frozen["population"] == draw.drawn["population"]:
        yield f"the list has {len(population)} units, not as many as the history says"
    sizes: dict[str, int] = defaultdict(int)
    for stratum in population.values():
        sizes[stratum] += 1
    if sizes != {one["stratum"]: one["units"] for one in draw.frozen["strata"]}:
        yield "the strata of the list are not those of the history"


def _of_shares(draw: Draw) -> Iterator[str]:
    if len(draw.committed) != draw.frozen["shares"] or draw.shares.keys() != draw.committed.keys():
        yield "not every house that had to committed and revealed"
    for house, share in draw.shares.items():
        digest = sha256(f"{draw.stream}:{house}:{share}".encode()).hexdigest()
        if house not in draw.committed or digest != draw.committed[house]["digest"]:
            yield f"the share of {house} is not the one that it committed to"


def _of_draw(draw: Draw, population: Mapping[str, str]) -> Iterator[str]:
    if draw.drawn["head"] != draw.last["position"]:
        yield "the head is not the position of the last commitment"
    head = _head(draw)
    if head != draw.drawn["head_digest"]:
        yield "the digest of the head is not that of the last commitment's entry"
    lines = [f"{house}:{draw.shares[house]}" for house in sorted(draw.shares)]
    seed = sha256("\n".join([*lines, head]).encode()).hexdigest()
    if seed != draw.drawn["seed"]:
        yield "the seed is not that of the shares and the head"
    right = _units(population, draw.planned["share"], seed)
    for unit in sorted(right.symmetric_difference(draw.drawn["units"])):
        yield f"unit {unit} {'should have been drawn' if unit in right else 'was not drawn by this seed'}"
    if len(draw.drawn["units"]) != len(set(draw.drawn["units"])):
        yield "a unit is drawn twice"


def _head(draw: Draw) -> str:
    last = draw.last
    moment = (datetime.fromisoformat(last["recorded_at"]) - _EPOCH) // timedelta(microseconds=1)
    told = (last["position"], draw.stream, last["version"], moment, last["command_id"], last["event"]["digest"])
    return sha256(":".join(map(str, told)).encode()).hexdigest()


def _units(population: Mapping[str, str], share: int, seed: str) -> set[str]:
    by_stratum: dict[str, list[str]] = defaultdict(list)
    for unit, stratum in population.items():
        by_stratum[stratum].append(unit)
    drawn: set[str] = set()
    for units in by_stratum.values():
        ranked = sorted(units, key=lambda unit: sha256(f"{seed}:{unit}".encode()).digest())
        drawn.update(ranked[: (len(units) * share + 99) // 100])
    return drawn
