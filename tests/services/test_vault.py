"""Personal data: never stored in clear, opened only where it was sealed, gone when its key is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.envelope import About, Actor, Entry, Event
from events.fields import Part
from events.governance.officer import OfficerRegistered
from events.registry import EVENT_TYPES, decode, encode
from events.sealed import MASK, Sealed
from events.unit.publicity import UnitObjectionRaised
from events.unit.registration import UnitClosed, UnitDetailsChanged, UnitRegistered
from events.unit.self_evaluation import UnitReportSealed
from events.words import ActorKind, Sealer, UnitKind
from services import vault
from services.errors import Malformed
from services.vault import DataKey, Erased, KeyFile, SealBroken, Slot
from services.vault.keys import commitment_of

CANARY = "示例联系人 13800000000"
STREAM = UUID("00000000-0000-4000-8000-000000000001")


class Witness(Part):
    who: Sealed
    said: str


class UnitHeard(Event):
    about = About("unit.heard.v1", "听取", "Heard", "record", "", "")
    witnesses: tuple[Witness, ...] = ()
    by_role: dict[str, Sealed] | None = None


def entry(event: Event, version: int = 1, stream: UUID = STREAM) -> Entry[Event]:
    return Entry[type(event)](  # type: ignore[misc]
        stream=stream,
        version=version,
        event=event,
        recorded_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
        effective_on=date(2026, 3, 2),
        actor=Actor(id=STREAM, kind=ActorKind.SYSTEM, post="登记", place="430000"),
        command_id=STREAM,
        correlation_id=STREAM,
    )


def registered(version: int = 1, stream: UUID = STREAM, text: str = CANARY) -> Entry[Event]:
    event = UnitRegistered(
        kind=UnitKind.ENTERPRISE, name="示例公司", code="91430100EXAMPLE001", place="430102", contact=Sealed(clear=text)
    )
    return entry(event, version, stream)


def details(version: int = 1, stream: UUID = STREAM) -> Entry[Event]:
    return entry(UnitDetailsChanged(contact=Sealed(clear="x"), reason="更换"), version, stream)


def objection(version: int) -> Entry[Event]:
    return entry(UnitObjectionRaised(ground="示例", text="示例", objector=Sealed(clear=CANARY)), version)


def some_key() -> DataKey:
    key = AESGCM.generate_key(256)
    return DataKey(uuid4(), commitment_of(key), key)


def keys_for(*entries: Entry[Event]) -> dict[Slot, DataKey]:
    return {slot: some_key() for one in entries for slot in vault.needed(one)}


def moved(sealed: Entry[Event], onto: Entry[Event], field: str = "contact") -> Entry[Event]:
    """The other entry, carrying the first one's envelope."""
    envelope = sealed.event.contact  # type: ignore[attr-defined]
    return onto.model_copy(update={"event": onto.event.model_copy(update={field: envelope})})


def test_sealed_fields_of_every_event_type_are_found() -> None:
    found = {name: vault.sealed_fields(event) for name, event in EVENT_TYPES.items() if vault.sealed_fields(event)}
    assert found == {
        "officer.registered.v1": ("name",),
        "unit.registered.v1": ("contact", "mail"),
        "unit.details-changed.v1": ("contact", "mail"),
        "unit.report-sealed.v1": ("signer",),
        "unit.objection-raised.v1": ("objector",),
        "honour.proposed.v1": ("person",),
        "honour.objection-raised.v1": ("objector",),
        "round.objection-raised.v1": ("objector",),
    }


def test_what_is_stored_holds_nothing_in_clear_and_opens_again() -> None:
    clear = registered()
    keys = keys_for(clear)
    sealed = vault.seal(clear, keys)
    stored = encode(sealed)
    assert CANARY.encode() not in stored
    assert b"13800000000" not in stored
    assert vault.open_entry(decode("unit.registered.v1", stored), keys) == clear


def test_a_text_sealed_twice_gives_two_ciphertexts() -> None:
    keys = keys_for(registered())
    assert vault.seal(registered(), keys).event != vault.seal(registered(), keys).event


