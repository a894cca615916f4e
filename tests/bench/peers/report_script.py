"""The report as a plain script makes it: ReportLab for the pages, matplotlib for the charts. An order in, a PDF out.

It reads what our process reads and sets the same title, figures, findings, three charts, strip of hours, tables and definitions.
It draws no tags, shapes no Arabic or Hebrew and keeps no standard, because neither library does.
"""

from __future__ import annotations

import html
import io
import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as pyplot
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

BRAND, ACCENT, MUTED, HAIR, WASH = "#17406d", "#b23a0e", "#5a636e", "#d5dae0", "#eef1f5"
DPI = 200

PLAIN = ParagraphStyle("plain", fontName="Body", fontSize=8.5, leading=12)
LEAD = ParagraphStyle("lead", PLAIN, fontSize=10.5, leading=15)
SMALL = ParagraphStyle("small", PLAIN, fontSize=7.2, leading=10, textColor=MUTED)
NUMBER = ParagraphStyle("number", PLAIN, fontName="Strong", fontSize=20, leading=24)
TITLE = ParagraphStyle("title", PLAIN, fontName="Strong", fontSize=22, leading=27)
HEADING = ParagraphStyle("heading", PLAIN, fontName="Strong", fontSize=11, leading=15, spaceBefore=14, spaceAfter=6, textColor=BRAND, keepWithNext=True)

Sheet = dict[str, Any]


class Numbered(Canvas):
    """Knows only at the end how many pages there are."""

    sheet: Sheet = {}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802, ReportLab's name
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for at, page in enumerate(self.kept):
            self.__dict__.update(page)
            self.setFont("Body", 7.2)
            words = self.sheet["page_of"].replace("{n}", str(at + 1)).replace("{total}", str(len(self.kept)))
            self.drawRightString(self._pagesize[0] - 17 * mm, 10 * mm, words)
            self.drawString(17 * mm, 10 * mm, self.sheet["made"])
            super().showPage()
        super().save()


def sentence(spans: list[dict[str, Any]]) -> str:
    """A sentence of the sheet, as ReportLab's markup."""
    return html.escape("".join(span["text"] for span in spans))


def cards(sheet: Sheet, width: float) -> list[Flowable]:
    """The large figures and the further ones."""
    large = [
        [Paragraph(html.escape(card["label"]), SMALL), Paragraph(html.escape(card["value"]), NUMBER), Paragraph(html.escape(f"{card['mark']} {card['target']}"), SMALL), Paragraph(html.escape(card["change"]), SMALL)]
        for card in sheet["cards"]
    ]
    facts = [[Paragraph(html.escape(fact["label"]), SMALL), Paragraph(html.escape(fact["value"]), PLAIN)] for fact in sheet["facts"]]
    style = TableStyle([("BACKGROUND", (0, 0), (-1, -1), WASH), ("LINEABOVE", (0, 0), (-1, 0), 2, BRAND)])
    return [Table([large], [width / len(large)] * len(large), style=style), Spacer(1, 6), Table([facts], [width / len(facts)] * len(facts))]


def findings(part: dict[str, Any], width: float) -> list[Flowable]:
    """Alerts or recommendations."""
    rows = []
    for item in part["items"]:
        points: list[Flowable] = []
        for point in item["points"]:
            points += [Paragraph(sentence(point["says"]), PLAIN), Paragraph(html.escape("; ".join(point["numbers"])), SMALL)]
        rows.append([Paragraph(f"<b>{html.escape(item['about']['text'])}</b>", PLAIN), points])
    style = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIR), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    body: list[Flowable] = [Table(rows, [width * 0.3, width * 0.7], style=style)] if rows else [Paragraph(html.escape(part["none"]), PLAIN)]
    return [Paragraph(html.escape(part["title"]), HEADING), *body]


def chart(one: dict[str, Any], width: float, height: float) -> Image:
    """A chart: the line above the bars, over one axis of days."""
    figure, (upper, lower) = pyplot.subplots(2, 1, figsize=(width / 72, height / 72), sharex=True, height_ratios=(4, 5))
    days = range(len(one["points"]))
    levels = [float("nan") if point["level"] is None else point["level"] for point in one["points"]]
    upper.plot(days, levels, color=BRAND, linewidth=1.4, marker="o", markersize=2)
    before = [float("nan") if point["level_before"] is None else point["level_before"] for point in one["points"]]
    upper.plot(days, before, color=MUTED, linewidth=0.8, linestyle=":")
    if one["target"]:
        upper.axhline(one["target"]["at"], color="black", linewidth=0.7, linestyle="--")
    lower.bar(days, [point["offered"] or 0 for point in one["points"]], color=[BRAND if point["is_today"] else "#a9bbd0" for point in one["points"]])
    lower.scatter(days, [float("nan") if point["offered_before"] is None else point["offered_before"] for point in one["points"]], marker="_", color="black", s=24)
    for axes, axis in ((upper, one["right"]), (lower, one["left"])):
        axes.set_title(axis["title"], loc="left", fontsize=6.5)
        axes.set_yticks([tick["at"] for tick in axis["ticks"]], [tick["text"] for tick in axis["ticks"]], fontsize=6.5)
        axes.set_ylim(0, 1.08)
        axes.spines[["top", "right", "left"]].set_visible(False)
    for at, point in enumerate(one["points"]):
        upper.annotate(point["level_text"], (at, levels[at]), fontsize=6.5, ha="center")
        lower.annotate(point["offered_text"], (at, point["offered"] or 0), fontsize=6.5, ha="center")
    lower.set_xticks(list(days), [point["label"] for point in one["points"]], fontsize=6.5)
    figure.suptitle(one["title"], fontsize=8.5, x=0.02, ha="left")
    figure.tight_layout(pad=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, dpi=DPI, format="png")
    pyplot.close(figure)
    return Image(picture, width, height)


