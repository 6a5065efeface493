"""Tables: rows of tab-separated, pipe, LaTeX or blank-separated cells."""

import re
from collections.abc import Sequence

from deltarule.algebra.expr import Expr, Symbol
from deltarule.document import Table
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.lone_numbers import SIGNS, lone_number
from deltarule.reading.not_read import NotReadError
from deltarule.reading.number_tokens import parsed_number, simple_number_of
from deltarule.reading.plain import expression
from deltarule.reading.token import NUMBER, OPERATOR, SEPARATOR, WORD, Habits, Token
from deltarule.reading.tokens import tokens
from deltarule.spans import Span

MAX_TABLE_CELLS = 60_000
_EQUALITY = rarely(r"[=≈]")
_LABELLED = rarely(r"[^\W\d_]{1,20}\s?:\s{0,4}[\d(\[.+-]")
_STATED = rarely(r"\|\s?[^\W\d]\w{0,20}\s?=\s?[-+−]?[\d.]")
_SIZE = rarely(r"(?<![^\s(=*])\|{1,2}[^|\s][^|]{0,40}(?<!\s)\|{1,2}(?![^\W²³]|\|)")  # |∇f(x)| and ||g||
_UNIT = re.compile(r"[\s$*`]*([^()\n]{1,60}?)\s{1,3}\(([^()\n]{1,30})\)[\s$*`]*")
# 0 (No), **1** (Yes), -1 (spam): the class that a number stands for
_CLASS_SAID = rarely(
    r"([\s$*`]{0,6}[-+−]?\d{1,6}(?:[.,]\d{1,6})?[\s$*`]{0,6})\([^()\d=<>+*/^$\\|\n]{2,30}\)[\s$*`]{0,4}"
)
_DIGITS = frozenset("0123456789")
_DASHES = "-─━═"
_CROSSES = "+┼╪╫╬┿╋"
_CORNERS = "├┤┌┐└┘┬┴╞╡╟╢╠╣╔╗╚╝╦╩╤╧╥╨┏┓┗┛┣┫┳┻"
_RULE = rarely(rf"[\s|:=_{_CROSSES}{_CORNERS}{_DASHES[::-1]}]+")
_DRAWN_BAR = re.compile(r"[│┃║]")


def cells_of(raw: str, text: str, start: int, end: int, first: str | None = None) -> list[Span] | None:
    """Where the cells of a table row stand, or None if the line is no table row.

    `first` is the first line of the table: whether bars stand at its ends tells whether they do in this line.
    """
    line = raw[start:end]
    if "\t" in line.strip():
        return _parts(raw, start, end, "\t")
    if _DRAWN_BAR.search(line) and ("├" not in line and "└" not in line):  # no tree of lines
        line = text[start:end]
    if "|" not in line:
        return None
    if len(_LABELLED.findall(line)) > 1:
        return None  # Input: (0,1) | Target: 0 | Output: 1
    if not line.lstrip().startswith("|") and len(_STATED.findall(line)) > 1:
        return None  # Epoch 3 | w = 0.5 | loss = 0.2
    if not line.lstrip().startswith("|") and "|" in line and "|" not in _SIZE.sub("", line):
        return None  # |∇f(x)| = 4.9 > 0.5
    if line.count("|") >= 2 or (line.count("|") == 1 and not _EQUALITY.search(line)):
        inner_start, inner_end = start, end
        stripped = line.strip()
        border = (first if first is not None else line).strip()
        if stripped.startswith("|") and border.startswith("|"):
            inner_start = start + line.index("|") + 1
        if stripped.endswith("|") and border.endswith("|") and line.rindex("|") + start > inner_start:
            inner_end = start + line.rindex("|")
        return _parts(text, inner_start, inner_end, "|")
    return None


def _parts(text: str, start: int, end: int, separator: str) -> list[Span]:
    spans: list[Span] = []
    at = start
    while True:
        stop = text.find(separator, at, end)
        spans.append(Span(at, end if stop < 0 else stop))
        if stop < 0:
            return spans
        at = stop + 1


