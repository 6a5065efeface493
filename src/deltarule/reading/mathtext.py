"""Tokens to trees: a recursive-descent parser that refuses what it does not understand.

Some notation means two things (``1\\frac{1}{2}`` is a product or a mixed number). The parser takes
the usual meaning and notes the choice; `parse` then parses again with each choice turned over.
"""

from collections.abc import Sequence
from fractions import Fraction

from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Vector,
)
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.command_terms import ROW_ENVIRONMENTS, CommandTerms
from deltarule.reading.lone_numbers import SIGNS, lone_number, negative_of, number_of
from deltarule.reading.not_read import NotReadError
from deltarule.reading.other_readings import minus_squared, points_as_products
from deltarule.reading.placed import from_start, reach, up_to, with_span
from deltarule.reading.scripts import (
    derivative_symbol,
    index_of,
    small_digits,
    span_to,
    with_mark,
    with_upper,
)
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    DERIVATIVE,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    POWER,
    SEPARATOR,
    Token,
)
from deltarule.reading.token_runs import blank_split, matrix_rows, split_outside
from deltarule.reading.token_stream import END
from deltarule.reading.token_words import ACCENTS
from deltarule.spans import span_of
from deltarule.written import parse_number

MAX_DEPTH = 64
_ADDING = frozenset({"+", "-", "±"})
_DIVIDING = frozenset({"*", "/"})
_MULTIPLIED = frozenset(
    {OPEN, NUMBER, COMMAND, NAME, DERIVATIVE}
)  # what may be a factor without a sign in front
_MORE_OF_NUMBER = frozenset({NUMBER, COMMAND, POWER})  # what may belong to the number in front of it
_RAISING = frozenset({"^", "%"})
_GROUP = 3  # digits between the blanks of a long number
_ROUNDED = {"⌊": "floor", "⌈": "ceil"}  # to a whole number
_LEARNED = frozenset({"w", "W", "b", "theta"})


