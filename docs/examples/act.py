"""Take a decision as somebody of a demonstration, with nothing but Python; what is not given is as the register shows.

    act.py WHO KINDS/STREAM DECISION [JSON]     act.py WHO KINDS JSON (to begin a stream by its key)

WHO is an account of ACCOUNTS (the demonstration's accounts.json); the body is the example that the register gives for
the decision, with the members of JSON in their place. Prints what was stored; what was refused, with why, ends in 1.
"""

import json
import os
import sys
import uuid
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TOLD = json.loads(Path(os.environ["ACCOUNTS"]).read_text("utf-8"))


def asked(who, path, body=None, **headers):
    """The answer's document and its headers."""
    headers["Authorization"] = "Bearer " + TOLD["accounts"][who]["token"]
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        headers["Content-Type"] = "application/json"
    with urlopen(Request(f"{TOLD['base']}/api/v1/{path}", data, headers), timeout=60) as answer:
        return json.load(answer), answer.headers


def main(who, where, *rest):
    """One act."""
    if "/" not in where:
        stored, _ = asked(who, where, json.loads(rest[0]), **{"Idempotency-Key": str(uuid.uuid4())})
        return stored
    decision, given = rest[0], json.loads(rest[1]) if rest[1:] else {}
    _, headers = asked(who, where)
    known, _ = asked(who, f"{where}/decisions?options=1")
    possible = [one for one in known["decisions"] if one["decision"] == decision]
    body = next((one["example"] for one in possible if one.get("example") is not None), {}) | given
    waits = next((one["waits"] for one in possible if one.get("waits")), None)
    if waits is not None:  # an act of two persons: the second names exactly what was proposed
        body = {"proposal": waits["proposal"], "digest": waits["digest"]}
    keys = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": headers["ETag"]}
    stored, _ = asked(who, f"{where}/decisions/{decision}", body, **keys)
    return stored


try:
    done = main(*sys.argv[1:])
except HTTPError as error:
    sys.exit(f"{error.code}: {error.read().decode()}")
for event in done["events"]:
    print(event["version"], event["type"], json.dumps(event.get("event"), ensure_ascii=False)[:200])
