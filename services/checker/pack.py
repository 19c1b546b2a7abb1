"""The checker's own tables: titles, windows, quorums, grounds, checklists; read from a pack's folder or the defaults.

A folder is one pack (`pack.toml`, `titles.toml`, …), read with tomllib alone. Packs that are adopted
later are looked for beside it (`…/<id>/<version>`); one that is not there leaves the pack as it is.
Without a folder the numbers are those of `hunan-2023-15`, and a working week without notices.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.checker.time import Calendar, plus_days, plus_months

LEVELS = ("county", "prefecture", "province", "nation")
RANK = {level: rank for rank, level in enumerate(LEVELS)}
SHIPPED_HOLIDAYS = Path(__file__).parents[1] / "casework" / "packs" / "holidays"
"""The tables of holidays that come with Concord, for packs that bring none."""

HOUSES = ("hr", "union", "federation", "commerce")


WINDOWS = {
    "publicity": "5wd", "hearing": "5wd", "assess_signal": "10wd", "propose_revocation": "15wd", "order_check": "5wd",
    "conduct_check": "20wd", "recover_plaque": "15wd", "announce": "10wd", "handle_step": "20wd", "correction": "10wd",
    "issue_plaque": "20wd", "verification": "12m", "reapply_after_rejection": "6m", "reapply_after_revocation": "36m",
    "renewal_opens": "6m", "second_act": "5wd", "suspension_alone": "5wd", "mutual_appointment": "30d",
    "adoption_notice": "20wd", "abstention": "5wd", "void_slip": "5wd", "decided_back": "10wd",
    "report_counts": "12m", "publicity_counts": "12m", "pack_stays": "90d", "facts_summed": "12m",
    "resolve_objection": "10wd", "answer_consent": "60d", "last_call": "20d", "serve_notice": "10wd", "take_up": "5wd",
    "lent": "60d", "mandate": "36m", "public_notice": "15d", "admit_objection": "2wd", "draw_share": "5wd",
    "waiting_for_the_watch": "7d", "cultivation": "24m", "cultivation_ahead": "12m",
    "survey": "30d", "rectify": "90d", "term_begins": "30d", "planned_ahead": "12m", "round_lasts": "36m",
    "survey_again": "3m", "contact": "20wd", "match_signal": "5wd", "answer_person": "30d", "dated_back": "12m",
    "clock_stands": "6m", "extension": "6m", "commendation_every": "60m",
}  # fmt: skip
"""Every window by its name in a pack, beside `abstention` and `waiting_for_the_watch`; what the folder does not say is
as here.
"""

QUORUMS = {
    "congress_present": "2/3", "congress_in_favour": "1/2", "survey_share": "30/100", "survey_answers": 200,
    "congress_entitled": "5/100", "most_opposed": 1, "visitors": 2, "visiting_houses": 2, "draw_houses": 2,
    "least_opined": 3, "least_in_favour": 2,
    "front_line_share": "60/100",
    "satisfaction": "80/100", "survey_entered": "95/100",
}  # fmt: skip
"""Shares and counts; `congress_entitled` is the share of the headcount that a congress has at least (T-01)."""

LIMITS = {
    "frozen_severity": 3, "targeted_check_severity": 3, "reserve_list": 100, "reserve_tolerance": "10/100",
    "extension_share": "1/2", "cultivated_share": "80/100", "survey_satisfied": 4,
    "survey_fewest": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Title:
    """What a title is, and the steps to it."""

    level: str
    kinds: tuple[str, ...]
    steps: tuple[str, ...]
    evaluated_by: str
    named_by: str
    revoked_by: str
    consent_by: str | None
    needs_round: bool
    term_months: int

    @property
    def decided_by(self) -> str:
        """The level of review and publicity: that of the naming, or the province below the nation."""
        return self.named_by if self.named_by != "nation" else "province"


@dataclass(frozen=True, slots=True)
class Ground:
    """The test of major of a ground (A-06); `always` where the assessment alone decides."""

    always: bool = False
    together: bool = False
    people: int | None = None
    amount_fen: int | None = None
    months: int | None = None
    share: Fraction | None = None


def _title(level: str, kinds: tuple[str, ...], *, review: bool = True, nation: bool = False, months: int = 36) -> Title:
    steps = ("evaluate", *(("review",) if review else ()), "publicity", *(("nominate",) if nation else ()), "name")
    revoked_by, consent = ("province", "nation") if nation else (level, None)
    return Title(level, kinds, steps, "prefecture", level, revoked_by, consent, nation, months)


_TITLES = {
    "national_model": _title("nation", ("enterprise", "park"), nation=True),
    "provincial_harmonious": _title("province", ("enterprise", "park", "township", "industry")),
    "prefecture_harmonious": _title("prefecture", ("enterprise", "park", "township", "industry"), review=False),
    "model_site": _title("prefecture", ("building", "block"), review=False),
}
Floor = tuple[int, int | None, int | None]
"""A severity, from so many people on, or such an amount."""

_FLOORS: dict[str, tuple[Floor, ...]] = {
    "no_contract": ((1, None, None), (3, 10, None), (4, 100, None)),
    "unpaid_insurance": ((1, None, None), (3, 10, 10_000_000), (4, 100, 100_000_000)),
    "excess_overtime": ((1, None, None), (2, 10, None), (3, 50, None), (4, 300, None)),
    "wage_arrears": ((1, None, None), (3, 10, 10_000_000), (4, 50, 100_000_000)),
    "arbitration_case": ((1, None, None), (2, 10, None), (3, 30, None)),
    "mass_petition": ((1, None, None), (3, 5, None), (4, 50, None)),
    "mass_incident": ((3, None, None), (4, 50, None)),
    "stoppage": ((1, None, None), (3, 10, None), (4, 100, None)),
    "extreme_incident": ((3, None, None), (4, 1, None)),
    "safety_accident": ((3, None, None), (4, 10, 1_000_000_000)),
    "occupational_hazard": ((3, None, None), (4, 10, None)),
    "negative_opinion": ((1, None, None),),
    "other_violation": ((1, None, None), (2, 10, 10_000_000)),
}
_ALL_FLOORS: tuple[tuple[int, int | None, int | None, int | None], ...] = ((3, None, None, 12),)
_GROUND_OF = {
    "mass_petition": "mass_incident", "stoppage": "mass_incident", "arbitration_case": None, "other_violation": None,
}  # fmt: skip
"""The ground of a category where it is not the one of the same name."""

_GROUNDS = {
    "no_contract": Ground(people=10, share=Fraction(1, 10)),
    "unpaid_insurance": Ground(people=10, months=3),
    "excess_overtime": Ground(people=10, months=3, together=True),
    "wage_arrears": Ground(people=10, amount_fen=10_000_000, months=1),
    **{
        name: Ground(always=True)
        for name in ("mass_incident", "extreme_incident", "safety_accident", "occupational_hazard", "negative_opinion")
    },
}


_LAPSES = {
    "propose_revocation": 5, "handle_finding": 2, "verification": 1, "file_plan": 2, "file_report": 2, "train": 2,
    "supervise_self": 1, "close_finding": 1,
}  # fmt: skip
"""The duties whose miss is a lapse of a prefecture, with the points for it (A-33)."""


_WORTH = {
    "national_model": "national", "provincial_harmonious": "provincial", "prefecture_harmonious": "prefecture",
    "model_site": "site",
}  # fmt: skip
"""What each title is beside those of other provinces (T-28)."""


class Pack:
    """The tables of one pack."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        said = _tables(folder) if folder is not None else {}
        self.id: str = said.get("id", "hunan-2023-15")
        self.version: str = said.get("version", "1")
        self.direct = frozenset(said.get("direct_ownerships", ("central", "provincial_soe")))
        self._windows = WINDOWS | said.get("windows", {})
        quorums = QUORUMS | said.get("quorums", {})
        self.houses = tuple(quorums.pop("houses", HOUSES))
        self.veto = frozenset(quorums.pop("veto", ("hr",)))
        self.shares = {name: Fraction(str(value)) for name, value in quorums.items()}
        limits = LIMITS | said.get("limits", {})
        self.frozen_severity = int(limits["frozen_severity"])
        self.check_severity = int(limits["targeted_check_severity"])
        size, tolerance = Fraction(str(limits["reserve_list"])), Fraction(str(limits["reserve_tolerance"]))
        self.survey_satisfied, self.survey_fewest = int(limits["survey_satisfied"]), int(limits["survey_fewest"])
        self.extension_share = Fraction(str(limits["extension_share"]))
        self.cultivated_share = Fraction(str(limits["cultivated_share"]))
        self.reserve_most = int(size * (1 + tolerance))
        self.titles = {name: _title_of(row) for name, row in said["titles"].items()} if "titles" in said else _TITLES
        categories = said.get("categories")
        self.whatever = _whatever(said.get("floors", _WHATEVER))
        self.floors = {n: _floors_of(row) for n, row in categories.items()} if categories else _FLOORS
        self.all_floors = _sums_of(said["floors"]) if "floors" in said else _ALL_FLOORS
        self.ground_of = (
            {n: row.get("ground") for n, row in categories.items()}
            if categories
            else {name: _GROUND_OF.get(name, name) for name in _FLOORS}
        )
        self.grounds = {n: _ground_of(row) for n, row in said["grounds"].items()} if "grounds" in said else _GROUNDS
        self.scores = _scores(said.get("standard_sets", {}))
        self.public_lists: list[str] = said.get("public_lists", [])
        self.ranking: list[dict[str, Any]] = said.get("ranking", [])
        self.set_points = {
            name: _most_points(row) - row.get("adjustment", 0) for name, row in said.get("standard_sets", {}).items()
        }
        self.awards: dict[str, Any] = {name: {"steps": (), **row} for name, row in said.get("awards", {}).items()}
        self.set_kinds = {name: tuple(row["kinds"]) for name, row in said.get("standard_sets", {}).items()}
        self.most_points = max(map(_most_points, said.get("standard_sets", {}).values()), default=100)
        comparable = said.get("comparable", {})
        self.worth: dict[str, str] = comparable.get("titles", _WORTH)
        self.taken_in = frozenset(comparable.get("taken_in", ("national",)))
        self.lapses: dict[str, int] = said.get("lapses", _LAPSES)
        self.report_from = str(said.get("year", {}).get("report_from", "10-01"))
        self.sampled = int(said.get("year", {}).get("sampled", 20))
        self.tasks: dict[str, dict[str, Any]] = said.get("tasks", {})
        self.meeting_share = Fraction(str(said.get("meetings", {}).get("present", "1/2")))
        calendar = said.get("calendar", {})
        self.calendar = Calendar.read(
            calendar.get("working_week", ["mon", "tue", "wed", "thu", "fri"]), _holidays(folder, calendar)
        )

    @property
    def name(self) -> str:
        """As an entry's authority names it."""
        return f"{self.id}@{self.version}"

    def after(self, day: str, window: str) -> str:
        """The last day of a window that begins with that day."""
        span = self._windows[window]
        if span.endswith("wd"):
            return self.calendar.after(day, int(span[:-2]))
        n = int(span[:-1])
        return plus_months(day, n) if span.endswith("m") else plus_days(day, n)

    def months(self, day: str, window: str) -> str:
        """The day from which on such a window ends with that day."""
        span = self._windows[window]
        n = int(span.rstrip("wdm"))
        return plus_months(day, -n) if span.endswith("m") else plus_days(day, -n)

    def floor(
        self, category: str, people: int | None, amount: int | None, months: int | None = None, *,
        penalised: bool = False,
    ) -> int:  # fmt: skip
        """The least severity of a fact of these measures (0 for a category that the pack does not know)."""
        least = 0
        for severity, from_months in self.whatever:
            if penalised if from_months is None else (months or 0) >= from_months:
                least = max(least, severity)
        for severity, many, much in self.floors.get(category, ()):
            plain = many is None and much is None
            reached = (many is not None and (people or 0) >= many) or (much is not None and (amount or 0) >= much)
            if plain or reached:
                least = max(least, severity)
        return least

    def floor_of_sum(self, categories: Iterable[str], people: int, amount: int, months: int) -> int:
        """The least severity of facts of these categories added up; what does not add up does not count (T-10)."""
        own = ((*floor, None) for category in categories for floor in self.floors.get(category, ()))
        return max(
            (
                severity
                for severity, many, much, long in (*own, *self.all_floors)
                if (many and people >= many) or (much and amount >= much) or (long and months >= long)
            ),
            default=0,
        )

    def another(self, pack: str, version: str) -> Pack | None:
        """The pack of that name and version beside this one's folder."""
        if (pack, version) == (self.id, self.version):
            return self
        if self.folder is None:
            return None
        found = self.folder.parent.parent / pack / version
        return Pack(found) if (found / "pack.toml").is_file() else None