def test_an_event_without_personal_data_is_passed_through_as_it_is() -> None:
    plain = entry(UnitClosed(reason="注销"))
    assert vault.needed(plain) == set()
    assert vault.seal(plain, {}) is plain
    assert vault.open_entry(plain, {}) is plain


def test_an_absent_personal_field_stays_absent() -> None:
    absent = entry(UnitDetailsChanged(reason="更名", name="示例二"))
    assert vault.needed(absent) == set()
    assert vault.seal(absent, {}) == absent


def test_fields_at_any_depth_are_sealed_each_for_its_own_person() -> None:
    clear = entry(
        UnitHeard(
            witnesses=(Witness(who=Sealed(clear="示例甲"), said="是"), Witness(who=Sealed(clear="示例乙"), said="否")),
            by_role={"chair": Sealed(clear="示例丙")},
        ),
        version=4,
    )
    slots = vault.needed(clear)
    assert slots == {
        Slot(uuid5(STREAM, "witnesses.0.who:4"), "unit.witnesses.who"),
        Slot(uuid5(STREAM, "witnesses.1.who:4"), "unit.witnesses.who"),
        Slot(uuid5(STREAM, "by_role.chair:4"), "unit.by_role.chair"),
    }
    keys = keys_for(clear)
    sealed = vault.seal(clear, keys)
    stored = sealed.model_dump_json()
    assert not any(name in stored for name in ("示例甲", "示例乙", "示例丙"))
    assert "是" in stored
    assert vault.open_entry(sealed, keys) == clear


def test_what_an_upcaster_lifted_to_a_newer_type_still_opens() -> None:
    class UnitHeardAgain(UnitHeard):
        about = About("unit.heard.v2", "听取", "Heard", "record", "", "")

    clear = entry(UnitHeard(by_role={"chair": Sealed(clear="示例甲")}))
    keys = keys_for(clear)
    lifted = entry(UnitHeardAgain(by_role=vault.seal(clear, keys).event.by_role))  # type: ignore[attr-defined]
    assert vault.open_entry(lifted, keys).event.by_role["chair"].clear == "示例甲"  # type: ignore[attr-defined]


def test_subjects_let_one_person_be_erased_without_another() -> None:
    assert vault.subject_of(registered(1), "contact") != vault.subject_of(details(7), "contact")
    assert vault.subject_of(objection(5), "objector") != vault.subject_of(objection(6), "objector")
    officer = entry(OfficerRegistered(name=Sealed(clear=CANARY)))
    assert vault.needed(officer) == {Slot(STREAM, "officer.name")}
    signed = entry(
        UnitReportSealed(report_digest="0" * 64, sealed_by=Sealer.UNION, seal="示例", signer=Sealed(clear=CANARY)), 3
    )
    assert vault.needed(signed) == {Slot(uuid5(STREAM, "signer:3"), "unit.signer")}


@pytest.mark.parametrize(
    ("onto", "field"),
    [
        (registered(stream=uuid4()), "contact"),
        (registered(version=2), "contact"),
        (details(), "contact"),
        (objection(1), "objector"),
    ],
    ids=["stream", "version", "type", "field"],
)
def test_an_envelope_moved_elsewhere_does_not_open(onto: Entry[Event], field: str) -> None:
    keys = keys_for(registered())
    forged = moved(vault.seal(registered(), keys), onto, field)
    # The strongest thief: whoever moves it also has the key lie in the slot where it will be sought.
    there = {slot: key for slot in vault.needed(forged) for key in keys.values()}
    with pytest.raises(SealBroken, match="moved or altered"):
        vault.open_entry(forged, there)


@pytest.mark.parametrize(
    "change",
    [
        {"ct": "AAAA" * 8},
        {"nonce": "A" * 16},
        {"nonce": ""},
        {"ct": "not base64url!"},
        {"kc": "A" * 43},
        {"kid": UUID(int=1)},
        {"subject": UUID(int=2)},
    ],
    ids=str,
)
def test_an_altered_envelope_does_not_open(change: dict[str, str | UUID]) -> None:
    keys = keys_for(registered())
    sealed = vault.seal(registered(), keys)
    contact = replace(sealed.event.contact, **change)  # type: ignore[attr-defined]
    altered = sealed.model_copy(update={"event": sealed.event.model_copy(update={"contact": contact})})
    with pytest.raises(SealBroken):
        vault.open_entry(altered, keys)


