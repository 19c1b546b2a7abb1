"""What anybody looks up without signing in: the roll, a plaque, publicity and objections, announcements."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from world import World, credit_code

from events.places import PLACES
from services.casework.pack import load_pack
from services.casework.pack_public import SUBJECTS

PLAQUE = "示例-湘-2026-0041"
PAGES = ("/roll", "/roll/check", "/help/public", "/publicity", "/announcements", "/objections", f"/p/{PLAQUE}")


@pytest.fixture(scope="module")
def anybody(served: World) -> httpx2.Client:
    """Somebody without an account, whose browser keeps what it is given."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}
    return httpx2.Client(base_url=served.client.base_url, timeout=30, headers=headers)


@pytest.fixture(scope="module")
def public(served: World) -> UUID:
    """An enterprise in publicity."""
    unit = served.to_publicity(38)
    begin(served, unit)
    shown(served)
    return unit


@pytest.fixture(scope="module")
def named(served: World, public: UUID) -> UUID:
    """An enterprise that was named and got its plaque; the clock of the register stands after it."""
    unit = served.to_publicity(37)
    begin(served, unit)
    served.days_later(15)
    served.must("province-hr-officer", unit, "complete-publicity", {})
    served.must("province-hr-approver", unit, "name", {"document_number": "示例〔2026〕37号"})
    served.must("province-hr-officer", unit, "issue-plaque", {"plaque": PLAQUE})
    shown(served)
    return unit


def begin(served: World, unit: UUID) -> None:
    dates = {"from": served.today.isoformat(), "until": (served.today + timedelta(days=14)).isoformat()}
    served.must("province-hr-officer", unit, "start-publicity", {**dates, "channel": "示例网站"})


def shown(served: World) -> None:
    """Until the projections hold what was stored."""
    last = served.get("events?after=0&limit=2000").json()["position"]
    deadline = time.monotonic() + 20
    while served.get(f"units?min_position={last}").status_code != 200:
        assert time.monotonic() < deadline
    served.get(f"acts?min_position={last}")


# --- publicity and objections; before the clock is moved on -----------------------------------------------------------


def object_to(anybody: httpx2.Client, unit: UUID, **more: str) -> httpx2.Response:
    body = {"ground": "拖欠工资", "text": "示例：十月份加班费未按约定发放", ".command": str(uuid4()), **more}
    return anybody.post(f"/publicity/{unit}/object", data=body)


def test_who_is_in_publicity_is_listed_and_objected_to_with_a_receipt(
    served: World, anybody: httpx2.Client, public: UUID
) -> None:
    page = anybody.get("/publicity").text
    assert "示例企业38号" in page
    assert f"/publicity/{public}/object" in page
    assert anybody.get(f"/publicity/{public}/object").status_code == 200
    sent = object_to(anybody, public, objector="示例人乙 13800000000")
    assert sent.status_code == 303, sent.text
    receipt = anybody.get(sent.headers["location"]).text
    assert "核查中" in receipt
    assert re.search(r"应于 \d{4}-\d\d-\d\d 前答复", receipt)
    assert "示例人乙" not in receipt
    entry = served.get(f"units/{public}/events").json()["events"][-1]
    assert entry["type"] == "unit.objection-raised.v1"
    assert "示例人乙" not in str(entry), "who objects is sealed"


def test_an_objection_sent_twice_is_one(served: World, anybody: httpx2.Client, public: UUID) -> None:
    before, command = served.version(public), str(uuid4())
    first, again = (object_to(anybody, public, **{".command": command}) for _ in range(2))
    assert first.headers["location"] == again.headers["location"]
    assert served.version(public) == before + 1


def test_what_is_wrong_with_an_objection_is_said_and_kept(anybody: httpx2.Client, public: UUID) -> None:
    for given, said in (
        ({"ground": ""}, "请填写“异议事由”"),
        ({"text": "请打 13800000000"}, "电话"),
        ({"text": "名" * 5_000}, "f-text"),
        ({"text": "a\u202eb"}, "f-text"),
    ):
        answer = object_to(anybody, public, **given)
        assert answer.status_code == 422
        assert said in answer.text
        assert "拖欠工资" in answer.text or not given.get("ground", "x")
    assert object_to(anybody, public, text="x" * 1_000_000).status_code == 413


