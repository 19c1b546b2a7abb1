"""Every benchmark runs in a small way and says what it found; no timing is asserted."""

from __future__ import annotations

import json

import pytest

from deploy.bench.run import CASES, run

FIELDS = {"case", "ours", "unit", "peer", "ratio_to_peer", "limit", "ratio_to_limit"}
FOUND = {
    "append": ["append-1", "append-8", "append-32"],
    "http": ["http-command"],
    "rebuild": ["rebuild-board"],
    "history": ["history-1000"],
    "latency": ["latency"],
    "growth": ["growth"],
}
WITHOUT_PEER = {"http-command", "history-1000", "growth"}


@pytest.mark.parametrize("name", list(CASES))
def test_a_quick_run_prints_its_figures_as_the_last_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    documents = run(name, json=True, quick=True)
    printed = capsys.readouterr().out.splitlines()
    assert json.loads(printed[-1]) == documents
    assert [document["case"] for document in documents] == FOUND[name]
    for document in documents:
        assert document.keys() == FIELDS
        assert document["ours"] > 0
        assert (document["peer"] is None) == (document["case"] in WITHOUT_PEER)
        for other in ("peer", "limit"):
            ratio = document[f"ratio_to_{other}"]
            assert (ratio is None) == (document[other] is None)
            assert ratio is None or ratio == pytest.approx(document["ours"] / document[other], rel=0.01)


def test_the_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    run("history", json=False, quick=True)
    printed = capsys.readouterr().out
    assert "history-1000" in printed
    assert "对照 peer" in printed
    assert not printed.splitlines()[-1].startswith("[")


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(KeyError):
        run("nothing", json=False, quick=True)
