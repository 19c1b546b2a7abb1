"""Whether a pack can judge: what its parts say of one another, every problem at once.

Each problem is the key at which it stands and a sentence. A check is asked only where the parts that
it reads are well formed, so that what is wrong in one file does not hide what is wrong in another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from events.places import PLACES, within
from events.words import Category, Conductor, Ground, Level, ObligationKind, UnitKind
from services.casework.pack_comparable import problems_of_mapping
from services.casework.pack_parts import ONE_ACT, STEPS, Title
from services.casework.pack_public import problems_of_table
from services.casework.pack_retention import problems_of_retention

if TYPE_CHECKING:
    from services.casework.calendar import Span
    from services.casework.pack import Pack

Problem = tuple[str, str]
Check = Callable[["Pack"], Iterator[Problem]]

_TWO_HOUSES = 2
_RULE = re.compile(r'"([IAT]-[0-9]{2})"')
_A_DAY = date(2001, 1, 1)


def problems_of(pack: Pack, sound: Collection[str], matters: Collection[str]) -> Iterator[Problem]:
    """Every problem that the well-formed parts show; `matters` are those that events are about."""
    for needed, check in _CHECKS:
        if needed <= set(sound):
            yield from check(pack)
    if "matters" in sound:
        yield from ((f"matters.{matter}", "is missing") for matter in sorted(set(matters) - pack.matters.keys()))
    if "clauses" in sound:
        yield from _uncited_for(pack, sound)


def _uncited_for(pack: Pack, sound: Collection[str]) -> Iterator[Problem]:
    for section, cited in _CITATIONS.items():
        if section in sound:
            yield from (
                (key, f"there is no clause {clause}") for key, clause in cited(pack) if clause not in pack.clauses
            )


def _standards_cite(pack: Pack) -> Iterator[tuple[str, str]]:
    for name, standard_set in pack.standard_sets.items():
        yield f"standard_sets.{name}.clause", standard_set.clause
        for standard, text in standard_set.standards.items():
            yield f"standard_sets.{name}.standards.{standard}.clause", text.clause


_CITATIONS: dict[str, Callable[[Pack], Iterable[tuple[str, str]]]] = {
    "matters": lambda pack: ((f"matters.{name}", c) for name, clauses in pack.matters.items() for c in clauses),
    "duties": lambda pack: ((f"duties.{name}", clause) for name, clause in pack.duties.items()),
    "rules": lambda pack: ((f"rules.{name}.clause", rule.clause) for name, rule in pack.rules.items()),
    "pairs": lambda pack: ((f"pairs.{n}.clause", pair.clause) for n, pair in enumerate(pack.pairs)),
    "titles": lambda pack: ((f"titles.{name}.clause", title.clause) for name, title in pack.titles.items()),
    "standard_sets": _standards_cite,
    "categories": lambda pack: ((f"categories.{name}.clause", c.clause) for name, c in pack.categories.items()),
    "grounds": lambda pack: ((f"grounds.{name}.clause", ground.clause) for name, ground in pack.grounds.items()),
    "tasks": lambda pack: ((f"tasks.{name}.clause", task.clause) for name, task in pack.tasks.items()),
    "pilots": lambda pack: ((f"pilots.{name}.clause", pilot.clause) for name, pilot in pack.pilots.items()),
    "incentives": lambda pack: ((f"incentives.{name}.clause", i.clause) for name, i in pack.incentives.items()),
    "retention": lambda pack: ((f"retention.{name}.clause", line.clause) for name, line in pack.retention.items()),
    "public": lambda pack: ((f"public.{name}.clause", line.clause) for name, line in pack.public.items()),
    "awards": lambda pack: ((f"awards.{name}.clause", award.clause) for name, award in pack.awards.items()),
    "honours": lambda pack: ((f"honours.{name}.clause", honour.clause) for name, honour in pack.honours.items()),
}
"""Where each part cites clauses, as (key, clause)."""


@cache
def rules_asked() -> frozenset[str]:
    """Every rule that the law names, as its source has them: a pack gives the text and clause of each."""
    sources = (file.read_text(encoding="utf-8") for file in Path(__file__).parent.rglob("*.py"))
    return frozenset(rule for source in sources for rule in _RULE.findall(source))


def _duties(pack: Pack) -> Iterator[Problem]:
    for kind in ObligationKind:
        if kind.value not in pack.duties:
            yield f"duties.{kind.value}", "is missing"


def _rules(pack: Pack) -> Iterator[Problem]:
    yield from (
        (f"rules.{name}", "is missing, and the law asks it") for name in sorted(rules_asked() - pack.rules.keys())
    )
    for name, rule in pack.rules.items():
        if not bool(rule.assumption) == bool(rule.reason_zh) == bool(rule.reason_en):
            yield f"rules.{name}", "an assumption and its reason, in both languages, come together"


def _quorums(pack: Pack) -> Iterator[Problem]:
    quorums = pack.quorums
    if len(set(quorums.houses)) < len(quorums.houses):
        yield "quorums.houses", "names a house twice"
    for house in quorums.veto:
        if house not in quorums.houses:
            yield "quorums.veto", f"{house.value} is not one of the houses"
    if quorums.most_opposed >= len(quorums.houses):
        yield "quorums.most_opposed", f"{quorums.most_opposed} may oppose, and there are {len(quorums.houses)} houses"
    if not quorums.least_in_favour <= quorums.least_opined <= len(quorums.houses):
        yield "quorums.least_opined", "at least those in favour, and no more than there are houses"
    if quorums.visiting_houses > min(quorums.visitors, len(quorums.houses)):
        yield "quorums.visiting_houses", "there are not so many visitors or houses"


def _houses(pack: Pack) -> Iterator[Problem]:
    houses = len(pack.quorums.houses)
    if houses < _TWO_HOUSES:
        yield "quorums.houses", "what takes two persons of two houses can never be done by one house"
    if pack.quorums.draw_houses > houses:
        yield "quorums.draw_houses", f"there are {houses} houses"


def _pairs(pack: Pack) -> Iterator[Problem]:
    """A pair that nobody can satisfy keeps apart what one person does at once."""
    for number, pair in enumerate(pack.pairs):
        for one in ONE_ACT:
            first, second = one & set(pair.first), one & set(pair.second)
            if first and second:
                yield f"pairs.{number}", f"{min(first)} and {min(second)} are one act, which nobody could do"


def _signals(pack: Pack) -> Iterator[Problem]:
    yield from ((f"categories.{c.value}", "is missing") for c in Category if c not in pack.categories)
    for name, category in pack.categories.items():
        severities = [floor.severity for floor in category.floors]
        numbers = [not floor.always for floor in category.floors]
        if not severities or severities != sorted(set(severities)) or numbers != [False] + [True] * (len(numbers) - 1):
            yield f"categories.{name.value}.floors", "begin with one that applies always, and rise"


def _floors(pack: Pack) -> Iterator[Problem]:
    for number, floor in enumerate(pack.floors):
        if floor.always:
            yield f"floors.{number}", "applies to everything: it needs a number, or a penalty"


def _grounds(pack: Pack) -> Iterator[Problem]:
    yield from ((f"grounds.{ground.value}", "is missing") for ground in Ground if ground not in pack.grounds)
    for name, ground in pack.grounds.items():
        thresholds = (ground.people, ground.amount_fen, ground.months, ground.share)
        if ground.always == any(threshold is not None for threshold in thresholds):
            yield f"grounds.{name.value}", "is major always, or from a threshold on: one of the two"


def _grounds_of_categories(pack: Pack) -> Iterator[Problem]:
    for ground in pack.grounds.keys() - {category.ground for category in pack.categories.values()}:
        yield f"grounds.{ground.value}", "no category of signal can show it"


def _incentives(pack: Pack) -> Iterator[Problem]:
    for name, incentive in pack.incentives.items():
        yield from (
            (f"incentives.{name}.titles", f"there is no title {title}")
            for title in incentive.titles
            if title not in pack.titles
        )
        if not within(incentive.owner, pack.place):
            yield f"incentives.{name}.owner", f"{incentive.owner} does not lie in {pack.place}"


def _honours(pack: Pack) -> Iterator[Problem]:
    for name, honour in pack.honours.items():
        yield from (
            (f"honours.{name}.titles", f"there is no title {title}")
            for title in honour.titles
            if title not in pack.titles
        )


def _place(pack: Pack) -> Iterator[Problem]:
    if PLACES[pack.place].level.rank < Level.PROVINCE.rank:
        yield "place", f"{pack.place} is no province"


def _public(pack: Pack) -> Iterator[Problem]:
    yield from problems_of_table(pack.public)


def _comparable(pack: Pack) -> Iterator[Problem]:
    yield from problems_of_mapping(pack.comparable, pack.titles, pack.limits.frozen_severity)


def _retention(pack: Pack) -> Iterator[Problem]:
    yield from problems_of_retention(pack.retention)


def _standards(pack: Pack) -> Iterator[Problem]:
    conductors = {conductor.value for conductor in Conductor}
    for name, standard_set in pack.standard_sets.items():
        if standard_set.conducted_by not in conductors:
            yield f"standard_sets.{name}.conducted_by", f"is not one of {', '.join(sorted(conductors))}"
        if not standard_set.score:
            yield f"standard_sets.{name}", "gives no points"
        weighed = sorted(one for part in standard_set.parts.values() for one in part.standards)
        if standard_set.parts and weighed != sorted(standard_set.standards):
            yield f"standard_sets.{name}.parts", "have every standard once, and no other"
        elif any(
            not any(standard_set.standards[one].score for one in p.standards) for p in standard_set.parts.values()
        ):
            yield f"standard_sets.{name}.parts", "have one whose standards give no points"
        for key, standard in standard_set.standards.items():
            for item, said in standard.items.items():
                if said.computed is not None and said.computed.figure not in pack.figures:
                    yield (
                        f"standard_sets.{name}.standards.{key}.items.{item}.computed",
                        f"there is no figure {said.computed.figure}",
                    )


def _steps(pack: Pack) -> Iterator[Problem]:
    for name, title in pack.titles.items():
        key = f"titles.{name}.steps"
        if [step for step in STEPS if step in title.steps] != list(title.steps):
            yield key, "are unknown, or out of their order"
        if "name" not in title.steps:
            yield key, "end without a naming, so that nobody can hold the title"
        if ("nominate" in title.steps) is not (title.named_by is Level.NATION):
            yield key, "have a nomination where, and only where, the nation names"


def _levels(pack: Pack) -> Iterator[Problem]:
    for name, title in pack.titles.items():
        deciding = Level.PROVINCE if title.named_by is Level.NATION else title.named_by
        if title.evaluated_by.rank > deciding.rank:
            yield f"titles.{name}.evaluated_by", f"{title.evaluated_by.value} lies above the level that decides"
        if title.consent_by is not None and title.consent_by.rank <= title.revoked_by.rank:
            yield f"titles.{name}.consent_by", "does not lie above the level that revokes, so that nobody asks it"


def _prerequisites(pack: Pack) -> Iterator[Problem]:
    for name, title in pack.titles.items():
        if (title.requires_title is None) is not (title.requires_held is None):
            yield f"titles.{name}.requires_held", "a title that has to be held before, and for how long, come together"
        if title.requires_title is None:
            continue
        required = pack.titles.get(title.requires_title)
        if required is None:
            yield f"titles.{name}.requires_title", f"there is no title {title.requires_title}"
            continue
        if _leads_back(name, pack):
            yield f"titles.{name}.requires_title", "leads back to itself, so that nobody can hold the title"
        for kind in sorted(set(title.kinds) - set(required.kinds)):
            yield f"titles.{name}.kinds", f"a unit of kind {kind} cannot hold {title.requires_title} before"


def _leads_back(name: str, pack: Pack) -> bool:
    title, seen = pack.titles[name].requires_title, set[str]()
    while title in pack.titles and title not in seen and title is not None:
        if title == name:
            return True
        seen.add(title)
        title = pack.titles[title].requires_title
    return False


def _terms(pack: Pack) -> Iterator[Problem]:
    def days(span: Span) -> int:
        return (pack.calendar.after(_A_DAY, span) - _A_DAY).days

    for name, title in pack.titles.items():
        if not title.term.n:
            yield f"titles.{name}.term", "is no time at all"
        if days(pack.windows.verification) > days(title.term):
            yield f"titles.{name}.term", f"is over before the first verification ({pack.windows.verification})"
        if days(pack.windows.renewal_opens) >= days(title.term):
            yield f"titles.{name}.term", f"is over before a renewal may wait for it ({pack.windows.renewal_opens})"
        required = pack.titles.get(title.requires_title or "")
        if required is not None and title.requires_held is not None and days(title.requires_held) > days(required.term):
            yield f"titles.{name}.requires_held", f"{title.requires_title} is held for {required.term} at most"


def _scores(pack: Pack) -> Iterator[Problem]:
    for name, title in pack.titles.items():
        for kind in title.kinds:
            yield from _scores_of(name, title, kind, pack)


def _scores_of(name: str, title: Title, kind: UnitKind, pack: Pack) -> Iterator[Problem]:
    fitting = [s for s in pack.standard_sets.values() if kind in s.kinds]
    if not fitting:
        yield f"titles.{name}.kinds", f"there is no standard set for {kind.value}"
        return
    most = max(s.score for s in fitting)
    for key in ("minimum_score", "minimum_self_score"):
        if getattr(title, key) > most:
            yield f"titles.{name}.{key}", f"a unit of kind {kind.value} reaches {most} at most"
    for part, least in title.minimum_part.items():
        scores = [score for s in fitting if (score := s.most_in(part)) is not None]
        if not scores or least > max(scores):
            yield (
                f"titles.{name}.minimum_part.{part}",
                f"no checklist for {kind.value} has a standard with so many points",
            )


_CHECKS: tuple[tuple[frozenset[str], Check], ...] = (
    (frozenset({"place"}), _place),
    (frozenset({"quorums"}), _quorums),
    (frozenset({"quorums"}), _houses),
    (frozenset({"pairs"}), _pairs),
    (frozenset({"duties"}), _duties),
    (frozenset({"rules"}), _rules),
    (frozenset({"titles"}), _steps),
    (frozenset({"titles"}), _levels),
    (frozenset({"titles"}), _prerequisites),
    (frozenset({"titles", "calendar", "windows"}), _terms),
    (frozenset({"titles", "standard_sets"}), _scores),
    (frozenset({"standard_sets"}), _standards),
    (frozenset({"floors"}), _floors),
    (frozenset({"categories"}), _signals),
    (frozenset({"grounds"}), _grounds),
    (frozenset({"grounds", "categories"}), _grounds_of_categories),
    (frozenset({"incentives", "titles", "place"}), _incentives),
    (frozenset({"honours", "titles"}), _honours),
    (frozenset({"public"}), _public),
    (frozenset({"retention"}), _retention),
    (frozenset({"comparable", "titles", "limits"}), _comparable),
)
"""Each check with the parts that it reads."""
