"""A worked solution for a terminal, or as plain text."""

import io
import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deltarule import notation
from deltarule.algebra.expr import Expr
from deltarule.algebra.printing import printed
from deltarule.algebra.text import Text
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
from deltarule.writing.visible import cells

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH = 100  # where nobody says how wide: break between equations only
UNBROKEN = 10**6  # sentences are left whole there: a figure and its brackets stay on one line
INDENT = "    "
_STYLES = {"plain": "", "good": "green", "bad": "bold red", "aside": "dim"}
_HEADINGS = {1: "bold", 2: "bold cyan", 3: "cyan"}
_RULES = {1: "═", 2: "─"}
_RELATION = re.compile(r" (?=[=≈←⇒] )")
_TERM = re.compile(r" (?=[+−] )")


def write(solution: Solution, look: SolutionLook) -> str:
    """Write a solution as text, with colours if `look` asks for them."""
    # rich takes a while to load, and only terminals need it
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out,
        width=look.width or PLAIN_WIDTH,
        force_terminal=look.color,
        color_system="standard" if look.color else None,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    text = Text(notation.unicode, look.decimal_comma)
    for block in solution.blocks:
        _block(block, text, look, console)
    lines = out.getvalue().split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _block(block: Block, text: Text, look: SolutionLook, console: "Console") -> None:
    def say(line: str, style: str = "") -> None:
        console.print(line, style=style, soft_wrap=True)

    width, prose = look.width or PLAIN_WIDTH, look.width or UNBROKEN
    if not isinstance(block, Heading) or block.level > 1:
        say("")
    match block:
        case Heading():
            style = _HEADINGS[block.level]
            lines = textwrap.wrap(block.text, width)
            for line in lines:
                say(line, style)
            if block.level in _RULES:
                say(_RULES[block.level] * max(map(cells, lines)), style)
        case Paragraph():
            for line in textwrap.wrap(_inline(block.content, text), prose):
                say(line, _STYLES[block.tone])
        case Items():
            for item in block.items:
                for line in textwrap.wrap("• " + _inline(item, text), prose - 2, subsequent_indent="  "):
                    say("  " + line)
        case Table():
            for at, line in enumerate(_table(block, text)):
                say("  " + line, "bold" if at == 0 else "dim" if at == 1 else "")
        case Equations():
            for chain in block.chains:
                _equation(chain, text, look, console)


def _equation(chain: Chain, text: Text, look: SolutionLook, console: "Console") -> None:
    from rich.text import Text as Words

    lines = list(wrapped(chain, text, look.width))
    subject = len(printed(chain.first, text))
    result = len(printed(chain.links[-1][1], text)) if chain.quantity else 0
    for at, line in enumerate(lines):
        words = Words(("  " if at == 0 else INDENT) + line)
        if at == 0:
            words.stylize("cyan", 2, 2 + subject)
        if at == len(lines) - 1 and result:
            words.stylize("bold", len(words) - result)
        console.print(words, soft_wrap=True)


def wrapped(chain: Chain, text: Text, width: int | None) -> Iterator[str]:
    """A chain of equations in lines: broken before relation signs, and within sums only if `width` says so."""
    room = (width or PLAIN_WIDTH) - len(INDENT)
    line = ""
    pieces = _RELATION.split(chain_in_text(chain, text))
    for at, piece in enumerate(pieces):
        if line and len(line) + 1 + len(piece) > room and at > 1:
            yield line
            line = ""
        line = f"{line} {piece}" if line else piece
        if width is not None and len(line) > room:
            *full, line = _broken(line, room)
            yield from full
    yield line


def _broken(line: str, room: int) -> list[str]:
    lines = [""]
    for term in _TERM.split(line):
        if lines[-1] and len(lines[-1]) + 1 + len(term) > room:
            lines.append("  " + term)
        else:
            lines[-1] = f"{lines[-1]} {term}" if lines[-1] else term
    return lines


def chain_in_text(chain: Chain, text: Text) -> str:
    """A chain of equations on one line."""
    return printed(chain.first, text) + "".join(
        text.relation(sign) + printed(expr, text) for sign, expr in chain.links
    )


def _table(table: Table, text: Text) -> Iterator[str]:
    """A pipe table, numbers to the right; nothing is cut off, however wide it gets."""
    rows = [[_inline(cell, text) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(cells(row[column]) for row in rows) for column in range(len(table.header))]
    for at, row in enumerate(rows):
        padded = (" " * (width - cells(cell)) + cell for cell, width in zip(row, widths, strict=True))
        yield "| " + " | ".join(padded) + " |"
        if at == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def _inline(content: Inline, text: Text) -> str:
    def piece(part: str | Expr) -> str:
        return figures(part, text.decimal_comma) if isinstance(part, str) else printed(part, text)

    return "".join(piece(part) for part in content)
