"""Draws docs/discord-answer.svg from the golden text of an answer: python docs/draw.py."""

import html
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "bot" / "discord" / "golden" / "answer.full.en.txt"
PICTURE = ROOT / "docs" / "discord-answer.svg"
_WIDTH, _LINE, _LEFT, _TOP = 760, 24, 76, 62
_BUTTONS = ("Clippings", "Ask further", "Helpful", "Not helpful", "Delete")
_COLOURS = {"Clippings": "#5865f2", "Delete": "#da373c"}
_MARK = re.compile(r"\*\*(?P<bold>.+?)\*\*|\[(?P<label>[^\]]+)\]\(<[^>]+>\)")


def picture(text: str) -> str:
    """The message as an SVG, its marks drawn as Discord shows them."""
    rows = [_row(line, _TOP + number * _LINE) for number, line in enumerate(text.split("\n"))]
    foot = _TOP + len(rows) * _LINE
    height = foot + 60
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="15">',
            f'<rect width="{_WIDTH}" height="{height}" rx="8" fill="#313338"/>',
            '<circle cx="38" cy="40" r="20" fill="#5865f2"/>',
            '<text x="38" y="47" fill="#fff" font-size="20" text-anchor="middle">c</text>',
            f'<text x="{_LEFT}" y="34" fill="#f2f3f5" font-weight="bold">clippings</text>',
            *rows,
            *_buttons(foot),
            "</svg>\n",
        ]
    )


def _row(line: str, y: int) -> str:
    quoted = line.startswith("> ")
    small = line.startswith("-# ")
    bar = f'<rect x="{_LEFT}" y="{y - 16}" width="3" height="22" fill="#4e5058"/>' if quoted else ""
    size = ' font-size="12"' if small else ""
    fill = "#949ba4" if small else "#dbdee1"
    spans = _spans(line.removeprefix("> ").removeprefix("-# "))
    return f'{bar}<text x="{_LEFT + 12 * quoted}" y="{y}" fill="{fill}"{size}>{spans}</text>'


def _spans(line: str) -> str:
    found, at = [], 0
    for match in _MARK.finditer(line):
        found.append(_plain(line[at : match.start()]))
        style = 'font-weight="bold"' if match["bold"] else 'fill="#00a8fc"'
        found.append(f"<tspan {style}>{_plain(match['bold'] or match['label'])}</tspan>")
        at = match.end()
    return "".join([*found, _plain(line[at:])])


def _plain(text: str) -> str:
    return html.escape(re.sub(r"\\(.)", r"\1", text))


def _buttons(y: int) -> list[str]:
    found, x = [], _LEFT
    for label in _BUTTONS:
        width = 24 + 8 * len(label)
        fill = _COLOURS.get(label, "#4e5058")
        found.append(f'<rect x="{x}" y="{y}" width="{width}" height="34" rx="6" fill="{fill}"/>')
        found.append(
            f'<text x="{x + width / 2}" y="{y + 22}" fill="#fff" font-size="14" '
            f'text-anchor="middle">{label}</text>'
        )
        x += width + 8
    return found


if __name__ == "__main__":
    PICTURE.write_text(picture(GOLDEN.read_text("utf-8").rstrip("\n")), "utf-8")
