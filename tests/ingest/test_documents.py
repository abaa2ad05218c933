"""PDF, DOCX, PPTX, EPUB: what is read of each, and what is told."""

import io
import zlib
from pathlib import Path

import pytest

from ingest import documents
from ingest.documents import from_document
from ingest.extract import extract
from retrieval.errors import ItemError
from retrieval.types import Article
from tests.ingest.material import zip_of

URI = "file:///news/a"


def pdf(stream: bytes, extra: bytes = b"") -> bytes:
    """A PDF of one page with this content."""
    packed = zlib.compress(stream, 9)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 7 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (A budget) /Author (Ann) /CreationDate (D:20261102093000Z) >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    end = b"trailer << /Size 8 /Root 1 0 R /Info 6 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (
        extra,
        len(out),
    )
    return out + b"xref\n0 8\n0000000000 65535 f \n" + table + end


def one(data: bytes, kind: str) -> Article:
    """The only article in it."""
    [article] = extract(data, kind, URI + kind).articles
    return article


def test_pdf() -> None:
    """Title, author, hour, and lines put together to paragraphs, hyphens undone."""
    lines = [
        "The council has ap-",
        "proved the budget of the coming year.",
        "Members",
        "spoke for an hour.",
    ]
    content = (
        b"BT /F1 12 Tf 14 TL 50 700 Td "
        + b" ".join(f"({it}) Tj T*".encode() for it in lines)
        + b" ET"
    )
    it = one(pdf(content), ".pdf")
    assert (it.title, it.author, it.published) == ("A budget", "Ann", "2026-11-02T09:30:00+00:00")
    assert it.text.replace("\n\n", " ") == (
        "The council has approved the budget of the coming year. Members spoke for an hour."
    )


def test_pdf_that_is_none() -> None:
    """Broken, empty or without text: a plain line each."""
    for data, why in (
        (b"%PDF-1.4 nothing", "cannot be read as PDF"),
        (pdf(b""), "has no text"),
        (b"\0" * 99, "cannot be read as PDF"),
    ):
        with pytest.raises(ItemError, match=why):
            extract(data, ".pdf", URI)


def test_pdf_that_hangs_its_reader() -> None:
    """It is ended when its time is up, by the system and at the latest by us."""
    slow = pdf(b"BT /F1 9 Tf (x) Tj ET " * 2_000_000)
    with pytest.raises(ItemError, match=r"takes longer than 1 s"):
        from_document(slow, ".pdf", seconds=1)


def test_document_that_takes_all_memory() -> None:
    """It is ended before it harms."""
    greedy = pdf(b"BT /F1 9 Tf (" + b"x" * 60_000_000 + b") Tj ET ")
    with pytest.raises(ItemError, match="memory"):
        from_document(greedy, ".pdf", megabytes=150)


def saved(document: object) -> bytes:
    """An office document's bytes."""
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def test_docx() -> None:
    """Title, author, language; paragraphs and tables in their order."""
    import docx

    made = docx.Document()
    made.core_properties.author, made.core_properties.language = "Ann", "en-GB"
    made.add_heading("A budget", 0)
    made.add_paragraph("The council approved it.")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Roads", "9 million"
    made.add_paragraph("A vote follows.")
    it = one(saved(made), ".docx")
    assert (it.title, it.author, it.language) == ("A budget", "Ann", "en-GB")
    assert it.text == "The council approved it.\n\nRoads | 9 million\n\nA vote follows."


def test_pptx() -> None:
    """The texts of every slide."""
    import pptx

    show = pptx.Presentation()
    for n in (1, 2):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = f"Budget {n}"
        slide.placeholders[1].text = f"It grows by {n} percent."
    it = one(saved(show), ".pptx")
    assert it.title == "Budget 1"
    assert it.text == "Budget 1\n\nIt grows by 1 percent.\n\nBudget 2\n\nIt grows by 2 percent."


def book(package: str = "") -> bytes:
    """A book of two chapters."""
    dc = "http://purl.org/dc/elements/1.1/"
    container = '<container xmlns="urn:x"><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>'
    package = package or (
        f'<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="{dc}"><metadata>'
        "<dc:title>Budgets</dc:title><dc:creator>Ann</dc:creator><dc:language>en</dc:language>"
        '<dc:date>2026-11-02</dc:date></metadata><manifest><item id="b" href="b.xhtml"/>'
        '<item id="a" href="c/a%20b.xhtml"/></manifest><spine><itemref idref="a"/>'
        '<itemref idref="b"/><itemref idref="none"/></spine></package>'
    )
    files = {"META-INF/container.xml": container, "O/p.opf": package}
    for name, text in (("O/c/a b.xhtml", "First."), ("O/b.xhtml", "Second.")):
        files[name] = (
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{text}</h1><p>Of <i>é</i>.</p></body></html>'
        )
    return zip_of(dict(files))


def test_epub() -> None:
    """Chapters in the order of reading, which is not that of the files."""
    it = one(book(), ".epub")
    assert (it.title, it.author, it.language, it.published) == (
        "Budgets",
        "Ann",
        "en",
        "2026-11-02",
    )
    assert it.text == "First.\n\nOf é.\n\nSecond.\n\nOf é."


def test_bombs_in_documents() -> None:
    """Entities that unfold and archives that unpack without end are refused."""
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><package>&b;</package>"
    with pytest.raises(ItemError, match="cannot be read as EPUB"):
        extract(book(bomb), ".epub", URI)
    huge = zip_of({"word/document.xml": b"\0" * 510_000_000})
    for kind in (".docx", ".pptx", ".epub"):
        with pytest.raises(ItemError, match="unpacks to more"):
            extract(huge, kind, URI)
        with pytest.raises(ItemError, match="cannot be read as"):
            extract(zip_of({"a": "b"}), kind, URI)


def test_the_program_of_documents_imports_nothing_of_ours() -> None:
    """It runs in a process of its own, where our packages may not be found."""
    code = (Path(documents.__file__).parent / "apart.py").read_text()
    assert "from ingest" not in code
    assert "from retrieval" not in code
