"""What persons ask of the register about themselves: to see, to copy or to correct what is held of them (PIPL 44 to 50).

Who asks is known by the tag of the identity number alone. What turns out to be wrong is put right by the ordinary
corrections of the stream in which it stands.
"""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import Day, DocumentRef, PersonRequestRef, Prose
from events.person import PersonTag
from events.words import AsksFor, PersonRight


class RegisterPersonRequested(Event):
    """A person asks to see, to copy or to correct what is held of them; a data officer records it as it came."""

    about = About(
        "register.person-requested.v1", "个人信息请求", "Request of a person", "record",
        "{by}请求{right}个人信息", "Request to {right} personal data, by {by}",
        decision="record-person-request",
    )  # fmt: skip
    right: PersonRight
    by: AsksFor = AsksFor.SELF
    tag: PersonTag
    received_on: Day
    request: Prose
    document: DocumentRef | None = None


class RegisterPersonAnswered(Event):
    """The person, or who acts for them, was told, given a copy, or told what was corrected. By two persons."""

    about = About(
        "register.person-answered.v1", "答复个人信息请求", "Request of a person answered", "record",
        "答复第{request}号个人信息请求：{answer}", "Request of entry {request} answered: {answer}",
        decision="answer-person-request",
    )  # fmt: skip
    request: PersonRequestRef
    answer: Prose


class RegisterPersonRefused(Event):
    """The request is refused, with the reason that the person is told. By two persons."""

    about = About(
        "register.person-refused.v1", "不予办理个人信息请求", "Request of a person refused", "record",
        "不予办理第{request}号个人信息请求：{reason}", "Request of entry {request} refused: {reason}",
        decision="refuse-person-request",
    )  # fmt: skip
    request: PersonRequestRef
    reason: Prose