def _times(a: int, b: int) -> int:
    """Product in GF(2^128) as GCM writes it (NIST SP 800-38D §6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = b >> 1 ^ (0xE1 << 120 if b & 1 else 0)
    return product


def _inverse(a: int) -> int:
    result = 1 << 127
    for _ in range(127):
        a = _times(a, a)
        result = _times(result, a)
    return result


def _one_ciphertext_for(one: bytes, other: bytes, nonce: bytes, associated: bytes) -> bytes:
    """A ciphertext of one block and its tag that AES-GCM opens under both keys."""
    squares, tags = 0, 0
    for key in (one, other):
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 (GCM's own H is one such block)
        h = int.from_bytes(encryptor.update(bytes(16)), "big")
        stream = AESGCM(key).encrypt(nonce, bytes(16), associated)[:16]
        squares ^= _times(h, h)
        tags ^= int.from_bytes(AESGCM(key).encrypt(nonce, stream, associated)[16:], "big")
    block = _times(tags, _inverse(squares)).to_bytes(16, "big")
    first = Cipher(algorithms.AES(one), modes.GCM(nonce)).encryptor()
    first.authenticate_additional_data(associated)
    plain = bytes(x ^ y for x, y in zip(block, first.update(bytes(16)), strict=True))
    return AESGCM(one).encrypt(nonce, plain, associated)


def test_one_ciphertext_for_two_keys_is_refused_by_the_commitment() -> None:
    clear = registered()
    (slot,) = vault.needed(clear)
    mine, other = some_key(), some_key()
    assert mine.key is not None
    assert other.key is not None
    place = b"concord/sealed/v1\0" + STREAM.bytes + (1).to_bytes(8, "big") + b"unit.registered\0contact"
    nonce = bytes(12)
    both = _one_ciphertext_for(mine.key, other.key, nonce, place)
    assert AESGCM(mine.key).decrypt(nonce, both, place) != AESGCM(other.key).decrypt(nonce, both, place)

    sealed = vault.seal(clear, {slot: mine})
    parts = {"nonce": "A" * 16, "ct": vault.sealing._text(both)}
    contact = replace(sealed.event.contact, **parts)  # type: ignore[attr-defined]
    two_faced = sealed.model_copy(update={"event": sealed.event.model_copy(update={"contact": contact})})
    with pytest.raises(SealBroken, match="commitment"):
        vault.open_entry(two_faced, {slot: replace(other, kid=mine.kid)})


def test_a_destroyed_key_leaves_its_field_masked_and_the_others_open() -> None:
    clear = entry(UnitHeard(by_role={"chair": Sealed(clear="示例甲"), "clerk": Sealed(clear="示例乙")}))
    keys = keys_for(clear)
    sealed = vault.seal(clear, keys)
    gone = Slot(vault.subject_of(clear, "by_role.chair"), "unit.by_role.chair")
    keys[gone] = replace(keys[gone], key=None)
    opened = vault.open_entry(sealed, keys).event.by_role  # type: ignore[attr-defined]
    assert not opened["chair"].is_clear
    assert opened["clerk"].clear == "示例乙"


def test_nothing_is_sealed_for_somebody_erased() -> None:
    clear = registered()
    keys = {slot: replace(key, key=None) for slot, key in keys_for(clear).items()}
    with pytest.raises(Erased, match=r"unit\.contact"):
        vault.seal(clear, keys)


def test_an_envelope_entered_in_place_of_a_text_is_refused() -> None:
    keys = keys_for(registered())
    sealed = vault.seal(registered(), keys)
    with pytest.raises(Malformed, match="/contact"):
        vault.seal(sealed, keys)


def test_nothing_in_clear_or_of_a_key_shows_in_a_representation(tmp_path: Path) -> None:
    clear = registered()
    key = some_key()
    assert key.key is not None
    shown = repr(clear) + str(clear.event) + f"{clear.event.contact}"  # type: ignore[attr-defined]
    assert "13800000000" not in shown
    assert MASK in shown
    assert repr(key.key) not in repr(key)
    assert "AESGCM" not in repr(KeyFile.at(tmp_path / "kek"))
