"""One bad record never swallows the next: damaged quoting, joined files, odd line ends, in every layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.hostile import quoted
from tests.sources.support import read
from tests.ugly import ugly_files
from tests.ugly_styles import UglyFile


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that was not read as it should be."""

    name: str
    what: str


def differences(files: Iterator[UglyFile]) -> Iterator[Difference]:
    """Where the reader does not agree with what is known of the files."""
    for file in files:
        found = read(file.data)
        if file.rows is not None and len(found.rows) != file.rows:
            yield Difference(file.name, f"{len(found.rows)} rows instead of {file.rows}")
        audits = iter(found.audits)
        if not all(any(wanted == audit for audit in audits) for wanted in file.audits):
            yield Difference(file.name, "an unharmed record came out otherwise")
        lines = [row.line for row in found.rows]
        if lines != sorted(set(lines)):
            yield Difference(file.name, "two rows start at one line")


def test_damage_costs_one_record() -> None:
    files = list(ugly_files(29))
    assert len(files) > 2_000
    assert list(differences(iter(files))) == []


HEADER = '"RecordType","CreationDate","UserIds","Operations","AuditData","ResultIndex"\r\n'


def record(number: int, audit: str | None = None) -> str:
    """A line of a cmdlet export."""
    audit = audit or f'{{"Id":"{number}"}}'
    return ",".join(map(quoted, ("OMEPortal", "3/22/2023", "a@contoso.com", "Op", audit, str(number)))) + "\r\n"


def test_a_damaged_row_keeps_its_text_reason_line_and_height() -> None:
    broken = record(2, '{\r\n  "Id": "2"\r\n}').replace('""}', '"}').replace('","2"', ',"2"')
    found = read((HEADER + record(1) + broken + record(3)).encode())
    damaged = found.rows[1]
    assert damaged.damage is not None
    assert (damaged.line, damaged.height, damaged.raw) == (3, 3, broken.removesuffix("\r\n"))
    assert [row.line for row in found.rows] == [2, 3, 6]
    assert found.audits[2] == '{"Id":"3"}'


def test_a_quote_open_for_a_megabyte_costs_one_record() -> None:
    many = [record(number, f'{{"Id":"{number}","Pad":"{"x" * 1_000}"}}') for number in range(2_500)]
    many[3] = many[3].replace('","3"', ',"3"')
    many[2_000] = '"' + many[2_000]
    found = read((HEADER + "".join(many)).encode())
    assert len(found.rows) == 2_500
    assert [index for index, row in enumerate(found.rows) if row.damage] == [3, 2_000]


def test_a_damaged_record_of_more_than_a_megabyte_over_many_lines() -> None:
    pairs = "".join(f'  "Key{number}": "{"x" * 100}",\r\n' for number in range(15_000))
    long = record(2, f'{{\r\n{pairs}  "Id": "2"\r\n}}')
    for broken in (long.replace('","2"', ',"2"'), long.replace('""Id""', '"Id"')):
        found = read((HEADER + record(1) + broken + record(3) + record(4)).encode())
        assert [row.damage is None for row in found.rows] == [True, False, True, True]
        assert found.audits[2:] == ['{"Id":"3"}', '{"Id":"4"}']


def test_a_sound_record_of_more_than_a_megabyte_over_many_lines() -> None:
    pairs = "".join(f'  "Key{number}": "{"x" * 100}",\r\n' for number in range(15_000))
    audit = f'{{\r\n{pairs}  "Id": "2"\r\n}}'
    found = read((HEADER + record(1) + record(2, audit) + record(3)).encode())
    assert found.audits == ['{"Id":"1"}', audit, '{"Id":"3"}']
    assert all(row.damage is None for row in found.rows)


def test_ragged_rows() -> None:
    lines = ["CreationDate,UserIds,Operations,AuditData,Note\n", 'a,b,c,"{}",d,e,f\n', 'a,b,c,"{}"\n', "a,b\n"]
    found = read("".join(lines).encode())
    assert [row.cells for row in found.rows] == [[*"abc", "{}", *"def"], [*"abc", "{}"], ["a", "b"]]
    assert [row.damage for row in found.rows] == [f"{count} cells where the header has 5" for count in (7, 4, 2)]
    assert [row.raw for row in found.rows] == [line.rstrip("\n") for line in lines[1:]]


def test_empty_cells_beyond_the_header_are_no_damage() -> None:
    found = read(b'CreationDate,AuditData\na,"{}",,\n')
    assert [(row.cells, row.damage) for row in found.rows] == [(["a", "{}"], None)]


def test_wholly_empty_rows_are_counted_apart() -> None:
    data = b'CreationDate,UserIds,AuditData\n\n,,\r\n"","",""\r\na,b,"{}"\n\r\n"",,\n   ,,\n'
    found = read(data)
    assert found.blank == 5
    assert [(row.cells[0], row.line) for row in found.rows] == [("a", 5), ("   ", 8)]
