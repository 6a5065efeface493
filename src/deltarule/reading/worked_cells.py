"""Columns that work out what the column behind them shows: ``0.7 · 0.622 + 0.2 · 0.401 | 0.516``.

Headings say so in many languages and ways; the numbers say it in one: the values are what the expressions give.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Apply, Expr, Symbol
from deltarule.errors import DeltaruleError, InputError
from deltarule.reading.lone_numbers import as_written, lone_number
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.token import COMMAND, NUMBER, OPEN, OPERATOR, RELATION, SEPARATOR, Token
from deltarule.spans import Span
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

MAX_ROWS = 400  # beyond, a table is no working by hand
_SLACK = 3  # units of its last place by which a value may miss, for the column to be what it seems
_WORKING = re.compile(r"\d[^|\n]{0,100}?(?:[-+*/×·−^()]|\\cdot|\\times|\\frac|\bx\b)|\\frac|\\sigma|σ")
_VALUE = re.compile(
    r"[ \t$*`]{0,8}(?:(?:≈|=|≃|\\approx|\\simeq)[ \t]{0,3})?[-+−]?[ {}]{0,3}\d[\d.,{} ]{0,30}%?[ \t$*`]{0,8}"
)

Lexer = Callable[[Span], list[Token]]


def worked_columns(text: str, rows: Sequence[Sequence[Span]], lexed: Lexer) -> frozenset[int]:
    """Columns of expressions in numbers that mostly give what the column behind them shows."""
    fitting: dict[int, int] = {}
    shown: dict[int, int] = {}
    for row in rows[:MAX_ROWS]:
        for at, (cell, behind) in enumerate(pairwise(row)):
            if not _VALUE.fullmatch(text, behind.start, behind.end):
                continue
            if not _WORKING.search(text, cell.start, cell.end):
                continue
            working, value = worked(lexed(cell)), number_alone(led(lexed(behind))[1])
            if working is None or value is None:
                continue
            shown[at] = shown.get(at, 0) + 1
            fitting[at] = fitting.get(at, 0) + gives(working, value)
    return frozenset(at for at, count in shown.items() if 3 * fitting[at] >= 2 * count)


def worked(found: Sequence[Token]) -> Expr | None:
    """The expression in numbers that a cell ends with; None if it ends with a number, or with names."""
    last = plain(found)
    if len(last) < 2:
        return None
    starts = [k for k, token in enumerate(last) if token.kind == RELATION]
    last = last[starts[-1] + 1 :] if starts else last
    if not any(token.kind in (OPERATOR, OPEN) or token.value.startswith("fn:") for token in last[1:]):
        return None
    try:
        expr = parse(last)[0]
    except (NotReadError, InputError):
        return None
    return expr if is_numeric(expr) and as_written(expr) is None else None


def number_alone(found: Sequence[Token]) -> Written | None:
    """The number that is all that a cell holds."""
    kept = plain(found)
    alone = lone_number(kept)
    if alone is not None:
        return as_written(alone)
    if not 0 < sum(token.kind == NUMBER for token in kept) < 2 or any(t.kind == RELATION for t in kept):
        return None
    try:
        return as_written(parse(kept)[0])
    except (NotReadError, InputError):
        return None


def led(found: Sequence[Token]) -> tuple[Token | None, list[Token]]:
    """The sign of equality that a cell may begin with, ``≈ 0.62``, and what is behind it."""
    kept = plain(found)
    if kept and kept[0].kind == RELATION and kept[0].value in ("=", "≈"):
        return kept[0], kept[1:]
    return None, kept


def plain(found: Sequence[Token]) -> list[Token]:
    """Tokens of a cell without what only shows where mathematics begins, and without bold type."""
    kept = [
        token
        for token in found
        if not (token.kind == SEPARATOR and token.value in ("$", " "))
        and not (token.kind == COMMAND and token.value == "")
    ]
    while kept and kept[-1].value == "^":
        kept.pop()
    while kept and kept[0].value == "^":
        del kept[0]
    return kept


def _usual(expr: Expr) -> Expr:
    """An expression with the sigmoid for what is called sigma."""
    done = expr.map(_usual)
    is_sigma = isinstance(done, Apply) and done.function == "sigma"
    return Apply("sigmoid", done.arg, span=done.span) if is_sigma and isinstance(done, Apply) else done


def gives(working: Expr, value: Written) -> bool:
    """Whether an expression gives a value, but for its last digits."""

    def refuse(symbol: Symbol) -> Fraction:
        raise KeyError(symbol)

    try:
        exact: Fraction = evaluate(_usual(working), refuse, neuron_arithmetic())
    except (KeyError, ArithmeticError, DeltaruleError):
        return False
    return abs(exact - value.value) <= _SLACK * value.unit if value.places else exact == value.value
