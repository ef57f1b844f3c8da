"""Nothing of what identifies somebody is left in a redacted export, in any format, in any notation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.export import FORMATS as ALL_FORMATS
from omeviz.export import export
from omeviz.export.redact import REDACTED_DOMAIN, Secret, StandIns
from omeviz.load import load_all
from omeviz.store import Store
from tests.export.support import redacted, rows_of
from tests.hostile import hostile_csv
from tests.support import PUBLIC_RECORD, portal_record, store_of

FORMATS = [name for name in ALL_FORMATS if name != "parquet"]  # no text; its own tests look into its columns
LETTERS = "abcdefghjkmnpqrstuvwxyzäöüßéłшжд契約"
WORD = st.text(st.sampled_from(LETTERS + LETTERS.upper() + "'\"\\<>;,&%=[]{} –\t"), min_size=1, max_size=12)
MARK = "zq"
"""In every sensitive value and nowhere else, so that a rest of one can be found."""


@st.composite
def sensitive(draw: st.DrawFn) -> dict[str, str]:
    """The values of one record that must not come out, each with a number of its own."""
    numbers = iter(draw(st.lists(st.integers(10_000, 99_999), min_size=9, max_size=9, unique=True)))

    def word() -> str:
        return f"{MARK}{next(numbers)}{draw(WORD)}{MARK}"

    local = re.compile(r"[\s\"\\<>;,\[\]{}]")
    return {
        "UserId": f"{local.sub('.', word())}@{MARK}{next(numbers)}.example.com",
        "Recipient": f"{local.sub('.', word())}@{MARK}{next(numbers)}.example.net",
        "subject": word(),
        "AttachmentName": f"{word()}.docx",
        "MessageId": f"<{MARK}{next(numbers)}@{MARK}mail.example.org>",
        "Id": f"0000{next(numbers):05}-{MARK}",
        "ObjectId": word(),
    }


TEMPLATES = (
    "{}",
    "mailto:{}",
    "see <{}>, or not",
    "{} and {}",
    '{{"inner": "{}"}}',
    "@{{Name=MailSubject; Value={}}}",
    "Re: {}",
    "{}?x=1",
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Store, set[str]]:
    """A store of records that carry sensitive values in every place, and these values."""
    audits: list[str] = []
    wrappers: list[dict[str, str | None]] = []
    values: set[str] = set()
    pool: set[str] = set()
    for _ in range(draw(st.integers(1, 4))):
        known = draw(sensitive())
        cut = draw(st.sampled_from([None, None, None, 2 / 3, 0.0]))
        values |= set(known.values())
        pool |= set(known.values()) if cut is None else set()  # nobody knows a value whose record cannot be read
        sorted_pool = sorted(pool or known.values())
        texts = [draw(st.sampled_from(TEMPLATES)).format(*[draw(st.sampled_from(sorted_pool))] * 2) for _ in range(4)]
        record = portal_record(
            UserId=known["UserId"],
            UserKey=known["UserId"].upper(),
            Sender=f"Ann {MARK} <{known['UserId']}>",
            Recipient=draw(st.sampled_from([known["Recipient"], [known["Recipient"], known["UserId"]]])),
            AttachmentName=known["AttachmentName"],
            MessageId=known["MessageId"],
            Id=known["Id"],
            ObjectId=known["ObjectId"],
            MailSubject=known["subject"],
            Note=texts[0],
            Deep=[{"List": [{"Text": texts[1]}]}, json.dumps({"Recipient": known["Recipient"], "Note": texts[2]})],
        )
        record[f"key {known['Recipient']}"] = texts[3]
        record["Inside"] = f"x{draw(st.sampled_from(sorted(known.values())))}y"  # of its own record, also in a word
        audit = json.dumps(record, ensure_ascii=draw(st.booleans()))
        audits.append(audit if cut is None else audit[: int(len(audit) * cut)] or known["subject"])
        wrappers.append(
            {
                "UserIds": known["UserId"],
                "Operations": "MessageAccess",
                "Identity": known["Id"],
                "CreationDate": "3/22/2023 7:00:59 PM",
                "Note": texts[0],
                f"about {MARK}wrapper@example.org": known["MessageId"],
            }
        )
    names = dict.fromkeys(name for row in wrappers for name in row)
    return store_of(*audits, wrappers=[{name: row.get(name) for name in names} for row in wrappers]), values


def notations(value: str) -> Iterator[str]:
    """How a value could stand in a file."""
    for text in (value, value.casefold(), value.upper()):
        yield text
        yield text.replace('"', '""')
        for ascii_only in (True, False):
            once = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
            yield once
            yield once.replace('"', '""')
            yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]


@given(worlds())
def test_no_sensitive_value_is_left(world: tuple[Store, set[str]]) -> None:
    store, values = world
    for name in FORMATS:
        data = redacted(store, name)
        text = data.decode("utf-8-sig")
        for value in values:
            for notation in notations(value):
                assert notation not in text, (name, value)
        assert MARK not in text.lower(), name


@pytest.mark.parametrize("name", FORMATS)
def test_a_value_with_a_backslash_that_json_would_read_as_an_escape(name: str) -> None:
    value = "zq10003\\nzq.docx"
    inner = f'{{"inner": "{value}"}}'
    store = store_of(portal_record(AttachmentName=value, Note=inner), portal_record(Note=inner, Id="2"))
    assert MARK not in redacted(store, name).decode("utf-8-sig").lower()


@pytest.mark.parametrize(
    "sample", sorted((Path(__file__).parents[2] / "samples").glob("*")), ids=lambda path: path.name
)
def test_samples_keep_their_shape_and_lose_their_values(sample: Path) -> None:
    store = load_all([str(sample)])
    sensitive_columns = ("recipient", "sender", "user", "subject", "attachment", "message", "object", "id", "org")
    values = {
        value
        for name in sensitive_columns
        for value in store.frame[name].drop_nulls().to_list()
        if len(value) > 3 and not value.isspace()
    }
    assert values
    for name in FORMATS:
        text = redacted(store, name).decode("utf-8-sig")
        for value in values:
            assert value not in text
            assert json.dumps(value)[1:-1] not in text
        if name == "jsonl":
            assert len(text.splitlines()) == store.record_count


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_secret_gives_the_same_bytes_and_another_one_others(name: str) -> None:
    store = store_of(portal_record(), portal_record(Id="x"))
    first, second = (redacted(store, name, Secret.told("a")) for _ in range(2))
    assert first == second
    assert redacted(store, name, Secret.told("b")) != first
    assert redacted(store, name, Secret.random()) != redacted(store, name, Secret.random())


def test_the_shape_of_a_record_stays_key_for_key() -> None:
    store = store_of(portal_record(Extra={"Count": 3, "On": True, "None": None, "State": "Enabled"}))
    found = json.loads(redacted(store, "jsonl"))
    assert list(found) == [*PUBLIC_RECORD, "Extra"]
    for key in ("CreationTime", "Operation", "RecordType", "ResultStatus", "UserType", "Version", "Workload"):
        assert found[key] == PUBLIC_RECORD[key]
    assert found["AuthenticationMethod"] == "Google"
    assert (found["AuthenticationStatus"], found["OperationStatus"]) == (0, 0)
    assert found["Extra"] == {"Count": 3, "On": True, "None": None, "State": "Enabled"}
    assert found["OperationProperties"][0]["Name"] == "MailSubject"
    assert found["UserId"] == found["UserKey"] == found["Sender"] != found["Recipient"]
    assert re.fullmatch(rf"user-[0-9a-f]{{12}}@{re.escape(REDACTED_DOMAIN)}", found["UserId"])
    assert re.fullmatch(rf"<message-[0-9a-f]{{12}}@{re.escape(REDACTED_DOMAIN)}>", found["MessageId"])
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", found["Id"])


def test_repeated_keys_stay_and_are_both_redacted() -> None:
    store = store_of('{"Id":"zq-one","Operation":"MessageAccess","id":"zq-two","Id":"zq-one"}')
    text = redacted(store, "jsonl").decode()
    assert text.count('"Id":') == 2
    assert text.count('"id":') == 1
    assert "zq" not in text


def test_columns_and_audit_data_agree(tmp_path: Path) -> None:
    store = store_of(
        portal_record(Recipient=["ann@example.org", "BOB@example.net"], AttachmentName="Plan.PDF"),
        portal_record(Recipient="ANN@example.org", Id="2", MailSubject="support CASE 1234567"),
    )
    target = tmp_path / "own.csv"
    export(store, [0, 1], target, "csv", redact=StandIns(Secret.told("s")))
    own = load_all([str(target)])
    assert own.frame["problems"].to_list() == [0, 0]
    first, second = own.record(0), own.record(1)
    assert first.recipients[0] == second.fields["recipient"]
    assert first.fields["subject"] == second.fields["subject"]
    assert str(first.fields["attachment"]).endswith(".pdf")
    assert own.frame["time"].to_list() == store.frame["time"].to_list()


def test_chosen_columns_are_redacted_too() -> None:
    store = store_of(portal_record(Operation="asked by samschan.msft@gmail.com"))
    for name in ("csv", "jsonl"):
        text = redacted(store, name, columns=["operation", "subject", "time"]).decode("utf-8-sig")
        assert "samschan" not in text
        assert "asked by user-" in text
        assert "2023-03-22T19:00:59Z" in text


@pytest.mark.parametrize(
    "audit",
    ["nonsense zq@example.org", '{"Recipient":"zq@exam', '["zq@example.org"]', '{"a":' + "[" * 500 + "]" * 500 + "}"],
)
def test_audit_data_that_is_no_object_is_left_out(audit: str) -> None:
    store = store_of(audit, wrappers=[{"UserIds": "zq@example.org", "Operations": "MessageAccess"}])
    for name in FORMATS:
        text = redacted(store, name).decode("utf-8-sig")
        assert "zq" not in text
        assert "left out by redaction" in text
    (found,) = map(json.loads, redacted(store, "jsonl").splitlines())
    assert found["Operations"] == "MessageAccess"
    assert "omevizProblem" in found


def test_cells_of_a_damaged_row_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    path.write_text(
        "RecordType,CreationDate,UserIds,Operations,AuditData,Identity,Note\n"
        'OMEPortal,3/22/2023 7:00:59 PM,a@example.org,MessageAccess,"{""Id"":""1""}",1,fine\n'
        'OMEPortal,3/22/2023 7:00:59 PM,zq@example.org,"Message "zq" broken,"{""MailSubject"":""zq""}",zq id,zq text\n'
    )
    store = load_all([str(path)])
    assert store.record_count == 2
    for name in FORMATS:
        assert b"zq" not in redacted(store, name).lower(), name


def test_a_row_that_is_the_record(tmp_path: Path) -> None:
    path = tmp_path / "office.csv"
    path.write_text(
        "TimeGenerated [UTC],Operation,RecordType,OfficeWorkload,UserId,OfficeObjectId,ClientIP,Parameters\n"
        '"4/26/2021, 7:17:10.000 AM",MailItemsAccessed,2,Exchange,zq@example.org,zq object,10.11.12.13,'
        '"[{""Name"":""Identity"",""Value"":""zq boss""},{""Name"":""Mode"",""Value"":""On""}]"\n'
    )
    store = load_all([str(path)])
    (found,) = map(json.loads, redacted(store, "jsonl").splitlines())
    assert "zq" not in json.dumps(found)
    assert "10.11.12.13" not in json.dumps(found)
    assert found["TimeGenerated [UTC]"] == "4/26/2021, 7:17:10.000 AM"
    assert found["Operation"] == "MailItemsAccessed"
    parameters = json.loads(found["Parameters"])
    assert [pair["Name"] for pair in parameters] == ["Identity", "Mode"]
    assert parameters[1]["Value"] == "On"


def test_a_value_of_another_record_is_found_in_a_text() -> None:
    store = store_of(
        portal_record(MailSubject="[EXT] Merger zq plan!", AttachmentName="zq terms.docx"),
        portal_record(Id="2", MailSubject="other", Note='He wrote "[ext] merger zq PLAN", see zq terms.docx.'),
        portal_record(Id="3", MailSubject="another", Note="Re: [EXT] merger ZQ plan! (2)"),
    )
    first, second, third = map(json.loads, redacted(store, "jsonl").splitlines())
    assert "zq" not in json.dumps([first, second, third]).lower()
    assert first["AttachmentName"] in second["Note"]
    assert second["Note"].startswith('He wrote "[subject-')
    assert third["Note"] == f"Re: {first['OperationProperties'][0]['Value']} (2)"


def test_a_source_named_after_somebody() -> None:
    store = store_of(portal_record(), name="zq@example.org.csv")
    text = redacted(store, "csv").decode("utf-8-sig")
    assert "zq" not in text
    assert ",events.csv," in redacted(store_of(portal_record()), "csv").decode("utf-8-sig")


def test_lone_surrogates_and_huge_numbers_stay_what_they_are() -> None:
    store = store_of('{"Id":"1234567","Operation":"X","Note":"a\\ud800b","N":1e999}')
    for name in FORMATS:
        text = redacted(store, name).decode("utf-8-sig")
        assert "ud800" in text
        assert "1e999" in text
        assert "1234567" not in text


def test_hostile_records(tmp_path: Path) -> None:
    count = hostile_csv(tmp_path / "hostile.csv")
    store = load_all([str(tmp_path / "hostile.csv")])
    rows = rows_of(redacted(store, "csv"))
    assert len(rows) == len(redacted(store, "jsonl").splitlines()) == len(json.loads(redacted(store, "json"))) == count
    assert all(row["Subject"].startswith("subject-") or not row["Subject"].strip() for row in rows)
    for row in rows:
        json.loads(row["AuditData"])
