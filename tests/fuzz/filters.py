"""Random texts for the filter language: refused with a place, or understood, printed, evaluated and edited."""

from __future__ import annotations

from random import Random

from omeviz.errors import FilterError
from omeviz.events.columns import NAMES
from omeviz.query.edit import add, cycle_status, drop_last, exclude, only, toggle_value, values_of
from omeviz.query.explain import which_part_emptied
from omeviz.query.highlight import needles
from omeviz.query.parse import parse
from omeviz.query.select import matching
from omeviz.query.tree import Filter
from omeviz.store import Store
from tests.hostile import HOSTILE

_NAMES = sorted(NAMES)
PIECES: tuple[str, ...] = (
    *(f"{name}:" for name in _NAMES),
    *("AuthenticationStatus=", "data.A.b:", 'data."a b".c=', "data.:", "data", "nofield:", "is:", "has:", "time:"),
    *(
        "after:",
        "before:",
        "on:",
        "at:",
        "last:",
        "between:",
        "status:failure",
        "is:marked",
        "has:subject",
        "is:copied",
    ),
    *(
        "(",
        ")",
        "((",
        "))",
        " ",
        "  ",
        "\t",
        "\n",
        ",",
        ",,",
        ":",
        "=",
        "-",
        "--",
        " or ",
        " and ",
        " not ",
        "OR",
        "NOT ",
    ),
    *(
        '"',
        '""',
        '\\"',
        "\\",
        "\\\\",
        "/",
        "//",
        "/a+/",
        "/(a+)+$/",
        "/[/",
        "/(?P<x>a)(?P=x)/",
        "/\\p{L}/",
        "/a{1000}/",
    ),
    *("*", "a*b", "**", "?", "@", "@missing.txt", "@", "a", "x y", "1", "0", "154", "OMEPortal", "2023-03-22", "2023"),
    *("2023-13-45", "19:00", "3d", "24h", "7w", "99999999999d", "9999-12-31T23:59:59Z", "..", "2023-03..2023-04", ">"),
    *(
        "<",
        ">=",
        "!",
        "|",
        "&",
        "~",
        "^",
        "$",
        "\x00",
        "\u202e",
        "\ud800",
        "ß",
        "ſ",
        "İ",
        "漢",
        "\U0001f600",
        "é",
        "e\u0301",
    ),
)


def filter_text(seed: int) -> str:
    """The text of a seed: pieces of the language, hostile strings, and single characters."""
    random = Random(seed)
    made = []
    for _ in range(random.choice((1, 2, 4, 8, 30))):
        kind = random.random()
        if kind < 0.75:
            made.append(random.choice(PIECES))
        elif kind < 0.85:
            made.append(random.choice(HOSTILE)[1][:100])
        else:
            made.append(chr(random.choice((random.randrange(32, 127), random.randrange(0xD800), 0x1F468))))
    return random.choice(("", "", " ")).join(made)


def check(text: str, store: Store) -> bool:
    """Whether the text is a filter. Everything that the explorer does with one is done.

    Raises:
        AssertionError: Something does not hold.
        Exception: What nobody may see.
    """
    parsed = _parsed(text)
    sound = "" if parsed is None else text
    if parsed is not None:
        assert parse(str(parsed)) == parsed, str(parsed)
        assert str(parse(str(parsed))) == str(parsed)
        rows = matching(store, parsed)
        assert rows.to_list() == matching(store, parse(str(parsed))).to_list()
        needles(parsed)
        if not rows.len():
            assert which_part_emptied(store, parsed)
    for field in ("recipient", "operation"):
        value = text[:200]
        changes = [toggle_value(sound, field, value), only(sound, field, value), exclude(sound, field, value)]
        for changed in (*changes, cycle_status(sound), drop_last(sound), add(sound, "status:failure")):
            parse(changed)
        values_of(sound, field)
    return bool(sound)


def _parsed(text: str) -> Filter | None:
    """The filter; None where it is refused, and then the refusal is sound."""
    try:
        return parse(text)
    except FilterError as error:
        refused = error
    assert 0 <= refused.start <= refused.stop <= len(text) + 1, (refused.start, refused.stop)
    assert str(refused).strip()
    return None