def is_rule(line: str) -> bool:
    """Whether a line only draws a rule: ``|---|:--:|``, ``──┼──``."""
    return any(dash in line for dash in _DASHES) and bool(_RULE.fullmatch(line))


def crosses(line: str) -> bool:
    """Whether a line draws a rule between rows without the bars of their cells: ``---+---``, ``├──┼──┤``."""
    return is_rule(line) and any(sign in line for sign in _CROSSES)


def cell(text: str, span: Span, habits: Habits) -> Expr | None:
    """What a cell says, or None if it holds no mathematics."""
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip(" \n\r$*`"))
    end = span.end - (len(inside) - len(inside.rstrip(" \n\r$*`")))
    latex = "\\" in inside or "$" in inside or "_" in inside
    try:
        number = _lone_number(text, start, end, latex, habits)
        if number is not None:
            return number
        found = [
            t
            for t in tokens(text, start, end, latex, habits)
            if not (t.kind == SEPARATOR and t.value in ("$", " "))
        ]
        outside = _outside_indices(found) if latex else found
        if not found or any(t.kind in (WORD, SEPARATOR) for t in outside):
            return None
        return expression(found)
    except (NotReadError, InputError):
        return None


def _lone_number(text: str, start: int, end: int, latex: bool, habits: Habits) -> Expr | None:
    """A cell that is one number, as most are."""
    sign = text[start : start + 1]
    at = start + 1 if sign in SIGNS else start
    simple = simple_number_of(latex, habits) if text[at : at + 1] in _DIGITS else None
    found = None if simple is None else simple.match(text, at, end)
    if found is None or found.end() != end:
        return None
    digits = found[0] if not habits.comma else found[0].replace("{,}", ".").replace(",", ".")
    number = Token(NUMBER, digits, at, end, parsed_number(digits))
    return lone_number([number] if at == start else [Token(OPERATOR, sign, start, at), number])


def _outside_indices(found: Sequence[Token]) -> list[Token]:
    """Tokens but for those in braces below a name: ``x_{1,i}``."""
    kept: list[Token] = []
    depth = 0
    for at, token in enumerate(found):
        opens = token.value == "{" and (depth or (at and found[at - 1].value == "_"))
        if not depth and not opens:
            kept.append(token)
        depth += bool(opens) - (depth > 0 and token.value == "}")
    return kept


def _without_class(text: str, span: Span) -> Span:
    """A cell without the words in brackets that say what its number means."""
    found = _CLASS_SAID.fullmatch(text, span.start, span.end)
    return span if found is None else Span(*found.span(1))


def _head(text: str, span: Span, habits: Habits) -> Expr | None:
    """The quantity that a heading names, its unit or its letter in brackets: ``x (m²)``, ``Price (y)``."""
    found = _UNIT.fullmatch(text, span.start, span.end)
    if found is not None:
        for part in (1, 2):
            inner = cell(text, Span(*found.span(part)), habits)
            of_input = part == 1 and isinstance(inner, Symbol) and Role.BIAS in roles_of(inner.name)
            if isinstance(inner, Symbol) and roles_of(inner.name) and not (of_input and "0" in found[2]):
                return inner  # Bias (x_0) is its input
    return cell(text, span, habits)


def table(text: str, rows: Sequence[Sequence[Span]], line: int, habits: Habits) -> Table | None:
    """A table of the rows given as cell spans; the first is the header. None if it is none."""
    kept = [row for row in rows if any(text[span.start : span.end].strip() for span in row)]
    if len(kept) < 2 or sum(len(row) for row in kept) > MAX_TABLE_CELLS:
        return None
    header, *body = kept
    if len(header) < 2:
        return None
    return Table(
        Span(header[0].start, body[-1][-1].end),
        line,
        tuple(_head(text, span, habits) for span in header),
        tuple(text[span.start : span.end].strip(" \n\r$*`") for span in header),
        tuple(tuple(cell(text, _without_class(text, span), habits) for span in row) for row in body),
        tuple(Span(row[0].start, row[-1].end) for row in body),
    )