def _tables(folder: Path) -> dict[str, Any]:
    """What the folder says, over what its base says: these tables row by row, the others whole."""
    said: dict[str, Any] = {}
    for name in ("pack", "titles", "signals", "standards", "offices", "incentives", "comparable"):
        path = folder / f"{name}.toml"
        if path.is_file():
            said |= tomllib.loads(path.read_text("utf-8"))
    if "base" not in said:
        return said
    name, _, version = said.pop("base").partition("@")
    base = _tables(folder.parent.parent / name / version)
    rows = ("windows", "quorums", "limits", "categories", "grounds")
    return base | said | {table: base.get(table, {}) | said[table] for table in rows if table in said}


def _title_of(row: dict[str, Any]) -> Title:
    named_by = row.get("named_by", row["level"])
    return Title(
        row["level"], tuple(row["kinds"]), tuple(row["steps"]), row.get("evaluated_by", "prefecture"), named_by,
        row.get("revoked_by", named_by), row.get("consent_by"), row.get("needs_round", False),
        int(str(row.get("term", "36m")).rstrip("m")),
    )  # fmt: skip


_WHATEVER = ({"severity": 3, "penalised": True}, {"severity": 3, "months": 12})


def _whatever(rows: Iterable[dict[str, Any]]) -> tuple[tuple[int, int | None], ...]:
    """Floors of every category: from so many months on, or for a penalised fact (None)."""
    return tuple((row["severity"], row.get("months")) for row in rows)


