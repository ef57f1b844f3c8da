"""Stand-ins: the same value always gets the same one, and nobody without the secret can tell which value it was.

A stand-in has the shape of what it stands for, so that programs which read the export still can: an address for an
address (of a reserved domain), a GUID for a GUID, a file name for a file name, an IP address (of the range that is
reserved for documentation) for an IP address.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from omeviz.export.redact.kinds import Kind
from omeviz.export.redact.secret import Secret

REDACTED_DOMAIN = "redacted.example"
"""The domain of stand-ins for addresses; reserved, so that nobody can ever receive mail there (RFC 2606)."""

LEFT_OUT = "(left out by redaction: no JSON object)"
"""Stands for AuditData that cannot be read, and so not be redacted."""

DAMAGED = "(left out by redaction: the record is damaged)"
"""Stands for a cell of a damaged record, in which anything may have ended up."""

_DIGITS = 12  # of 48 bits: among a million values, hardly ever two with one stand-in
_REMEMBERED = 200_000

_IN_ADDRESS = r"[^\s@<>()\[\]{},;:\"\\|\x00-\x1f\x7f]"
ADDRESS = re.compile(rf"(?<!{_IN_ADDRESS}){_IN_ADDRESS}++(?:@{_IN_ADDRESS}++)+")
"""Anything with an @ inside; what begins and ends it is looked at afterwards, so that no text takes long."""

ADDRESS_EDGES = "'`.!?*#"
"""Signs around an address that belong to the sentence it stands in."""
_GUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_KEPT_SUFFIX = re.compile(
    r"\.(?:7z|avi|bmp|csv|docx?|docm|eml|gif|gz|html?|ics|jpe?g|json|log|mp[34]|msg|ods|odt|p7[ms]|pdf|png|pptx?|ps1"
    r"|rpmsg|rtf|svg|tiff?|txt|vcf|wav|xlsx?|xlsm|xml|zip)\Z",
    re.IGNORECASE | re.ASCII,
)
_BRACKETED = re.compile(r"\[([0-9a-f:.%]{2,60})\](?::\d{1,5})?", re.IGNORECASE | re.ASCII)
_WITH_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}", re.ASCII)


class StandIns:
    """Makes stand-ins.

    Args:
        secret: Makes them this run's, or this user's.
    """

    def __init__(self, secret: Secret) -> None:
        self.secret = secret
        self._known: dict[tuple[Kind, str], str] = {}
        self._makers: dict[Kind, Callable[[str], str]] = {
            Kind.USER: self._user,
            Kind.SUBJECT: lambda text: f"subject-{self.digest('subject', text)}",
            Kind.PROPERTIES: lambda text: f"subject-{self.digest('subject', text)}",
            Kind.ATTACHMENT: self._attachment,
            Kind.MESSAGE: self._message,
            Kind.ID: lambda text: f"id-{self.digest('id', text)}",
            Kind.IP: lambda text: f"ip-{self.digest('ip', text)}",
        }

    def digest(self, kind: str, value: str, digits: int = _DIGITS) -> str:
        """Hexadecimal digits of HMAC-SHA256 over kind and value; case and blanks around the value do not count."""
        text = f"{kind}\0{value.strip().casefold()}"
        return hmac.digest(self.secret.key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:digits]

    def whole(self, kind: Kind, text: str) -> str:
        """The stand-in for a value that is sensitive as a whole; a blank one stays."""
        if not text or text.isspace():
            return text
        found = self._known.get((kind, text))
        if found is None:
            found = self._made(kind, text)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[kind, text] = found
        return found

    def _made(self, kind: Kind, text: str) -> str:
        if kind not in (Kind.SUBJECT, Kind.PROPERTIES, Kind.ATTACHMENT, Kind.MESSAGE):
            shaped = self._by_shape(kind, text.strip())
            if shaped is not None:
                return shaped
        maker = self._makers.get(kind, self.text)
        return maker(text)

    def _by_shape(self, kind: Kind, text: str) -> str | None:
        """An id that is a GUID, an address or an IP address gets what these get elsewhere."""
        if _GUID.fullmatch(text) or _GUID.fullmatch(text[1:-1]):
            return _GUID.sub(lambda match: self.guid(match[0]), text)
        if kind is not Kind.USER and len(text) > 2 and text[0] == "<" and text[-1] == ">" and "@" in text:
            return self._message(text)
        if ADDRESS.fullmatch(text):
            return self.address(text)
        return self.ip(text)

    def address(self, text: str) -> str:
        """For one e-mail address."""
        return f"user-{self.digest('address', text.strip().strip(ADDRESS_EDGES))}@{REDACTED_DOMAIN}"

    def guid(self, text: str) -> str:
        """For a GUID, with dashes or without."""
        digits = self.digest("guid", text.replace("-", ""), 32)
        if "-" not in text:
            return digits
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def ip(self, text: str) -> str | None:
        """For an IP address, with a port or without, as an address of 2001:db8::/32; None where it is none."""
        found = parsed_ip(text)
        if found is None:
            return None
        digits = self.digest("ip", str(found), 16)
        return f"2001:db8:{':'.join(digits[start : start + 4] for start in (0, 4, 8, 12))}::"

    def text(self, text: str) -> str:
        """For a text that may hold anything."""
        return f"text-{self.digest('text', text)}"

    def _user(self, text: str) -> str:
        """One person, or several parted by `;` or `,`; names beside an address go."""
        found = ADDRESS.findall(text)
        if len(found) == 1 and not _parts(text):
            return self.address(found[0])
        if parts := _parts(text):
            separator = ";" if ";" in text else ","
            return f"{separator} ".join(self.whole(Kind.USER, part) for part in parts)
        if found:
            return "; ".join(self.address(address) for address in found)
        return f"user-{self.digest('user', text)}"

    def _attachment(self, text: str) -> str:
        suffix = _KEPT_SUFFIX.search(text.strip())
        return f"attachment-{self.digest('attachment', text)}{suffix[0].lower() if suffix else ''}"

    def _message(self, text: str) -> str:
        bare = text.strip()
        open_sign, close_sign = ("<", ">") if bare[:1] == "<" and bare[-1:] == ">" else ("", "")
        bare = bare[1:-1] if open_sign else bare
        if _GUID.fullmatch(bare):
            return f"{open_sign}{self.guid(bare)}{close_sign}"
        return f"{open_sign}message-{self.digest('message', bare)}@{REDACTED_DOMAIN}{close_sign}"


def _parts(text: str) -> list[str]:
    """Several persons in one text; none where it is one."""
    separator = ";" if ";" in text else ","
    parts = [part.strip() for part in text.split(separator)]
    parts = [part for part in parts if part]
    return parts if len(parts) > 1 and all("@" in part for part in parts) else []


def parsed_ip(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address in `1.2.3.4`, `1.2.3.4:port`, `[2001:db8::1]:port` or `::ffff:1.2.3.4`; None where it is none."""
    bare = text.strip()
    if len(bare) > 70:
        return None
    match = _BRACKETED.fullmatch(bare) or _WITH_PORT.fullmatch(bare)
    try:
        found = ip_address(match[1] if match else bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