def test_a_forged_objection_and_a_thousand_of_them_are_turned_away(anybody: httpx2.Client, public: UUID) -> None:
    forged = anybody.post(
        f"/publicity/{public}/object", data={"ground": "a", "text": "b"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert forged.status_code == 403
    answers = [object_to(anybody, public, ground="").status_code for _ in range(60)]
    assert 429 in answers
    assert set(answers) <= {422, 429}


def test_nobody_finds_an_objection_by_guessing(anybody: httpx2.Client) -> None:
    for number in ("x", "AAAAA-AAAAA", "1", "%00", "'" * 40):
        assert anybody.get(f"/objections/{number}").status_code in (404, 429)


# --- what is public, and nothing else ---------------------------------------------------------------------------------


def test_what_is_shown_to_anybody_stands_in_the_table_of_what_is_public(
    served: World, anybody: httpx2.Client, public: UUID
) -> None:
    told = anybody.get("/api/v1/policy/public").json()
    table = {line["subject"]: line for line in told["lines"]}
    assert table.keys() == SUBJECTS.keys()
    assert all(line["clause"] and line["from"]["zh"] and line["until"]["en"] for line in table.values())
    page = anybody.get("/help/public").text
    assert all(label["zh"] in page for line in table.values() for label in line["fields"].values())
    # a unit of which nothing is public: neither its name nor that it is known
    private = served.register(39)
    answer = anybody.post("/roll/check", data={"codes": credit_code(39)}, headers={"Accept": "application/json"})
    unknown = anybody.post("/roll/check", data={"codes": credit_code(977)}, headers={"Accept": "application/json"})
    (one,), (other,) = answer.json()["codes"], unknown.json()["codes"]
    assert {**one, "code": ""} == {**other, "code": ""}
    assert anybody.get(f"/publicity/{private}/object").status_code == 404


# --- the roll and the plaque ------------------------------------------------------------------------------------------


def test_the_roll_shows_and_finds_who_holds_a_title_today(anybody: httpx2.Client, named: UUID, public: UUID) -> None:
    page = anybody.get("/roll").text
    assert "示例企业37号" in page
    assert "示例企业38号" not in page, "what is only in publicity is not on the roll"
    assert "示例企业37号" in anybody.get("/roll", params={"q": "37号"}).text
    assert "名录中没有符合条件的单位" in anybody.get("/roll", params={"q": "没有这家"}).text


def test_the_roll_is_given_as_a_table_and_as_linked_data(anybody: httpx2.Client, named: UUID) -> None:
    table = anybody.get("/roll.csv", headers={"Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert credit_code(37) in table.text
    for nothing in ("zz=1", "title=zz", "place=zz"):
        assert anybody.get(f"/roll.csv?{nothing}", headers={"Accept": "*/*"}).status_code == 422, nothing
    linked = anybody.get("/roll.jsonld", headers={"Accept": "application/ld+json"}).json()
    assert linked["@type"] == "ItemList"
    assert credit_code(37) in {one["identifier"] for one in linked["itemListElement"]}


def test_R_38_the_rolls_table_read_by_another_program_is_what_the_api_tells(
    served: World, anybody: httpx2.Client, named: UUID
) -> None:
    pack = load_pack()
    told = {
        (
            row["code"], row["name"], PLACES[row["place"]].zh, pack.label(row["title"], "zh"), row["term_from"],
            row["term_until"],
        )
        for row in served.get("ledgers/roll", "auditor").json()["rows"]
    }  # fmt: skip
    with psycopg.connect(served.conninfo) as conn:
        conn.execute("CREATE TEMP TABLE roll (code text, name text, place text, title text, since text, until text)")
        with conn.cursor().copy("COPY roll FROM STDIN (FORMAT csv, HEADER, ENCODING 'utf8')") as copy:
            copy.write(anybody.get("/roll.csv", headers={"Accept": "text/csv"}).content.removeprefix(b"\xef\xbb\xbf"))
        rows = conn.execute("SELECT * FROM roll").fetchall()
    assert credit_code(37) in {code for code, *_ in rows}
    assert len(rows) == len(set(rows)) == len(told)
    assert set(rows) == told


def test_R_38_the_roll_as_linked_data_says_by_its_own_context_what_the_api_tells(
    served: World, anybody: httpx2.Client, named: UUID
) -> None:
    """Expanded as JSON-LD 1.1 (5.1) has it, from a context that stands in the file."""
    linked = anybody.get("/roll.jsonld", headers={"Accept": "application/ld+json"}).json()
    context = linked["@context"]
    assert isinstance(context, dict), "no reader has to fetch a context from elsewhere"
    assert context["itemListElement"] == {"@container": "@list"}, "the order is kept"
    vocabulary = context["@vocab"]

    def expanded(item: dict[str, str]) -> dict[str, tuple[str, str | None]]:
        types = {name: context.get(name, {}).get("@type") for name in item}
        return {vocabulary + name: (value, types[name]) for name, value in item.items() if not name.startswith("@")}

    pack, items = load_pack(), linked["itemListElement"]
    assert {item["@type"] for item in items} == {"Organization"}
    told = {
        (
            (row["name"], None), (row["code"], None), (pack.label(row["title"], "zh"), None),
            (PLACES[row["place"]].zh, None), (row["term_from"], "Date"), (row["term_until"], "Date"),
        )
        for row in served.get("ledgers/roll", "auditor").json()["rows"]
    }  # fmt: skip
    words = ("name", "identifier", "award", "areaServed", "validFrom", "validThrough")
    assert {tuple(expanded(item)[f"https://schema.org/{word}"] for word in words) for item in items} == told
    assert len(items) == len(told)


def test_a_thousand_codes_are_checked_at_once(anybody: httpx2.Client, named: UUID) -> None:
    codes = [credit_code(number) for number in range(37, 1_037)]
    start = time.perf_counter()
    answer = anybody.post("/roll/check", data={"codes": "\n".join(codes)}, headers={"Accept": "application/json"})
    took = time.perf_counter() - start
    found = {one["code"]: one["held"] for one in answer.json()["codes"]}
    assert len(found) == 1_000
    assert found[credit_code(37)]
    assert not found[credit_code(1_036)]
    assert took < 5
    assert anybody.post("/roll/check", data={"codes": " ".join([*codes, "one-more"])}).status_code == 422
    assert "今日持有" in anybody.post("/roll/check", data={"codes": credit_code(37)}).text


def test_a_plaque_says_whether_it_holds_since_when_and_by_which_decision(anybody: httpx2.Client, named: UUID) -> None:
    page = anybody.get(f"/p/{PLAQUE}").text
    assert "示例企业37号" in page
    assert "有效" in page
    assert "示例〔2026〕37号" in page
    assert "<svg" in page
    assert 'class="qr"' in page
    for unknown in ("示例-没有", "<script>alert(1)</script>", "x" * 400, "%2e%2e"):
        answer = anybody.get(f"/p/{unknown}")
        assert answer.status_code == 404
        assert "<script>alert" not in answer.text


def test_a_plaque_of_a_title_that_ended_says_so(served: World, anybody: httpx2.Client, named: UUID) -> None:
    before = served.clock.ahead
    served.days_later(2_000)
    page = anybody.get(f"/p/{PLAQUE}").text
    served.clock.ahead = before
    assert "无效" in page


@pytest.mark.parametrize("path", PAGES)
def test_public_pages_set_no_cookie_are_cacheable_and_speak_both_languages(
    anybody: httpx2.Client, named: UUID, path: str
) -> None:
    for language, word in (("zh", "zh-CN"), ("en", 'lang="en"')):
        answer = anybody.get(path, params={"lang": language}, headers={"Cookie": "concord_lang=en; concord_session=x"})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert word in answer.text
        again = anybody.get(path, params={"lang": language}, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert len(answer.content) < 120 * 1024
        assert "<script" not in answer.text
        assert " style=" not in answer.text
