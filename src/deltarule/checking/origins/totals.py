"""Sums over numbers that were told one by one: ``Σ w = 1.05`` behind w_1, w_2, w_3, ``Σ e_i^2 = 14`` behind the errors."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Expr, SumOver, Symbol, symbols
from deltarule.checking.origins.arrays import NoValueError, worked
from deltarule.checking.origins.memory import MAX_LISTED, Memory, key_of
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.errors import DeltaruleError
from deltarule.written import Written

FEWEST = 3  # numbers that were told, before their sum is a word against another one


def totals(claim: Claim, memory: Memory) -> Iterator[Origin]:
    """The sum that a claim names, of all numbers that were told under the indices 1, 2, 3, ..."""
    for expr in (claim.subject, *(link.expr for link in claim.links)):
        if isinstance(expr, SumOver):
            parts = list(_parts(expr, memory))
            if len(parts) > 1:
                value = sum((part for part, _ in parts), Fraction(0))
                slack = sum((slack for _, slack in parts), Fraction(0))
                yield Origin(value, slack, "total", len(parts) >= FEWEST)


def _parts(total: SumOver, memory: Memory) -> Iterator[tuple[Fraction, Fraction]]:
    """The terms of a sum as far as their numbers were told, each with what roundings may do to it."""
    for k in range(1, MAX_LISTED):
        known: dict[Symbol, Written] = {}
        for symbol in dict.fromkeys(symbols(total.body)):
            told = memory.values.get(key_of(_at(symbol, total.index, k)))
            if told is None:
                return
            known[symbol] = told
        if not known:
            return
        try:
            memory.spend(1 + len(known))
            value = _value(total.body, {symbol: number.value for symbol, number in known.items()})
            slack = Fraction(0)
            for symbol, number in known.items():
                if half := memory.half_unit(number):
                    moved = {each: other.value for each, other in known.items()} | {
                        symbol: number.value + half
                    }
                    slack += abs(_value(total.body, moved) - value)
        except (NoValueError, ArithmeticError, DeltaruleError):
            return
        yield value, slack


def _value(body: Expr, known: dict[Symbol, Fraction]) -> Fraction:
    value = worked(body, lambda symbol: known[symbol])
    if not isinstance(value, Fraction):
        raise NoValueError
    return value


def _at(symbol: Symbol, letter: str, number: int) -> Symbol:
    """A name with a number for the letter that is summed over; one without any index gets it."""
    if not symbol.index and not symbol.upper:
        return replace(symbol, index=(number,))
    index, upper = (
        tuple(number if each == letter else each for each in where) for where in (symbol.index, symbol.upper)
    )
    return replace(symbol, index=index, upper=upper)
