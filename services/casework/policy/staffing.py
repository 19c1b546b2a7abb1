"""Which places have not the people to take a unit to each title on a day: whose posts, houses and persons are too few
for the steps that the pack keeps apart (T-03).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from events.governance.policy import UnstaffedOffice
from events.places import PLACES, within
from events.words import House, Level, Role, StaffingLack
from services.casework.office import DESK
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.pack_parts import Scope, Title

_LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_APPROVER = (Role.APPROVER,)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A step that one person does, by the name that the pack's pairs have for it."""

    step: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody of an office: the roles and houses of their posts there."""

    id: object
    roles: frozenset[Role]
    houses: frozenset[House]


def unstaffed(pack: Pack, officers: Iterable[Officer], day: date) -> tuple[UnstaffedOffice, ...]:
    """The offices of the pack's province that cannot do their steps towards some titles with the people of that day,
    from the province down, each with what it lacks.
    """
    people = _people(officers, day)
    found: dict[tuple[str, StaffingLack], list[str]] = defaultdict(list)
    for name, title in pack.titles.items():
        apart = pack.pairs_in(Scope.ATTEMPT, title.steps)
        for level in _LEVELS:
            slots, judged = _steps_at(level, title)
            if not slots:
                continue
            for place in _places(pack.place, level):
                lack = _lack(people.get((place, level), ()), slots, judged, apart, pack)
                if lack is not None:
                    found[place, lack].append(name)
    offices = [UnstaffedOffice(place=place, lack=lack, titles=tuple(titles)) for (place, lack), titles in found.items()]
    return tuple(sorted(offices, key=lambda office: (-PLACES[office.place].level.rank, office.place)))


def _people(officers: Iterable[Officer], day: date) -> Mapping[tuple[str, Level], tuple[_Person, ...]]:
    """Who is in post on that day, by place and level of the office; accounts of one person are one."""
    posts: dict[tuple[str, Level], dict[object, list[tuple[frozenset[Role], House | None]]]] = defaultdict(dict)
    for officer in officers:
        if officer.suspended_on(day):
            continue
        person: str | UUID = officer.tag or officer.id
        for post in officer.appointments:
            if post.level is not None and post.holds_on(day):
                posts[post.place, post.level].setdefault(person, []).append((frozenset(post.roles), post.house))
    return {
        office: tuple(
            _Person(
                person,
                frozenset(role for roles, _ in held for role in roles),
                frozenset(house for _, house in held if house is not None),
            )
            for person, held in there.items()
        )
        for office, there in posts.items()
    }


def _places(province: str, level: Level) -> Iterator[str]:
    return (code for code, place in PLACES.items() if place.level is level and within(code, province))


def _steps_at(level: Level, title: Title) -> tuple[list[_Slot], bool]:
    """The steps towards the title that are that level's, and whether the houses give opinions there."""
    deciding = Level.PROVINCE if title.named_by is Level.NATION else title.named_by
    slots = [_Slot("act:accept", DESK)] if level.rank <= title.evaluated_by.rank else []
    if level is title.evaluated_by and "evaluate" in title.steps:
        slots.append(_Slot("act:evaluate", _APPROVER))
    if level is deciding:
        slots += [_Slot("act:review", _APPROVER)] if "review" in title.steps else []
        slots += [_Slot("act:nominate" if "nominate" in title.steps else "act:name", _APPROVER)]
    judged = any(slot.step in ("act:evaluate", "act:review") for slot in slots)
    return slots, judged


def _lack(
    people: Sequence[_Person], slots: Sequence[_Slot], judged: bool, apart: frozenset[frozenset[str]], pack: Pack
) -> StaffingLack | None:
    """What the office lacks for these steps; None where it can do them."""
    desk = [person for person in people if person.roles & set(DESK)]
    if any(not any(person.roles & set(slot.roles) for person in people) for slot in slots):
        return StaffingLack.PEOPLE
    if judged and len({house for person in desk for house in person.houses} & set(pack.quorums.houses)) < (
        pack.quorums.least_opined
    ):
        return StaffingLack.HOUSES
    visits = any(slot.step == "act:evaluate" for slot in slots)
    return None if _assigned(desk, slots, apart, pack if visits else None) else StaffingLack.PERSONS


def _assigned(
    people: Sequence[_Person], slots: Sequence[_Slot], apart: frozenset[frozenset[str]], pack: Pack | None
) -> bool:
    """Whether each step can be given to somebody so that nobody does two that are kept apart; with a pack, its visitors
    beside them.
    """
    visitors = _Slot("act:visit", DESK)
    wanted = [*slots, *([visitors] * pack.quorums.visitors if pack is not None else [])]
    # the scarcest step first, so that what cannot be done is seen at once
    wanted.sort(key=lambda slot: sum(1 for person in people if person.roles & set(slot.roles)))
    return _rest_assigned(_few_of_each(people, len(wanted)), wanted, apart, pack, ())


def _few_of_each(people: Sequence[_Person], most: int) -> list[_Person]:
    """So many of those who can do the same; more of them change nothing."""
    alike: dict[tuple[frozenset[Role], frozenset[House]], list[_Person]] = defaultdict(list)
    for person in people:
        alike[person.roles, person.houses].append(person)
    return [person for group in alike.values() for person in group[:most]]


def _rest_assigned(
    people: Sequence[_Person],
    wanted: Sequence[_Slot],
    apart: frozenset[frozenset[str]],
    pack: Pack | None,
    given: tuple[tuple[str, _Person], ...],
) -> bool:
    if not wanted:
        return pack is None or _houses_of_visitors(given) >= pack.quorums.visiting_houses
    slot, *rest = wanted
    return any(
        _rest_assigned(people, rest, apart, pack, (*given, (slot.step, person)))
        for person in people
        if person.roles & set(slot.roles) and not _kept_apart(slot.step, person, given, apart)
    )


def _kept_apart(
    step: str, person: _Person, given: Collection[tuple[str, _Person]], apart: frozenset[frozenset[str]]
) -> bool:
    return any(
        other.id == person.id and (done == step == "act:visit" or frozenset({done, step}) in apart)
        for done, other in given
    )


def _houses_of_visitors(given: Collection[tuple[str, _Person]]) -> int:
    """Of how many houses those are who visit."""
    return len({house for step, person in given if step == "act:visit" for house in person.houses})