def _floors_of(row: dict[str, Any]) -> tuple[Floor, ...]:
    return tuple((floor["severity"], floor.get("people"), floor.get("amount_fen")) for floor in row["floors"])


def _sums_of(rows: list[dict[str, Any]]) -> tuple[tuple[int, int | None, int | None, int | None], ...]:
    """The floors of every category that numbers reach."""
    numbers = ("people", "amount_fen", "months")
    return tuple(
        (row["severity"], row.get("people"), row.get("amount_fen"), row.get("months"))
        for row in rows
        if any(row.get(name) for name in numbers)
    )


def _ground_of(row: dict[str, Any]) -> Ground:
    share = row.get("share")
    return Ground(
        row.get("always", False), row.get("together", False), row.get("people"), row.get("amount_fen"),
        row.get("months"), Fraction(share) if share is not None else None,
    )  # fmt: skip


def _scores(sets: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The most points of each standard, by the set."""
    return {
        name: {
            standard: sum(item.get("score", 0) for item in row.get("items", {}).values())
            for standard, row in one.get("standards", {}).items()
        }
        for name, one in sets.items()
    }


def _most_points(one: dict[str, Any]) -> int:
    """The most points of a checklist: of its standards or its weighed parts, with what may be added."""
    items = (item.get("score", 0) for row in one["standards"].values() for item in row.get("items", {}).values())
    weights = [part["weight"] for part in one.get("parts", {}).values()]
    most: int = (sum(weights) if weights else sum(items)) + one.get("adjustment", 0)
    return most


def _holidays(folder: Path | None, calendar: dict[str, Any]) -> Path | None:
    name: str | None = calendar.get("holidays")
    if folder is None or not name:
        return None
    around = (folder, folder / "holidays", folder.parent / "holidays", folder.parent.parent / "holidays")
    for place in (*around, SHIPPED_HOLIDAYS):
        if (place / name).is_file():
            return place / name
    return None


@lru_cache(maxsize=8192)
def within(place: str, office: str) -> bool:
    """Whether a place lies in the place of an office, by the codes of GB/T 2260."""
    if office == "000000":
        return True
    return place.startswith(office[:2] if office.endswith("0000") else office[:4] if office.endswith("00") else office)


def at_level(place: str, level: str) -> str:
    """The place of that level in which a place lies."""
    return {"county": place, "prefecture": place[:4] + "00", "province": place[:2] + "0000"}.get(level, "000000")
