"""What a year says to others, and which prefectures the province looks at (五(七), 六(四); R-38, R-47)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from events.envelope import Event
from events.governance.year_reports import YearBulletinPublished, YearSampled, YearSampleDrawn, YearSamplePlanned
from events.words import Level, ObligationKind
from services.casework.check.draw import draw, seed_digest
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import PREFECTURE_UP, PROVINCE, SYSTEM, desk
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.year import state
from services.casework.year.accounts import WORK_DONE, is_opened, prefectures_of
from services.casework.year.state import Sample, Year, year_stream

_LAST_MONTH = {"": 12, "H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}


def last_day(period: str) -> date:
    """The last day of a year, or of a half-year, quarter or month of it (`PeriodCode`)."""
    year, _, part = period.partition("-")
    month = _LAST_MONTH.get(part) or int(part)
    first_after = date(int(year) + month // 12, month % 12 + 1, 1)
    return first_after - timedelta(days=1)


# --- bulletins --------------------------------------------------------------------------------------------------------


def figures_digest(event: YearBulletinPublished) -> str:
    """What identifies the figures of a bulletin: the digest of position, period and figures, a line each."""
    lines = [str(event.position), event.period, *(f"{one.name}:{one.value}" for one in event.figures)]
    return sha256("\n".join(lines).encode()).hexdigest()


def freeze_figures(year: Year, act: Act[YearBulletinPublished], pack: Pack) -> Event:
    """The digest of the figures."""
    return act.event.model_copy(update={"figures_digest": figures_digest(act.event)})


def on_a_period_that_is_over(year: Year, act: Act[YearBulletinPublished], pack: Pack) -> Refusal | None:
    """A-34: a bulletin is on a period of the year that is over, once."""
    period = act.event.period
    if int(period[:4]) != year.year or last_day(period) > act.day:
        zh, en = f"{period}不属于该年度或者尚未结束", f"{period} is not of the year, or not over yet"
        return refuse(pack, "A-34", zh, en, (), "/period")
    if period in year.bulletins:
        return refuse(pack, "A-34", f"{period}已通报", f"there is a bulletin on {period}", (period,), "/period")
    return None


def figures_as_frozen(year: Year, act: Act[YearBulletinPublished], pack: Pack) -> Refusal | None:
    """A-34: each figure has a name of its own, and the digest is theirs."""
    names = [one.name for one in act.event.figures]
    if len(set(names)) < len(names):
        return refuse(pack, "A-34", "指标名称重复", "a figure stands there twice", (), "/figures")
    if act.event.figures_digest != figures_digest(act.event):
        return refuse(pack, "A-34", "摘要与指标不符", "the digest is not that of the figures", (), "/figures_digest")
    return None


# --- the sample -------------------------------------------------------------------------------------------------------


def of_the_province(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-35: the province samples its prefectures."""
    if not year.place or year.level is Level.PROVINCE:
        return None
    return refuse(pack, "A-35", "由省抽查市州", "the province samples its prefectures")


def not_planned(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-35: a year has one sample."""
    return (
        refuse(pack, "A-35", "已制定抽查比例", "a sample is planned already", final=True)
        if year.sample is not None
        else None
    )


def large_enough(year: Year, act: Act[YearSamplePlanned], pack: Pack) -> Refusal | None:
    """A-35: the share is that of the pack at least."""
    least = pack.year.sampled
    if act.event.share >= least:
        return None
    return refuse(pack, "A-35", f"比例不低于{least}%", f"the share is {least}% at least", (), "/share")


def waits_for_its_draw(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-35: what is drawn was planned, and not drawn yet."""
    if year.sample is not None and year.sample.drawn is None:
        return None
    return refuse(pack, "A-35", "没有待抽取的方案", "no sample waits for its draw")


def drawn_places(place: str, sample: Sample, seed: str) -> tuple[str, ...]:
    """The prefectures that a seed draws: with it, nobody could choose the moment at which the plan was stored."""
    places = prefectures_of(place)
    streams = {year_stream(one, 0): one for one in places}
    bound = sha256(f"{seed}:{sample.salt}".encode()).hexdigest()
    return tuple(sorted(streams[one] for one in draw(dict.fromkeys(streams, "all"), sample.share, bound)))


def draw_it(year: Year, act: Act[YearSampleDrawn], pack: Pack) -> Event:
    """The prefectures drawn."""
    if year.sample is None:
        return act.event
    return act.event.model_copy(update={"places": drawn_places(year.place, year.sample, act.event.seed)})


def as_committed(year: Year, act: Act[YearSampleDrawn], pack: Pack) -> Refusal | None:
    """A-35: the seed is that which was committed to, and the places are those that it draws."""
    sample, event = year.sample, act.event
    if sample is None:
        return None
    if seed_digest(event.seed) != sample.commitment:
        zh = "种子与事先公布的摘要不符"
        return refuse(pack, "A-35", zh, "the seed is not the one that was committed to", (), "/seed")
    if event.places != drawn_places(year.place, sample, event.seed):
        return refuse(pack, "A-35", "抽取结果与种子不符", "the seed draws other places", (), "/places")
    return None


def _below(year: Year, event: YearSampleDrawn) -> Iterator[UUID]:
    return (year_stream(place, year.year) for place in prefectures_of(year.place))


def tells_the_drawn(year: Year, act: Act[YearSampleDrawn], pack: Pack) -> Iterator[Effect]:
    """In the year of each prefecture drawn."""
    for place in act.event.places or ():
        yield Effect(year_stream(place, year.year), YearSampled())


def obligations(year: Year, packs: Packs) -> Iterator[Obligation]:
    """The province draws the sample that it planned (A-35), and looks at every prefecture that was drawn."""
    if year.sample is not None and year.sample.drawn is None:
        since = year.sample.planned
        by, office = packs.on(since), holder(Level.PROVINCE, year.place)
        yield owed(by, ObligationKind.DRAW_SAMPLE, "sample", office, since, by.after(since, by.windows.draw_share))
    if year.sampled is None or year.sampled_on is None or year.looked_at:
        return
    pack = packs.on(year.sampled_on)
    due = pack.after(year.sampled_on, pack.windows.handle_step)
    above = holder(Level.PROVINCE, year.place)
    yield owed(pack, ObligationKind.SPOT_CHECK, str(year.sampled), above, year.sampled_on, due)


REPORTS: Chapter[Year] = Chapter(
    None,
    {
        YearBulletinPublished: state.bulletin_published,
        YearSamplePlanned: state.sample_planned,
        YearSampleDrawn: state.sample_drawn,
        YearSampled: state.sampled,
    },
    (
        Law(
            YearBulletinPublished,
            office=desk(PREFECTURE_UP),
            rule="A-34",
            weighs=WORK_DONE,
            state=(is_opened,),
            content=(on_a_period_that_is_over, figures_as_frozen),
            propose=freeze_figures,
            undone_by_procedure=True,
        ),
        Law(
            YearSamplePlanned,
            office=desk(PROVINCE),
            rule="A-35",
            state=(is_opened, of_the_province, not_planned),
            content=(large_enough,),
            undone_by_procedure=True,
        ),
        Law(
            YearSampleDrawn,
            office=desk(PROVINCE),
            rule="A-35",
            state=(waits_for_its_draw,),
            content=(as_committed,),
            propose=draw_it,
            reads=_below,
            effects=tells_the_drawn,
            settles=(ObligationKind.DRAW_SAMPLE,),
            undone_by_procedure=True,
        ),
        Law(YearSampled, office=(SYSTEM,), rule="A-35", state=(is_opened,), undone_by_procedure=True),
    ),
    obligations,
)
