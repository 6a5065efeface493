"""The usual formulas of Adam, RMSprop and AdaGrad, for tables of a document that names one of these and does not state them.

A table shows by its numbers which of them its author works with; one that no row follows says nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Number, Power, Product, Quotient, Symbol
from deltarule.checking.stated_rows.grids import Key, key_of
from deltarule.checking.stated_rows.laws import BY_ROLE, Law
from deltarule.checking.stated_rows.working import SMALL
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.rarely import rarely

_NAMED = rarely(r"(?<![A-Za-z])(?:adam|rms[ -]?prop|ada[ -]?grad)", flags=2)  # in capitals or not
_MOMENT, _COUNT = "m", Symbol("t")
_SQUARES = ("v", "s", "E[g²]", "G", "r", "S", "h")
_DECAYS = ("rho", "gamma", "beta", "lambda")
_USUAL = {1: Fraction(9, 10), 2: Fraction(999, 1000)}
_LEARNED = frozenset({Role.WEIGHT, Role.BIAS})


def optimisers(
    text: str,
    keys: Sequence[Key],
    settings: Collection[Key],
    functions: Mapping[str, tuple[Symbol, Expr]],
    names: Names,
) -> list[Law]:
    """The usual formulas for the names of a table; none where the document names no such method."""
    if _NAMED.search(text) is None:
        return []
    return list(dict.fromkeys(_laws(keys, settings, functions, names)))


def _laws(
    keys: Sequence[Key],
    settings: Collection[Key],
    functions: Mapping[str, tuple[Symbol, Expr]],
    names: Names,
) -> Iterator[Law]:
    variables = {key_of(variable): name for name, (variable, _) in functions.items() if "'" not in name}
    slopes = [key for key in keys if names.role(key[0]) in (Role.GRADIENT, Role.BIAS_GRADIENT)]
    for key in slopes:
        for variable, name in variables.items():
            if variable is not None and key[1] == variable[1]:
                yield _usual(key, Apply(name + "'", Symbol(*variable)))
    for key in keys:
        index = key[1]
        gradient = _of_index(slopes, index)
        if gradient is not None:
            yield from _means(key, Symbol(*gradient), settings)
        bare = key[0].removeprefix("hat:")
        if bare != key[0] and (bare, index) in keys:
            yield _usual(key, _corrected(Symbol(bare, index), 1 if bare == _MOMENT else 2, settings))
        if key in variables or names.role(key[0]) in _LEARNED:
            yield from _moves(key, keys, gradient, settings)


def _means(key: Key, slope: Expr, settings: Collection[Key]) -> Iterator[Law]:
    """Running means of slopes and of their squares, and sums of these."""
    own, square = Symbol(*key), Power(slope, Number(Fraction(2)))
    if key[0] == _MOMENT:
        yield _mean(key, slope, _decay(1, settings))
    elif key[0] in _SQUARES:
        yield _mean(key, square, _decay(2, settings))
        for name in _DECAYS:
            if (name, ()) in settings:
                yield _mean(key, square, Symbol(name))
        yield _usual(key, own + square)


def _mean(key: Key, of: Expr, decay: Expr) -> Law:
    return _usual(key, Product((decay, Symbol(*key))) + Product((Number(Fraction(1)) - decay, of)))


def _moves(key: Key, keys: Sequence[Key], gradient: Key | None, settings: Collection[Key]) -> Iterator[Law]:
    """What a parameter is moved by: a mean of slopes, or the slope, over the root of a mean of squares or of their sum."""
    own, index = Symbol(*key), key[1]
    first = _found(_MOMENT, keys, index)
    ups: list[Expr] = [] if gradient is None else [Symbol(*gradient)]
    if first is not None:
        ups = [first, *([] if first.name.startswith("hat:") else [_corrected(first, 1, settings)])]
    for name in _SQUARES:
        second = _found(name, keys, index)
        if second is None:
            continue
        downs: list[Expr] = [second]
        if first is not None and not second.name.startswith("hat:"):
            downs.append(_corrected(second, 2, settings))
        for up, down in ((up, down) for up in ups for down in downs):
            for below in _roots(down, settings):
                step = Product((Symbol(BY_ROLE + Role.LEARNING_RATE.value), Quotient(up, below)))
                yield _usual(key, own - step)


def _roots(down: Expr, settings: Collection[Key]) -> Iterator[Expr]:
    """The root of what a step is divided by, with what keeps it from being 0 behind it or below it."""
    if (SMALL, ()) not in settings:
        yield Apply("sqrt", down)
        return
    small = Symbol(SMALL)
    yield Apply("sqrt", down) + small
    yield Apply("sqrt", down + small)


def _corrected(mean: Symbol, which: int, settings: Collection[Key]) -> Expr:
    """A mean over the part of it that is not the 0 it began with."""
    return Quotient(mean, Number(Fraction(1)) - Power(_decay(which, settings), _COUNT))


def _decay(which: int, settings: Collection[Key]) -> Expr:
    named = Symbol("beta", (which,))
    return named if key_of(named) in settings else Number(_USUAL[which])


def _of_index(slopes: Sequence[Key], index: tuple[int, ...]) -> Key | None:
    """The slope by the parameter of an index; the only one where there is one."""
    alike = [key for key in slopes if key[1] == index]
    return alike[0] if alike else slopes[0] if len(slopes) == 1 and not index else None


def _found(name: str, keys: Sequence[Key], index: tuple[int, ...]) -> Symbol | None:
    """A mean by its name, corrected where a column tells that."""
    for each in (f"hat:{name}", name):
        if (each, index) in keys:
            return Symbol(each, index)
    return None


def _usual(key: Key, body: Expr) -> Law:
    return Law(key, (), body, stated=False)
