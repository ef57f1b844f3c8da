"""What a key's value is, by the key's name in any case: an address, a subject, an id, or nothing that identifies."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache

from omeviz.events.columns import COLUMNS
from omeviz.events.wrapper import folded


class Kind(Enum):
    """What kind of value stands under a key."""

    TEXT = auto()
    """Unknown: only what is recognised inside it is replaced."""
    PLAIN = auto()
    """A word of the schema, which stays."""
    NAME = auto()
    """The name in a pair of name and value; those of a schema stay."""
    TIME = auto()
    """A time, which stays."""
    USER = auto()
    """A person or mailbox."""
    SUBJECT = auto()
    ATTACHMENT = auto()
    """The name of a file."""
    MESSAGE = auto()
    """A Message-ID."""
    ID = auto()
    """What identifies a record, an object, a tenant, a session."""
    IP = auto()
    PROPERTIES = auto()
    """OperationProperties: a list of names and values, or the subject alone."""


HARMLESS = frozenset({Kind.TEXT, Kind.PLAIN, Kind.NAME, Kind.TIME})
"""What is not sensitive as a whole."""

COLUMN_KINDS: dict[str, Kind] = {
    "time": Kind.TIME,
    "operation": Kind.PLAIN,
    "status": Kind.PLAIN,
    "result": Kind.PLAIN,
    "auth": Kind.PLAIN,
    "operationstatus": Kind.PLAIN,
    "recipient": Kind.USER,
    "sender": Kind.USER,
    "user": Kind.USER,
    "method": Kind.PLAIN,
    "subject": Kind.SUBJECT,
    "attachment": Kind.ATTACHMENT,
    "message": Kind.MESSAGE,
    "type": Kind.PLAIN,
    "workload": Kind.PLAIN,
    "object": Kind.ID,
    "ip": Kind.IP,
    "id": Kind.ID,
    "org": Kind.ID,
    "file": Kind.TEXT,
}
"""Column of an event -> what its values are. A column that is missing here counts as `TEXT`."""

_EXACT: dict[str, Kind] = {
    **{
        key.lower(): COLUMN_KINDS.get(column.name, Kind.TEXT)
        for column in COLUMNS
        for key in (*column.keys, column.export)
        if column.name != "file"
    },
    **dict.fromkeys(
        (
            *("usertype", "version", "resultindex", "resultcount", "isvalid", "objectstate", "activity"),
            *("@odata.type", "pscomputername", "psshowcomputername", "omevizproblem"),
        ),
        Kind.PLAIN,
    ),
    **dict.fromkeys(("date", "createddatetime", "createdtime", "timestamp"), Kind.TIME),
    **dict.fromkeys(
        (
            *("userkey", "user", "users", "upn", "recipients", "senders", "from", "to", "cc", "bcc", "replyto"),
            *(
                "mailboxownersid",
                "logonusersid",
                "logonuserdisplayname",
                "puid",
                "owner",
                "author",
                "member",
                "members",
            ),
            *("forwardto", "redirectto", "forwardingaddress", "deliverto", "grantsendonbehalfto", "p1sender"),
        ),
        Kind.USER,
    ),
    **dict.fromkeys(("mailsubject", "emailsubject", "messagesubject"), Kind.SUBJECT),
    **dict.fromkeys(("attachment", "attachments", "filename", "sourcefilename"), Kind.ATTACHMENT),
    **dict.fromkeys(("item", "identities", "organizationname", "tenantname"), Kind.ID),
    **dict.fromkeys(("ip", "ips", "ipaddr"), Kind.IP),
    "operationproperties": Kind.PROPERTIES,
}

_ENDINGS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("messageid",), Kind.MESSAGE),
    (("subject",), Kind.SUBJECT),
    (("filename", "attachmentname"), Kind.ATTACHMENT),
    (("clientip", "sourceip", "remoteip", "actorip", "serverip", "ipaddress", "ipaddresses"), Kind.IP),
    (
        (
            *("principalname", "displayname", "username", "emailaddress", "smtpaddress", "mailaddress", "email"),
            *("emails", "upn", "recipient", "recipients", "sender", "senders", "mailbox", "mailboxes"),
        ),
        Kind.USER,
    ),
    (("guid", "guids", "_id", "-id", "objectid", "url", "uri", "folderpath"), Kind.ID),
)
_LAST_WORD_IS_ID = re.compile(r"[a-z0-9](?:Id|ID|Ids|IDs|Uid|UID|Sid|SID)\Z")
_LAST_WORD_IS_IP = re.compile(r"[a-z0-9](?:Ip|IP|Ips|IPs)\Z")
_TABLE_SUFFIX = re.compile(r"_[sgdtb]\Z")
"""What Log Analytics puts behind the names of a custom table's columns, one letter for each type."""


@lru_cache(maxsize=4096)
def kind_of(key: str) -> Kind:
    """What the value under this key is."""
    if len(key) > 200:
        return Kind.TEXT
    name = key.strip()
    lowered = folded(name)
    if lowered not in _EXACT:
        lowered = _TABLE_SUFFIX.sub("", lowered)
        name = _TABLE_SUFFIX.sub("", name)
    if lowered in _EXACT:
        return _EXACT[lowered]
    for endings, kind in _ENDINGS:
        if lowered.endswith(endings):
            return kind
    if _LAST_WORD_IS_ID.search(name):
        return Kind.ID
    return Kind.IP if _LAST_WORD_IS_IP.search(name) else Kind.TEXT


@lru_cache(maxsize=4096)
def is_named_exactly(key: str) -> bool:
    """Whether the schema has this key, so that also a number under it is what the key says."""
    lowered = folded(key.strip())
    return lowered in _EXACT or _TABLE_SUFFIX.sub("", lowered) in _EXACT
