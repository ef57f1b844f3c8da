"""Codes and the one status drawn from three outcomes."""

from __future__ import annotations

import itertools

import pytest

from omeviz.events.codes import outcome, status_of
from omeviz.events.problems import ProblemKind
from tests.events.support import decoded, kinds, value

SUCCESS = ["0", "0.0", '"0"', '"0.0"', '"Success"', '"success"', '"SUCCESS"', '" Success "']
FAILURE = ["1", "1.0", '"1"', '"Failure"', '"FAILURE"']
ODD = ["2", "-1", "1.9", "true", "false", '"True"', '"yes"', "0.1", "1e0", '"Succeeded"', '"Failed"', "[]", "{}"]
ODD += ["10", '"00"', "1e20", "0.00000001", '"٠"']


@pytest.mark.parametrize("key", ["AuthenticationStatus", "OperationStatus"])
def test_codes(key: str) -> None:
    slot = {"AuthenticationStatus": "auth", "OperationStatus": "operationstatus"}[key]
    for written, wanted in (*((code, "success") for code in SUCCESS), *((code, "failure") for code in FAILURE)):
        record = decoded(f'{{"{key}":{written}}}')
        assert (value(slot, f'{{"{key}":{written}}}'), record.status, kinds(record)) == (wanted, wanted, 0), written


@pytest.mark.parametrize("written", ODD)
@pytest.mark.parametrize("key", ["AuthenticationStatus", "OperationStatus"])
def test_odd_codes_are_shown_as_written_count_as_unknown_and_are_a_problem(key: str, written: str) -> None:
    slot = {"AuthenticationStatus": "auth", "OperationStatus": "operationstatus"}[key]
    record = decoded(f'{{"{key}":{written}}}')
    assert value(slot, f'{{"{key}":{written}}}') == written.strip('"')
    assert (record.status, kinds(record)) == ("unknown", ProblemKind.ODD_CODE)


@pytest.mark.parametrize("written", ["null", '""'])
def test_an_absent_code_is_no_problem(written: str) -> None:
    record = decoded(f'{{"AuthenticationStatus":{written},"OperationStatus":{written}}}')
    assert (record.status, kinds(record)) == ("unknown", 0)


RESULTS = {
    "Success": "success",
    "Succeeded": "success",
    "True": "success",
    "true": "success",
    "0": "success",
    "Failure": "failure",
    "Failed": "failure",
    "False": "failure",
    "1": "failure",
    "PartiallySucceeded": "partial",
    "partiallysucceeded": "partial",
    "Odd": "unknown",
    "2": "unknown",
}


@pytest.mark.parametrize(("result", "status"), RESULTS.items())
def test_the_result_decides_alone(result: str, status: str) -> None:
    for operation, sign_in in itertools.product((None, "success", "failure", "odd"), repeat=2):
        assert status_of(result, operation, sign_in) == status


@pytest.mark.parametrize(("literal", "status"), [("0", "success"), ("1", "failure"), ("true", "success"), ("null", "")])
def test_a_result_that_is_no_text(literal: str, status: str) -> None:
    assert decoded(f'{{"ResultStatus":{literal},"OperationStatus":"odd"}}').status == (status or "unknown")


@pytest.mark.parametrize("missing", [None, ""])
def test_without_a_result_the_operation_decides_then_the_sign_in(missing: str | None) -> None:
    assert status_of(missing, "failure", "success") == "failure"
    assert status_of(missing, "success", "failure") == "success"
    assert status_of(missing, missing, "failure") == "failure"
    assert status_of(missing, missing, missing) == "unknown"
    assert status_of(missing, "2", "failure") == "unknown"


def test_signed_in_and_yet_failed() -> None:
    record = decoded({"AuthenticationStatus": 0, "OperationStatus": 1, "ResultStatus": "Failure"})
    assert record.status == "failure"
    assert value("auth", {"AuthenticationStatus": 0}) == "success"


def test_outcomes() -> None:
    assert [outcome(text) for text in ("0", "1", "0.0", "1.0", "SUCCESS", "failure", "2", "", "true")] == [
        *("success", "failure", "success", "failure", "success", "failure", None, None, None)
    ]
