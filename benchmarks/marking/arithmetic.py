"""Exact arithmetic of a worked solution: numbers as they are printed, and small trees of them.

Written apart from the package's own arithmetic on purpose: a mistake there must not hide behind the same mistake here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

DIGITS = 60
_PRECISE = Context(prec=DIGITS)


class Mode(StrEnum):
    """How an author gets rid of digits."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    CUT = "cutting off"


def rounded(value: Fraction, places: int, mode: Mode = Mode.HALF_UP) -> Fraction:
    """A value to so many decimal places (negative: tens, hundreds).

    >>> rounded(Fraction(-5, 1000), 2), rounded(Fraction(25, 1000), 2, Mode.HALF_EVEN)
    (Fraction(-1, 100), Fraction(1, 50))
    """
    scaled = value * Fraction(10) ** places
    whole, rest = divmod(abs(scaled), 1)
    up = mode is not Mode.CUT and (
        rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode is Mode.HALF_UP or whole % 2 == 1))
    )
    size = Fraction(whole + up) / Fraction(10) ** places
    return -size if value < 0 else size


def may_print_as(written: Fraction, value: Fraction, places: int) -> bool:
    """Whether an honest author may print `value` as `written`: rounded, a tie either way, or cut off."""
    unit = Fraction(10) ** -places
    return 2 * abs(written - value) <= unit or written == rounded(value, places, Mode.CUT)


def decimals(value: Fraction) -> int | None:
    """Places after the point of a value that ends, None if it never does."""
    denominator, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        places = max(places, count)
    return places if denominator == 1 else None


def plain(value: Fraction, places: int, keep_zeros: bool) -> str:
    """Decimal text with an ASCII point and minus.

    >>> plain(Fraction(-7, 10), 2, True), plain(Fraction(3), 2, False)
    ('-0.70', '3')
    """
    size = int(abs(value) * 10**places)
    digits = str(size).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    if not keep_zeros and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "-" + text if value < 0 and size else text


def significant(text: str) -> int:
    """Significant digits of a decimal text, trailing zeros of whole numbers counted.

    >>> significant("-0.050"), significant("7000")
    (2, 4)
    """
    return len(text.lstrip("-").replace(".", "").lstrip("0"))


class Quantity(NamedTuple):
    """What a number in the solution is: its role, the update it belongs to, the feature and the sample.

    Roles: x y w b z a e L g gb d db eta. Weights of step k are those after k updates.
    """

    role: str
    step: int = 0
    feature: int = 0
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """A number taken from elsewhere; `shift` is what was added to it in miscopying."""

    quantity: Quantity
    shift: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A constant factor such as 2/4, as it is written."""

    top: int
    bottom: int = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms with their signs, in the order in which they are written."""

    terms: "tuple[tuple[int, Node], ...]"


@dataclass(frozen=True, slots=True)
class Times:
    """Factors in the order in which they are written."""

    factors: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Square:
    """Something squared."""

    base: "Node"


@dataclass(frozen=True, slots=True)
class Minus:
    """Something with a minus before it."""

    body: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of something: sigmoid, tanh, step, sign, ln."""

    name: str
    argument: "Node"


Node = Use | Ratio | Sum | Times | Square | Minus | Call


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in writing order."""
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> tuple[Node, ...]:
    """Nodes directly below."""
    match node:
        case Sum(terms):
            return tuple(child for _, child in terms)
        case Times(factors):
            return factors
        case Square(child) | Minus(child) | Call(_, child):
            return (child,)
    return ()


def replaced(node: Node, old: Node, new: Node) -> Node:
    """The tree with one node, known by identity, put in another's place; the rest stays the very same nodes."""
    if node is old:
        return new
    if not any(part is old for part in walk(node)):
        return node
    match node:
        case Sum(terms):
            return Sum(tuple((sign, replaced(child, old, new)) for sign, child in terms))
        case Times(factors):
            return Times(tuple(replaced(child, old, new) for child in factors))
        case Square(base):
            return Square(replaced(base, old, new))
        case Minus(body):
            return Minus(replaced(body, old, new))
        case Call(name, argument):
            return Call(name, replaced(argument, old, new))
    return node


def evaluate(
    node: Node,
    value_of: Callable[[Quantity], Fraction],
    printed: Callable[[Quantity], Fraction] | None = None,
) -> Fraction:
    """Exact value of a tree; transcendental functions to sixty digits.

    What is miscopied was typed in as it stands: with `printed` it has its printed value and the shift, however the
    other numbers are carried.
    """
    match node:
        case Use(quantity, shift):
            return (printed or value_of)(quantity) + shift if shift else value_of(quantity)
        case Ratio(top, bottom):
            return Fraction(top, bottom)
        case Sum(terms):
            return sum((sign * evaluate(child, value_of, printed) for sign, child in terms), Fraction(0))
        case Times(factors):
            product = Fraction(1)
            for child in factors:
                product *= evaluate(child, value_of, printed)
            return product
        case Square(base):
            return evaluate(base, value_of, printed) ** 2
        case Minus(body):
            return -evaluate(body, value_of, printed)
        case Call(name, argument):
            return function(name, evaluate(argument, value_of, printed))


@lru_cache(maxsize=20_000)
def function(name: str, value: Fraction) -> Fraction:
    """A neuron's function at a point.

    Raises
    ------
    ValueError
        The logarithm of nothing.

    >>> function("step", Fraction(0)), function("sign", Fraction(-1, 2)), function("sigmoid", Fraction(0))
    (Fraction(1, 1), Fraction(-1, 1), Fraction(1, 2))
    """
    if name == "identity":
        return value
    if name == "step":
        return Fraction(int(value >= 0))
    if name == "sign":
        return Fraction(1 if value >= 0 else -1)
    at = _PRECISE.divide(Decimal(value.numerator), Decimal(value.denominator))
    if name == "ln":
        if value <= 0:
            raise ValueError("no logarithm of nothing or less")
        return Fraction(_PRECISE.ln(at))
    if abs(value) > 200:
        raise ValueError("far beyond what anybody works by hand")
    if name == "sigmoid":
        return 1 / (1 + Fraction(_PRECISE.exp(-at)))
    if name == "tanh":
        power = Fraction(_PRECISE.exp(2 * at))
        return (power - 1) / (power + 1)
    raise ValueError(f"no function is called {name}")
