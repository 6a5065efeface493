"""A working against the formula that the document states for it: ``e = t - y = 1 + 0.3``, where y is 0.3."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Index, Symbol
from deltarule.checking.workings.families import FEWEST_SIGNS, Pattern, Place, Working
from deltarule.checking.workings.told import SYMBOL, Key, of_part
from deltarule.checking.workings.tree import Tree, tree_of
from deltarule.document import Claim

MOST_LINES = 3  # that a value of a name may stand before a working that is sure to mean it
Formula = tuple[Expr | None, Tree]  # what it is stated for, and what it is


def formulas_in(claim: Claim) -> list[Formula]:
    """The formulas in names that a claim states for what it is about, or that it is about: ``t - y = 1 + 0.3``."""
    sides = (claim.subject, *(link.expr for link in claim.links))
    trees = (tree_of(side) for side in sides if side is not None and not is_numeric(side))
    return [(claim.subject, tree) for tree in trees if tree is not None and tree.is_flat]


def stated_pattern(formula: Formula, working: Working) -> Pattern:
    """What a formula says of the places of a working of its build."""
    left, tree = formula
    fixed = _indices(left, working.claim.subject)
    places = []
    for hole in tree.holes:
        if hole.symbol is None:
            places.append(Place({}, hole.number))
        else:
            index = tuple(
                fixed.get(each, each) if isinstance(each, str) else each for each in hole.symbol.index
            )
            label = symbol_label((hole.symbol.name, of_part(index, working.claim.part)))
            told = working.known.get(label)
            fresh = told is not None and working.claim.line - told.line <= MOST_LINES
            places.append(Place({label: FEWEST_SIGNS} if fresh else {}, None))
    numbers = [Fraction(1) if hole.symbol is not None else hole.number.value for hole in tree.holes]
    return Pattern(tuple(places), tree.parities(numbers), (working,))


def symbol_label(key: Key) -> str:
    """How the value told last of a name is found."""
    return f"{SYMBOL} {key}"


def _indices(left: Expr | None, subject: Expr | None) -> Mapping[Index, Index]:
    """Which numbers the letters of a formula's indices stand for."""
    if not isinstance(left, Symbol) or not isinstance(subject, Symbol):
        return {}
    pairs: Sequence[tuple[Index, Index]] = list(zip(left.index, subject.index, strict=False))
    return {letter: number for letter, number in pairs if isinstance(letter, str)}
