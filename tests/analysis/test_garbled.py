"""Letters that the export lost."""

from __future__ import annotations

import pytest

from omeviz.query.parse import parse
from omeviz.query.select import matching
from omeviz.store import Store
from tests.analysis.support import found
from tests.support import portal_record, store_of

CLEAN = (
    *("Müller", "São Paulo", "“AMANHÃ”", "VOCÊ…", "Ångström", "ESPAÑA – año", "ΕΛΛΗΝΙΚΑ", "ПРИВЕТ «МИР»", "日本語"),
    *("Ñ", "20 °C", "GARÐ“ Þór", "Ülkü İŞ", "Prix : 20 €", "naïve café", "Âge d’or", "🙂", "Ã", "1 234"),
)


def _subjects(*subjects: str, escaped: bool = False) -> Store:
    from json import dumps

    audits = [
        dumps(portal_record(Id=str(number), MailSubject=subject), ensure_ascii=escaped)
        for number, subject in enumerate(subjects)
    ]
    return store_of(*audits)


def misread(text: str, encoding: str) -> str:
    """UTF-8 read as something else; bytes that has not are U+FFFD."""
    return text.encode().decode(encoding, "replace")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize(
    "text", ["Müller", "Österreich", "ÄÖÜ", "señor", "it’s", "Привет", "Ελλάδα", "20 °C", "août", "🙂", "日本語"]
)
def test_mojibake_is_found(text: str, encoding: str) -> None:
    store = _subjects("plain", misread(text, encoding))
    finding = found(store)["mojibake"]
    assert finding.certain
    assert (finding.count, finding.places[0].line) == (1, 3)
    assert list(matching(store, parse(finding.filter))) == [1]


@pytest.mark.parametrize("text", CLEAN)
@pytest.mark.parametrize("escaped", [False, True])
def test_other_languages_are_not(text: str, escaped: bool) -> None:
    assert found(_subjects(text, text, text, escaped=escaped)) == {}


def test_a_replaced_letter_is_found() -> None:
    assert found(_subjects("M\ufffdller"))["mojibake"].details == ("for example: M\ufffdller",)


def test_half_a_character_in_the_record_itself_is_not_the_export_s_fault() -> None:
    audit = '{"Id":"1","RecordType":154,"OperationProperties":[{"Name":"MailSubject","Value":"cut \\ud83d"}]}'
    store = store_of(audit)
    assert store.record(0).fields["subject"] == "cut \ufffd"
    assert found(store) == {}


LOST = ("Angebot f?r M?ller", "?ber uns", "????????????")


def test_question_marks_in_words_are_a_hint() -> None:
    store = _subjects(*LOST, "plain")
    finding = found(store)["question-marks"]
    assert not finding.certain
    assert finding.count == 3
    assert list(matching(store, parse(finding.filter))) == [0, 1, 2]


@pytest.mark.parametrize(
    "subjects",
    [
        pytest.param(LOST[:2], id="too few"),
        pytest.param((*LOST, "Müller"), id="a letter came through"),
        pytest.param(("What?", "Why? Because", "Really?! Yes", "where?Here"), id="questions"),
        pytest.param(("see /a.aspx?web=1", "page?id=3", "?x=1", "a?b=c&d=e"), id="addresses"),
        pytest.param(("???", "Help???", "what ??? now", "?"), id="exclamations"),
    ],
)
def test_other_question_marks_are_none(subjects: tuple[str, ...]) -> None:
    assert found(_subjects(*subjects)) == {}
