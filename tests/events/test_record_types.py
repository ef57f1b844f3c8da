"""Record types by number and name."""

from __future__ import annotations

from importlib.resources import files

import pytest

from omeviz.events.problems import ProblemKind
from omeviz.events.record_types import canonical, means, name_of, number_of
from tests.events.support import decoded, kinds, value


def table() -> list[tuple[int, str, str]]:
    """(number, name, other name) as the file lists them."""
    text = files("omeviz.events").joinpath("record_types.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines()]
    return [(int(number), name, other) for number, name, other in lines]


def test_every_number_has_a_name_and_the_name_its_number() -> None:
    for number, name, other in table():
        shown = name_of(number)
        assert shown == (other if number in (22, 216) else name)
        assert canonical(number) == canonical(str(number)) == canonical(f"{number}.0") == shown
        assert canonical(shown.upper()) == canonical(f" {shown.lower()} ") == shown
        assert means(number, shown.upper())
        if other:
            assert means(number, name)
        found = number_of(shown)
        assert found is not None
        assert name_of(found) == shown


@pytest.mark.parametrize("written", [154, "154", "154.0", " 154 ", "OMEPortal", "omeportal", "OMEPORTAL"])
def test_the_portal(written: int | str) -> None:
    assert canonical(written) == "OMEPortal"
    assert value("type", {"RecordType": written}) == "OMEPortal"
    assert kinds(decoded({"RecordType": written})) == 0


@pytest.mark.parametrize("written", [-1, "-1", 99_999, "99999", "NewThing", "9" * 30])
def test_unknown_ones_are_shown_as_they_are(written: int | str) -> None:
    assert canonical(written) == str(written)
    assert kinds(decoded({"RecordType": written})) == 0


def test_the_name_of_the_two_whose_first_name_is_for_display() -> None:
    assert (name_of(22), name_of(216)) == ("Yammer", "VivaGoals")
    assert (canonical("viva engage"), canonical("Viva Goals")) == ("Yammer", "VivaGoals")


@pytest.mark.parametrize("written", ["1.9", "true", "false", "[154]", '{"a":1}', "-0.5"])
def test_odd_ones_are_a_problem(written: str) -> None:
    assert kinds(decoded(f'{{"RecordType":{written}}}')) == ProblemKind.ODD_CODE
    assert value("type", f'{{"RecordType":{written}}}') == written


@pytest.mark.parametrize("written", ["", "--1", "1-", "-", ".0", "-.0", "１５４", "²", "9" * 5_000, "-" + "9" * 5_000])
def test_odd_texts_never_raise(written: str) -> None:
    assert canonical(written) == written
