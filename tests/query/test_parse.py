"""The filter language: what is understood, what is refused and where, and that printing loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.errors import FilterError
from omeviz.query.parse import MAX_DEPTH, MAX_TERMS, parse
from omeviz.query.tree import And, Compare, Data, Has, Is, Last, Node, Not, Or, Text, Time, Value

A, B, C = Text(Value("a")), Text(Value("b")), Text(Value("c"))


def wild(text: str) -> Value:
    return Value(text, "wild")


def regex(text: str) -> Value:
    return Value(text, "regex")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", And(())),
        ("  \t\n ", And(())),
        ("a", A),
        ("a b", And((A, B))),
        ("a and b", And((A, B))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a or b c", Or((A, And((B, C))))),
        ("(a or b) c", And((Or((A, B)), C))),
        ("(a)b", And((A, B))),
        ("((a))", A),
        ("-a", Not(A)),
        ("not a b", And((Not(A), B))),
        ("Not(a b)", Not(And((A, B)))),
        ("-(a or b)", Not(Or((A, B)))),
        ("--a", Not(Not(A))),
        ("not -a", Not(Not(A))),
        ('"or"', Text(Value("or"))),
        ('"a b"', Text(Value("a b"))),
        (r'"a \"b\" \\ \n"', Text(Value('a "b" \\ \\n'))),
        ('a" b"c', Text(Value("a bc"))),
        ("order notes android", And((Text(Value("order")), Text(Value("notes")), Text(Value("android"))))),
        ("a-b a,b 19:00 x\\y", None),
        ("/a b/", Text(regex("a b"))),
        (r"/a\/b/", Text(regex("a/b"))),
        (r"/a\\/", Text(regex(r"a\\"))),
        (r"/\(/ (a)", And((Text(regex(r"\(")), A))),
        ("a/b", Text(Value("a/b"))),
        ("subject:x", Compare("subject", ":", (Value("x"),))),
        ("Subject=x", Compare("subject", "=", (Value("x"),))),
        ('subject:"a, b",c', Compare("subject", ":", (Value("a, b"), Value("c")))),
        ("subject:a(b)", And((Compare("subject", ":", (Value("a"),)), B))),
        ("subject:a*", Compare("subject", ":", (wild("a*"),))),
        ('subject:"a *"', Compare("subject", ":", (wild("a *"),))),
        ("subject=a*", Compare("subject", "=", (Value("a*"),))),
        ("subject:/a,b/,c", Compare("subject", ":", (regex("a,b"), Value("c")))),
        ("subject:a:b=c", Compare("subject", ":", (Value("a:b=c"),))),
        ("to:x from:y", And((Compare("recipient", ":", (Value("x"),)), Compare("sender", ":", (Value("y"),))))),
        ("op:x ACTIVITY:y signin:z messageid:m", None),
        ("AuthenticationStatus=1", Compare("auth", "=", (Value("1"),))),
        ("MESSAGEID:x", Compare("message", ":", (Value("x"),))),
        ("UserId:x", Compare("user", ":", (Value("x"),))),
        ("ClientIP=1.2.3.4", Compare("ip", "=", (Value("1.2.3.4"),))),
        ("RecordType:154", Compare("type", ":", (Value("154"),))),
        ("userAGENT:x", Data(("UserAgent",), ":", (Value("x"),))),
        ("LogonType=1", Data(("LogonType",), "=", (Value("1"),))),
        ("data.A.b:x", Data(("A", "b"), ":", (Value("x"),))),
        ("DATA.A:x", Data(("A",), ":", (Value("x"),))),
        ('data."a b".@odata=x', Data(("a b", "@odata"), "=", (Value("x"),))),
        ("has:subject,UserAgent,data.A.b", Has(("subject", ("UserAgent",), ("A", "b")))),
        ("has:time", Has(("time",))),
        ("has:to", Has(("recipient",))),
        ("is:Marked,problem", Is(("marked", "problem"))),
        ("last:7D", Last(7, "d")),
        ("not:x", Text(Value("not:x"))),
    ],
)
def test_understood(text: str, node: Node | None) -> None:
    parsed = parse(text)
    if node is not None:
        assert parsed.node == node
    assert parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "start", "stop", "said"),
    [
        ("(a", 0, 1, "not closed"),
        ("x (a (b)", 2, 3, "not closed"),
        ("a)", 1, 2, "closing parenthesis"),
        ("a ()", 2, 4, "empty parentheses"),
        ('a "b', 2, 3, "quote is not closed"),
        ('subject:"b', 8, 9, "quote is not closed"),
        (r'"b\"', 0, 1, "quote is not closed"),
        ("a /b", 2, 3, "regular expression is not closed"),
        ("a /b(/", 2, 6, "bad regular expression"),
        ("subject:/(?=a)/", 8, 15, "look-around"),
        (r"/(a)\1/", 0, 7, "backreference"),
        ("//", 0, 2, "empty regular expression"),
        ("/a/b", 3, 4, "follows"),
        ("nosuch:x", 0, 6, "no field nosuch"),
        ("a sbject:x", 2, 8, "no field sbject"),
        ("https://x", 0, 5, "no field https"),
        ("foo=x", 0, 3, "no field foo"),
        ("has:nosuch", 4, 10, "no field nosuch"),
        ("has:is", 4, 6, "no field is"),
        ("subject:", 7, 8, "value is missing"),
        ("subject: x", 7, 8, "value is missing"),
        ('subject:""', 7, 10, "value is missing"),
        ("subject:a,", 9, 10, "value is missing"),
        ("subject:a,,b", 9, 10, "value is missing"),
        ("subject:)", 7, 8, "value is missing"),
        ('""', 0, 2, "empty text"),
        ("or a", 0, 2, "`or`"),
        ("a or", 4, 4, "`or`"),
        (")", 0, 1, "a parenthesis closes nothing"),
        ("( )", 1, 3, "empty parentheses"),
        ("a or or b", 5, 7, "`or`"),
        ("(or a)", 1, 3, "`or`"),
        ("a and", 2, 5, "`and`"),
        ("and a", 0, 3, "`and`"),
        ("a and or b", 6, 8, "`or`"),
        ("-", 0, 1, "negate"),
        ("- a", 0, 1, "negate"),
        ("a not", 2, 5, "negate"),
        ("not or", 0, 4, "negate"),
        ("time:yesterday", 5, 14, "bad date"),
        ("time:2023-13", 5, 12, "bad date"),
        ("time:2023-02-30", 5, 15, "bad date"),
        ("time:..", 5, 7, "bad date"),
        ("time:/2023/", 5, 11, "no regular expression"),
        ("after:2023..2024", 6, 16, "bad date"),
        ("is:copies", 3, 9, "is:copies is not known"),
        ("last:7y", 5, 7, "bad span"),
        ("last:0d", 5, 7, "bad span"),
        ("recipient:@no-such-file.txt", 10, 27, "cannot read"),
    ],
)
def test_refused_with_its_place(text: str, start: int, stop: int, said: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    error = caught.value
    assert said in error.message
    assert (error.start, min(error.stop, len(text))) == (start, min(stop, len(text)))


def test_a_remedy_names_the_nearest_fields() -> None:
    with pytest.raises(FilterError, match="recipient"):
        parse("recipeint:x")
    with pytest.raises(FilterError, match="UserAgent"):
        parse("usragent:x")
    for text in ("problem:any", "Problems:x", "has:problem"):
        with pytest.raises(FilterError, match="is:problem"):
            parse(text)


@pytest.mark.parametrize(
    "text", ["(" * 10_000, "-" * 10_000 + "a", "not " * 10_000 + "a", "(" * 10_000 + "a" + ")" * 10_000]
)
def test_deep_nesting_is_refused_and_does_no_harm(text: str) -> None:
    with pytest.raises(FilterError, match="nested too deeply"):
        parse(text)
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH).node == A


def test_too_many_conditions_are_refused() -> None:
    assert len(parse("a " * MAX_TERMS).terms) == MAX_TERMS
    with pytest.raises(FilterError, match="conditions"):
        parse("a " * (MAX_TERMS + 1))


@pytest.mark.parametrize("text", ["k" * 10_001, "subject:" + "k" * 10_001, 'data.x:"' + "k" * 10_001 + '"'])
def test_texts_too_long_for_the_engine_are_refused(text: str) -> None:
    with pytest.raises(FilterError, match="longer than 10,000"):
        parse(text)


def test_nodes_know_their_place() -> None:
    text = ' a  (b or "c d") -subject:x,/y z/ '
    terms = parse(text).terms
    assert [text[term.start : term.stop] for term in terms] == ["a", '(b or "c d")', "-subject:x,/y z/"]
    condition = terms[2].child if isinstance(terms[2], Not) else None
    assert isinstance(condition, Compare)
    assert [text[value.start : value.stop] for value in condition.values] == ["x", "/y z/"]


def test_values_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "people, all.txt"
    path.write_text("\ufeffa@x.com\r\n\r\n  *@y.com \r\n", encoding="utf-8")
    parsed = parse(f'recipient:b,@"{path}"')
    assert isinstance(parsed.node, Compare)
    assert parsed.node.values[1].lines == (Value("a@x.com"), wild("*@y.com"))
    assert parse(str(parsed)) == parsed
    for data in (b"\xff\xff", b"\xff\xfea", b"caf\xe9"):
        path.write_bytes(data)
        with pytest.raises(FilterError, match=r"cannot read.*it is no UTF-8 text"):
            parse(f'recipient:@"{path}"')


def test_a_list_that_windows_powershell_made_is_utf16(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_bytes("a@x.com\r\nü@y.com\r\n".encode("utf-16"))
    parsed = parse(f'recipient:@"{path}"')
    assert isinstance(parsed.node, Compare)
    assert parsed.node.values[0].lines == (Value("a@x.com"), Value("ü@y.com"))


def test_a_quoted_at_sign_is_text() -> None:
    assert parse('recipient:"@x.com"').node == Compare("recipient", ":", (Value("@x.com"),))
    assert str(parse('recipient:"@x.com"')) == 'recipient:"@x.com"'


@given(st.text(alphabet='ab()"\\/-:=,*.@ \tornt\ud800é\u202e\x00', max_size=30))
def test_any_text_parses_or_names_a_place(text: str) -> None:
    place = None
    try:
        parsed = parse(text)
    except FilterError as error:
        place = (error.start, error.stop)
    if place is None:
        assert parse(str(parsed)) == parsed
    else:
        assert 0 <= place[0] <= place[1] <= len(text)


@given(st.text(max_size=20).filter(bool))
def test_any_quoted_text_is_found_as_it_is(text: str) -> None:
    from omeviz.query.scan import storable
    from omeviz.query.tree import quoted

    assert parse(quoted(text)).node == Text(Value(storable(text)))


def test_time_values_keep_their_text() -> None:
    parsed = parse('time:"2023-03-22 19:00".."2023-03-23",2024')
    assert isinstance(parsed.node, Time)
    assert [value.text for value in parsed.node.values] == ["2023-03-22 19:00..2023-03-23", "2024"]
    assert parse(str(parsed)) == parsed