class Parser(CommandTerms):
    """Parses one side of a relation: sums, products, powers and brackets. Used once and thrown away."""

    def whole(self) -> Expr:
        """Parse everything there is."""
        expr = self.sum()
        token = self.tokens[self.at]
        if token.kind is not END:
            raise NotReadError(f"{token.value!r} stands where an operator was expected", token.start)
        return expr

    def sum(self) -> Expr:
        """Terms with + or - between them."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotReadError(f"brackets are nested more than {MAX_DEPTH} deep")
        terms = [self.term()]
        while (sign := self.tokens[self.at]).kind == OPERATOR and sign.value in _ADDING:
            self.at += 1
            if sign.value == "±":
                raise NotReadError("± gives an uncertainty, not one value", sign.start)
            term = self.term()
            terms.append(negative_of(sign, term) if sign.value == "-" else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Sum(tuple(terms), span=reach(terms[0], terms[-1]))

    def term(self) -> Expr:
        """Factors multiplied or divided; juxtaposition multiplies; signs in front."""
        minus = self._minus() if self.tokens[self.at].kind == OPERATOR else None
        result = self.product()
        return result if minus is None else negative_of(minus, result)

    def _minus(self) -> Token | None:
        """The minus that is left of the signs that come next; two of them leave none."""
        minus = None
        while (sign := self.tokens[self.at]).kind == OPERATOR and sign.value in SIGNS:
            self.at += 1
            if sign.value == "-":
                minus = None if minus is not None else sign
        return minus

    def product(self) -> Expr:
        """Factors with times signs, fraction bars or nothing between them."""
        first = self.signed_factor()
        token = self.tokens[self.at]
        if token.kind not in _MULTIPLIED and (token.kind != OPERATOR or token.value not in _DIVIDING):
            return first
        factors = [first]
        while True:
            token = self.tokens[self.at]
            if token.kind == OPERATOR:
                if token.value == "*":
                    self.at += 1
                    if self.tokens[self.at].kind is END and isinstance(factors[-1], Symbol):
                        factors[-1] = with_mark(factors[-1], "star")  # x*, the best x
                        break
                    factors.append(self.signed_factor())
                elif token.value == "/":
                    self.at += 1
                    self._divide(factors)
                else:
                    break
            elif token.kind not in _MULTIPLIED:
                break
            elif len(factors) == 1 and self._remarked(token):
                self.choices.add("remark")
                if "remark" in self.turned:
                    self.group()
                    break
                factors.append(self.factor())
            elif self._juxtaposed(token):
                factors.append(self.factor())
            else:
                break
        if len(factors) == 1:
            return factors[0]
        return Product(tuple(factors), span=reach(factors[0], factors[-1]))

    def _divide(self, factors: list[Expr]) -> None:
        below = self.signed_factor()
        token = self.tokens[self.at]
        if isinstance(below, Number) and token.kind != OPEN and self._juxtaposed(token):
            self.choices.add("slash")  # 1/2x: half of x, or one over 2x
            if "slash" in self.turned:
                below = Product((below, self.factor()))
        above = factors.pop()
        span = reach(above, below)
        if isinstance(above, Negative):
            factors.append(Negative(Quotient(above.arg, below), span=span))
        else:
            factors.append(Quotient(above, below, span=span))

    def _remarked(self, token: Token) -> bool:
        """Whether a number in brackets at the end stands apart from the number before: ``1.88 (9.33)``."""
        before, ahead = self.tokens[self.at - 1], self.tokens[self.at : self.at + 4]
        return (
            [each.kind for each in ahead] == [OPEN, NUMBER, CLOSE, END]
            and token.value == "("
            and before.kind == NUMBER
            and 0 < token.start - before.end < 3
            and self.at in (1, 2)
        )

    def _juxtaposed(self, token: Token) -> bool:
        before = self.tokens[self.at - 1]
        if token.kind == OPEN:
            return True
        if token.kind == NUMBER:
            return before.kind == CLOSE and before.value in ")]"
        if token.kind == COMMAND:
            matrix = token.value.startswith("begin:") and token.value[6:] in ROW_ENVIRONMENTS
            return (
                matrix
                or token.value
                in ("frac", "dfrac", "tfrac", "cfrac", "sqrt", "sum", "underbrace", "overbrace")
                or token.value in ACCENTS
            )
        return token.kind in (NAME, DERIVATIVE)

    def signed_factor(self) -> Expr:
        """A factor with signs of its own: ``3 * -2``, ``5·+4``."""
        token = self.tokens[self.at]
        if token.kind == NUMBER:
            return self._plain_number(token) or self.factor()
        minus = self._minus() if token.kind == OPERATOR else None
        factor = self.factor()
        return factor if minus is None else negative_of(minus, factor)

    def _plain_number(self, token: Token) -> Number | None:
        """The number that comes next, taken, if nothing behind it belongs to it, as is so nearly always."""
        behind = self.tokens[self.at + 1]
        if (
            behind.kind in _MORE_OF_NUMBER
            or (behind.kind == OPERATOR and behind.value in _RAISING)
            or self.depth >= MAX_DEPTH
        ):
            return None
        self.at += 1
        return number_of(token)

    def factor(self) -> Expr:
        """Something with powers, percent or factorial behind it."""
        base = self.base()
        while True:
            token = self.tokens[self.at]
            if token.kind == OPERATOR:
                if token.value == "^":
                    base = self._powered(base)
                elif token.value == "%":
                    self.at += 1
                    hundred = Number(Fraction(100))
                    base = Quotient(base, hundred, span=base.span and base.span.cover(token.span))
                else:
                    return base
            elif token.kind == POWER:
                base = self._powered(base)
            elif (
                isinstance(base, Vector)
                and token.value == "T"
                and self.tokens[self.at - 1].end == token.start
            ):
                self.at += 1  # [0 1]T, whose raised letter came down
            elif isinstance(base, Number) and self._mixed(token):
                base = self._mixed_number(base)
            else:
                return base

    def _mixed(self, token: Token) -> bool:
        """Whether a whole number is followed by a fraction of two whole numbers."""
        if token.kind != NUMBER and token.kind != COMMAND:
            return False
        before = self.tokens[self.at - 1]
        if before.kind != NUMBER or "." in before.value:
            return False
        if token.kind == COMMAND and token.value in ("frac", "tfrac", "dfrac"):
            ahead = [t.kind for t in self.tokens[self.at + 1 : self.at + 7]]
            return ahead == [OPEN, NUMBER, CLOSE, OPEN, NUMBER, CLOSE]
        return token.kind == NUMBER and token.end - token.start == 1 and token.value.startswith("0.")

    def _mixed_number(self, whole: Number) -> Expr:
        self.choices.add("mixed")
        fraction = self.base()
        span = reach(whole, fraction)
        parts = (whole, fraction)
        return Product(parts, span=span) if "mixed" in self.turned else Sum(parts, span=span)

    def _powered(self, base: Expr) -> Expr:
        token = self.take()
        if token.kind == POWER:  # superscript characters, or a prime
            if token.value == "'":
                return base if isinstance(base, Vector) else with_mark(base, "new")
            if token.value.startswith("mark:"):
                raise NotReadError(
                    f"{token.value[5:].strip('#')!r} stands behind something that is no name", token.start
                )
            return self._raised(base, small_digits(token))
        inner = self.script()
        return self._raised(base, inner)

    def _raised(self, base: Expr, script: "list[Token]") -> Expr:
        """`base` with a superscript: a power, an index or a mark."""
        if isinstance(base, Vector) and len(script) == 1 and script[0].value in ("T", "t", "top", "'"):
            return base  # a column is written as a row
        if isinstance(base, Symbol):
            upper = with_upper(script)
            if upper is None and base.name in _LEARNED and len(script) == 1 and script[0].value == "N":
                upper = ("new",), ()  # w^N, the new one in several languages
            if upper is not None and not (len(script) == 1 and script[0].kind == NUMBER):
                marks, indices = upper
                return Symbol(
                    base.name,
                    base.index,
                    base.marks + marks,
                    base.upper + indices,
                    span=span_to(base.span, script),
                )
            if len(script) == 1 and script[0].kind == NUMBER and script[0].value.isdigit():
                self.choices.add("upper")
                if "upper" in self.turned:
                    return Symbol(
                        base.name,
                        base.index,
                        base.marks,
                        (*base.upper, int(script[0].value)),
                        span=span_to(base.span, script),
                    )
        exponent = self.sub(script)
        if isinstance(base, Symbol) and base.name == "e" and not base.index and not _whole(exponent):
            return up_to(Apply("exp", exponent), base.span, script)
        if (
            isinstance(base, Symbol)
            and base.name == "e"
            and not base.index
            and isinstance(exponent, Negative)
        ):
            return up_to(Apply("exp", exponent), base.span, script)
        return up_to(Power(base, exponent), base.span, script)

    def base(self) -> Expr:
        """A number, a name, a bracket, a fraction, a root, a sum."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotReadError(f"it is nested more than {MAX_DEPTH} deep")
        token = self.take()
        expr = self._number(token) if token.kind == NUMBER else self._base(token)
        self.depth -= 1
        return expr

    def _number(self, token: Token) -> Number:
        following = self.tokens[self.at]
        if following.kind == NUMBER:
            token = self._thousands(token)
        elif following.value == "dots" and following.kind == COMMAND and "." in token.value:
            self.at += 1
        return number_of(token)

    def _base(self, token: Token) -> Expr:
        if token.kind == NAME:
            return self.name(token)
        if token.kind == DERIVATIVE:
            loss, variable, index = token.value.split("|")
            if not loss:  # ∂/∂w (...)
                return self.derived(
                    Symbol(variable, (index_of(index),) if index else (), span=token.span), token.span
                )
            return derivative_symbol(loss, variable, (index_of(index),) if index else (), token.span)
        if token.kind == OPEN:
            self.at -= 1
            inside = self.bracket()
            return (
                from_start(Apply(_ROUNDED[token.value], inside), token.start, inside)
                if token.value in _ROUNDED
                else inside
            )
        if token.kind == COMMAND:
            return self.command(token)
        raise NotReadError(f"{token.value!r} is not understood here", token.start)

    def _thousands(self, token: Token) -> Token:
        """``1 234.5``: groups of three digits with one blank between them."""
        while len(token.value) <= 3 or token.end - token.start > 3:
            following = self.tokens[self.at]
            if following.kind != NUMBER or following.start != token.end + 1 or not token.value.isdigit():
                break
            whole = following.value.partition(".")[0]
            if len(whole) != 3 or token.value.startswith("0") or "e" in following.value:
                break
            self.take()
            digits = token.value + following.value
            token = Token(NUMBER, digits, token.start, following.end, parse_number(digits))
        return token

    def bracket(self) -> Expr:
        """What stands in the bracket that comes next: an expression, or a list of them."""
        opening = self.tokens[self.at]
        if opening.kind is END:
            raise NotReadError("something is missing at the end")
        before = self.tokens[self.at - 1] if self.at else None
        inside = self.group()
        closing = self.tokens[self.at - 1]
        span = span_of((opening.start, closing.end))
        if not inside:
            raise NotReadError("a bracket holds nothing", opening.start)
        number = lone_number(inside)
        if number is not None:
            return with_span(number, span)
        items = [inside]
        if any([token.kind == SEPARATOR for token in inside]):
            rows = matrix_rows(inside) if opening.value == "[" else None
            if rows is not None:
                return Vector(
                    tuple([Vector(tuple([self.sub(item) for item in row]), span=span) for row in rows]),
                    span=span,
                )
            items = split_outside(inside)
            if len(items) == 1 and opening.value == "(":
                items = split_outside(inside, "|")  # (2|-1.5)
        if (
            len(items) == 1
            and (opening.value in "[⟨" or (opening.value == "(" and _is_blank_list(inside)))
            and not (before and before.end == opening.start and before.kind == NUMBER)
        ):
            items = blank_split(inside) or items
        if len(items) == 1 and any([token.kind == SEPARATOR and token.value == " " for token in inside]):
            items = [item for item in split_outside(inside, " ") if item]  # [0.5 \quad 1.2]
        if len(items) > 1:
            listed = tuple(self.sub(item) for item in items if item)
            if opening.value == "⟨" and _are_weights_and_inputs(listed):
                return Product(listed, span=span)
            return Vector(listed, span=span)
        return with_span(self.sub(inside), span)


