"""The told stories of an exploration: small lives of every kind and ending, each in a register of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Final

from deploy.demo import application, episodes, lives, nationwide, stories
from deploy.demo.application import LOCAL, NATIONAL, PROVINCIAL, SITE
from deploy.demo.lives import Plan
from deploy.demo.people import PROVINCE, anonymous
from deploy.demo.script import Act, Profile, Telling
from deploy.demo.setting import Days, naming_round
from deploy.exploration import offices, programme
from deploy.exploration.cast import UNITS, begins, with_agents
from deploy.exploration.offices import NATION
from events.envelope import CHINA
from services.casework.pack import Pack
from services.exploration.moments import Moments, Told
from services.exploration.world import World, beginning

TODAY: Final = date(2026, 11, 24)
"""The day before which the stories end."""

FOLDER: Final = Path(__file__).resolve().parents[2] / "services" / "casework" / "packs"
"""Where the checker reads the pack for itself."""


def _plan(name: str, month: int = 1, campaign: int = 0) -> Callable[[Telling, Days], None]:
    def tell(t: Telling, days: Days) -> None:
        lives.tell(t, Plan(name, month, campaign), days)

    return tell


def _life(tell: Callable[[Telling], None]) -> Callable[[Telling, Days], None]:
    def told(t: Telling, days: Days) -> None:  # noqa: ARG001 (every story has this form)
        tell(t)

    return told


def _kept(title: str, *, revoked: bool) -> Callable[[Telling, Days], None]:
    """A title of the level by level way, held for its years, or lost."""

    def tell(t: Telling, days: Days) -> None:  # noqa: ARG001 (the same)
        application.register(t)
        application.whole_way(t, title, naming_round(1) if title == NATIONAL else None)
        episodes.keep_title(t, title, t.pack.titles[title].named_by, revoked=revoked)

    return tell


def _beside(t: Telling) -> None:
    """Everything that is done beside the lives, around a unit that is registered."""
    application.register(t)
    t.wait(2)
    offices.posts(t)
    t.wait(2)
    offices.sources(t)
    offices.bodies_and_papers(t)
    offices.rounds(t)
    offices.draws(t)
    offices.register_itself(t)


def _programme(t: Telling) -> None:
    """What those do who run the programme, around a unit that is registered."""
    application.register(t)
    t.wait(2)
    programme.rulings(t)
    programme.year(t)
    programme.tasks(t)
    programme.meetings(t)
    programme.stations(t)


STORIES: Final[Mapping[str, tuple[str, int, Callable[[Telling, Days], None]]]] = {
    "clean": ("private", 1, _life(stories.clean)),
    "central": ("central", 2, _life(stories.central)),
    "petition": ("private", 3, _life(stories.petition)),
    "arrears": ("private", 4, _life(stories.arrears)),
    "mistaken": ("private", 5, _life(stories.mistaken)),
    "awaits consent": ("private", 6, _life(nationwide.awaits_consent)),
    "township": ("township", 7, _life(stories.township)),
    "park": ("park", 8, _plan(PROVINCIAL, 2)),
    "building": ("building", 9, _plan(SITE, 2)),
    "cultivated": ("small", 10, _plan("cultivated")),
    "reporting": ("private", 11, _plan("reporting")),
    "rejected": ("private", 12, _plan("rejected")),
    "declined": ("private", 13, _plan("rejected")),
    "withdrawn": ("private", 14, _plan("withdrawn")),
    "objected": ("private", 15, _plan("objected")),
    "upheld": ("private", 17, _plan("objected")),
    "model": ("private", 18, _plan(NATIONAL, 1, 1)),
    "revoked": ("private", 19, _kept(LOCAL, revoked=True)),
    "revoked by the province": ("private", 20, _kept(PROVINCIAL, revoked=True)),
    "kept": ("private", 21, _kept(LOCAL, revoked=False)),
    "beside": ("beside", 22, _life(_beside)),
    "programme": ("beside", 23, _life(_programme)),
}
"""The stories: of which unit, by which seed, and how each is told."""


def told(pack: Pack, *, only: str | None = None) -> Moments:
    """Every story, or one of them, told from the opening of a register on. Raises StoryError."""
    moments = Moments()
    days = Days(TODAY, pack)
    for name, (unit, seed, tell) in STORIES.items():
        if only is None or name == only:
            moments.tell(name, opened(pack), script(UNITS[unit], seed, tell, days))
    return moments


def opened(pack: Pack) -> World:
    """A register that has nothing yet."""
    folder = FOLDER / pack.id / pack.version
    return beginning(PROVINCE, pack, (*anonymous(PROVINCE).values(), NATION), folder)


def script(unit: Profile, seed: int, tell: Callable[[Telling, Days], None], days: Days) -> Iterator[Told]:
    """All acts of a story in the order of time."""
    random = Random(seed)  # noqa: S311 (a telling that has to repeat, nothing secret)
    t = Telling(unit, days.after(1, 3), days.until, random, days.pack, punctual=True)
    tell(t, days)
    acts = [*begins(days), *with_agents(unit, t.acts)]
    for act in sorted(acts, key=lambda one: one.moment):
        yield _told(act)


def _told(act: Act) -> Told:
    return Told(act.moment.astimezone(CHINA).date(), act.who, act.stream, act.event, act.refused)
