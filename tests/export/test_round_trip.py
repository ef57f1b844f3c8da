"""What omeviz exports, omeviz reads back: the same records with the same values."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from omeviz.events.columns import COLUMNS
from omeviz.export import export
from omeviz.load import load_all
from omeviz.store import Store
from tests.export.support import exported, objects_of
from tests.hostile import hostile_csv

SAMPLES = sorted((Path(__file__).parents[2] / "samples").iterdir())
DECODED = [column.name for column in COLUMNS if column.name != "file"]


def values(store: Store) -> pl.DataFrame:
    """Decoded columns and AuditData as texts; a CSV cannot tell an empty text from none."""
    return store.frame.select(pl.col([*DECODED, "audit"]).cast(pl.String).replace("", None))


def assert_comes_back(store: Store, folder: Path) -> None:
    target = folder / "own.csv"
    export(store, range(store.record_count), target, "csv")
    own = load_all([str(target)])
    assert own.record_count == store.record_count
    assert not own.unusable
    assert values(own).equals(values(store))


@pytest.mark.parametrize("sample", SAMPLES, ids=[path.name for path in SAMPLES])
def test_samples(sample: Path, tmp_path: Path) -> None:
    store = load_all([str(sample)])
    assert_comes_back(store, tmp_path)
    found = objects_of(exported(store, "jsonl"))
    assert len(found) == store.record_count
    assert json.loads(exported(store, "json")) == found


def test_hostile_records(tmp_path: Path) -> None:
    count = hostile_csv(tmp_path / "hostile.csv")
    store = load_all([str(tmp_path / "hostile.csv")])
    assert store.record_count == count
    assert_comes_back(store, tmp_path)


def test_chosen_columns(tmp_path: Path) -> None:
    hostile_csv(tmp_path / "hostile.csv")
    store = load_all([str(tmp_path / "hostile.csv")])
    chosen = ["time", "op", "user", "recipient"]
    target = tmp_path / "own.csv"
    export(store, range(store.record_count), target, "csv", columns=chosen)
    own = load_all([str(target)])
    columns = ["time", "operation", "user", "recipient"]
    # Without AuditData a blank cell says as little as an empty one.
    shown = pl.col(columns).cast(pl.String).str.replace(r"^\s+$", "").replace("", None)
    assert own.frame.select(shown).equals(store.frame.select(shown))
