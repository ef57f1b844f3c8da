"""The benchmark runs and counts right, on an export too small to time anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omeviz.load import load_all
from omeviz.query.parse import parse
from omeviz.query.select import matching
from tests.benchmarks import baseline, measures, run
from tests.benchmarks.measures import MEASURES, TEXTS, Export, Measure, Unexpected, Values
from tests.benchmarks.rows import ROWS, percentile, ratio_text, table, time_text

EVENTS = 300


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> run.Exports:
    return run.Exports(tmp_path_factory.mktemp("exports"))


def test_omeviz_finds_what_the_baseline_finds(exports: run.Exports) -> None:
    export = exports.get(EVENTS)
    columns, store = baseline.columns_of(export.path), load_all([str(export.path)])

    def found(filter_text: str) -> list[int]:
        return matching(store, parse(filter_text)).to_list()

    assert {len(column) for column in columns.values()} == {EVENTS}
    assert found("status:failure") == baseline.equal(columns, "AuditData.ResultStatus", "Failure") != []
    assert found("operation:MessageAccess") == baseline.equal(columns, "AuditData.Operation", "MessageAccess") != []
    for text in TEXTS:
        assert found(measures.quoted(text)) == baseline.matching(columns, text), text
    by_recipient = baseline.in_order(columns, "AuditData.Recipient")
    assert [columns["AuditData.Recipient"][row] for row in by_recipient] == sorted(columns["AuditData.Recipient"])


def test_every_measurement_without_a_screen_finds_something(exports: run.Exports) -> None:
    for measure in MEASURES:
        if not measure.screen:
            values = measure.run(exports.get(EVENTS, measure.damage(EVENTS), measure.form))
            wanted = {row.key for row in ROWS if row.measure == measure.name}
            assert wanted <= values.keys(), measure.name
            assert all(values[key] and min(values[key]) > 0 for key in wanted), measure.name
            if measure.name == "query":
                assert len(values["text"]) == len(TEXTS)
                assert len(values["narrow"]) == sum(len(text) - measures.SHORTEST for text in TEXTS)


def test_every_row_names_measurements_that_there_are() -> None:
    names = {measure.name for measure in MEASURES}
    for row in ROWS:
        assert {row.measure, *(other.measure for other in row.against)} <= names, row.what


def test_an_incomplete_load_is_no_measurement(exports: run.Exports) -> None:
    export = exports.get(EVENTS)
    with pytest.raises(Unexpected, match="300 of 301 rows"):
        measures.load(Export(export.path, EVENTS + 1))


def test_exports_are_kept(exports: run.Exports, capsys: pytest.CaptureFixture[str]) -> None:
    first = exports.get(20, 1)
    assert "generating" in capsys.readouterr().err
    assert exports.get(20, 1) == first
    assert "generating" not in capsys.readouterr().err
    assert first.path != exports.get(20).path


def test_a_measurement_in_a_process_of_its_own(exports: run.Exports) -> None:
    export = exports.get(EVENTS)
    assert run.in_own_process(MEASURES[0], export).keys() >= {"all", "text"}
    with pytest.raises(Unexpected, match="No such file"):
        run.in_own_process(MEASURES[0], Export(export.path.with_name("nothing.csv"), EVENTS))


def test_the_command_pools_all_runs_and_leaves_out_what_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "WARM_UP", 10)
    times = iter([9.0, 1.0, 3.0, 2.0])  # the first is the warm-up's

    def take(measure: Measure, export: Export) -> Values:
        if measure.name != "load":
            raise Unexpected("broken")
        assert export.path.exists()
        return {"all": [next(times)]}

    arguments = ["--events", "20", "--runs", "3", "--keep", str(tmp_path), "--only", "baseline,load"]
    assert run.main(arguments, take) == 1
    out, err = capsys.readouterr()
    assert "| all events loaded and decoded |  | 2.00 s (10 rows/s) | 1.00 s … 3.00 s |  |" in out
    assert "csv + orjson" not in out
    assert err.count("baseline failed and is left out: broken") == 1


def test_what_is_not_there_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    monkeypatch.setattr("sys.platform", "linux")
    kept = run.possible(MEASURES, measures.SMALL)
    assert [measure.name for measure in kept] == [
        measure.name for measure in MEASURES if not measure.program and not measure.small
    ]
    assert capsys.readouterr().err.splitlines() == [
        "left out: vd (vd is not installed); lnav (lnav is not installed); "
        "csvlens (csvlens is not installed); tw (tw is not installed)"
    ]


def test_an_unknown_measurement_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--only", "load,nothing"])
    assert "no such measurement: nothing" in capsys.readouterr().err


def test_the_hidden_command_prints_json(exports: run.Exports, capsys: pytest.CaptureFixture[str]) -> None:
    export = exports.get(EVENTS)
    assert run.main(["--measure", "careful", "--file", str(export.path), "--events", str(EVENTS)]) == 0
    assert json.loads(capsys.readouterr().out).keys() >= {"all", "first"}


def test_the_table_compares() -> None:
    found: dict[str, Values] = {
        "baseline": {"all": [8.0, 10.0, 12.0]},
        "load": {"all": [2.0, 2.5, 9.0], "peak": [100.0, 150.0, 160.0]},
        "explorer": {"move": [number / 1000 for number in range(1, 101)], "idle": [0.0, 1.0]},
        "vd": {"all": [30.0]},
    }
    lines = table(found, 1_000_000, 100 * 2**20).splitlines()
    assert lines[0] == "| what | speed against | time | from … to | peak memory |"
    assert lines[2:] == [
        "| all events loaded and decoded | 4.0 times csv + orjson | 2.50 s (400,000 rows/s) | 2.00 s … 9.00 s"
        " | 150 MiB (1.50 × the file) |",
        "| explorer: page move, key to screen, 99th percentile |  | 99.0 ms | 1.0 ms … 100 ms |  |",
        "| explorer: processor time while idle |  | 0.5 % | 0.0 … 1.0 % |  |",
        "| csv + orjson: all events in lists |  | 10.0 s (100,000 rows/s) | 8.00 s … 12.0 s |  |",
        "| `vd`: all rows, not decoded |  | 30.0 s (33,333 rows/s) | 30.0 s … 30.0 s |  |",
    ]


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(99, 99), (95, 95), (100, 100), (1, 1)],
)
def test_percentiles(percent: int, expected: int) -> None:
    assert percentile(range(100, 0, -1), percent) == expected
    assert percentile([7.0], percent) == 7


def test_numbers_are_short() -> None:
    assert [time_text(value) for value in (12.34, 1.234, 0.1234, 0.00123, 0.00001)] == [
        "12.3 s",
        "1.23 s",
        "123 ms",
        "1.2 ms",
        "0.01 ms",
    ]
    assert [ratio_text(value) for value in (0.123, 1.05, 2.04, 12.3)] == [
        "0.12 times",
        "1.05 times",
        "2.0 times",
        "12 times",
    ]
