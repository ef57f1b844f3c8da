"""What the rules say where an outside check found something else."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from omeviz.cli import main
from omeviz.events.codes import status_of
from omeviz.query.parse import parse
from tests.support import portal_record

HEADER = ("CreationDate", "UserIds", "Operations", "AuditData", "Identity")

Count = Callable[..., int]


def csv_of(*audits: str, identity: str = "", fillers: int = 0) -> bytes:
    """A hand-picked export of these AuditData texts behind some plain records."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADER)
    for number in range(fillers):
        writer.writerow(("", "", "", audit(Id=f"filler {number}", MailSubject="filler"), f"filler {number}"))
    for text in audits:
        writer.writerow(("", "wrapped@example.org", "Wrapped", text, identity))
    return out.getvalue().encode()


def audit(more: str = "", **changes: object) -> str:
    """The public record as compact JSON, with some keys changed and further members behind."""
    text = json.dumps(portal_record(**changes), ensure_ascii=False, separators=(",", ":"))
    return text if not more else f"{text[:-1]},{more}}}"


@pytest.fixture
def count(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Count:
    """`count(data, filter)`: what `--count` prints for a file of these bytes."""

    def run(data: bytes, text: str, *options: str, name: bytes = b"x.csv") -> int:
        path = os.fsencode(tmp_path) + b"/" + name
        with open(path, "wb") as file:  # noqa: PTH123  # a name that is no text
            file.write(data)
        code = main([os.fsdecode(path), "--count", "-q", "-f", text, *options])
        shown = capfd.readouterr()
        assert (code, shown.err) == (0, "")
        return int(shown.out)

    return run


@pytest.mark.parametrize("empty", ["null", '""'])
@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("Operation", "Operations", "operation=Other"),
        ("UserId", "userPrincipalName", "user=Other"),
        ("Id", "Identity", "id=Other"),
        ("Id", "RecordId", "id=Other"),
        ("Workload", "OfficeWorkload", "workload=Other"),
        ("ObjectId", "OfficeObjectId", "object=Other"),
    ],
)
def test_an_empty_key_gives_way_to_the_next_one(count: Count, first: str, second: str, wanted: str, empty: str) -> None:
    text = audit(f'"{second}":"Other"', **{first: None}).replace("{", f'{{"{first}":{empty},', 1)
    for options in ((), ("--careful",)):
        assert count(csv_of(text, identity="wrapped", fillers=600), wanted, *options) == 1
    repeated = text.replace("}", ',"version":1}')
    assert count(csv_of(repeated), wanted) == 1


def test_an_empty_creation_time_gives_way_to_the_next_key(count: Count) -> None:
    text = audit('"CreationTime":"","CreationDate":"2023-05-05T01:02:03"', CreationTime=None)
    assert count(csv_of(text), "time:2023-05-05T01:02:03") == 1


@pytest.mark.parametrize(
    ("result", "status"),
    [("PartiallySucceeded", "partial"), ("Partial", "unknown"), ("partially", "unknown"), ("Success ", "success")],
)
def test_only_partially_succeeded_is_partial(result: str, status: str) -> None:
    assert status_of(result, "success", "success") == status


def test_a_file_name_that_is_no_text_can_be_filtered(count: Count) -> None:
    data = csv_of(audit())
    assert count(data, "file:odd", name=b"odd\xff.csv") == 1
    assert count(data, "file:\ufffd.csv", name=b"odd\xff.csv") == 1
    assert count(data, "-file:odd", name=b"odd\xff.csv") == 0


def test_a_negated_condition_counts_once() -> None:
    text = " ".join(f"-(word{number})" for number in range(5000))
    assert len(parse(text).terms) == 5000


@pytest.mark.parametrize("filter_text", ["(a", "nix:1", "subject:", "time:x", "/(/"])
def test_what_is_wrong_and_what_to_do_are_two_sentences(capfd: pytest.CaptureFixture[str], filter_text: str) -> None:
    assert main(["nowhere.csv", "--count", "-f", filter_text]) == 2
    last = capfd.readouterr().err.splitlines()[-1]
    message, _, remedy = last.partition(". ")
    assert message.startswith("omeviz: ")
    assert remedy[0].isupper()


def test_an_empty_sort_is_wrong_usage(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.csv", "-e", "x.csv", "--sort", ""]) == 2
    assert "sort" in capfd.readouterr().err


def test_an_empty_name_is_no_file(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["", "--count"]) == 1
    assert "folder" not in capfd.readouterr().err


@pytest.mark.parametrize("odd", ['"\\ud83d"', '"a\\udc00b"', "1e999", "-1e999", "NaN"])
@pytest.mark.parametrize("name", ["x.jsonl", "x.json"])
def test_every_parser_reads_every_line(tmp_path: Path, name: str, odd: str) -> None:
    source, target = tmp_path / "x.csv", tmp_path / name
    text = audit(f'"Odd":{odd}')
    source.write_bytes(csv_of(text, audit(Id="another event")))
    assert main([str(source), "-q", "-e", str(target)]) == 0
    data = target.read_bytes()
    first, second = orjson.loads(data) if name == "x.json" else map(orjson.loads, data.splitlines())
    assert (first["AuditData"], first["UserIds"]) == (text, "wrapped@example.org")
    assert first["omevizProblem"]
    assert second == portal_record(Id="another event")


@pytest.mark.parametrize("wrong", [("--sort", "nix"), ("-f", "nix:1"), ("--columns", "nix"), ("--zone", "Nix")])
def test_wrong_usage_is_told_before_an_existing_target(tmp_path: Path, wrong: tuple[str, str]) -> None:
    target = tmp_path / "x.csv"
    target.write_bytes(b"")
    assert main(["nowhere.csv", "-e", str(target), *wrong]) == 2
    assert target.read_bytes() == b""