def _are_weights_and_inputs(items: Sequence[Expr]) -> bool:
    """``⟨w, x⟩``, the product of two vectors, and not a list of two numbers."""
    match items:
        case (Symbol(name=first), Symbol(name=second)):
            roles = [set(roles_of(first)), set(roles_of(second))]
            return any(Role.WEIGHT in each and Role.FEATURE in other for each, other in (roles, roles[::-1]))
    return False


def _is_blank_list(tokens: Sequence[Token]) -> bool:
    """``(0 1)``, ``(-1 1)``: numbers between blanks without a sign that could be that of a sum, nor thousands."""
    first = 1 if tokens[0].kind == OPERATOR else 0
    numbers = tokens[first:]
    return (
        len(numbers) > 1
        and all([token.kind == NUMBER for token in numbers])
        and not any([len(token.value.partition(".")[0]) == _GROUP for token in numbers[1:]])
    )


def _whole(expr: Expr) -> bool:
    return isinstance(expr, Number) and expr.value.denominator == 1


def parse(tokens: Sequence[Token]) -> tuple[Expr, tuple[Expr, ...]]:
    """The usual reading of one side of a relation, and other readings of the same text.

    Raises
    ------
    NotReadError
        It is not understood; says what was in the way.
    """
    number = lone_number(tokens)
    if number is not None:
        return number, ()
    values = [token.value for token in tokens]
    if "" in values:
        tokens = [token for token in tokens if token.value != "" or token.kind != COMMAND]
    parser = Parser(tokens)
    expr = parser.whole()
    others: list[Expr] = []
    for choice in sorted(parser.choices) if parser.choices else ():
        try:
            other = Parser(tokens, frozenset({choice})).whole()
        except NotReadError:
            continue
        if other != expr and other not in others:
            others.append(other)
    raised = "^" in values or POWER in [token.kind for token in tokens]
    squared = minus_squared(expr) if raised else None
    if squared is not None:
        others.append(squared)
    pointed = points_as_products(expr)
    if pointed is not None:
        others.append(pointed)
    return expr, tuple(others)
