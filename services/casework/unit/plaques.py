"""Plaques: each has a code that is one unit's in the whole register, so that a code says who it was given to (T-18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from events.governance.code import CodeClaimed
from events.unit.naming import UnitPlaqueIssued, UnitPlaqueReportedLost, UnitTitleCarriedIn
from events.words import CodeScope
from services.casework.code.state import Code, code_stream
from services.casework.law import Act, Effect, Intent, Refusal, refuse
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


class PlaqueState(StrEnum):
    """Where a plaque is."""

    ISSUED = "issued"
    TO_RECOVER = "to_recover"
    RECOVERED = "recovered"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Plaque:
    """A plaque of a title; one that was `lost` is to come back as well, or to be declared void (I-10)."""

    code: str
    title: str
    state: PlaqueState
    to_recover_since: date | None = None
    lost: bool = False

    def called_back(self, day: date) -> Plaque:
        """To come back since that day, where it is out or was lost."""
        out = self.state in (PlaqueState.ISSUED, PlaqueState.LOST)
        return replace(self, state=PlaqueState.TO_RECOVER, to_recover_since=day) if out else self

    def left_out(self) -> Plaque:
        """As it was before it was called back."""
        if self.state is not PlaqueState.TO_RECOVER:
            return self
        return replace(self, state=PlaqueState.LOST if self.lost else PlaqueState.ISSUED, to_recover_since=None)


Given = UnitPlaqueIssued | UnitTitleCarriedIn


def no_plaque_out(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a title has one plaque; a lost one may be replaced."""
    out = [p for p in unit.naming.plaques.values() if p.title == act.title and p.state is PlaqueState.ISSUED]
    if out:
        return refuse(pack, "I-00", f"铭牌{out[0].code}已发", f"plaque {out[0].code} is out", (out[0].code,))
    return None


def plaque_code_new(unit: Unit, act: Act[Given], pack: Pack) -> Refusal | None:
    """T-18: a plaque's code is given once, to one unit of the register."""
    code = act.event.plaque
    if code is None:
        return None
    claim = act.context.find(Code, code_stream(CodeScope.PLAQUE, code))
    if code in unit.naming.plaques or (claim is not None and claim.holder is not None):
        return refuse(pack, "T-18", "铭牌编号已用", "the plaque's code is taken", (code,), "/plaque")
    return None


def plaque_code_of(unit: Unit, event: Given) -> Iterator[UUID]:
    """The stream of the plaque's code."""
    if event.plaque is not None:
        yield code_stream(CodeScope.PLAQUE, event.plaque)


def claim_plaque_code(unit: Unit, act: Act[Given], pack: Pack) -> Iterator[Effect]:
    """The code becomes the unit's."""
    for stream in plaque_code_of(unit, act.event):
        yield Effect(stream, CodeClaimed(scope=CodeScope.PLAQUE, value=act.event.plaque or "", holder=unit.id))


def some_plaque_out(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is an issued plaque."""
    if not any(plaque.state is PlaqueState.ISSUED for plaque in unit.naming.plaques.values()):
        return refuse(pack, "I-00", "没有已发铭牌", "no plaque is out")
    return None


def plaque_is_out(unit: Unit, act: Act[UnitPlaqueReportedLost], pack: Pack) -> Refusal | None:
    """I-00: only an issued plaque can be lost."""
    plaque = unit.naming.plaques.get(act.event.plaque)
    if plaque is None or plaque.state is not PlaqueState.ISSUED:
        return refuse(pack, "I-00", "没有这块已发铭牌", "there is no such issued plaque", pointer="/plaque")
    return None
