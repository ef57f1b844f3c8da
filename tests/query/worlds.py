"""Random events and filters for the property tests: hostile texts, escapes, lists, nulls, repeated keys."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from omeviz.query.scan import storable
from omeviz.query.tree import And, Compare, Data, Has, Is, Node, Not, Or, Text, Value
from tests.support import portal_record, store_of

PIECES = (
    *("a", "A", "ab", "B", "k", "K", "\u212a", "s", "ſ", "ß", "ẞ", "SS", "é", "É", "Σ", "ς", "İ", "ı", "–", "😀"),
    *("2013", "u2013", "0041", "u", "n", "b", "true", "null", "1", "12.5", "-"),
    *(
        '"',
        "\\",
        "/",
        "\n",
        "\t",
        " ",
        ":",
        ",",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "*",
        ".",
        "@",
        "'",
        "\x00",
        "\ufdd0",
        "\ufffd",
        "\ud800",
    ),
    *("DOMAIN\\user", "a,b", '":"', "x y", "\u202e", "[/x]"),
)
"""What texts are made of: what folds oddly, what escapes look like, and JSON's own characters."""

texts = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
some_text = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join).map(storable)

scalars = st.one_of(texts, st.integers(-5, 2050), st.sampled_from([True, False, None, 0.5, 1.0]))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(["Name", "Value", "Sub"]), texts), inner, max_size=3),
    ),
    max_leaves=6,
)
KEYS = (
    "Operation",
    "Recipient",
    "AuthenticationMethod",
    "MessageId",
    "ObjectId",
    "UserAgent",
    "useragent",
    "Folders",
    "OperationProperties",
    "ResultStatus",
    "AuthenticationStatus",
    "CreationTime",
    "RecordType",
)
methods = st.sampled_from(["Google", "gmail", "OTP", "Go"])
operations = st.sampled_from(["AuthenticateRequest", "authenticationrequest", "MessageAccess", "Auth", ""])


@st.composite
def records(draw: st.DrawFn) -> str | None:
    """AuditData of one record as text, or None."""
    if draw(st.integers(0, 19)) == 0:
        return draw(st.sampled_from([None, "", " ", "[1]", '"abc"', "abc\\u0041", "{", "nonsense a K"]))
    pairs: list[tuple[str, Any]] = list(portal_record().items()) if draw(st.booleans()) else []
    pairs = [pair for pair in pairs if draw(st.booleans())]
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=4)):
        pairs.append((key, draw(_for_key(key))))
    for _ in range(draw(st.integers(0, 2))):
        pairs.append((draw(texts), draw(values)))
    text = draw(written(dict_of_pairs(pairs)))
    if draw(st.integers(0, 9)) == 0:
        text = text[: draw(st.integers(1, len(text)))]
    return text


def _for_key(key: str) -> st.SearchStrategy[Any]:
    special: dict[str, st.SearchStrategy[Any]] = {
        "Operation": st.one_of(operations, texts),
        "AuthenticationMethod": st.one_of(methods, texts),
        "Recipient": st.one_of(texts, st.lists(texts, max_size=3)),
        "MessageId": st.one_of(texts, texts.map(lambda text: f"<{text}>")),
        "AuthenticationStatus": st.sampled_from([0, 1, 0.0, "1", "Success", 7, None]),
        "ResultStatus": st.sampled_from(["Success", "Failed", "PartiallySucceeded", "odd", "", None]),
        "RecordType": st.sampled_from([154, 1, 22, "OMEPortal", 9999]),
        "CreationTime": st.sampled_from(["2023-03-22T19:00:59", "2023-03-22", "nonsense", "2024-01-01T00:00:00Z"]),
        "OperationProperties": texts.map(lambda text: [{"Name": "MailSubject", "Value": text}]),
    }
    return special.get(key, values)


class Object(list[tuple[str, Any]]):
    """A JSON object whose keys may repeat."""


def dict_of_pairs(pairs: list[tuple[str, Any]]) -> Object:
    return Object(pairs)


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """JSON with blanks and escapes as different writers make them."""
    blank = draw(st.sampled_from(["", "", " ", "\n  "]))
    style = draw(st.sampled_from(["plain", "ascii", "powershell", "wild"]))

    def text(content: str) -> str:
        if style == "plain":
            return json.dumps(content, ensure_ascii=False)
        if style == "ascii":
            return json.dumps(content)
        if style == "powershell":
            quoted = json.dumps(content, ensure_ascii=False).replace("/", "\\/")
            return quoted.replace("<", "\\u003c").replace(">", "\\u003e").replace("'", "\\u0027")
        return '"' + "".join(draw(_character(character)) for character in content) + '"'

    def item(inner: Any) -> str:
        if isinstance(inner, Object):
            return "{" + ("," + blank).join(f"{text(k)}{blank}:{blank}{item(v)}" for k, v in inner) + blank + "}"
        if isinstance(inner, dict):
            return item(Object(inner.items()))
        if isinstance(inner, list):
            return "[" + blank + ("," + blank).join(map(item, inner)) + "]"
        return text(inner) if isinstance(inner, str) else json.dumps(inner)

    return item(value)


