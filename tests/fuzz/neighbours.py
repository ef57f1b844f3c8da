"""Damage inside one record: every other record still comes out, with its Id and its whole AuditData."""

from __future__ import annotations

import io
from collections.abc import Mapping
from random import Random

from omeviz.load import Loader, LoadOptions
from tests.fuzz.mutate import TOKENS
from tests.sample_parts.story import story

REACH = 200
"""Bytes behind the beginning of an Id within which the damage is: its record goes on for longer."""

IDS = tuple(event.id for event in story())

NAMES = (
    *("powershell51_utf16.csv", "powershell7_as_needed.csv", "powershell7_never.csv", "formatted.csv", "purview.csv"),
    *("semicolon_dmy.csv", "graph.csv", "splunk.csv", "defender.csv", "powershell51.json", "management_activity.json"),
    *("graph_pages.json", "extractor.jsonl", "elastic.json", "hawk_list.txt", "hawk.xml"),
)
"""Samples in which nothing but the damage is wrong."""


def damaged(seed: int, files: Mapping[str, bytes]) -> tuple[str, str, bytes, str]:
    """The file of a seed: its name, the Id of the damaged record, its bytes, and what was done."""
    random = Random(seed)
    name = NAMES[seed % len(NAMES)]
    data = files[name]
    wide = data[:2] == b"\xff\xfe"
    places = {}
    for identity in IDS:
        place = data.find(identity.encode("utf-16-le" if wide else "ascii"))
        if place > 0:
            places[identity] = place
    identity = random.choice(sorted(places))
    at = places[identity] + random.randrange(REACH) // 2 * 2
    token = random.choice([token for token in TOKENS if b"\n" not in token and b"\r" not in token])
    if wide:
        token = token.decode("latin-1").encode("utf-16-le")
    gone = random.choice((0, 0, 2, 10))
    what = f"{token!r} in place of {data[at : at + gone]!r} at {at}"
    return name, identity, data[:at] + token + data[at + gone :], what


def check(seed: int, files: Mapping[str, bytes]) -> str:
    """The name of the file, where nothing of the other records is lost.

    Raises:
        AssertionError: What is lost.
    """
    name, identity, data, what = damaged(seed, files)
    for careful in (True, False):
        before, after = _records(files[name], careful=careful), _records(data, careful=careful)
        lost = [other for other in before if other != identity and after.get(other) != before[other]]
        assert not lost, f"{name}: {what}, in {identity}: {len(lost)} of {len(before)} lost: {lost[:3]}"
    return name


def _records(data: bytes, *, careful: bool) -> dict[str, str | None]:
    """Id -> AuditData."""
    loader = Loader(["-"], LoadOptions(stdin=io.BytesIO(data), careful=careful))
    for _ in loader.run():
        pass
    store = loader.store
    assert store is not None
    records = [store.record(row) for row in range(store.record_count)]
    return {str(record.fields.get("id")): record.audit_text for record in records}
