"""Files made to take all memory: named with their limit, in every container, and what was read before is kept."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from functools import partial

import pytest

from omeviz.load import Loader, LoadOptions
from tests.make_samples import SAMPLES
from tests.sample_parts.archive_files import zip_of, zst
from tests.sample_parts.clixml_text import hawk_clixml
from tests.sample_parts.rows import rows_of
from tests.sample_parts.story import story
from tests.sample_parts.xlsx_book import packed, parts_of

LIMIT = 256 << 10
EVENTS = b"".join((SAMPLES / "purview_old.csv").read_bytes().splitlines(keepends=True)[:6])
WAYS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": partial(bz2.compress, compresslevel=1),
    "xz": partial(lzma.compress, preset=0),
    "zstd": zst,
    "zip": lambda data: zip_of({"events.csv": data}),
    "gzip in gzip": lambda data: gzip.compress(gzip.compress(data)),
    "zip in zip": lambda data: zip_of({"inner.zip": zip_of({"events.csv": data})}),
}


def load(data: bytes, *, any_size: bool = False) -> Loader:
    loader = Loader(["-"], LoadOptions(stdin=io.BytesIO(data), any_size=any_size))
    for _ in loader.run():
        pass
    return loader


@pytest.fixture(autouse=True)
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omeviz.load_steps.MOST_UNPACKED", LIMIT)


@pytest.mark.parametrize("way", WAYS)
def test_a_bomb_is_named_and_the_limit_can_be_lifted(way: str) -> None:
    bomb = WAYS[way](EVENTS + (b" " * 998 + b"\r\n") * 3_000)
    loader = load(bomb)
    assert loader.store is not None
    (failure,) = loader.failures
    assert "more than 200 times its size" in failure.message
    assert "--no-size-limit" in str(failure)
    lifted = load(bomb, any_size=True)
    assert lifted.store is not None
    assert (lifted.failures, lifted.store.record_count) == ([], 5)


def test_a_bomb_in_an_archive_costs_its_neighbours_nothing() -> None:
    bomb = EVENTS + b" " * (12 << 20)
    good = (SAMPLES / "purview_old.csv").read_bytes()
    members = {"a bomb.csv": bomb, "good.csv": good, "b bomb.csv": bomb, "last.csv": EVENTS}
    loader = load(zip_of(members))
    assert loader.store is not None
    assert [("a bomb.csv" in str(each), "b bomb.csv" in str(each)) for each in loader.failures] == [
        (True, False),
        (False, True),
    ]
    rows = {source.name: source.records for source in loader.store.sources}
    assert {name.rpartition("/")[2]: count for name, count in rows.items() if "bomb" not in name} == {
        "good.csv": len(good.splitlines()) - 1,
        "last.csv": 5,
    }


def test_many_bombs_in_an_archive_are_not_all_looked_at() -> None:
    bomb = EVENTS + b" " * (2 << 20)
    loader = load(zip_of({**{f"{number:02}.csv": bomb for number in range(12)}, "z.csv": EVENTS}))
    assert len(loader.failures) > 8
    assert "z.csv" in str(loader.failures[-1])


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'


def test_entities_in_clixml() -> None:
    text = hawk_clixml(rows_of(story()[:3])).decode("utf-16")
    (failure,) = load((ENTITIES + text.replace("MessageAccess", "&c;")).encode()).failures
    assert "declares a document type" in failure.message
    assert failure.remedy


@pytest.mark.parametrize(
    ("part", "tag"), [("xl/worksheets/sheet1.xml", "<worksheet"), ("xl/sharedStrings.xml", "<sst")]
)
def test_entities_in_a_workbook(part: str, tag: str) -> None:
    parts: dict[str, str | bytes] = {**parts_of({"a": [("CreationDate", "AuditData"), ("x", "{}")]})}
    parts[part] = str(parts[part]).replace(tag, ENTITIES + tag)
    (failure,) = load(packed(parts)).failures
    assert "declares a document type" in failure.message


def test_entities_within_a_file_that_pretends_to_be_a_page() -> None:
    (failure,) = load(ENTITIES.encode() + b"<x>&c;</x>").failures
    assert failure.message
