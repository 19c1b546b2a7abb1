"""What those who administer the register do in between: a colleague who comes and goes, a system that is connected and
closed, a signal without a unit, papers taken back, a body of its own, requests of persons, duties given and put off.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from deploy.demo.application import NATIONAL, PROVINCIAL
from deploy.demo.people import ADMINISTRATORS, FOUNDERS, PROVINCE, desk, named, officers, person_name, tag_of
from deploy.demo.programme import PREFECTURES, Diary
from deploy.demo.review_session import conference
from deploy.demo.scans import recorded
from deploy.demo.script import Act, on_working_day
from deploy.demo.setting import MONTHS, Days, paper_of_appointment, seconding
from deploy.demo.stories import CLEAN
from deploy.demo.turnings import MATCHED, RANKED
from events.envelope import CHINA, Event
from events.governance.body import BodyDissolved, BodyEstablished, BodyMemberAppointed, BodyMemberReleased
from events.governance.document import DocumentWithdrawn
from events.governance.honour import HonourDeclined, HonourProposed
from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerMandated,
    OfficerPersonTagged,
    OfficerRegistered,
    OfficerReinstated,
    OfficerRelieved,
    OfficerSuspended,
)
from events.governance.persons import RegisterPersonAnswered, RegisterPersonRefused, RegisterPersonRequested
from events.governance.round import RoundCandidatesRanked, RoundOpened
from events.governance.session import SessionCancelled, SessionCase, SessionConvened
from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.governance.source import (
    SourceClosed,
    SourceKeyRegistered,
    SourceKeyRevoked,
    SourceRegistered,
    SourceResumed,
    SourceSuspended,
)
from events.places import PLACES
from events.record import COMMON
from events.sealed import Sealed
from events.unit.naming import UnitReserveListed
from events.unit.signals import UnitSignalAssessed
from events.words import (
    AsksFor,
    BodyKind,
    Category,
    DocumentKind,
    House,
    Level,
    PersonRight,
    Recipient,
    Role,
    RoundKind,
    SignalOutcome,
    SourceSystem,
)
from services import genesis
from services.casework.body.state import Body, body_stream
from services.casework.calendar import add_months
from services.casework.document.state import document_stream
from services.casework.judgement import obligations
from services.casework.obligation import holder
from services.casework.officer.state import Officer
from services.casework.policy.state import Packs
from services.casework.register.state import Register, register_stream
from services.casework.source.state import source_stream
from services.casework.stream import State
from services.casework.year.state import year_stream

_ONE, _OTHER = (person.id for person in ADMINISTRATORS[:2])
_ASKED, _ANSWERS = (person.id for person in FOUNDERS if person.role is Role.DATA_OFFICER)
_ABOVE, _APPROVER = desk(Level.PROVINCE, PROVINCE), desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER)


def administration(days: Days) -> Iterator[Act]:
    """All of it."""
    diary = Diary(days, on_working_day(days.pack, days.first + timedelta(days=5)))
    yield from _colleague(diary)
    yield from _system(diary)
    yield from _without_a_unit(diary)
    yield from _taken_back(diary)
    yield from _working_group(diary)
    yield from _called_off(diary)
    yield from _not_praised(diary)
    yield from _persons(diary)
    yield from _duties(diary)
    yield from _ranked(diary)


def _colleague(diary: Diary) -> Iterator[Act]:
    """Somebody comes to a prefecture's house of commerce, is suspended for a while, reinstated, and leaves; meanwhile
    an agent's mandate is put down.
    """
    who, place, first = named("colleague"), PREFECTURES[6], diary.days.first
    paper = paper_of_appointment(House.COMMERCE, PROVINCE, first)
    on = diary.on(add_months(diary.first, 5))
    came = (
        OfficerRegistered(name=Sealed(clear=person_name("colleague"))),
        OfficerPersonTagged(tag=tag_of("colleague")),
    )
    yield from diary.at(on, _ONE, who, *came)
    yield from diary.at(diary.on(on + timedelta(days=1)), _OTHER, who, seconding)
    post = OfficerAppointed(
        post=f"{PLACES[place].zh}工商联经办（示例）", house=House.COMMERCE, level=Level.PREFECTURE, place=place,
        roles=(Role.OFFICER,), from_=diary.on(on + timedelta(days=2)),
        paper=document_stream(paper.issuer, paper.number),
    )  # fmt: skip
    on = diary.on(on + timedelta(days=2))
    yield from diary.at(on, _ONE, who, post)
    yield from diary.at(diary.on(on + timedelta(days=1)), _OTHER, who, seconding)
    on = diary.on(on + timedelta(days=10))
    cousin = OfficerInterestDeclared(unit=CLEAN.id, reason="近亲属在该单位任职（示例）")
    yield from diary.at(on, who, who, cousin)
    on = diary.on(on + timedelta(days=90))
    away = OfficerSuspended(from_=on, until=on + timedelta(days=40), reason="接受组织核查（示例）")
    yield from diary.at(on, _ONE, who, away)
    yield from diary.at(diary.on(on + timedelta(days=1)), _OTHER, who, seconding)
    back = diary.on(on + timedelta(days=15))

    def reinstated(officer: Officer) -> OfficerReinstated:
        return OfficerReinstated(suspension=officer.suspensions[-1].version, reason="核查无问题（示例）", on=back)

    yield from diary.at(back, _ONE, who, reinstated)
    yield from diary.at(diary.on(back + timedelta(days=1)), _OTHER, who, seconding)
    left = diary.on(back + timedelta(days=200))

    def relieved(officer: Officer) -> OfficerRelieved:
        return OfficerRelieved(appointment=officer.appointments[-1].version, on=left, reason="调离（示例）")

    yield from diary.at(left, _ONE, who, relieved)
    yield from diary.at(diary.on(left + timedelta(days=1)), _OTHER, who, seconding)
    on = diary.on(add_months(diary.first, 20))
    until = on + timedelta(days=700)
    yield from diary.at(on, _ONE, CLEAN.agent, OfficerMandated(until=until, reason="授权期限至合同期满（示例）"))


def _system(diary: Diary) -> Iterator[Act]:
    """A system is connected and bound to a key, stands still for repair, and is closed when another takes its place."""
    uri = f"urn:concord:source:platform:{PREFECTURES[2]}"
    source, on = source_stream(uri), diary.on(add_months(diary.first, 6))
    begun = SourceRegistered(
        uri=uri, name="示例网络舆情试点系统", system=SourceSystem.CYBERSPACE, place=PREFECTURES[2],
        categories=(Category.NEGATIVE_OPINION,),
    )  # fmt: skip
    key = sha256(b"concord:demonstration:source-key").hexdigest()
    by_two = (
        SourceKeyRegistered(key=key),
        SourceSuspended(reason="系统检修（示例）"),
        SourceResumed(reason="检修完成（示例）"),
        SourceKeyRevoked(key=key, reason="密钥到期更换（示例）"),
        SourceClosed(reason="试点结束，并入省级平台（示例）"),
    )
    yield from diary.at(on, _ONE, source, begun)
    for event in by_two:
        on = diary.on(on + timedelta(days=30))
        yield from diary.at(on, _ONE, source, event)
        yield from diary.at(diary.on(on + timedelta(days=1)), _OTHER, source, seconding)


def _without_a_unit(diary: Diary) -> Iterator[Act]:
    """Two signals come with a code that no unit has: one came before and is discarded, one is matched by its name."""
    matched = SignalMatched(unit=MATCHED.id, reason="名称与所在地相符（示例）")
    discarded = SignalDiscarded(reason="与此前信号重复（示例）")
    inspector = next(person for person in officers() if person.role is Role.INSPECTOR)
    for months, place, event in ((13, inspector.place, discarded), (24, MATCHED.place, matched)):
        on = diary.on(add_months(diary.first, months))
        parked = _parked(on, place, months)
        stream, office = uuid5(NAMESPACE_URL, parked.signal), desk(Level.PREFECTURE, place)
        yield from diary.at(on, genesis.operator(PROVINCE).id, stream, parked)
        yield from diary.at(diary.on(on + timedelta(days=1)), office, stream, event)
    found = UnitSignalAssessed(signal=parked.signal, outcome=SignalOutcome.MINOR, findings="已补发（示例）")
    approver = desk(Level.PREFECTURE, MATCHED.place, role=Role.APPROVER)
    yield from diary.at(diary.on(on + timedelta(days=4)), approver, MATCHED.id, found)


def _parked(on: date, place: str, number: int) -> SignalParked:
    uri, external = f"urn:concord:source:petitions:{PROVINCE}", f"示例-无码-{number}"
    sent = {
        "external_id": external, "category": Category.WAGE_ARREARS.value, "severity": 1, "people": 2,
        "occurred_on": str(on - timedelta(days=3)), "reported_on": str(on), "summary": "反映迟发工资（示例）",
    }  # fmt: skip
    message = orjson.dumps(sent).decode()
    return SignalParked(
        signal=f"{uri}#{external}", source=uri, reason="统一社会信用代码不存在", unit_name="某公司（示例）",
        unit_place=place, digest=sha256(message.encode()).hexdigest(), message=message,
    )  # fmt: skip


def _ranked(diary: Diary) -> Iterator[Act]:
    """A reserve list for the province's own title: its candidates are ranked by the pack's formula, and listed so."""
    days, campaign = diary.days, named("round-ranked")
    on = diary.on(days.after(MONTHS - 6))
    opened = RoundOpened(
        kind=RoundKind.RESERVE, name=f"{on.year}年省级储备名单（示例）", title=PROVINCIAL, place=PROVINCE, from_=on,
        until=days.after(MONTHS + 3),
    )  # fmt: skip
    ranking = RoundCandidatesRanked(candidates=tuple(unit.id for unit in RANKED))
    listed = UnitReserveListed(title=PROVINCIAL, round=campaign)
    acts: list[tuple[UUID, UUID, Event]] = [(_APPROVER, campaign, opened), (_ABOVE, campaign, ranking)]
    acts += [(_APPROVER, unit.id, listed) for unit in RANKED]
    for number, (who, stream, event) in enumerate(acts):
        yield Act(datetime.combine(on, time(15, number), CHINA), who, stream, event)


def _taken_back(diary: Diary) -> Iterator[Act]:
    """Minutes are recorded twice, and the second copy is taken back."""
    on, issuer, number = diary.on(add_months(diary.first, 8)), "全省和谐劳动关系创建活动办公室（示例）", "示例重复1号"
    paper = document_stream(issuer, number)
    yield from diary.at(on, _ABOVE, paper, recorded(DocumentKind.MINUTES, issuer, number, on, "会议纪要副本（示例）"))
    yield from diary.at(diary.on(on + timedelta(days=1)), _ABOVE, paper, DocumentWithdrawn(reason="重复登记（示例）"))


def _working_group(diary: Diary) -> Iterator[Act]:
    """An office of its own sits for a pilot, a member leaves it, and it is dissolved when the pilot is over."""
    place, name = PREFECTURES[0], "平台用工试点工作办公室（示例）"
    stream, on = body_stream(place, BodyKind.OFFICE, name), diary.on(add_months(diary.first, 4))
    office = desk(Level.PREFECTURE, place)
    seats = [
        BodyMemberAppointed(officer=desk(Level.PREFECTURE, place, house), house=house, from_=on) for house in House
    ]
    yield from diary.at(on, office, stream, BodyEstablished(kind=BodyKind.OFFICE, name=name, place=place), *seats)
    on = diary.on(add_months(diary.first, 12))

    def released(body: Body) -> BodyMemberReleased:
        return BodyMemberReleased(member=max(one.version for one in body.members), on=on, reason="工作调整（示例）")

    yield from diary.at(on, office, stream, released)
    over = diary.on(add_months(diary.first, 18))
    yield from diary.at(over, office, stream, BodyDissolved(reason="试点任务完成（示例）", on=over))


def _called_off(diary: Diary) -> Iterator[Act]:
    """A session is called together, and called off before anybody has spoken."""
    place, on = PREFECTURES[0], diary.on(add_months(diary.first, 10))
    stream, office = named("session-called-off"), desk(Level.PREFECTURE, place)
    convened = SessionConvened(
        body=conference(place), name="临时评审会（示例）", on=on + timedelta(days=14),
        agenda=(SessionCase(unit=CLEAN.id, title=NATIONAL),),
    )  # fmt: skip
    yield from diary.at(on, office, stream, convened)
    yield from diary.at(
        diary.on(on + timedelta(days=5)), office, stream, SessionCancelled(reason="议题尚不成熟（示例）")
    )


def _not_praised(diary: Diary) -> Iterator[Act]:
    """Somebody is proposed for a notice of praise, and not given it."""
    place, on = PREFECTURES[3], diary.on(add_months(diary.first, 16))
    stream = named("honour-declined")
    proposed = HonourProposed(
        award="provincial_praise", recipient=Recipient.SOCIAL_ORGANISATION, place=place, name="示例行业商会",
        merits="组织行业协商（示例）",
    )  # fmt: skip
    yield from diary.at(on, desk(Level.PREFECTURE, place), stream, proposed)
    declined = HonourDeclined(reason="事迹材料不足（示例）")
    yield from diary.at(diary.on(on + timedelta(days=14)), _APPROVER, stream, declined)


def _persons(diary: Diary) -> Iterator[Act]:
    """Two persons ask what is held of them: one gets the copy, one cannot be recognised (T-29)."""
    stream, on = register_stream(PROVINCE), diary.on(add_months(diary.first, 25))
    for key, request in (("province-hr-officer", "复制本人任职信息（示例）"), ("nobody", "查阅本人信息（示例）")):
        asked = RegisterPersonRequested(
            right=PersonRight.COPY, by=AsksFor.SELF, tag=tag_of(key), received_on=on, request=request
        )
        yield from diary.at(on, _ASKED, stream, asked)
        on = diary.on(on + timedelta(days=9))

        def settled(register: Register, known: bool = key != "nobody") -> Event:
            number = max(register.requests)
            if known:
                return RegisterPersonAnswered(request=number, answer="已提供副本（示例）")
            return RegisterPersonRefused(request=number, reason="未能核实本人（示例）")

        yield from diary.at(on, _ASKED, stream, settled)
        on = diary.on(on + timedelta(days=1))
        yield from diary.at(on, _ANSWERS, stream, seconding)
        on = diary.on(on + timedelta(days=30))


def _duties(diary: Diary) -> Iterator[Act]:
    """An office gives a duty to one of its people, and the level above puts another one off, once."""
    packs = Packs.fixed(diary.days.pack)
    for number in diary.years:
        for place in PREFECTURES[:3]:
            stream, office = year_stream(place, number), desk(Level.PREFECTURE, place)
            on = diary.on(add_months(diary.first, 12 * (number - diary.years[0]) + 3))

            def given(state: State, who: UUID = office, owes: str = holder(Level.PREFECTURE, place)) -> Event | None:
                key = next((one.key for one in obligations(state, packs) if one.holder == owes), None)
                return COMMON["year"].duty_assigned(ref=key, officer=who) if key is not None else None

            yield from diary.at(on, office, stream, given)
