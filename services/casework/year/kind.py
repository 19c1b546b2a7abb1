"""The kind `year`: a place's year, and what is said of it (policy 五(五)3)."""

from __future__ import annotations

from events.governance.year import YearCriticised
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Law, Refusal
from services.casework.office import NATION, approver
from services.casework.pack import Pack
from services.casework.province.kind import provinces_only
from services.casework.year.state import Year, criticised, year_stream


def a_province(year: Year, act: Act[YearCriticised], pack: Pack) -> Refusal | None:
    """R-28: the nation criticises provinces."""
    return provinces_only((act.event.place,), pack)


YEAR = Kind(
    "year",
    Year,
    (
        Chapter(
            None,
            {YearCriticised: criticised},
            (
                Law(
                    YearCriticised,
                    office=approver(NATION),
                    rule="I-14",
                    opens=True,
                    content=(a_province,),
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda year: year.place or None,
    is_open=lambda year: year.version > 0,
    label=lambda year: f"{year.place} {year.year}",
    key=lambda event: year_stream(event.place, event.year),
)
