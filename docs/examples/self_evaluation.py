"""Print a self-evaluation filled in from the register's own checklist and survey, every standard met in full."""

import json
import os
import sys
from pathlib import Path
from urllib.request import Request, urlopen

who, workers, digest = sys.argv[1], int(sys.argv[2]), sys.argv[3]
told = json.loads(Path(os.environ["ACCOUNTS"]).read_text("utf-8"))


def rows(table):
    """A table of the policy pack in force."""
    path = table.replace("_", "-")
    headers = {"Authorization": "Bearer " + told["accounts"][who]["token"]}
    with urlopen(Request(f"{told['base']}/api/v1/{path}", None, headers), timeout=60) as answer:
        return json.load(answer)[table]


checklist = next(one for one in rows("standard_sets") if "enterprise" in one["kinds"])
body = {
    "standard_set": checklist["value"],
    "conducted_by": checklist["conducted_by"],
    "items": [{"standard": one["value"], "score": one["score"]} for one in checklist["standards"]],
    "survey": {
        "entitled": workers,
        "answered": workers,
        "scores": {one["value"]: 92 for one in rows("indicators")},
    },
    "training_funds": {"total": 10_000_00, "front_line": 7_000_00},
    "report": {"sha256": digest, "media_type": "application/pdf", "title": "自评报告（示例）", "size": 1000},
}
print(json.dumps(body, ensure_ascii=False))
