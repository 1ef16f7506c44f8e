"""The document as an XMP packet (ISO 16684-1): one property of a namespace of our own, its value JSON."""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

__all__ = ["NAMESPACE", "from_xmp", "to_xmp"]

NAMESPACE = "urn:stillreel:xmp:1#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PACKET = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}">'
    '<rdf:Description rdf:about="" xmlns:stillreel="{namespace}">'
    "<stillreel:document>{text}</stillreel:document>"
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)


def to_xmp(text: str) -> bytes:
    """The packet that carries `text`, which is ASCII."""
    return _PACKET.format(rdf=_RDF, namespace=NAMESPACE, text=escape(text)).encode("ascii")


def from_xmp(packet: bytes) -> str | None:
    """The text that a packet carries, as an element or as another program's attribute; None where it has none.

    Declarations of entities are refused before parsing: no packet needs them, and bombs are made of them.
    """
    if b"<!" in packet or b"\0" in packet:
        return None
    try:
        tree = ET.fromstring(packet.strip(b" \t\r\n"))
    except (ET.ParseError, ValueError, LookupError):
        return None
    name = f"{{{NAMESPACE}}}document"
    for element in tree.iter(f"{{{_RDF}}}Description"):
        if name in element.attrib:
            return element.attrib[name]
        found = element.find(name)
        if found is not None and found.text:
            return found.text
    return None
