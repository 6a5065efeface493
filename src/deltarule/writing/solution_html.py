"""A worked solution as one self-contained HTML file: MathML, its own style, no script, no network."""

import math
from collections.abc import Iterator
from fractions import Fraction
from html import escape

from deltarule import notation
from deltarule.algebra.expr import Expr, Number
from deltarule.algebra.mathml import BREAK, MathML
from deltarule.algebra.printing import printed
from deltarule.writing.prose import figures
from deltarule.writing.solution import Solution, SolutionLook
from deltarule.writing.solution_blocks import (
    Block,
    Chain,
    Equations,
    Heading,
    Inline,
    Items,
    Paragraph,
    Table,
)

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6577; --paper: #fbfaf7; --card: #ffffff; --line: #e3e0d8;
  --accent: #1f5fa8; --good: #1d7a46; --bad: #b3261e; --tint: #eef4fb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --soft: #9aa4b5; --paper: #14171c; --card: #1b1f26;
  --line: #303743; --accent: #7db4f0; --good: #6fcf97; --bad: #ff8a80; --tint: #1f2a38; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 .75rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 0; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .35rem .5rem; margin: 0 0 1.75rem; }
nav a { color: var(--accent); text-decoration: none; border: 1px solid var(--line); border-radius: 999px;
  padding: .1rem .75rem; font-size: .9rem; background: var(--card); }
nav a:hover { border-color: var(--accent); }
section, details { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 1rem 1.4rem 1.25rem; margin: 0 0 1.1rem; }
section > h2 { margin-bottom: .6rem; }
summary { cursor: pointer; list-style-position: outside; }
summary h2 { display: inline; }
p { margin: .6rem 0; max-width: 46rem; }
p.aside { color: var(--soft); font-style: italic; max-width: none; }
p.good { color: var(--good); font-weight: 600; }
p.bad { color: var(--bad); font-weight: 600; }
ul { margin: .6rem 0; padding-left: 1.2rem; max-width: 50rem; }
li { margin: .25rem 0; }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "Libertinus Math", math, serif; font-size: 1.06em; }
.lines { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem .1rem; align-items: baseline;
  margin: .7rem 0; padding: .55rem .9rem; border-radius: 8px; }
