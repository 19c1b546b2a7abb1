"""The kind `year`: a place's year, what is owed and done in it, and what is said of it (policy 五, 六)."""

from __future__ import annotations

from events.governance.year import YearCriticised
from events.places import PLACES
from events.words import Level
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Law, Refusal, refuse
from services.casework.office import NATION_OR_PROVINCE, approver
from services.casework.pack import Pack
from services.casework.province.kind import provinces_only
from services.casework.year.accounts import ACCOUNTS, ends
from services.casework.year.state import Year, criticised, year_stream
from services.casework.year.work import WORK


def of_the_level_below(year: Year, act: Act[YearCriticised], pack: Pack) -> Refusal | None:
    """R-28: the nation criticises provinces, and a province its prefectures."""
    place = act.event.place
    if act.actor.level is Level.NATION:
        return provinces_only((place,), pack)
    if PLACES[place].level is Level.PREFECTURE:
        return None
    zh, en = "省通报所辖市州", "a province criticises its own prefectures"
    return refuse(pack, "I-14", zh, en, (place,), "/place")


YEAR = Kind(
    "year",
    Year,
    (
        ACCOUNTS,
        WORK,
        Chapter(
            None,
            {YearCriticised: criticised},
            (
                Law(
                    YearCriticised,
                    office=approver(NATION_OR_PROVINCE),
                    rule="I-14",
                    opens=True,
                    content=(of_the_level_below,),
                    place=lambda event: event.place,
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda year: year.place or None,
    is_open=lambda year: year.version > 0,
    label=lambda year: f"{year.place} {year.year}",
    key=lambda event: year_stream(event.place, event.year),
    choices={"findings": lambda year: year.findings},
    by_time=ends,
)
