"""A formula in symbols and the same with numbers, ``w - η g = 0.5 - 0.1·2``: which number stands for which name.

A number that stands for a name is one that was told of it. Where all others of a line are so, and one is not, that one was
miswritten or taken from somewhere else; the value that follows from it is right all the same.
"""

from collections.abc import Iterator
from dataclasses import field
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Index, Negative, Number, Power, Product, Quotient, Sum, Symbol
from deltarule.checking.claims import FoundSlip
from deltarule.checking.numbers_in_text import NumbersInText
from deltarule.checking.origins.memory import Key, key_of, mark_of
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.wording import plain
from deltarule.document import Claim
from deltarule.findings import Kind
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.rarely import rarely
from deltarule.records import changing, record
from deltarule.spans import Span
from deltarule.written import Written, is_rounding, is_truncation

MAX_FORMULAS = 3  # stated for a name, that a line is held against
MAX_TOLD = 400  # values that are kept of one name
MAX_BETWEEN = 20  # places of one number in the text that are looked at
_LOOK_BACK = 40
_WORKED_PLACES = 12  # of what is worked out here
_NAMED = rarely(r"(?<!\w)([^\W\d]\w{0,30})\s?[=≈:]\s?[-−+]?$")
_DATA = frozenset({Role.FEATURE, Role.TARGET})
_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
_OF_STEP = frozenset({"new", "old"})
_ANYTHING = Symbol("?")
FEWEST_RATED = (
    2  # steps with the learning rate in them, before one with another number in its place is a slip
)
_CONSTANTS = frozenset({Role.LEARNING_RATE, Role.COUNT, Role.MOMENTUM, Role.DECAY, Role.THRESHOLD})
_OUTPUTS = frozenset({Role.OUTPUT, Role.PREDICTION, Role.NET_INPUT})


@record
class Binding:
    """A name and the number that stands for it."""

    symbol: Symbol
    number: Written
    expr: Expr


@changing
class Told:
    """What a name was said to be, or what was put in its place, with the places where it stands."""

    values: list[tuple[int, Written]] = field(default_factory=list)

    def add(self, at: int, written: Written) -> None:
        """Note a value."""
        if len(self.values) < MAX_TOLD:
            self.values.append((at, written))


