"""Damaged Clixml costs the objects that are damaged; hostile Clixml is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.errors import SourceError
from omeviz.sources.clixml_objects import DEEPEST
from omeviz.sources.clixml_reader import LONGEST_TAG
from tests.sample_parts.clixml_text import HEAD, Plain, clixml
from tests.sources.list_reading import Read, as_clixml, read
from tests.support import examples

COUNT = 6
OBJECTS: list[Plain] = [
    {
        "Operations": "MessageAccess",
        "AuditData": json.dumps({"Id": str(number), "Value": "x" * number}),
        "Tree": [{"Name": "a", "Value": "b"}, {"Name": "c", "Value": ["d"]}],
        "Identity": str(number),
    }
    for number in range(COUNT)
]
WHOLE = clixml(OBJECTS, end="\n")
STARTS = [place for place in range(len(WHOLE)) if WHOLE.startswith("\n  <Obj ", place)]
LISTED = clixml([OBJECTS], end="\n")


def numbers(found: Read) -> list[str | None]:
    return [row.get("Identity") for row in found.rows]


def test_the_text_is_as_the_tests_think() -> None:
    assert len(STARTS) == COUNT
    assert numbers(read(WHOLE, as_clixml)) == numbers(read(LISTED, as_clixml)) == [str(n) for n in range(COUNT)]


def test_cut_anywhere() -> None:
    for cut in range(len(HEAD), len(WHOLE), 11):
        begun = sum(cut >= start + len('\n  <Obj RefId="1">') + (place > 0) for place, start in enumerate(STARTS))
        try:
            found = read(WHOLE[:cut], as_clixml, sizes=(50,))
        except SourceError:
            assert begun == 0
            continue
        assert begun <= len(found.rows) + 1
        ended = WHOLE[:cut].count("\n  </Obj>")
        assert numbers(found)[:ended] == [str(number) for number in range(ended)]
        assert len(found.rows) - ended in (0, 1)
        assert sorted(found.damage) == ([ended] if len(found.rows) > ended else [])
        assert found.notes == [f"the XML is damaged at line {WHOLE[:cut].count(chr(10)) + 1} (the file ends too early)"]


def test_a_cut_object_keeps_what_it_had() -> None:
    cut = WHOLE.index('"Value": "xxx')
    found = read(WHOLE[: cut + 12], as_clixml)
    assert found.rows[-1] == {"Operations": "MessageAccess"}
    assert found.audits[-1] == '{"Id": "3", "Value": "xx'
    assert found.damage[3].reason.endswith("the file ends before it does")
    assert "MessageAccess" in found.damage[3].raw


@pytest.mark.parametrize("size", [7, 100, 100_000])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</MS>\n  </Obj>", "</MX>\n  </Obj>"),
        ("</MS>\n  </Obj>", "</MS>\n  </Obk>"),
        ("    </MS>\n  </Obj>\n", ""),
        ("  </Obj>\n", ""),
        ("</LST>", ""),
        ('<S N="Operations">', '<S N="Operations>'),
        ('<S N="Operations">', '<S N="Operations"'),
        ("MessageAccess", "Message&Access"),
        ("MessageAccess", "Message<Access"),
        ("MessageAccess", "Message&unknown;Access"),
        ("</S>", "</S"),
    ],
)
def test_one_wrong_place_costs_one_object(old: str, new: str, size: int) -> None:
    for text in (WHOLE, LISTED.replace("\n    ", "\n")):
        place = text.index(old, STARTS[2])
        found = read(text[:place] + text[place:].replace(old, new, 1), as_clixml, sizes=(size,))
        damaged = sorted(found.damage)
        assert len(damaged) == 1
        others = [number for row, number in enumerate(numbers(found)) if row not in damaged]
        assert others == [str(number) for number in range(COUNT) if number != damaged[0]]
        assert len(found.rows) == COUNT
        assert found.notes


def test_an_object_without_its_beginning() -> None:
    place = STARTS[2] + 1
    for text in (
        WHOLE[:place] + WHOLE[WHOLE.index("\n", place) + 1 :],
        WHOLE[:place] + WHOLE[place:].replace("<Obj", "<O-bj", 1),
        WHOLE[:place] + WHOLE[place:].replace("<Obj", "<Qbj", 1).replace("\n  </Obj", "\n  </Qbj", 1),
    ):
        found = read(text, as_clixml)
        assert numbers(found) == [str(number) for number in range(COUNT)]
        assert sorted(found.damage) == [2]


def test_damage_on_one_line() -> None:
    line = "".join(part.strip() for part in WHOLE.splitlines())
    place = line.index("MessageAccess", len(line) // 2)
    found = read((line[:place] + "<" + line[place:]).replace('"><MS>', '"><TN RefId="0"/><MS>'), as_clixml, sizes=(90,))
    assert len(found.damage) == 1
    assert len(found.rows) >= COUNT


@given(st.integers(len(HEAD), len(WHOLE) - 1), st.binary(max_size=3), st.integers(0, 3), st.integers(1, 3000))
@settings(max_examples=examples(150), deadline=None)
def test_no_bytes_do_harm(place: int, new: bytes, gone: int, size: int) -> None:
    data = WHOLE.encode()
    found = read(data[:place] + new + data[place + gone :], as_clixml, sizes=(size,))
    sound = [number for row, number in enumerate(numbers(found)) if row not in found.damage and number is not None]
    assert len(set(sound)) >= COUNT - 2


@given(st.binary(max_size=300))
@settings(max_examples=examples(100), deadline=None)
def test_rubbish(data: bytes) -> None:
    for text in (data, HEAD.encode() + data, HEAD.encode() + b"<Obj><MS>" + data):
        try:
            read(text, as_clixml, sizes=(13,))
        except SourceError:
            continue


@pytest.mark.parametrize(
    ("prologue", "name"),
    [
        ("<!DOCTYPE Objs>", "Objs"),
        ('<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>', "lolz"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">', "x"),
        ('<!DOCTYPE y [<!ENTITY % p SYSTEM "https://example.org/x.dtd"> %p;]>', "y"),
    ],
)
def test_document_types_and_entities_are_refused(prologue: str, name: str) -> None:
    for text in (prologue + WHOLE, WHOLE + prologue + WHOLE):
        with pytest.raises(SourceError, match=f"declares a document type \\({name}\\)") as caught:
            read(text, as_clixml)
        assert caught.value.remedy


def test_references_that_would_unfold_beyond_measure() -> None:
    levels = [f'<Obj N="L0" RefId="0"><LST><S>{"x" * 1000}</S></LST></Obj>']
    for level in range(1, 30):
        inside = f'<Ref RefId="{level - 1}" />' * 10
        levels.append(f'<Obj N="L{level}" RefId="{level}"><LST>{inside}</LST></Obj>')
    bomb = f'<Obj RefId="999"><MS><S N="Operations">x</S>{"".join(levels)}</MS></Obj>'
    found = read(WHOLE.replace("</Objs>", bomb + "</Objs>"), as_clixml)
    assert len(found.rows) == COUNT + 1
    assert "references" in found.damage[COUNT].reason
    assert sum(map(len, found.rows[COUNT].values())) < 100_000_000


@pytest.mark.parametrize("depth", [DEEPEST // 2, 100_000])
def test_deep_nesting(depth: int) -> None:
    inside = "<LST><Obj>" * depth + "</Obj></LST>" * depth
    deep = f'<Obj RefId="9"><MS><S N="Identity">9</S><Obj N="Deep">{inside}</Obj></MS></Obj>'
    found = read(WHOLE.replace("</Objs>", deep + "</Objs>"), as_clixml)
    assert numbers(found)[COUNT:] == ["9"]
    assert sorted(found.damage) == [COUNT]
    assert "deeper" in found.damage[COUNT].reason


def test_a_tag_without_end() -> None:
    text = WHOLE[: STARTS[5]] + '\n  <Obj RefId="8">\n<MS><S N="' + "x" * (LONGEST_TAG + (2 << 20)) + WHOLE[STARTS[4] :]
    found = read(text, as_clixml)
    assert numbers(found) == ["0", "1", "2", "3", "4", None, "4", "5"]
    assert "a tag of more than 16 MB" in found.damage[5].reason


def test_bytes_and_characters_that_should_not_be_there() -> None:
    data = WHOLE.encode().replace(b"MessageAccess", b"Me\xe9ssage\x01Access", 1)
    found = read(data, as_clixml, sizes=(33,))
    assert found.rows[0]["Operations"] == "Meéssage\ufffdAccess"
    assert found.notes == [
        "some bytes are no UTF-8 and were read as Windows-1252",
        "1 characters that XML forbids were replaced",
    ]
