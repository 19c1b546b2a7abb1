"""A place's year: what the level above says of it (policy 五(五)3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import ForeignUnitRef, Line, Prose, Year
from events.places import PlaceCode


class YearCriticised(Event):
    """The nation criticises a province that did not check and handle in time (予以通报)."""

    about = About(
        "year.criticised.v1", "通报", "Criticised", "year",
        "就{year}年度通报{place}：{ground}，涉及{units#}户，文号{document_number}",
        "{place} criticised for {year}: {ground}, on {units#} units, document {document_number}",
        decision="criticise",
    )  # fmt: skip
    place: PlaceCode
    year: Year
    ground: Prose
    document_number: Line
    units: Annotated[tuple[ForeignUnitRef, ...], Field(max_length=10_000)] = ()
