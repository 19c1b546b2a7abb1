"""Papers outside the database: a folder and a store that speaks S3 do the same, and lose and invent nothing."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection
from pydantic import ValidationError
from s3_server import BUCKET, KEY, REGION, S3, SECRET, s3
from typer.testing import CliRunner
from world import PROVINCE, World

from deploy.cli import app
from deploy.moving_papers import Moved, move
from services import content
from services.casework.register.state import register_stream
from services.errors import Unavailable
from services.paper_stores import Access, PaperStore, asking, store_at
from services.paper_stores.signature_v4 import query_of, signed
from services.settings import Settings, redacted
from services.verifier import tables
from services.verifier.verify import verify

REGISTER = register_stream(PROVINCE)
PAPERS = [f"%PDF-1.7 示例{number}".encode() for number in range(5)]
DIGESTS = [sha256(data).hexdigest() for data in PAPERS]


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3]:
    with s3() as kept:
        yield kept


def in_bucket(kept: S3, prefix: str = "", **other: str) -> PaperStore:
    access = Access(kept.address, REGION, KEY, SECRET)
    return store_at(f"s3://{BUCKET}{prefix}", replace(access, **other))


def in_folder(path: Path) -> PaperStore:
    return store_at(path.as_uri(), None)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, bucket: S3, tmp_path: Path) -> PaperStore:
    return in_folder(tmp_path) if request.param == "folder" else in_bucket(bucket, f"/{tmp_path.name.strip('_')}")


def test_a_request_is_signed_as_the_documentation_of_s3_shows() -> None:
    headers = signed(
        "GET", "examplebucket.s3.amazonaws.com", "/", query_of({"prefix": "J", "max-keys": "2"}), b"",
        moment=datetime(2013, 5, 24, tzinfo=UTC), region="us-east-1",
        key="AKIAIOSFODNN7EXAMPLE", secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )  # fmt: skip
    assert headers["authorization"].endswith(
        "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )


def test_a_store_keeps_gives_lists_and_deletes(store: PaperStore) -> None:
    for digest, data in zip(DIGESTS, PAPERS, strict=True):
        assert store.get(digest) is None
        store.put(digest, data)
        store.put(digest, data)
        assert store.get(digest) == data
    assert sorted(digest for digest, _ in store.listed()) == sorted(DIGESTS)
    assert all(at.tzinfo is not None for _, at in store.listed())
    for digest in DIGESTS:
        store.delete(digest)
        store.delete(digest)
    assert list(store.listed()) == []


@pytest.mark.parametrize("name", ["../" * 20 + "etc/passwd", "/etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", ""])
def test_a_name_that_came_from_outside_never_becomes_a_path(store: PaperStore, name: str) -> None:
    asked: list[Callable[[], object]] = [
        lambda: store.get(name), lambda: store.put(name, b"x"), lambda: store.delete(name)
    ]  # fmt: skip
    for one in asked:
        with pytest.raises(ValueError, match="not a SHA-256"):
            one()
    assert list(store.listed()) == []


def must_be_away(store: PaperStore) -> None:
    asked: list[Callable[[], object]] = [
        lambda: store.get(DIGESTS[0]), lambda: store.put(DIGESTS[0], PAPERS[0]), lambda: store.delete(DIGESTS[0]),
        lambda: list(store.listed()),
    ]  # fmt: skip
    for one in asked:
        with pytest.raises(Unavailable):
            one()


def test_a_folder_that_is_away_is_not_made_and_other_files_in_it_are_not_ours(tmp_path: Path) -> None:
    must_be_away(in_folder(tmp_path / "mount"))
    assert not (tmp_path / "mount").exists()
    store, shelf = in_folder(tmp_path), tmp_path / DIGESTS[0][:2]
    shelf.mkdir()
    for other in (tmp_path / DIGESTS[0], shelf / "notes.txt", shelf / ("0" * 64)):
        other.write_bytes(b"other")
    assert list(store.listed()) == []
    # a process ended while it wrote
    (shelf / f"{DIGESTS[0]}.part").write_bytes(b"%PDF")
    assert (store.get(DIGESTS[0]), [digest for digest, _ in store.listed()]) == (None, [DIGESTS[0]])
    store.delete(DIGESTS[0])
    assert list(store.listed()) == []


def test_a_bucket_that_is_away_or_takes_no_such_key_says_so(bucket: S3) -> None:
    must_be_away(in_bucket(bucket, secret="another"))
    assert bucket.refused[-4:] == ["SignatureDoesNotMatch"] * 4
    must_be_away(in_bucket(bucket, endpoint="http://127.0.0.1:9"))
    must_be_away(store_at("s3://nowhere", Access(bucket.address, REGION, KEY, SECRET)))


def test_a_store_that_hangs_holds_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    going_on = threading.Event()

    async def ask(work: Callable[[], object]) -> object:
        try:
            return await asking.asked(work)
        except Unavailable as away:
            return str(away)

    async def while_it_hangs() -> list[object]:
        first = await asyncio.gather(*(ask(going_on.wait) for _ in range(asking.AT_ONCE + 1)))
        return [*first, await ask(lambda: "not asked")]

    answers = asyncio.run(while_it_hangs())
    assert ["does not answer" in str(one) for one in answers] == [True] * asking.AT_ONCE + [False] * 2
    assert all("too many wait" in str(one) for one in answers[asking.AT_ONCE :])
    going_on.set()
    assert asyncio.run(ask(lambda: "there again")) == "there again"


@pytest.mark.parametrize(
    ("name", "value"),
    [("papers", "/srv/papers"), ("papers", "file://host/papers"), ("papers", "s3://X/y"), ("papers", "s3://papers/../x"),
     ("papers", "s3://papers/a"), ("papers_endpoint", "ftp://x"), ("papers_endpoint", "https://name:secret@x")],
)  # fmt: skip
def test_where_no_papers_can_lie_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value})


def test_the_secret_is_not_shown(bucket: S3) -> None:
    assert SECRET not in json.dumps(redacted(Settings(**set_to(bucket))))


def set_to(kept: S3) -> dict[str, Any]:
    return {
        "papers": f"s3://{BUCKET}/hunan", "papers_endpoint": kept.address, "papers_region": REGION, "papers_key": KEY,
        "papers_secret": SECRET,
    }  # fmt: skip


@pytest.fixture(scope="module")
def set_besides(bucket: S3) -> dict[str, Any]:
    """The register of this module keeps its papers in the bucket."""
    return set_to(bucket)


def name_in(digest: str) -> str:
    return f"hunan/{digest[:2]}/{digest}"


def put(served: World, data: bytes) -> Any:
    headers = served.headers("county-hr-officer", **{"Content-Type": "application/pdf"})
    return served.client.put("/api/v1/documents/content", content=data, headers=headers)


def got(served: World, digest: str) -> Any:
    return served.get(f"documents/content/{digest}", "data-officer")


def test_papers_lie_in_the_bucket_and_are_known_in_the_database(served: World, bucket: S3) -> None:
    assert [put(served, PAPERS[0]).status_code for _ in range(2)] == [201, 200]
    assert bucket.objects[name_in(DIGESTS[0])] == PAPERS[0]
    with psycopg.connect(served.conninfo) as conn:
        known = "SELECT size, bytes FROM documents.content WHERE sha256 = %s"
        row = conn.execute(known, [bytes.fromhex(DIGESTS[0])]).fetchone()
    assert row == (len(PAPERS[0]), None)
    assert (got(served, DIGESTS[0]).status_code, got(served, DIGESTS[0]).content) == (200, PAPERS[0])
    assert got(served, "..%2F..%2Fetc%2Fpasswd").status_code == 404
    assert bucket.refused == [one for one in bucket.refused if one == "SignatureDoesNotMatch"]


def test_bytes_that_are_others_lost_or_away_are_503_and_come_back(served: World, bucket: S3) -> None:
    key = name_in(DIGESTS[0])
    for lies in (b"%PDF-1.7 other", None):
        bucket.objects.pop(key)
        if lies is not None:
            bucket.objects[key] = lies
        assert (got(served, DIGESTS[0]).status_code, got(served, DIGESTS[0]).json()["code"]) == (503, "unavailable")
        assert put(served, PAPERS[0]).status_code == 200
        assert got(served, DIGESTS[0]).content == PAPERS[0]
    bucket.away = True
    assert (got(served, DIGESTS[0]).status_code, put(served, PAPERS[1]).status_code) == (503, 503)
    bucket.away = False
    assert got(served, DIGESTS[1]).status_code == 404, "nothing was known of it"
    assert put(served, PAPERS[1]).status_code == 201


def test_what_is_lost_damaged_or_not_known_is_found(served: World, bucket: S3) -> None:
    store = in_bucket(bucket, "/hunan")
    before = verify(served.conninfo, papers=store, note=False)
    assert (before.findings, [one.sha256 for one in before.orphans]) == ([], DIGESTS[:2])
    bucket.objects.pop(name_in(DIGESTS[0]))
    bucket.objects[name_in(DIGESTS[1])] = b"other"
    bucket.objects[name_in(DIGESTS[2])] = PAPERS[2]
    found = verify(served.conninfo, papers=store, note=False)
    assert {(one.row.split()[-1], one.en) for one in found.findings} == {
        (DIGESTS[0], "its bytes are not in the store of papers"), (DIGESTS[1], "its bytes are not of its digest")
    }  # fmt: skip
    assert [one.sha256 for one in found.orphans] == DIGESTS[:3]
    bucket.away = True
    (away,) = verify(served.conninfo, papers=store, note=False).findings
    assert "2 papers lie outside, and were not looked at" in away.en
    bucket.away = False
    (unset,) = verify(served.conninfo, note=False).findings
    assert "CONCORD_PAPERS" in unset.en
    assert [put(served, data).status_code for data in PAPERS[:3]] == [200, 200, 201], "each is there again, and known"
    assert verify(served.conninfo, papers=store, note=False).findings == []


def test_a_destruction_destroys_in_the_bucket_too_and_waits_while_it_is_away(
    served: World, bucket: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.days_later(3_700)
    body = {"line": "unnamed", "reason": "示例：保管期满"}
    (proposed,) = served.must("data-officer", REGISTER, "destroy-content", body, kinds="registers")["events"]
    at = served.version(REGISTER, "registers")
    second = {"proposal": at, "digest": proposed["event"]["digest"]}

    def by_another(key: str) -> int:
        answer = served.decide("data-officer-2", REGISTER, "second-act", second, kinds="registers", at=at, key=key)
        return answer.status_code

    key, store = str(uuid4()), in_bucket(bucket, "/hunan")
    bucket.away = True
    assert by_another(key) == 503
    bucket.away = False
    assert got(served, DIGESTS[0]).status_code == 200
    undone = verify(served.conninfo, papers=store, note=False)
    assert (undone.findings, undone.under_way) == ([], sorted(DIGESTS[:3]))
    monkeypatch.setattr(tables, "LONGEST_WAY", timedelta(0))
    left_lying = verify(served.conninfo, papers=store, note=False)
    assert {one.en for one in left_lying.findings} == {"its destruction is certified, and not done"}
    assert left_lying.under_way == []
    assert by_another(key) in (200, 201), "the same again does what is left"
    assert [key for key in bucket.objects if key.startswith("hunan/")] == []
    assert (got(served, DIGESTS[0]).status_code, got(served, DIGESTS[0]).json()["code"]) == (410, "destroyed")
    assert verify(served.conninfo, papers=store, note=False).findings == []
    bucket.objects[name_in(DIGESTS[0])] = PAPERS[0]
    left = verify(served.conninfo, papers=store, note=False)
    assert ([one.en for one in left.findings], left.orphans) == (["was destroyed, and its bytes are there"], [])
    assert by_another(key) in (200, 201)
    assert name_in(DIGESTS[0]) not in bucket.objects


def kept_in(conninfo: str, papers: PaperStore | None, *, some: slice) -> None:
    async def keep() -> None:
        async with await AsyncConnection.connect(conninfo, autocommit=True) as conn:
            for data in PAPERS[some]:
                await content.store(conn, papers, "application/pdf", data)

    asyncio.run(keep())


def read_from(conninfo: str, papers: PaperStore | None) -> list[bytes]:
    async def read() -> list[bytes]:
        async with await AsyncConnection.connect(conninfo, autocommit=True) as conn:
            found = [await content.known(conn, digest) for digest in DIGESTS]
        return [(await content.whole(papers, one)).data for one in found if one is not None]

    return asyncio.run(read())


def test_papers_are_moved_from_anywhere_to_anywhere_and_nothing_is_left_behind(
    database: str, bucket: S3, tmp_path: Path
) -> None:
    kept_in(database, None, some=slice(5))
    there, folder = in_bucket(bucket, "/moved"), in_folder(tmp_path)
    with psycopg.connect(database, autocommit=True) as conn:
        bucket.away = True
        with pytest.raises(Unavailable):
            move(conn, there)
        bucket.away = False
        assert read_from(database, None) == PAPERS, "nothing was lost"
        said: list[tuple[int, int]] = []
        assert move(conn, there, progress=lambda *told: said.append(told)) == Moved(moved=5)
        assert said[-1] == (5, 5)
        assert move(conn, there) == Moved(there=5)
        assert read_from(database, there) == PAPERS
        assert conn.execute("SELECT count(bytes) FROM documents.content").fetchone() == (0,)
        with pytest.raises(Unavailable):
            read_from(database, None)
        # whoever was stopped between two papers, and between a paper and its deletion, goes on
        folder.put(DIGESTS[0], PAPERS[0])
        bucket.objects.pop(f"moved/{DIGESTS[1][:2]}/{DIGESTS[1]}")
        assert move(conn, folder, there) == Moved(moved=3, there=1, missing=[DIGESTS[1]])
        assert list(there.listed()) == []
        kept_in(database, folder, some=slice(5))
        assert read_from(database, folder) == PAPERS
        assert move(conn, None, folder) == Moved(moved=5)
        assert (read_from(database, None), list(folder.listed())) == (PAPERS, [])
        assert move(conn, None, folder) == Moved(there=5)
        for forbidden in ("UPDATE documents.content SET size = 1", "UPDATE documents.content SET bytes = bytes",
                          "UPDATE documents.content SET bytes = NULL, media_type = 'x/y'"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(forbidden)
    assert verify(database, note=False).findings == []


def test_the_command_moves_and_says_what_it_did(
    database: str, tmp_path: Path, bucket: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, [*arguments, "--json"])
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if code != 2 else result.output

    kept_in(database, None, some=slice(3))
    monkeypatch.setenv("CONCORD_DATABASE_URL", database)
    monkeypatch.setenv("CONCORD_DATA_DIR", str(tmp_path / "data"))
    for name, value in set_to(bucket).items():
        monkeypatch.setenv(f"CONCORD_{name.upper()}", value)
    assert said("papers", "move") == {"moved": 3, "there": 0, "missing": []}
    verified = said("verify", "--no-projections")
    assert (verified["findings"], len(verified["orphans"])) == ([], 3)
    (tmp_path / "papers").mkdir()
    monkeypatch.setenv("CONCORD_PAPERS", (tmp_path / "papers").as_uri())
    assert said("papers", "move", "--from", f"s3://{BUCKET}/hunan") == {"moved": 3, "there": 0, "missing": []}
    assert read_from(database, in_folder(tmp_path / "papers")) == PAPERS[:3]
    assert "--from" in said("papers", "move", "--from", (tmp_path / "papers").as_uri(), code=2)
    monkeypatch.delenv("CONCORD_PAPERS")
    assert said("papers", "move", code=1)["missing"] == sorted(DIGESTS[:3])