class Substitutions:
    """The numbers that were told of each name, and those that were put in its place."""

    def __init__(self, names: Names, text: NumbersInText) -> None:
        self.names = names
        self._text = text
        self._told: dict[str, Told] = {}
        self._own: dict[Key, Told] = {}  # what was said of exactly this name
        self._formulas: dict[str, list[Expr]] = {}
        self._last: dict[Role, dict[tuple[Index, ...], Symbol]] = {}  # names of each role that were told
        self._rated = 0  # steps that were written with the learning rate
        self._heard: list[Claim] = []  # what nobody has asked about yet

    def hear(self, claim: Claim) -> None:
        """Take in a claim, to be learned when somebody asks: most lines have their place in the run."""
        self._heard.append(claim)

    def _learn(self, claim: Claim) -> None:
        """Take in what a claim says of names."""
        subject = claim.subject
        name = subject.name if isinstance(subject, Symbol) else ""
        sides = [subject, *(link.expr for link in claim.links)]
        numbers = [number for side in claim.in_numbers if (number := _as_value(side)) is not None]
        for side in sides:
            if isinstance(side, Symbol):
                for number in numbers:
                    self._tell(side, claim.span.start, number)
        for formula in claim.formulas if name else ():
            kept = self._formulas.setdefault(name, [])
            if len(kept) < MAX_FORMULAS and formula not in kept:
                kept.append(formula)

    def _tell(self, symbol: Symbol, at: int, number: Written) -> None:
        self._told.setdefault(self._family(symbol.name), Told()).add(at, number)
        name, index, upper, mark = key_of(symbol)
        for each in {mark, ""} if mark in _OF_STEP else {mark}:
            self._own.setdefault((name, index, upper, each), Told()).add(at, number)
        role = self.names.role(name)
        if role is not None and not upper and mark in ("", *_OF_STEP):
            self._last.setdefault(role, {})[index] = Symbol(name, index)

    def _family(self, name: str) -> str:
        """The name, or what all names of its role share."""
        role = self.names.role(name)
        if role in _OUTPUTS:
            return str(Role.OUTPUT)
        return name if role is None else str(role)

    def miswritten(self, claim: Claim) -> FoundSlip | None:
        """The number of a line that was never told of the name that it stands for, all others being so."""
        found: FoundSlip | None = None
        for formula, written, fewest in self._pairs(claim):
            bindings: list[Binding] = []
            if not _align(formula, written, bindings):
                continue
            self._rated += any(self._is_rate(each.symbol) and self._is_told(each) for each in bindings)
            bindings = [each for each in bindings if each.symbol != _ANYTHING]
            wrong = [each for each in bindings if not self._is_told(each)]
            right = [each for each in bindings if self._is_told(each) and self._says(each)]
            if not wrong:
                self._use(bindings, claim)
                return None
            if wrong and self._is_rate(wrong[0].symbol) and self._rated < FEWEST_RATED:
                continue  # what stands there may be the rate times something
            if found is None and len(wrong) == 1 and len(right) >= fewest:
                expected = self._expected(wrong[0], claim, sure=len(right) > fewest)
                if expected is not None and not self._is_exchanged(wrong[0], expected, bindings):
                    found = _slip(wrong[0], expected)
                    self._tell_right(claim, written, wrong[0], expected)
            self._use(bindings, claim)
        return found

    def _is_exchanged(self, wrong: Binding, expected: Written, bindings: list[Binding]) -> bool:
        """Whether the number of a name stands where another name stands in the formula: ``w·a`` worked as ``0.55 · 0.4``."""
        return any(
            each is not wrong
            and same(each.number, expected)
            and not (self._says(each) and same(each.number, self._own[key_of(each.symbol)].values[-1][1]))
            for each in bindings
        )

    def _tell_right(self, claim: Claim, written: Expr, wrong: Binding, expected: Written) -> None:
        """Note what a line gives with the right number: its author may go on with either."""
        value = value_of(_put(written, wrong.expr, Number(abs(expected.value) * _sign(wrong.number.value))))
        if value is not None and isinstance(claim.subject, Symbol):
            number = Written("", value, _WORKED_PLACES)
            self._told.setdefault(self._family(claim.subject.name), Told()).add(claim.span.start, number)

    def _use(self, bindings: list[Binding], claim: Claim) -> None:
        for each in bindings:
            self._told.setdefault(self._family(each.symbol.name), Told()).add(claim.span.end, each.number)

    def _pairs(self, claim: Claim) -> Iterator[tuple[Expr, Expr, int]]:
        """Formulas with the expressions that put numbers into them, and how many of those have to be right."""
        numeric = next(
            (side for side in claim.in_numbers if as_number(side) is None),
            None,
        )
        if numeric is None:
            return
        for heard in self._heard:
            self._learn(heard)
        self._heard.clear()
        own = claim.formulas
        subject = claim.subject
        if claim.part is None:
            for formula in own:
                yield formula, numeric, 1
            if not own and isinstance(subject, Symbol):
                for formula in self._formulas.get(subject.name, ()):
                    yield formula, numeric, 2
        if isinstance(subject, Symbol) and self.names.role(subject.name) in _PARAMETERS:
            usual = self._step(subject, numeric)
            if usual is not None:
                yield usual, numeric, 1
        elif self._is_output(subject):
            usual = self._weighted(numeric)
            if usual is not None:
                yield usual, numeric, 2

    def _is_output(self, subject: Expr | None) -> bool:
        return isinstance(subject, Symbol) and self.names.role(subject.name) in _OUTPUTS

    def _is_rate(self, symbol: Symbol) -> bool:
        return self.names.role(symbol.name) is Role.LEARNING_RATE

    def _step(self, subject: Symbol, written: Expr) -> Expr | None:
        """What a step of a parameter is whatever the rule: its old value, and something times the learning rate."""
        if not isinstance(written, Sum) or len(written.terms) != 2:
            return None
        change = written.terms[1].arg if isinstance(written.terms[1], Negative) else written.terms[1]
        rate = next(iter(self._last.get(Role.LEARNING_RATE, {}).values()), None)
        if not isinstance(change, Product) or rate is None or subject.upper:
            return None
        factors: list[Expr] = [_ANYTHING] * len(_factors(change))
        numbers = [as_number(factor) for factor in _factors(change)]
        own = self._own[key_of(rate)].values[-1][1]
        factors[next((k for k, number in enumerate(numbers) if number and same(number, own)), 0)] = rate
        return Sum((Symbol(subject.name, subject.index), Product(tuple(factors))))

    def _weighted(self, written: Expr) -> Expr | None:
        """What a net input is whatever the formula: the weights times something, and the bias."""
        weights = [self._last[Role.WEIGHT][index] for index in sorted(self._indices())]
        bias = next(iter(self._last.get(Role.BIAS, {}).values()), None)
        terms = written.terms if isinstance(written, Sum) else ()
        products = [each.arg if isinstance(each, Negative) else each for each in terms]
        pairs = [each for each in products if isinstance(each, Product) and len(each.factors) == 2]
        if len(weights) < 2 or len(pairs) != len(weights) or bias is None or len(terms) != len(pairs) + 1:
            return None
        if isinstance(products[-1], Product):
            return None
        first = [
            self._is_told_now(weight, pair.factors[0]) for weight, pair in zip(weights, pairs, strict=True)
        ]
        second = [
            self._is_told_now(weight, pair.factors[1]) for weight, pair in zip(weights, pairs, strict=True)
        ]
        at = 0 if sum(first) >= sum(second) else 1
        made = [Product((weight, _ANYTHING) if at == 0 else (_ANYTHING, weight)) for weight in weights]
        return Sum((*made, bias))

    def _indices(self) -> list[tuple[int]]:
        """The indices of the weights that were told by number."""
        return [
            (index[0],)
            for index in self._last.get(Role.WEIGHT, {})
            if len(index) == 1 and isinstance(index[0], int)
        ]

    def _is_told_now(self, symbol: Symbol, expr: Expr) -> bool:
        number, own = as_number(expr), self._own.get(key_of(symbol))
        return number is not None and own is not None and same(number, own.values[-1][1])

    def _says(self, binding: Binding) -> bool:
        """Whether a number that was told confirms anything: not of every name 0 or 1 is told."""
        return key_of(binding.symbol) in self._own

    def _is_told(self, binding: Binding) -> bool:
        """Whether a number is one of those told of its name, or of none."""
        told = self._told.get(self._family(binding.symbol.name))
        return told is None or any(same(binding.number, number) for _, number in told.values)

    def _expected(self, binding: Binding, claim: Claim, sure: bool) -> Written | None:
        """What ought to stand for a name; None where that is not sure."""
        own = self._own.get(key_of(binding.symbol))
        role = self.names.role(binding.symbol.name)
        if own is None or mark_of(binding.symbol) or role in _DATA:
            return None
        at, expected = own.values[-1]
        if role in _CONSTANTS and not sure and self._text.is_elsewhere(binding.number, claim.span.start):
            return None
        if role in _CONSTANTS:
            at = self._told[self._family(binding.symbol.name)].values[-1][0]  # or was put in since
        if self._stands_between(binding, 0 if role is None else at, claim.span.start):
            return None
        return expected

    def _stands_between(self, binding: Binding, start: int, end: int) -> bool:
        """Whether a number stands anywhere in a stretch of text, so that it may be told there of the name."""
        between = self._text.places(binding.number, start, end)
        return len(between) > MAX_BETWEEN or not all(self._is_of_another(binding, place) for place in between)

    def _is_of_another(self, binding: Binding, place: int) -> bool:
        """Whether the text tells a number of another name: ``net_input = 0.0162``."""
        found = _NAMED.search(self._text.text[max(place - _LOOK_BACK, 0) : place])
        role = self.names.role(found[1]) if found is not None else None
        return role is not None and self.names.role(binding.symbol.name) not in (None, role)


