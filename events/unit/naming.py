"""Chapter 命名: nomination, naming, plaque, term, reserve list and commendation (policy 五(六)1, 五(六)2)."""

from __future__ import annotations

from events.envelope import About, Event, derived
from events.fields import (
    Count,
    Day,
    Digest,
    DocumentRef,
    Line,
    OpinionRef,
    PlaqueId,
    PlaqueRef,
    Prose,
    RoundRef,
    TitleRef,
    Year,
)


class UnitNominated(Event):
    """The province nominates the unit to the nation in a round; it takes a place of the round's quota."""

    about = About(
        "unit.nominated.v1", "推荐申报", "Nominated", "nomination",
        "推荐申报{title}，文号{document_number}", "Nominated for {title}, document {document_number}",
        decision="nominate",
    )  # fmt: skip
    title: TitleRef | None = None
    round: RoundRef
    document_number: Line
    decided_on: Day | None = None


class UnitNamed(Event):
    """The title is given for its term: by the title's level, or recorded by the province from the
    nation's registered paper (I-08). The opinions relied on and the end of the term follow from the state.
    """

    about = About(
        "unit.named.v1", "命名", "Named", "naming",
        "命名为{title}，认定期{term_from}至{term_until}，文号{document_number}，依据意见{opinions#}份",
        "Named {title} from {term_from} until {term_until}, document {document_number}, on {opinions#} opinions",
        decision="name",
    )  # fmt: skip
    title: TitleRef | None = None
    document_number: Line
    paper: DocumentRef | None = None
    decided_on: Day | None = None
    term_from: Day | None = None
    document_digest: Digest | None = derived()
    term_until: Day | None = derived()
    opinions: tuple[OpinionRef, ...] | None = derived()


class UnitTitleCarriedIn(Event):
    """A title that was given before the register was opened is taken over as its paper says it, not judged here
    (T-24). By two of the title's level, of two houses; of the nation's titles by two of the province.
    """

    about = About(
        "unit.title-carried-in.v1", "既有称号录入", "Title carried in", "naming",
        "录入启用前命名的{title}，认定期{term_from}至{term_until}[，铭牌{plaque}]（承接，未经本登记册审核）",
        "{title}, named before the register, taken over for its term {term_from} until {term_until}[, plaque {plaque}]; not judged here",
        decision="carry-in-title",
    )  # fmt: skip
    title: TitleRef
    term_from: Day
    term_until: Day
    paper: DocumentRef
    plaque: PlaqueId | None = None


class UnitNamingRefused(Event):
    """The title's level refuses the naming (不予命名)."""

    about = About(
        "unit.naming-refused.v1", "不予命名", "Naming refused", "naming_refusal",
        "不予命名{title}：{reason}[，文号{document_number}]", "Naming {title} refused: {reason}[, document {document_number}]",
        decision="refuse-naming",
    )  # fmt: skip
    title: TitleRef | None = None
    reason: Prose
    document_number: Line | None = None
    paper: DocumentRef | None = None
    decided_on: Day | None = None
    document_digest: Digest | None = derived()


class UnitPlaqueIssued(Event):
    """The plaque of a held title is handed over (授牌)."""

    about = About(
        "unit.plaque-issued.v1", "授牌", "Plaque issued", "plaque",
        "授予{title}铭牌，编号{plaque}", "Plaque {plaque} issued for {title}",
        decision="issue-plaque",
    )  # fmt: skip
    title: TitleRef | None = None
    plaque: PlaqueId


class UnitPlaqueReportedLost(Event):
    """The plaque is reported lost."""

    about = About(
        "unit.plaque-reported-lost.v1", "铭牌遗失", "Plaque reported lost", "plaque",
        "铭牌{plaque}报失[：{reason}]", "Plaque {plaque} reported lost[: {reason}]",
        decision="report-plaque-lost",
    )  # fmt: skip
    plaque: PlaqueRef
    reason: Prose | None = None


class UnitTermExtended(Event):
    """The title's level extends the term once, until a renewal under way comes to its end (五(六)2); of a title of
    the nation the nation, or the province from its registered paper (T-08).
    """

    about = About(
        "unit.term-extended.v1", "续期", "Term extended", "term",
        "{title}认定期续至{until}：{ground}", "Term of {title} extended until {until}: {ground}",
        decision="extend-term",
    )  # fmt: skip
    title: TitleRef | None = None
    until: Day
    ground: Prose
    document_number: Line | None = None
    paper: DocumentRef | None = None
    decided_on: Day | None = None


class UnitTermExpired(Event):
    """The term ended (期满). By the timekeeper."""

    about = About(
        "unit.term-expired.v1", "期满", "Term expired", "term",
        "{title}认定期于{on}届满", "Term of {title} ended on {on}",
    )  # fmt: skip
    title: TitleRef
    on: Day


class UnitReserveListed(Event):
    """The unit enters the province's reserve list of a year (五(六)1), with the next number where none is given."""

    about = About(
        "unit.reserve-listed.v1", "列入储备名单", "Reserve listed", "reserve",
        "列入储备名单（{title}）[，第{rank}位]", "Put on the reserve list for {title}[, rank {rank}]",
        decision="reserve-list",
    )  # fmt: skip
    title: TitleRef
    round: RoundRef
    rank: Count | None = None


class UnitReserveDelisted(Event):
    """The unit leaves the reserve list."""

    about = About(
        "unit.reserve-delisted.v1", "移出储备名单", "Reserve delisted", "reserve",
        "移出储备名单（{title}）：{reason}", "Taken off the reserve list for {title}: {reason}",
        decision="reserve-delist",
    )  # fmt: skip
    title: TitleRef
    reason: Prose


class UnitCommended(Event):
    """The unit is commended or praised (五(六)1); stored together with the award of its honour."""

    about = About(
        "unit.commended.v1", "表彰", "Commended", "commendation",
        "获表彰：{honour}（{year}年）", "Commended: {honour} ({year})",
    )  # fmt: skip
    honour: Line
    year: Year
    round: RoundRef | None = None
    document_number: Line | None = None
