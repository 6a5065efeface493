"""A worked solution in Markdown, one display formula a line."""

import re

from deltarule import notation
from deltarule.algebra.expr import Expr
from deltarule.algebra.latex import Latex
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

# whatever Markdown acts on; an underscore inside a word is left alone, as in x_1
_SPECIAL = re.compile(r"[\\`*<>$|\[\]~]|(?<!\w)_|_(?!\w)|(?<=\w)_(?=[^\W\d])")


def write(solution: Solution, look: SolutionLook) -> str:
    """Write a solution in Markdown."""
    latex = Latex(notation.latex, look.decimal_comma)
    return "\n\n".join(_block(block, latex) for block in solution.blocks) + "\n"


def chain_in_latex(chain: Chain, latex: Latex) -> str:
    """A chain of equations as LaTeX, without delimiters."""
    return printed(chain.first, latex) + "".join(
        latex.relation(sign) + printed(expr, latex) for sign, expr in chain.links
    )


def _block(block: Block, latex: Latex) -> str:
    match block:
        case Heading():
            return "#" * block.level + " " + _escaped(block.text)
        case Paragraph():
            return _inline(block.content, latex)
        case Items():
            return "\n".join("- " + _inline(item, latex) for item in block.items)
        case Table():
            return _table(block, latex)
        case Equations():
            return "\n\n".join(f"$${chain_in_latex(chain, latex)}$$" for chain in block.chains)


def _table(table: Table, latex: Latex) -> str:
    def row(cells: tuple[Inline, ...]) -> str:
        return "| " + " | ".join(_inline(cell, latex, in_table=True) for cell in cells) + " |"

    rule = "|" + "|".join(" --- " for _ in table.header) + "|"
    return "\n".join([row(table.header), rule, *map(row, table.rows)])


def _inline(content: Inline, latex: Latex, in_table: bool = False) -> str:
    def piece(part: str | Expr) -> str:
        if isinstance(part, str):
            return _escaped(figures(part, latex.decimal_comma))
        if in_table:  # plain, as people type tables
            plain = printed(part, Text(notation.text, latex.decimal_comma)).replace("−", "-")
            return _escaped(plain)
        return f"${printed(part, latex)}$"

    return "".join(piece(part) for part in content)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)
