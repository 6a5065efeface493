"""Formulas that carry a quantity from one step to the next, and which step and component a name belongs to."""

import re
from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.expr import Expr, Index, SumOver, Symbol, expand, symbols
from deltarule.document import Claim
from deltarule.records import record

_LETTER = re.compile(r"([tkn])(?:\s?([+-])\s?(\d))?")
_COMPONENTS = frozenset({"i", "j", "ii", "jj"})


@record
class Place:
    """Which number of a family is meant: at which step, None for all; of which component, None for what has none."""

    name: str
    step: int | None
    component: int | None


@record
class Step:
    """A formula for a quantity at any step.

    Attributes
    ----------
    letter : str
        What counts the steps.
    offset : int
        By how much the step of the left side is ahead of the letter.
    """

    subject: Symbol
    expr: Expr
    letter: str
    offset: int


def slots(symbol: Symbol) -> tuple[Index, ...]:
    """All that stands below and above a name."""
    return (*symbol.index, *symbol.upper)


def step_stated(claim: Claim) -> Step | None:
    """The formula that a claim states for any step, if it does."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or claim.part is not None:
        return None
    found = next((match for each in slots(subject) if (match := _counted(each))), None)
    if found is None:
        return None
    for link in claim.links:
        if _sums_up(link.expr):  # G_t = g_1^2 + ... + g_t^2
            return Step(subject, link.expr, found[1], _shift(found))
        if not link.expr.is_numeric and any(_counted(each) for s in symbols(link.expr) for each in slots(s)):
            return Step(subject, link.expr, found[1], _shift(found))
    return None


def _sums_up(expr: Expr) -> bool:
    """Whether a formula is a sum over the steps up to one."""
    if not isinstance(expr, SumOver):
        return False
    return any(expr.index in slots(symbol) for symbol in symbols(expr.body)) and not any(
        _counted(each) for symbol in symbols(expr.body) for each in slots(symbol) if each != expr.index
    )


def summed_up(expr: Expr, step: int) -> Expr:
    """A formula with a sum over the steps up to one written out."""
    if not _sums_up(expr) or not isinstance(expr, SumOver) or not 0 < step <= _MOST_SUMMED:
        return expr
    return expand(expr, {expr.index: tuple(range(1, step + 1))}, {})


def carries(step: Step) -> bool:
    """Whether the quantity itself at an earlier step stands in its formula."""
    return any(symbol.name == step.subject.name for symbol in symbols(step.expr))


def place_told(claim: Claim) -> Place | None:
    """Which number a claim tells: ``m_2``, the second component of ``m_2 = (0.1, 0.3)``, ``β_1``."""
    subject = claim.subject
    if not isinstance(subject, Symbol) or (
        subject.marks not in ((), ("",)) and not subject.name.startswith("dL/d")
    ):
        return None
    below, above = subject.index, subject.upper
    if any(not isinstance(each, int) for each in (*below, *above)) or len(above) > 1:
        return None
    step = above[0] if above and isinstance(above[0], int) else None
    if claim.part is not None:
        return Place(subject.name, step, claim.part)
    if len(below) > 1:
        return None
    only = below[0] if below and isinstance(below[0], int) else None
    if step is not None:
        return Place(subject.name, step, None if only is None else only - 1)
    return Place(subject.name, only, None)


def places_meant(symbol: Symbol, letter: str, step: int, component: int | None) -> Iterator[Place]:
    """Where the number of a name in a formula may be told, at a step and for a component, the likeliest first."""
    name = symbol.name
    at: int | None = None
    timed = False
    for each in slots(symbol):
        found = _counted(each)
        if found is not None and found[1] == letter:
            at, timed = step + _shift(found), True
        elif isinstance(each, int) and not timed:
            at = each
        elif isinstance(each, str) and each not in _COMPONENTS:
            return
    if component is not None:
        yield Place(name, at, component)
    yield Place(name, at, None)
    listed = component is not None and at in (component, component + 1) and name.startswith("dL/d")
    if timed or listed:  # or the components of a list are numbered
        if component is not None:
            yield Place(name, None, component)
        yield Place(name, None, None)


def is_raised(symbol: Symbol, letter: str) -> bool:
    """Whether the letter that counts steps is an exponent: ``β_1^t``."""
    return symbol.upper == (letter,) and all(isinstance(each, int) for each in symbol.index)


def without_exponent(symbol: Symbol) -> Symbol:
    """The name that is raised to the count of steps."""
    return Symbol(symbol.name, symbol.index, symbol.marks)


def _counted(each: Index) -> re.Match[str] | None:
    return _LETTER.fullmatch(each) if isinstance(each, str) else None


def _shift(found: re.Match[str]) -> int:
    return int(f"{found[2]}{found[3]}") if found[2] else 0


def rounded_off(value: Fraction) -> Fraction:
    """A value to so many digits that their number does not grow from step to step."""
    return Fraction(round(value * _SCALE), _SCALE)


_SCALE = 10**40
_MOST_SUMMED = 8  # steps
