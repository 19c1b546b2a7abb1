"""Every field has a short name and a meaning, in Chinese and English."""

from __future__ import annotations

import re

import pytest
from vocabulary import MODELS

from events.labels import all_labels, label_key, label_of
from events.record import EntryVoided
from events.registry import COMMON
from events.unit.application import UnitApplicationForwarded
from events.unit.self_evaluation import UnitReportAdopted

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIELDS = [(model, field) for model in MODELS for field in model.model_fields]


def test_every_field_is_named_and_explained() -> None:
    for model in MODELS:
        for field in model.model_fields:
            place = f"{model.__name__}.{field}"
            zh, en, help_zh, help_en = label_of(model, field)
            assert CHINESE.search(zh), place
            assert CHINESE.search(help_zh), place
            assert CHINESE.search(en + help_en) is None, place
            assert 0 < len(zh) <= 10, place
            assert 0 < len(en) <= 24, place
            assert zh[-1] not in "。；，", place
            assert en[-1] not in ".;,", place
            assert help_zh.endswith("。"), place
            assert help_en.endswith("."), place
            assert en[0].isupper(), place
            assert help_en[0].isupper(), place


def test_every_label_is_of_some_field() -> None:
    assert {label_key(owner, field) for owner, field in FIELDS} == all_labels().keys()


def test_a_class_has_its_own_words_before_those_of_its_base_and_of_the_name() -> None:
    assert label_of(UnitReportAdopted, "present")[:2] == ("到会人数", "Present")
    assert label_of(UnitApplicationForwarded, "from_") == label_of(UnitApplicationForwarded, "from")
    assert label_key(UnitApplicationForwarded, "from_") == "UnitApplicationForwarded.from"
    assert label_of(COMMON["officer"].entry_voided, "version") == label_of(EntryVoided, "version")


def test_a_field_nobody_explained_is_named() -> None:
    with pytest.raises(KeyError, match=r"UnitReportAdopted\.dreams"):
        label_of(UnitReportAdopted, "dreams")