def same(number: Written, told: Written) -> bool:
    """Whether two numbers are the same but for their signs and for digits that one of them does not show."""
    one, other = abs(number.value), abs(told.value)
    if one == other:
        return True
    short, long = (number, other) if number.places <= told.places else (told, one)
    if short.places < 1:
        return False
    return is_rounding(abs(short.value), long, short.places) or is_truncation(
        abs(short.value), long, short.places
    )


def _as_value(expr: Expr) -> Written | None:
    """A side as a number, one that is worked out with all its digits."""
    written = as_number(expr)
    if written is not None:
        return written
    value = value_of(expr)
    return None if value is None else Written("", value, _WORKED_PLACES)


def _put(expr: Expr, old: Expr, new: Expr) -> Expr:
    """An expression with one part of it replaced."""
    return new if expr is old else expr.map(lambda part: _put(part, old, new))


def _sign(value: Fraction) -> int:
    return -1 if value < 0 else 1


def _align(formula: Expr, written: Expr, found: list[Binding]) -> bool:
    """Whether an expression is a formula with numbers in the place of its names; collects which stands for which."""
    number = as_number(written)
    if isinstance(formula, Symbol):
        if number is not None:
            found.append(Binding(formula, number, written))
        return True
    if isinstance(formula, Number):
        return value_of(written) == formula.value
    if isinstance(formula, Negative):
        return _align(formula.arg, written.arg if isinstance(written, Negative) else written, found)
    if isinstance(written, Negative):
        return _align(formula, written.arg, found)
    if isinstance(formula, Sum) and isinstance(written, Sum):
        return _align_all(formula.terms, written.terms, found)
    if isinstance(formula, Product) and isinstance(written, Product):
        return _align_all(_factors(formula), _factors(written), found)
    if isinstance(formula, Quotient) and isinstance(written, Quotient):
        return _align(formula.numerator, written.numerator, found) and _align(
            formula.denominator, written.denominator, found
        )
    if isinstance(formula, Power) and isinstance(written, Power):
        return _align(formula.base, written.base, found) and _align(formula.exponent, written.exponent, found)
    if isinstance(formula, Apply) and isinstance(written, Apply):
        return formula.function == written.function and _align(formula.arg, written.arg, found)
    return False


def _align_all(formulas: tuple[Expr, ...], written: tuple[Expr, ...], found: list[Binding]) -> bool:
    return len(formulas) == len(written) and all(
        _align(formula, each, found) for formula, each in zip(formulas, written, strict=True)
    )


def _factors(product: Product) -> tuple[Expr, ...]:
    """Factors of a product, those of products within it among them."""
    done: list[Expr] = []
    for factor in product.factors:
        done += _factors(factor) if isinstance(factor, Product) else [factor]
    return tuple(done)


def _slip(binding: Binding, expected: Written) -> FoundSlip:
    name = _named(binding.symbol)
    message = f"{name} is {plain(expected)} by the lines before; {plain(binding.number)} stands here."
    span = binding.expr.span or Span(0, 0)
    return FoundSlip(
        span,
        Kind.COPYING,
        "copying.operand",
        message,
        None,
        name,
        plain(binding.number),
        plain(expected),
    )


def _named(symbol: Symbol) -> str:
    below = ",".join(str(index) for index in symbol.index)
    hat = "\N{COMBINING CIRCUMFLEX ACCENT}" if "hat" in symbol.marks or symbol.name.startswith("hat:") else ""
    return symbol.name.rpartition(":")[2] + hat + (f"_{below}" if below else "")