.lines.worked { border-left: 3px solid var(--line); border-radius: 0 8px 8px 0; padding: .35rem .9rem; }
.lines.formulas { background: var(--tint); }
.line { display: contents; }
.of { text-align: right; }
.is { padding-left: .1rem; }
.is math { margin: .08rem 0; }
.link { margin-right: .12rem; }
.result { color: var(--accent); font-weight: 600; white-space: nowrap; }
.lines.given { display: flex; flex-wrap: wrap; gap: .4rem 2rem; padding: .2rem 0; }
.lines.given .line { display: block; white-space: nowrap; }
.cases mtd { text-align: left; padding: .1em .35em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .95rem; text-align: right; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; border-bottom-width: 2px; }
td.no { color: var(--bad); } td.yes { color: var(--good); }
.loss { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: center; }
svg { max-width: 100%; height: auto; color: var(--soft); }
svg .run { fill: none; stroke: var(--accent); stroke-width: 2; }
svg .at { fill: var(--accent); }
svg text { fill: currentColor; font-size: 12px; }
svg .grid { stroke: var(--line); }
@media (max-width: 40rem) { main { padding: 1.25rem .6rem; } section, details { padding: .8rem .7rem; }
  .lines { padding: .4rem .3rem !important; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --card: #fff; --line: #bbb;
  --accent: #000; --good: #000; --bad: #000; --tint: #fff; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; } nav { display: none; }
  section, details { border: 0; padding: 0; margin: 0 0 1.2rem; } h2, h3 { break-after: avoid; }
  .lines, table, svg { break-inside: avoid; } summary { list-style: none; } }
"""


def write(solution: Solution, look: SolutionLook) -> str:
    """Write a solution as one HTML file."""
    mathml = MathML(notation.mathml, look.decimal_comma)
    title, *rest = solution.blocks
    assert isinstance(title, Heading)
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title.text)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title.text)}</h1>\n"
    )
    sections = list(_sections(rest))
    links = "".join(f'<a href="#part-{at}">{escape(name)}</a>' for at, (name, _) in enumerate(sections, 1))
    parts = [_section(at, name, inside, mathml) for at, (name, inside) in enumerate(sections, 1)]
    return head + f"<nav>{links}</nav>\n" + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"


def _sections(blocks: list[Block]) -> Iterator[tuple[str, list[Block]]]:
    name, inside = "", list[Block]()
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if name:
                yield name, inside
            name, inside = block.text, []
        else:
            inside.append(block)
    yield name, inside


def _section(number: int, name: str, inside: list[Block], mathml: MathML) -> str:
    body = "\n".join(_block(block, mathml) for block in inside)
    place, heading = f' id="part-{number}"', f"<h2>{escape(name)}</h2>"
    if name.startswith("Epoch "):  # can be folded away
        return f"<details open{place}>\n<summary>{heading}</summary>\n{body}\n</details>"
    return f"<section{place}>\n{heading}\n{body}\n</section>"


def _block(block: Block, mathml: MathML) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Paragraph():
            return f'<p class="{block.tone}">{_inline(block.content, mathml)}</p>'
        case Items():
            return "<ul>" + "".join(f"<li>{_inline(item, mathml)}</li>" for item in block.items) + "</ul>"
        case Table(kind="loss"):
            return f'<div class="loss">{_table(block, mathml)}{_chart(block)}</div>'
        case Table():
            return _table(block, mathml)
        case Equations():
            lines = "\n".join(_line(chain, mathml) for chain in block.chains)
            return f'<div class="lines {block.kind}">\n{lines}\n</div>'


def _line(chain: Chain, mathml: MathML) -> str:
    links = []
    for at, (sign, expr) in enumerate(chain.links, 1):
        last = at == len(chain.links) and chain.quantity is not None
        content = mathml.relation(sign) + printed(expr, mathml)
        if last:
            content = content.lstrip(BREAK)
            links.append(f'<span class="link result">{_maths(content.replace(BREAK, ""))}</span>')
        else:
            links.append(f'<span class="link">{_breakable(content)}</span>')
    first = _maths(printed(chain.first, mathml).replace(BREAK, ""))
    return f'<div class="line"><span class="of">{first}</span><span class="is">{"<wbr>".join(links)}</span></div>'


def _breakable(content: str) -> str:
    """Mathematics in pieces between which a browser may end the line."""
    return "<wbr>".join(_maths(piece) for piece in content.split(BREAK) if piece)


def _maths(content: str) -> str:
    return f'<math displaystyle="true"><mrow>{content}</mrow></math>'


def _table(table: Table, mathml: MathML) -> str:
    head = "".join(f"<th>{_inline(cell, mathml)}</th>" for cell in table.header)
    rows = "".join("<tr>" + "".join(_cell(cell, mathml) for cell in row) + "</tr>" for row in table.rows)
    return f'<div class="scroll"><table class="{table.kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(cell: Inline, mathml: MathML) -> str:
    verdict = f' class="{cell[0]}"' if cell in (("yes",), ("no",)) else ""
    return f"<td{verdict}>{_inline(cell, mathml)}</td>"


def _inline(content: Inline, mathml: MathML) -> str:
    def piece(part: str | Expr) -> str:
        if isinstance(part, str):
            return escape(figures(part, mathml.decimal_comma))
        return f"<math><mrow>{printed(part, mathml).replace(BREAK, '')}</mrow></math>"

    return "".join(piece(part) for part in content)


_WIDTH, _HEIGHT, _MARGIN = 420, 200, 44


def _chart(table: Table) -> str:
    """The losses as a curve over the epochs, on a logarithmic scale where they span much."""
    points = [
        (int(epoch[0]), loss[0].value)
        for epoch, loss in table.rows
        if isinstance(loss[0], Number) and isinstance(epoch[0], str)
    ]
    if len(points) < 2 or any(loss < 0 for _, loss in points):
        return ""
    least, most = min(loss for _, loss in points), max(loss for _, loss in points)
    logarithmic = least > 0 and most > 20 * least
    heights = [_logarithm(loss) if logarithmic else float(loss / (most or 1)) for _, loss in points]
    low, high = min(heights), max(heights)
    last = points[-1][0]

    def x(epoch: int) -> float:
        return _MARGIN + epoch / last * (_WIDTH - 2 * _MARGIN)

    def y(height: float) -> float:
        share = (height - low) / (high - low) if high > low else 0.5
        return _HEIGHT - _MARGIN - share * (_HEIGHT - 1.6 * _MARGIN)

    drawn = [(x(epoch), y(height)) for (epoch, _), height in zip(points, heights, strict=True)]
    path = " ".join(f"{across:.1f},{down:.1f}" for across, down in drawn)
    dots = "".join(
        f'<circle class="at" cx="{across:.1f}" cy="{down:.1f}" r="3.5"/>' for across, down in drawn
    )
    scale = "logarithmic scale" if logarithmic else "linear scale"
    floor = _HEIGHT - _MARGIN
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="Loss over the epochs, {scale}">'
        f'<line class="grid" x1="{_MARGIN}" y1="{floor + 8}" x2="{_WIDTH - _MARGIN}" y2="{floor + 8}"/>'
        f'<polyline class="run" points="{path}"/>{dots}'
        f'<text x="{_MARGIN}" y="{floor + 26}" text-anchor="middle">0</text>'
        f'<text x="{_WIDTH - _MARGIN}" y="{floor + 26}" text-anchor="middle">{last}</text>'
        f'<text x="{_WIDTH / 2}" y="{floor + 26}" text-anchor="middle">epochs done</text>'
        f'<text x="{_MARGIN}" y="16">loss, {scale}</text></svg>'
    )


def _logarithm(value: Fraction) -> float:
    return math.log10(value.numerator) - math.log10(value.denominator)
