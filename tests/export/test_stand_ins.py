"""Stand-ins of single values, and what is recognised in texts."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path

import pytest

from omeviz.errors import UsageError
from omeviz.export.redact import Secret, StandIns
from omeviz.export.redact.kinds import Kind, kind_of
from omeviz.export.redact.patterns import places, replaced
from omeviz.export.redact.vocabulary import Vocabulary

MAKER = StandIns(Secret.told("secret"))


def scrubbed(text: str) -> str:
    return replaced(text, places(text, MAKER), MAKER)


def test_case_and_blanks_do_not_count() -> None:
    assert MAKER.whole(Kind.USER, "Ann@Example.org") == MAKER.whole(Kind.USER, " ann@example.ORG")
    assert MAKER.whole(Kind.SUBJECT, "STRASSE") == MAKER.whole(Kind.SUBJECT, "straße")
    assert MAKER.whole(Kind.SUBJECT, "a") != MAKER.whole(Kind.SUBJECT, "b")


def test_an_address_has_one_stand_in_wherever_it_is() -> None:
    address = MAKER.address("ann@example.org")
    assert MAKER.whole(Kind.USER, "Ann Smith <ann@example.org>") == address
    assert MAKER.whole(Kind.ID, "ANN@example.org") == address
    assert MAKER.whole(Kind.USER, "ann@example.org; bob@example.net").split("; ")[0] == address
    for text in ("{}", "mailto:{}", "<{}>", "by {}.", "'{}'", "({}),", "to={}&x=1", "https://example.org/{}"):
        assert address in scrubbed(text.format("ann@example.org")), text
    for text in ("ann%40example.org", "ann%2540example.org", "ann\\u0040example.org", "ann&#64;example.org"):
        assert scrubbed(text) == address, text


@pytest.mark.parametrize(
    "text",
    [
        "o'brien@example.org",
        "SRS0=ab=cd=zq.example=ann@example.org",
        "a+b@example.org",
        "шж@пример.example",
        "a@b@c.org",
    ],
)
def test_odd_addresses_leave_nothing(text: str) -> None:
    assert re.fullmatch(r"x user-[0-9a-f]{12}@redacted\.example y", scrubbed(f"x {text} y"))


def test_ids_keep_their_form() -> None:
    guid = "A3500D45-6AB3-4971-a762-a01a846015d0"
    found = MAKER.whole(Kind.ID, guid)
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", found)
    assert MAKER.whole(Kind.ID, f"{{{guid}}}") == f"{{{found}}}"
    assert scrubbed(f"id {guid.lower()}!") == f"id {found}!"
    assert scrubbed(guid.replace("-", "")) == found.replace("-", "")
    assert MAKER.whole(Kind.ID, "17").startswith("id-")


@pytest.mark.parametrize("text", ["10.1.2.3", "10.1.2.3:443", "[::ffff:10.1.2.3]:443", "::ffff:10.1.2.3"])
def test_an_ip_address_is_one_of_the_documentation_range(text: str) -> None:
    found = MAKER.whole(Kind.IP, text)
    assert found == MAKER.whole(Kind.IP, "10.1.2.3")
    assert ip_address(found).is_private
    assert found.startswith("2001:db8:")
    assert "10.1.2.3" not in scrubbed(f"from {text} on")


def test_times_and_versions_are_no_ip_addresses() -> None:
    for text in ("19:00:59", "2023-03-22T19:00:59", "1.2.3", "a.1.2.3.4", "1.2.3.4.5", "::", "ab:cd:ef"):
        assert scrubbed(text) == text


def test_attachments_keep_a_usual_suffix_only() -> None:
    assert MAKER.whole(Kind.ATTACHMENT, "Plan.PDF").endswith(".pdf")
    assert "." not in MAKER.whole(Kind.ATTACHMENT, "plan.smith")


def test_blank_values_stay() -> None:
    for kind in Kind:
        assert MAKER.whole(kind, "") == ""
        assert MAKER.whole(kind, " \t") == " \t"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("userid", Kind.USER),
        ("UserIds", Kind.USER),
        ("RECIPIENT", Kind.USER),
        ("TargetUserPrincipalName", Kind.USER),
        ("MailSubject", Kind.SUBJECT),
        ("OriginalSubject", Kind.SUBJECT),
        ("SourceFileName", Kind.ATTACHMENT),
        ("InternetMessageId", Kind.MESSAGE),
        ("SessionId", Kind.ID),
        ("AppAccessGuid", Kind.ID),
        ("SiteUrl", Kind.ID),
        ("OfficeObjectId_s", Kind.ID),
        ("clientIp", Kind.IP),
        ("ActorIpAddress", Kind.IP),
        ("Operation_s", Kind.PLAIN),
        ("TimeGenerated [UTC]", Kind.TIME),
        ("Paid", Kind.TEXT),
        ("Relationship", Kind.TEXT),
        ("UserAgent", Kind.TEXT),
    ],
)
def test_what_a_key_holds(key: str, kind: Kind) -> None:
    assert kind_of(key) is kind


def test_a_vocabulary_finds_words_not_letters() -> None:
    words = Vocabulary()
    words.add(Kind.SUBJECT, "plan")
    words.add(Kind.SUBJECT, "plan of the week")
    words.add(Kind.SUBJECT, "ab")
    text = "A PLAN of the week, a plan, an airplane, ab"
    assert [text[place.start : place.stop] for place in words.places(text, MAKER)] == ["PLAN of the week", "plan"]


@pytest.mark.parametrize(
    "text", ["a" * 300_000, "a." * 150_000, "=a@" * 100_000, ":" * 300_000, "1." * 150_000, "%40" * 99_999]
)
def test_long_texts_take_no_longer_than_they_are(text: str) -> None:
    scrubbed(text)
    MAKER.whole(Kind.USER, text)


def test_overlapping_places_leave_nothing_between() -> None:
    words = Vocabulary()
    words.add(Kind.SUBJECT, "write to ann")
    text = "please write to ann@example.org soon"
    found = replaced(text, words.places(text, MAKER) + places(text, MAKER), MAKER)
    assert re.fullmatch(r"please text-[0-9a-f]{12} soon", found)


def test_secrets(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_bytes(b"from a file\r\n")
    assert Secret.told(f"@{path}") == Secret.told("from a file")
    assert Secret.random() != Secret.random()
    assert "from a file" not in repr(Secret.told("from a file"))
    path.write_bytes(b"\n")
    for text in ("", "  ", f"@{path}", f"@{tmp_path}", "@no\0file", "@"):
        with pytest.raises(UsageError):
            Secret.told(text)
    path.write_bytes(b"x" * 70_000)
    with pytest.raises(UsageError, match="too large"):
        Secret.told(f"@{path}")
