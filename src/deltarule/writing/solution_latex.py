"""A worked solution as a LaTeX article that compiles by itself."""

from collections.abc import Mapping

from deltarule import notation
from deltarule.algebra.expr import Expr
from deltarule.algebra.latex import Latex, escaped
from deltarule.algebra.printing import printed
from deltarule.writing.prose import figures
from deltarule.writing.solution import Solution, SolutionLook
from deltarule.writing.solution_blocks import Block, Equations, Heading, Inline, Items, Paragraph, Table
from deltarule.writing.solution_markdown import chain_in_latex

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\ifPDFTeX\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\fi
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,booktabs}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
% a worked line is a paragraph, so that TeX breaks it before a relation or after a plus
\newenvironment{worked}{\begin{list}{}{\setlength{\leftmargin}{3em}\setlength{\itemindent}{-1.5em}%
  \setlength{\itemsep}{3pt}\setlength{\parsep}{0pt}\raggedright\relpenalty100 \binoppenalty400 }}{\end{list}}
"""
_SECTIONS: Mapping[int, str] = {2: "section*", 3: "subsection*"}
# signs of our own sentences that text fonts lack
_SIGNS: Mapping[str, str] = {
    "η": r"$\eta$",
    "λ": r"$\lambda$",
    "σ": r"$\sigma$",
    "θ": r"$\theta$",
    "Δ": r"$\Delta$",
    "∂": r"$\partial$",
    "Σ": r"$\Sigma$",
    "≈": r"$\approx$",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "≠": r"$\ne$",
    "→": r"$\to$",
    "⇒": r"$\Rightarrow$",
    "−": "$-$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "²": "$^2$",
    "ŷ": r"$\hat{y}$",
    "…": r"\dots{}",
    **{chr(0x2080 + digit): f"$_{digit}$" for digit in range(10)},
}


def write(solution: Solution, look: SolutionLook) -> str:
    """Write a solution as a LaTeX article."""
    latex = Latex(notation.latex, look.decimal_comma)
    title, *rest = solution.blocks
    assert isinstance(title, Heading)
    head = f"{_PREAMBLE}\\title{{{_text(title.text)}}}\n\\author{{}}\\date{{}}\n\n\\begin{{document}}\n\\maketitle\n"
    return head + "\n" + "\n\n".join(_block(block, latex) for block in rest) + "\n\n\\end{document}\n"


def _block(block: Block, latex: Latex) -> str:
    match block:
        case Heading():
            return f"\\{_SECTIONS[block.level]}{{{_text(block.text)}}}"
        case Paragraph():
            return _inline(block.content, latex)
        case Items():
            items = "\n".join("\\item " + _inline(item, latex) for item in block.items)
            return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}"
        case Table():
            return _table(block, latex)
        case Equations():
            lines = "\n".join(
                f"\\item $\\displaystyle {chain_in_latex(chain, latex)}$" for chain in block.chains
            )
            return f"\\begin{{worked}}\n{lines}\n\\end{{worked}}"


def _table(table: Table, latex: Latex) -> str:
    def row(cells: tuple[Inline, ...]) -> str:
        return " & ".join(_inline(cell, latex) for cell in cells) + " \\\\"

    lines = [row(table.header), "\\midrule", *map(row, table.rows)]
    columns = "r" * len(table.header)
    body = "\n".join(["\\toprule", *lines, "\\bottomrule"])
    return f"\\begin{{center}}\n\\begin{{tabular}}{{{columns}}}\n{body}\n\\end{{tabular}}\n\\end{{center}}"


def _inline(content: Inline, latex: Latex) -> str:
    def piece(part: str | Expr) -> str:
        if not isinstance(part, str):
            return f"${printed(part, latex)}$"
        return _text(figures(part, latex.decimal_comma))

    return "".join(piece(part) for part in content)


def _text(words: str) -> str:
    return "".join(_SIGNS.get(sign) or escaped(sign) for sign in words)
