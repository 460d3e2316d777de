"""What WeasyPrint leaves out of a PDF/A-3a that is to be a PDF/UA-1 as well."""

from typing import Any
from xml.sax.saxutils import escape

# PDF/A allows only properties it knows or that are described, and it does not know PDF/UA's.
UNIVERSAL_ACCESS = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the document conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
IDENTIFIER = """<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier>{}</dc:identifier>
</rdf:Description>
"""
END = b"</rdf:RDF>"
END_OF_STREAM = b"\nendstream"
LINE_ENDS = (b"\r", b"\n")
NO_TEXT = ("Length1", "N")
"""Entries of streams that are fonts and colour profiles: nothing is added to those."""


def finish(_document: Any, pdf: Any, *, identifier: str) -> None:
    """Complete the metadata of a document, and leave it uncompressed as PDF/A demands.

    ``pdf`` is what WeasyPrint is about to write: a pydyf.PDF.
    """
    import pydyf  # noqa: PLC0415

    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    added = UNIVERSAL_ACCESS + (IDENTIFIER.format(escape(identifier)) if identifier else "")
    metadata.stream = [metadata.stream[0].replace(END, added.encode() + END)]
    metadata.compress = False
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress and _is_text(stream):
            end_clearly(stream)
    if "AF" in pdf.catalog:  # WeasyPrint lists each file twice
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _is_text(stream: Any) -> bool:
    """Say whether a stream is drawing instructions or the like, in which space means nothing."""
    is_file = any(name in stream.extra for name in NO_TEXT)
    return not is_file and stream.extra.get("Subtype") in {None, "/Form"}


def end_clearly(stream: Any) -> None:
    """Let a compressed stream end with no byte that reads like the end of the line after it.

    One in a hundred does by chance; then validators count one byte less than its length says.
    """
    while stream.data.removesuffix(END_OF_STREAM).endswith(LINE_ENDS):
        stream.stream.append(b"")
