"""Reads PDFs with software that did not write them, as `python -m stack.pdf_reader file…` in an environment of its own.

`pdfua` holds a file against the rules of PDF/UA-1 that it knows. What a screen reader hears is put together here, from the
file alone: the tree of tags says in which order, each font which letters its glyphs are.
"""

from __future__ import annotations

import collections
import json
import re
import sys
from pathlib import Path
from typing import Any

import pdfua
import pikepdf

# Tags whose text is told as a whole.
SPOKEN = {"/Title", "/H1", "/P", "/TH", "/TD"}

# What a file says about itself.
NAMED = {"title": "dc:title", "ua_part": "pdfuaid:part", "a_part": "pdfaid:part"}

CODE_OF_ONE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*\n")
CODES_IN_A_ROW = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def utf16(hexadecimal: bytes) -> str:
    """Letters, as a font tells them."""
    return bytes.fromhex(hexadecimal.decode()).decode("utf-16-be")


def letters_of_font(font: Any) -> dict[int, str]:
    """Which letters each glyph of a font stands for."""
    letters: dict[int, str] = {}
    cmap = bytes(font.ToUnicode.read_bytes())
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        letters |= {int(code, 16): utf16(text) for code, text in CODE_OF_ONE.findall(block)}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in CODES_IN_A_ROW.findall(block):
            start = utf16(text)
            letters |= {int(first, 16) + at: start[:-1] + chr(ord(start[-1]) + at) for at in range(int(last, 16) - int(first, 16) + 1)}
    return letters


class Page:
    """The letters of each marked piece of a page, by its number."""

    def __init__(self, page: pikepdf.Page) -> None:
        self.pieces: dict[int, str] = collections.defaultdict(str)
        self.open: list[dict[str, Any]] = []
        fonts = {name: letters_of_font(font) for name, font in page.resources.get("/Font", {}).items()}
        letters: dict[int, str] = {}
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BMC" | "BDC":
                    self.begin(*operands)
                case "EMC":
                    self.open.pop()
                case "Tf":
                    letters = fonts[str(operands[0])]
                case "Tj":
                    self.show([operands[0]], letters)
                case "TJ":
                    self.show([one for one in operands[0] if isinstance(one, pikepdf.String)], letters)

    def begin(self, kind: Any, marks: Any = None) -> None:
        """A marked piece, or something inside it: words in place of glyphs, or glyphs from right to left."""
        has_marks = isinstance(marks, pikepdf.Dictionary)
        number = int(marks.MCID) if has_marks and "/MCID" in marks else self.open[-1]["number"] if self.open else -1
        instead = str(marks.ActualText) if has_marks and "/ActualText" in marks else None
        if instead is not None and not self.is_replaced():
            self.pieces[number] += instead
        self.open.append({"number": number, "instead": instead, "is_reversed": str(kind) == "/ReversedChars"})

    def is_replaced(self) -> bool:
        """Whether words stand in place of the glyphs."""
        return any(one["instead"] is not None for one in self.open)

    def show(self, strings: list[Any], letters: dict[int, str]) -> None:
        """Glyphs, as letters."""
        if not self.open or self.is_replaced():
            return
        codes = b"".join(bytes(one) for one in strings)
        shown = [letters.get(int.from_bytes(codes[at : at + 2], "big"), "\ufffd") for at in range(0, len(codes), 2)]
        if any(one["is_reversed"] for one in self.open):
            shown.reverse()
        self.pieces[self.open[-1]["number"]] += "".join(shown)


def kids(element: Any) -> list[Any]:
    """What is below an element of the tree: one thing, several or nothing."""
    below = element.get("/K")
    return [] if below is None else list(below) if isinstance(below, pikepdf.Array) else [below]


class Tree:
    """The tree of tags of one file."""

    def __init__(self, path: Path) -> None:
        self.pdf = pikepdf.open(path)
        self.letters = [Page(page).pieces for page in self.pdf.pages]
        self.page_numbers = {page.obj.objgen: at for at, page in enumerate(self.pdf.pages)}
        self.spoken: list[tuple[str, str]] = []
        self.rows: list[list[str]] = []
        self.faults: list[str] = []
        self.tags: collections.Counter[str] = collections.Counter()
        self.hear(self.pdf.Root.StructTreeRoot, 0)

    def hear(self, element: Any, page: int) -> str:
        """The text of an element; what is below it is noted on the way."""
        page = self.page_numbers[element.Pg.objgen] if "/Pg" in element else page
        tag = str(element.get("/S", ""))
        parts = [self.piece(below, page) for below in kids(element)]
        if tag:
            self.tags[tag] += 1
            self.look(tag, element)
        if tag == "/TR":
            self.rows.append(parts)
        if tag in SPOKEN:
            self.spoken.append((tag, "".join(parts)))
        return "".join(parts)

    def piece(self, below: Any, page: int) -> str:
        """One thing below an element: an element, or a marked piece of a page."""
        if not isinstance(below, pikepdf.Dictionary):
            return self.letters[page].get(int(below), "")
        if "/S" in below:
            return self.hear(below, page)
        on = self.page_numbers[below.Pg.objgen] if "/Pg" in below else page
        return self.letters[on].get(int(below.MCID), "") if "/MCID" in below else ""

    def look(self, tag: str, element: Any) -> None:
        """Faults of one element that the checker does not know."""
        if tag == "/Figure" and not str(element.get("/Alt", "")).strip():
            self.faults.append("a figure without alternative text")
        attributes = element.get("/A")
        listed = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
        has_scope = any(isinstance(one, pikepdf.Dictionary) and "/Scope" in one for one in listed)
        if tag == "/TH" and not has_scope:
            self.faults.append("a head of a table that does not say what it is the head of")

    def heading_faults(self) -> list[str]:
        """Headings that say nothing, and levels that are jumped over."""
        faults = ["a heading without words" for tag, text in self.spoken if tag == "/H1" and not text.strip()]
        levels = [int(tag[2:]) for tag in self.tags if tag[:2] == "/H" and tag[2:].isdigit()]
        if sorted(levels) != list(range(1, len(levels) + 1)):
            faults.append(f"levels of headings: {levels}")
        return faults

    def font_faults(self) -> list[str]:
        """Fonts that are not in the file, or whose glyphs cannot be turned back into characters."""
        faults = []
        fonts = [thing for thing in self.pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"]
        for font in fonts:
            name = str(font.get("/BaseFont"))
            if font.get("/Subtype") == "/Type0":
                faults += [] if "/ToUnicode" in font else [f"{name}: no way back to characters"]
                continue
            descriptor = font.get("/FontDescriptor", {})
            if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                faults.append(f"{name}: not in the file")
        return faults if fonts else ["no font at all"]


def read(path: Path) -> dict[str, Any]:
    """Everything that a test asks about a file."""
    report = pdfua.validate(str(path))
    tree = Tree(path)
    with tree.pdf.open_metadata() as metadata:
        named = {key: str(metadata.get(name, "")) for key, name in NAMED.items()}
    return {
        "findings": [f"{finding.rule_id}: {finding.message}" for finding in report.findings],
        "skipped": sorted(skipped.rule_id for skipped in report.skipped),
        "faults": tree.faults + tree.heading_faults() + tree.font_faults(),
        "language": str(tree.pdf.Root.Lang),
        "pages": len(tree.pdf.pages),
        "tags": dict(tree.tags),
        "rows": tree.rows,
        "spoken": tree.spoken,
        **named,
    }


if __name__ == "__main__":
    print(json.dumps([read(Path(name)) for name in sys.argv[1:]]))
