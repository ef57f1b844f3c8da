"""Whether a text has blocks of `Format-List` with what an audit export tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from omeviz.sources.list_blocks import Block, BlockReader
from omeviz.sources.list_lines import BLANKS, Cleaner, is_page, lines_ended

_NAMES = frozenset(
    {
        "auditdata",
        "recordtype",
        "creationdate",
        "userids",
        "operations",
        "resultindex",
        "resultcount",
        "identity",
        "isvalid",
        "objectstate",
        "creationtime",
        "operation",
        "organizationid",
        "workload",
        "userid",
        "userkey",
        "usertype",
        "resultstatus",
        "recordid",
        "messageid",
        "operationproperties",
        "authenticationstatus",
        "auditlogrecordtype",
        "createddatetime",
        "userprincipalname",
        "pscomputername",
        "runspaceid",
        "psshowcomputername",
        "associatedadminunits",
        "timegenerated",
        "officeworkload",
    }
)
"""Names that tell an audit export; a list is one by two of them in a block."""

_OTHER = re.compile(r'\s*(?:[{]|\[\s*[{"\]]|#TYPE\b|<(?:\?xml|Objs)\b|#< CLIXML)')
"""How JSON, a CSV of Windows PowerShell and XML begin."""

_CSV_HEADER = re.compile(
    r'"[^"\n]*"(?:[,;|\t]"[^"\n]*")+\s*\Z|[^\n]*\bAuditData\b[^\n]*[,;|\t]|[^\n]*[,;|\t]"?AuditData\b', re.IGNORECASE
)


def looks_like_list(sample: str) -> bool:
    """Whether blocks of `Name : value` of an audit export stand in the first characters of a text, alone or in prose.

    CSV and JSON are none, even where their cells hold such text.
    """
    sample = lines_ended(sample.removeprefix("\ufeff"))
    if _OTHER.match(sample) or sample.count("\x00") > len(sample) // 100:  # a few are damage
        return False
    first = sample.lstrip().split("\n", 1)[0][:10_000]
    if " : " not in first and _CSV_HEADER.match(first.rstrip()):
        return False
    reader = BlockReader(_known)
    cleaner = Cleaner(page=is_page(sample))
    for number, line in enumerate(sample.split("\n"), 1):
        for text in cleaner.lines(line):
            ended = reader.take(text, number)
            if any(block is not None and _is_row(block) for block in (ended, reader.open_block)):
                return True
    return False


def is_known(name: str) -> bool:
    """Whether a name tells an audit export."""
    return name.lower() in _NAMES


def _known(names: Sequence[str]) -> int:
    return sum(map(is_known, names))


def _is_row(block: Block) -> bool:
    if _known(tuple(block.fields)) >= 2:
        return True
    return any(
        name.lower() == "auditdata" and parts[0].strip(BLANKS)[:1] == "{" for name, parts in block.fields.items()
    )
