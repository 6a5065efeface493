"""Sums over the rows of the data: ``Σx = 15``, ``Σ x_i y_i``, ``1/n Σ (ŷ_i - y_i) x_i``, and means of a column."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Product, SumOver, Symbol
from deltarule.checking.origins.arrays import NoValueError, worked
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.model import FAILED, Row, outputs_now, tables
from deltarule.checking.origins.origin import OF_SUMS, Origin
from deltarule.document import Claim
from deltarule.formulas import Role

MAX_SUMS = 4  # data and parameters that are tried for one sum
_OUTPUTS = frozenset({Role.OUTPUT, Role.NET_INPUT, Role.PREDICTION})
_COUNTS = frozenset({"n", "m", "N"})


def of_sums(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """What the data give for a claim about a sum of what stands in them, or is worked out for each of their rows."""
    formulas = [
        expr
        for expr in (claim.subject, *(link.expr for link in claim.links))
        if expr is not None and not is_numeric(expr) and _sums_data(expr, memory)
    ]
    for formula in formulas:
        for (rows, targets), outputs, how in islice(_worked_rows(formula, memory), MAX_SUMS):
            with suppress(*FAILED):
                yield Origin(_valued(formula, memory, rows, targets, outputs), Fraction(0), how)


def _sums_data(expr: Expr, memory: Memory) -> bool:
    """Whether something is summed, or a mean is named, and everything in it has a value in each row."""
    summed = any(isinstance(node, SumOver) for node in expr.walk()) or _mean_of(expr) is not None
    return summed and all(
        symbol.name in _COUNTS or _role(_mean_of(symbol) or symbol, memory) is not None
        for symbol in expr.symbols
    )


def _mean_of(expr: Expr) -> Symbol | None:
    """The column of which ``\\bar{x}`` is the mean."""
    if isinstance(expr, Symbol) and expr.name.startswith("bar:"):
        return replace(expr, name=expr.name.removeprefix("bar:"))
    return None


def _role(symbol: Symbol, memory: Memory) -> Role | None:
    role = memory.names.role(symbol.name)
    known = {Role.FEATURE, Role.TARGET, Role.ERROR, Role.COUNT} | _OUTPUTS
    return role if role in known else None


def _needs_outputs(expr: Expr, memory: Memory) -> bool:
    return any(isinstance(node, Apply) for node in expr.walk()) or any(
        _role(_mean_of(symbol) or symbol, memory) in _OUTPUTS | {Role.ERROR} for symbol in expr.symbols
    )


def _worked_rows(
    formula: Expr, memory: Memory
) -> Iterator[tuple[tuple[Sequence[Row], Row], Sequence[Fraction] | None, str]]:
    """The data, with the output of each row where the formula asks for it, and what to call the sum."""
    named = [(data, OF_SUMS) for data in tables(memory)]
    told = memory.told
    if told is not None and told.features:  # put together from prose: it holds nothing against a value
        rows = tuple(tuple(number.value for number in row) for row in told.features)
        named.append(((rows, tuple(number.value for number in told.targets)), "told sum"))
    for (rows, targets), how in named:
        if len(rows) < 2:
            continue
        if not _needs_outputs(formula, memory):
            yield (rows, targets), None, how
            continue
        with suppress(*FAILED):
            for outputs in outputs_now(memory, rows, targets):
                yield (rows, targets), outputs, f"{how} of outputs"


def _valued(
    expr: Expr, memory: Memory, rows: Sequence[Row], targets: Row, outputs: Sequence[Fraction] | None
) -> Fraction:
    """Value of a formula with sums in it.

    Raises
    ------
    NoValueError, ArithmeticError, DeltaruleError
        Something in it has no value for a row.
    """

    def over_rows(body: Expr) -> Fraction:
        return sum((_of_row(body, memory, k, rows, targets, outputs) for k in range(len(rows))), Fraction(0))

    def settled(node: Expr) -> Expr:
        if isinstance(node, SumOver):
            return Number(over_rows(settled(node.body)))
        mean = _mean_of(node)
        if mean is not None:
            return Number(over_rows(mean) / len(rows))
        if isinstance(node, Symbol) and node.name in _COUNTS:
            return Number(Fraction(len(rows)))
        return node.map(settled)

    return _number(worked(settled(_with_factors_behind(expr)), _nothing))


def _with_factors_behind(expr: Expr) -> Expr:
    """``Σ (h - y) · x``: what stands behind a sum as a factor and counts with it belongs into it."""
    if not isinstance(expr, Product):
        return expr.map(_with_factors_behind)
    at = next((k for k, factor in enumerate(expr.factors) if isinstance(factor, SumOver)), None)
    behind = expr.factors[at + 1 :] if at is not None else ()
    if at is None or not behind or any(isinstance(node, SumOver) for each in behind for node in each.walk()):
        return expr.map(_with_factors_behind)
    summed = expr.factors[at]
    assert isinstance(summed, SumOver)
    inside = SumOver(summed.index, Product((summed.body, *behind)))
    return Product((*expr.factors[:at], inside)) if at else inside


def _nothing(symbol: Symbol) -> Fraction:
    raise NoValueError


def _number(value: object) -> Fraction:
    if not isinstance(value, Fraction):
        raise NoValueError
    return value


def _of_row(
    body: Expr, memory: Memory, at: int, rows: Sequence[Row], targets: Row, outputs: Sequence[Fraction] | None
) -> Fraction:
    """Value of what is summed in one row."""

    def value_of(symbol: Symbol) -> Fraction:
        role = _role(symbol, memory)
        if role is Role.FEATURE:
            numbers = [index for index in symbol.index if isinstance(index, int)]
            column = numbers[0] - 1 if numbers else 0
            if not 0 <= column < len(rows[at]) or (not numbers and len(rows[at]) > 1):
                raise NoValueError
            return rows[at][column]
        if role is Role.TARGET:
            return targets[at]
        if symbol.name in _COUNTS:
            return Fraction(len(rows))
        if outputs is None:
            raise NoValueError
        if role is Role.ERROR:
            error = targets[at] - outputs[at]
            return error if memory.exercise.error == "target-output" else -error
        return outputs[at]

    def applied(name: str, argument: object) -> Fraction:
        if outputs is None:
            raise NoValueError
        return outputs[at]

    return _number(worked(body, value_of, applied))
