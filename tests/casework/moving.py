"""Two registers between which a unit moves: what is handed over, on which paper, and received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Event
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.unit.handover import TitleGoingAlong, UnitHandedOver, UnitReceived
from events.unit.naming import UnitTitleCarriedIn
from events.unit.registration import UnitRegistered
from events.words import ComparableTitle, DocumentKind, House, Level, Role, UnitKind
from services.casework.document.state import document_stream
from services.casework.pack import Pack, load_pack
from services.casework.unit.registration import unit_id
from services.casework.unit.state import Unit
from tests.casework.given import COUNTY, DAY, NATIONAL, PROVINCIAL, valid_credit_code
from tests.casework.world import World

HUNAN, HUBEI = load_pack(), "420000"
BEGAN, ENDS = date(2022, 5, 10), date(2025, 5, 9)
CODE = valid_credit_code(1)
STREAM, LOG = unit_id(CODE, COUNTY), uuid5(NAMESPACE_URL, "log")


@dataclass
class Register:
    """A province's register, with two approvers of two houses and those who handle papers."""

    world: World
    first: UUID
    second: UUID
    same_house: UUID
    recorder: UUID
    confirmer: UUID

    @classmethod
    def of(cls, pack: Pack) -> Register:
        """A register that was just opened."""
        world = World(pack)
        world.begin()
        hires = world.hires
        return cls(
            world,
            hires(DAY, Role.APPROVER, Level.PROVINCE),
            hires(DAY, Role.APPROVER, Level.PROVINCE, House.UNION),
            hires(DAY, Role.APPROVER, Level.PROVINCE),
            hires(DAY, Role.OFFICER, Level.PROVINCE),
            hires(DAY, Role.OFFICER, Level.PROVINCE, House.UNION),
        )

    def paper(self, kind: DocumentKind = DocumentKind.TRANSFER, dated: date = DAY, number: int = 1) -> UUID:
        """A paper that was confirmed."""
        called = f"示例{kind.zh}{number}号"
        digest = "a" * 64 if called == "示例移交函1号" else sha256(called.encode()).hexdigest()
        event = DocumentRecorded(
            kind=kind, issuer="示例省三方", number=called, dated=dated, title="示例文件", sha256=digest,
            media_type="application/pdf", size=7,
        )  # fmt: skip
        stream = document_stream(event.issuer, event.number)
        self.world.act(DAY, self.recorder, stream, event)
        units = (STREAM,) if kind is DocumentKind.NAMING else ()
        self.world.act(DAY, self.confirmer, stream, DocumentConfirmed(units=units))
        return stream

    def two(self, event: Event) -> None:
        """What the two approvers do together."""
        self.world.by_two(DAY, self.first, self.second, STREAM, event)

    @property
    def unit(self) -> Unit:
        """The unit as it is here."""
        return self.world.state(Unit, STREAM)


def handing(paper: UUID, to: str = HUBEI) -> UnitHandedOver:
    return UnitHandedOver(to=to, paper=paper, reason="示例：迁址")


def receiving(paper: UUID, *titles: TitleGoingAlong, **changes: object) -> UnitReceived:
    event = UnitReceived(
        name="示例企业1号", code=CODE, place=COUNTY, headcount=300, from_=HUBEI, log=LOG, handed_over=3, paper=paper,
        titles=titles,
    )  # fmt: skip
    return event.model_copy(update=changes)


NATIONAL_ALONG = TitleGoingAlong(worth=ComparableTitle.NATIONAL, term_from=BEGAN, term_until=ENDS)


def settled() -> Register:
    """Hunan's register, in which the unit has a title of the nation with a plaque, and one of the province."""
    register = Register.of(HUNAN)
    registered = UnitRegistered(kind=UnitKind.ENTERPRISE, name="示例企业1号", code=CODE, place=COUNTY, headcount=300)
    register.world.act(DAY, register.recorder, STREAM, registered)
    paper = register.paper(DocumentKind.NAMING, BEGAN)
    for title, plaque in ((NATIONAL, "示例-1"), (PROVINCIAL, None)):
        carried = UnitTitleCarriedIn(title=title, term_from=BEGAN, term_until=ENDS, paper=paper, plaque=plaque)
        register.two(carried)
    return register
