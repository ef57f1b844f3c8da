"""What is JSON, and what JSON holds no events."""

from __future__ import annotations

import pytest

from omeviz.errors import SourceError
from omeviz.sources.json_recognise import looks_like_json
from tests.sources.json_support import rows_of, source_of

LISTING = (
    '[{"contentType":"Audit.Exchange","contentId":"1$2","contentUri":"https://manage.office.com/api/v1.0/x/audit/1$2",'
    '"contentCreated":"2023-05-23T17:35:00.000Z","contentExpiration":"2023-05-30T17:35:00.000Z"},'
    '{"contentType":"Audit.Exchange","contentId":"3","contentUri":"https://manage.office.com/api/v1.0/x/audit/3"}]'
)


@pytest.mark.parametrize(
    "text",
    [
        '{"Id":"1"}',
        '\ufeff \r\n\t{\r\n  "Id" :  "1"',
        "[]",
        "[ ]\n",
        "{}",
        "{",
        "[",
        '[{"Id":"1"},{"Id"',
        '[\n  [\n {"Id":"1"}]]',
        '{"Id":"1"}{"Id":"2"}',
        '{"Id":"1"},\n{"Id":"2"}',
        '{"Id":"1"}, {"Id":"2"}',
        '{"Id":"1"}\r\nWARNING',
        '{"Id":"1"},\r\n',
        '{"Id":"1" broken\n{"Id":"2"}',
        '\x1e{"Id":"1"}\n',
        '[null,{"Id":"1"}]',
        "[1, 2.5e3, [",
        '["{\\"Id\\":\\"1\\"}"]',
        '"{\\"Id\\":\\"1\\"}"\n',
        '["a", "b"]',
    ],
)
def test_json(text: str) -> None:
    assert looks_like_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "CreationDate,UserIds,Operations,AuditData\n",
        '"{""Id"":""1""}"\n',
        '"AuditData"\n',
        "[2023-03-22 19:00:59] INFO started",
        "[1] see below",
        "[Note] {}",
        "[link](https://example.org)",
        "[section]\nkey=value",
        "{a3500d45-6ab3-4971-a762-a01a846015d0}",
        '{"Id":"1"},2023-03-22,admin@contoso.com\n',
        '{"Id":"1"};"2023-03-22";x\n',
        '{"Id":"1"}\t2023-03-22\n',
        "@{Name=MailSubject; Value=x}",
        "RecordType : OMEPortal",
        "<Objs Version='1.1'>",
        "(1,2)",
        "null",
    ],
)
def test_no_json(text: str) -> None:
    assert not looks_like_json(text)


def failure(text: str) -> SourceError:
    """What reading a text to its end raises."""
    with pytest.raises(SourceError) as caught:
        list(source_of(text.encode()).batches())
    return caught.value


@pytest.mark.parametrize("text", [LISTING, LISTING[1:-1].replace("},{", "}\n{"), f'{{"value":{LISTING}}}'])
def test_a_listing_is_named_with_its_remedy(text: str) -> None:
    error = failure(text)
    assert "listing of the Management Activity API with 2 entries" in str(error)
    assert "contentUri" in error.remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"error":{"code":"AF10001","message":"The permission set does not include."}}', "AF10001: The permission"),
        ('{"error":{"code":"x","innerError":{"date":"2023"}},"requestId":"1"}', ": x"),
        ('{"error":"invalid_grant","error_description":"AADSTS70008: expired"}', "invalid_grant: AADSTS70008"),
        ('{"odata.error":{"code":"c","message":{"lang":"en","value":"No way"}}}', "c: No way"),
        ('{"Message":"Authorization has been denied for this request."}', "Authorization has been denied"),
    ],
)
def test_an_error_response_is_named(text: str, said: str) -> None:
    error = failure(text)
    assert "error response" in error.message
    assert said in error.message
    assert error.remedy


@pytest.mark.parametrize(
    "text",
    [
        '{"name":"omeviz","version":"1.0","dependencies":{"a":"b"}}',
        '[{"a":1},{"b":[1,2]}]',
        "[1,2,3]",
        '"text"',
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]}',
    ],
)
def test_json_of_something_else_is_named(text: str) -> None:
    error = failure(text)
    assert "no audit export" in error.message
    assert text[:20] in error.message
    assert error.remedy


@pytest.mark.parametrize("text", ["[]", "{}", "  ", '{"value":[]}', '{"@odata.context":"x","value":[]}', "[[],[]]"])
def test_nothing_at_all_is_no_other_json(text: str) -> None:
    source = source_of(text.encode())
    assert [batch for batch in source.batches() if batch is not None] == []
    assert source.emptiness(0) == "an empty list or object"


QUERY = (
    '{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#security/auditLog/queries/$entity","id":"x",'
    '"status":"running","displayName":"mail","recordTypeFilters":["omePortal"]}'
)


@pytest.mark.parametrize("text", [QUERY, f'{{"value":[{QUERY},{QUERY}]}}', f"[{QUERY}]"])
def test_a_query_of_the_audit_log_is_named_with_its_remedy(text: str) -> None:
    error = failure(text)
    assert "of Microsoft Graph's audit log, not its records" in str(error)
    assert "/records" in error.remedy


def test_a_listing_among_records_is_counted() -> None:
    rows = rows_of(LISTING + '\n{"Id":"1"}\n{"error":{"code":"x"}}')
    assert [row.is_record for row in rows] == [False, False, True, False]
    assert [row.damage.reason for row in rows if row.damage] == [
        "an entry of a listing",
        "an entry of a listing",
        "an error response",
    ]