def _character(character: str) -> st.SearchStrategy[str]:
    units = character.encode("utf-16-be", "surrogatepass")
    codes = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
    escaped = "".join(f"\\u{code}" for code in codes)
    plain = json.dumps(character, ensure_ascii=False)[1:-1]
    return st.sampled_from([plain, plain, escaped, "".join(f"\\u{code.upper()}" for code in codes)])


cells = st.one_of(st.none(), texts, st.sampled_from(["admin@x.com", "MessageAccess", "3/22/2023 7:00:59 PM"]))
wrappers = st.fixed_dictionaries({"UserIds": cells, "Operations": cells, "CreationDate": cells, "Extra": cells})


@st.composite
def stores(draw: st.DrawFn) -> Any:
    audit = draw(st.lists(records(), min_size=1, max_size=6))
    rows = draw(st.lists(wrappers, min_size=len(audit), max_size=len(audit)))
    return store_of(*audit, wrappers=rows)


REGEXES = (
    "a",
    "a.b",
    "[^a]",
    "^a",
    "b$",
    "^$",
    "a*",
    "ab|12",
    r"\d\d",
    r"a\\",
    '"',
    "[a-c]+ ?y",
    ".",
    r"\.",
    "(a|b)+",
    "a{2}",
    ":",
    '[^"]',
    "(?:u2013|–)",
    "x y",
    "n",
    r"\bab\b",
    "..",
    "[,:]",
    "(?i)K",
    "/",
    "é",
)
"""Expressions that mean the same in Python and in Rust."""


def plain(text: str, operator: str) -> Value:
    return Value(text, "wild" if operator == ":" and "*" in text else "text")


regexes = st.sampled_from(REGEXES).map(lambda pattern: Value(pattern, "regex"))
columns = st.sampled_from(
    [
        "operation",
        "status",
        "result",
        "auth",
        "operationstatus",
        "recipient",
        "sender",
        "user",
        "method",
        "subject",
        "message",
        "type",
        "object",
        "id",
        "workload",
    ]
)
paths = st.sampled_from(
    [
        ("UserAgent",),
        ("OperationProperties", "MailSubject"),
        ("operationproperties", "value"),
        ("Folders", "Sub"),
        ("folders",),
        ("a",),
        ("AuthenticationStatus",),
        ("recipient",),
    ]
)
few_words = st.sampled_from(
    [
        "success",
        "fail",
        "0",
        "1.0",
        "Auth",
        "AuthenticationRequest",
        "Gmail",
        "goo",
        "154",
        "OME",
        "Viva Engage",
        "22",
        "Exchange",
        "partial",
        "un",
    ]
)


@st.composite
def _values(draw: st.DrawFn, operator: str) -> tuple[Value, ...]:
    one = st.one_of(
        some_text.map(lambda text: plain(text, operator)), few_words.map(lambda text: plain(text, operator)), regexes
    )
    return tuple(draw(st.lists(one, min_size=1, max_size=3)))


@st.composite
def conditions(draw: st.DrawFn) -> Node:
    kind = draw(st.sampled_from(["text", "text", "compare", "compare", "data", "has", "is"]))
    operator: Any = draw(st.sampled_from([":", "="]))
    if kind == "text":
        return Text(draw(st.one_of(some_text.map(Value), some_text.map(Value), regexes)))
    if kind == "compare":
        return Compare(draw(columns), operator, draw(_values(operator)))
    if kind == "data":
        return Data(draw(paths), operator, draw(_values(operator)))
    if kind == "has":
        return Has(tuple(draw(st.lists(st.one_of(columns, st.just("time"), paths), min_size=1, max_size=2))))
    return Is((draw(st.sampled_from(["marked", "problem"])),))


nodes = st.recursive(
    conditions(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda children: And(tuple(children))),
        st.lists(inner, min_size=2, max_size=3).map(lambda children: Or(tuple(children))),
        inner.map(Not),
    ),
    max_leaves=5,
)