def charts(sheet: Sheet, width: float) -> list[Flowable]:
    """Two beside each other, the others below."""
    pictures = [chart(one, width * 0.48, 150) for one in sheet["charts"][:2]]
    pair: list[Flowable] = [Table([pictures], [width / 2] * len(pictures))] if pictures else []
    return [Paragraph(html.escape(sheet["charts_title"]), HEADING), *pair, *[chart(one, width, 160) for one in sheet["charts"][2:]]]


def hours(heat: dict[str, Any], width: float) -> list[Flowable]:
    """The strip of hours."""
    rows = [["", *[hour["label"] for hour in heat["hours"]]]]
    rows += [[name, *[hour["cells"][at]["text"] for hour in heat["hours"]]] for at, name in enumerate(heat["rows"])]
    style = [("FONT", (0, 0), (-1, -1), "Body", 6.5), ("ALIGN", (1, 0), (-1, -1), "CENTER"), ("LEFTPADDING", (0, 0), (-1, -1), 1), ("RIGHTPADDING", (0, 0), (-1, -1), 1)]
    for column, hour in enumerate(heat["hours"], start=1):
        shade = colors.linearlyInterpolatedColor(colors.white, colors.HexColor(BRAND), 0, 1, hour["cells"][0]["shade"])
        style += [("BACKGROUND", (column, 1), (column, 1), shade), ("TEXTCOLOR", (column, 1), (column, 1), colors.white if hour["cells"][0]["shade"] > 0.6 else colors.black)]
        for row, cell in enumerate(hour["cells"][1:], start=2):
            style.append(("TEXTCOLOR", (column, row), (column, row), ACCENT if cell["tone"] == "missed" else colors.black))
    first = width * 0.14
    return [Paragraph(html.escape(heat["title"]), HEADING), Table(rows, [first] + [(width - first) / len(heat["hours"])] * len(heat["hours"]), style=TableStyle(style))]


def table(one: dict[str, Any], width: float) -> list[Flowable]:
    """A table, its head on every page."""
    all_rows = ([one["total"]] if one["total"] else []) + one["rows"]
    rows: list[list[Any]] = [one["heads"]]
    style = [("FONT", (0, 0), (-1, -1), "Body", 8), ("FONT", (0, 0), (-1, 0), "Strong", 7.2), ("ALIGN", (1, 0), (-1, -1), "RIGHT"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIR)]
    for at, row in enumerate(all_rows, start=1):
        name = f"{html.escape(row['name']['text'])} <font size=7 color={MUTED}>{html.escape(row['group'])}</font> <font size=7 color={ACCENT}>{html.escape(row['note'])}</font>"
        rows.append([Paragraph(name, PLAIN), *[("◆ " if cell["tone"] == "missed" else "") + cell["text"] for cell in row["cells"]]])
        style += [("TEXTCOLOR", (column, at), (column, at), ACCENT) for column, cell in enumerate(row["cells"], start=1) if cell["tone"] == "missed"]
    columns = len(one["heads"]) - 1
    made = Table(rows, [width * 0.38] + [width * 0.62 / columns] * columns, style=TableStyle(style), repeatRows=1)
    return [Paragraph(html.escape(one["title"]), HEADING), made]


def story(sheet: Sheet, width: float) -> list[Flowable]:
    """Everything, from top to bottom."""
    parts: list[Flowable] = [Paragraph(html.escape(sheet["title"]), SMALL), Paragraph(html.escape(sheet["day"]), TITLE)]
    parts.append(Paragraph(html.escape(f"{sheet['company']['text']}, {sheet['about']}. {sheet['provisional']}"), PLAIN))
    parts.append(Paragraph(html.escape(sheet["summary_title"]), HEADING))
    parts += [Paragraph(sentence(spans), LEAD) for spans in sheet["summary"]] + [Spacer(1, 8)]
    parts += cards(sheet, width) + findings(sheet["alerts"], width) + findings(sheet["recommendations"], width) + charts(sheet, width)
    parts += hours(sheet["hours"], width) if sheet["hours"] else []
    for one in [*sheet["tables"], sheet["trends"]]:
        parts += table(one, width)
    parts.append(Paragraph(html.escape(sheet["definitions_title"]), HEADING))
    parts += [Paragraph(html.escape(f"{one['term']}: {one['text']} {one['source']}"), SMALL) for one in sheet["definitions"]]
    return parts + [Paragraph(sentence(spans), SMALL) for spans in sheet["completeness"]]


def main() -> None:
    """One order."""
    order = json.load(sys.stdin)
    folder = Path(matplotlib.get_data_path(), "fonts/ttf")
    pdfmetrics.registerFont(TTFont("Body", str(folder / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont("Strong", str(folder / "DejaVuSans-Bold.ttf")))
    pdfmetrics.registerFontFamily("Body", normal="Body", bold="Strong", italic="Body", boldItalic="Strong")
    size = A4 if order["look"]["paper"] == "a4" else LETTER
    sheet, file = order["sheet"], io.BytesIO()
    Numbered.sheet = sheet
    document = SimpleDocTemplate(file, pagesize=size, leftMargin=17 * mm, rightMargin=17 * mm, topMargin=17 * mm, bottomMargin=17 * mm, title=sheet["document_title"], lang=sheet["language"])
    document.build(story(sheet, document.width), canvasmaker=Numbered)
    sys.stdout.buffer.write(file.getvalue())


if __name__ == "__main__":
    main()
