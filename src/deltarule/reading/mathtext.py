"""Tokens to trees: a recursive-descent parser that refuses what it does not understand.

Some notation means two things (``1\\frac{1}{2}`` is a product or a mixed number). The parser takes
the usual meaning and notes the choice; `readings` then parses again with each choice turned over.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from deltarule.algebra.derive import derive
from deltarule.algebra.expr import (
    Apply,
    Branch,
    Comparison,
    Expr,
    Index,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    Vector,
)
from deltarule.algebra.simplify import simplified
from deltarule.errors import DeltaruleError, UsageError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.lone_numbers import SIGNS, lone_number, negative_of, number_of
from deltarule.reading.not_read import NotReadError
from deltarule.reading.other_readings import minus_squared, points_as_products
from deltarule.reading.scripts import (
    MARKS,
    derivative_symbol,
    derived_name,
    digit_of,
    index_of,
    small_digits,
    span_to,
    with_lower,
    with_mark,
    with_upper,
)
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    DERIVATIVE,
    INDEX,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)
from deltarule.reading.token_runs import blank_split, first_outside, split_at_any, split_outside
from deltarule.reading.token_words import ACCENTS, CIRCULAR, FUNCTIONS, known_words
from deltarule.reading.tokens import DESTROYED
from deltarule.spans import Span, span_of
from deltarule.written import parse_number

MAX_DEPTH = 64
MAX_DERIVED = 200  # nodes of a formula whose slope is worked out
_END = "end"
_BEHIND_LAST = Token(_END, "", 0, 0)  # stands behind the last token, so that looking ahead never runs out
_ADDING = frozenset({"+", "-", "±"})
_DIVIDING = frozenset({"*", "/"})
_MULTIPLIED = frozenset(
    {OPEN, NUMBER, COMMAND, NAME, DERIVATIVE}
)  # what may be a factor without a sign in front
_MORE_OF_NUMBER = frozenset({NUMBER, COMMAND, POWER})  # what may belong to the number in front of it
_RAISING = frozenset({"^", "%"})
_GROUP = 3  # digits between the blanks of a long number
_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}
_ALONE = 2  # tokens, with the one behind the last
_ROUNDED = {"⌊": "floor", "⌈": "ceil"}  # to a whole number
APPLIED = frozenset(
    {"det", "G", "f", "F", "g", "h", "sigma", "phi", "psi", "Phi", "act", "activation"}
) | set(FUNCTIONS)
_SCRIPTS = frozenset({INDEX, OPEN, OPERATOR, POWER})  # what may say more of the name in front of it
_LEARNED = frozenset({"w", "W", "b", "theta"})
_PROBABILITIES = frozenset({"P", "p", "Pr"})
_ROW_ENVIRONMENTS = {"matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "smallmatrix", "array"}


MOST_ACCENTED = 4  # tokens of a name under an accent


class Parser:
    """Parses one side of a relation. Used once and thrown away.

    Attributes
    ----------
    choices : set of str
        Ambiguities that were met: ``mixed``, ``slash``, ``power``, ``upper``, ``remark``.
    """

    def __init__(self, tokens: Sequence[Token], turned: frozenset[str] = frozenset()) -> None:
        self.tokens = [*tokens, _BEHIND_LAST]
        self.at = 0
        self.depth = 0
        self.turned = turned
        self.choices: set[str] = set()

    # -- the token stream

    def take(self) -> Token:
        """The next token, taken."""
        token = self.tokens[self.at]
        if token.kind is _END:
            raise NotReadError("it ends in the middle of an expression")
        self.at += 1
        return token

    def next_is(self, kind: str, *values: str) -> bool:
        """Whether the next token is of a kind, and has one of the values if any are given."""
        token = self.tokens[self.at]
        return token.kind == kind and (not values or token.value in values)

    # -- grammar

    def whole(self) -> Expr:
        """Parse everything there is."""
        expr = self.sum()
        token = self.tokens[self.at]
        if token.kind is not _END:
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
        return terms[0] if len(terms) == 1 else Sum(tuple(terms), span=_reach(terms[0], terms[-1]))

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
                    if self.tokens[self.at].kind is _END and isinstance(factors[-1], Symbol):
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
                    self._group()
                    break
                factors.append(self.factor())
            elif self._juxtaposed(token):
                factors.append(self.factor())
            else:
                break
        if len(factors) == 1:
            return factors[0]
        return Product(tuple(factors), span=_reach(factors[0], factors[-1]))

    def _divide(self, factors: list[Expr]) -> None:
        below = self.signed_factor()
        token = self.tokens[self.at]
        if isinstance(below, Number) and token.kind != OPEN and self._juxtaposed(token):
            self.choices.add("slash")  # 1/2x: half of x, or one over 2x
            if "slash" in self.turned:
                below = Product((below, self.factor()))
        above = factors.pop()
        span = _reach(above, below)
        if isinstance(above, Negative):
            factors.append(Negative(Quotient(above.arg, below), span=span))
        else:
            factors.append(Quotient(above, below, span=span))

    def _remarked(self, token: Token) -> bool:
        """Whether a number in brackets at the end stands apart from the number before: ``1.88 (9.33)``."""
        before, ahead = self.tokens[self.at - 1], self.tokens[self.at : self.at + 4]
        return (
            [each.kind for each in ahead] == [OPEN, NUMBER, CLOSE, _END]
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
            matrix = token.value.startswith("begin:") and token.value[6:] in _ROW_ENVIRONMENTS
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
        span = _reach(whole, fraction)
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
        inner = self._script()
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
        exponent = self._sub(script)
        if isinstance(base, Symbol) and base.name == "e" and not base.index and not _whole(exponent):
            return _to_span(Apply("exp", exponent), base.span, script)
        if (
            isinstance(base, Symbol)
            and base.name == "e"
            and not base.index
            and isinstance(exponent, Negative)
        ):
            return _to_span(Apply("exp", exponent), base.span, script)
        return _to_span(Power(base, exponent), base.span, script)

    def _sub(self, tokens: Sequence[Token]) -> Expr:
        over = first_outside(tokens, "over")
        if over is not None:  # {1 \over 2}
            return Quotient(self._sub(tokens[:over]), self._sub(tokens[over + 1 :]))
        inner = Parser(tokens, self.turned)
        inner.depth = self.depth
        expr = inner.whole()
        self.choices |= inner.choices
        return expr

    def _script(self) -> list[Token]:
        """What stands below or above: a braced group, or one token (with its sign)."""
        if self.next_is(OPEN, "{"):
            return self._group()
        if self.next_is(OPEN, "("):
            return [self.tokens[self.at], *self._group(keep=True)]
        script = [self.take()]
        if script[0].kind == OPERATOR and script[0].value in "+-" and self.next_is(NUMBER):
            script.append(self.take())
        return script

    def _group(self, keep: bool = False) -> list[Token]:
        """Tokens up to the bracket that closes the one here; with `keep`, that bracket too."""
        opening = self.take()
        depth = 1
        tokens = self.tokens
        start = at = self.at
        while True:
            token = tokens[at]
            if token.kind is _END:
                self.at = at
                self.take()  # which says what is wrong
            at += 1
            if token.kind == OPEN:
                depth += 1
            elif token.kind == CLOSE:
                depth -= 1
                if depth == 0:
                    break
        self.at = at
        if _PAIRS[opening.value] != token.value:
            raise NotReadError(f"{opening.value!r} is closed by {token.value!r}", token.start)
        return tokens[start : at if keep else at - 1]

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
            return self._name(token)
        if token.kind == DERIVATIVE:
            loss, variable, index = token.value.split("|")
            return derivative_symbol(loss, variable, (index_of(index),) if index else (), token.span)
        if token.kind == OPEN:
            self.at -= 1
            inside = self._bracket()
            return (
                _at(Apply(_ROUNDED[token.value], inside), token.start, inside)
                if token.value in _ROUNDED
                else inside
            )
        if token.kind == COMMAND:
            return self._command(token)
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

    def _bracket(self) -> Expr:
        opening = self.tokens[self.at]
        if opening.kind is _END:
            raise NotReadError("something is missing at the end")
        before = self.tokens[self.at - 1] if self.at else None
        inside = self._group()
        closing = self.tokens[self.at - 1]
        span = span_of((opening.start, closing.end))
        if not inside:
            raise NotReadError("a bracket holds nothing", opening.start)
        number = lone_number(inside)
        if number is not None:
            return _with_span(number, span)
        items = [inside]
        if any([token.kind == SEPARATOR for token in inside]):
            items = split_outside(inside)
            if len(items) == 1 and opening.value == "(":
                items = split_outside(inside, "|")  # (2|-1.5)
        if (
            len(items) == 1
            and (opening.value in "[⟨" or (opening.value == "(" and _is_blank_list(inside)))
            and not (before and before.end == opening.start and before.kind == NUMBER)
        ):
            items = blank_split(inside) or items
        if len(items) > 1:
            listed = tuple(self._sub(item) for item in items if item)
            if opening.value == "⟨" and _are_weights_and_inputs(listed):
                return Product(listed, span=span)
            return Vector(listed, span=span)
        return _with_span(self._sub(inside), span)

    def _command(self, token: Token) -> Expr:
        name = token.value
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return self._fraction(token)
        if name == "sqrt":
            arg = self._sub(self._script()) if not self.next_is(OPEN, "(") else self._bracket()
            return _at(Apply("sqrt", arg), token.start, arg)
        if name == "sum":
            return self._sum_over(token)
        if name in ACCENTS:
            return self._accented(token)
        if name in ("underbrace", "overbrace"):
            inside = self._sub(self._script())
            if self.next_is(OPERATOR, "_" if name == "underbrace" else "^"):
                self.take()
                self._script()
            return inside
        if name.startswith("begin:"):
            return self._environment(token)
        if name.startswith("dotted:"):  # 1.2 where names are multiplied by a full stop
            self.choices.add("dot")
            left, right = (
                Number(Fraction(int(digit)), digit_of(digit), span=token.span) for digit in name[7::2]
            )
            if "dot" in self.turned:
                return Product((left, right), span=token.span)
            written = parse_number(name[7:])
            return Number(written.value, written, span=token.span)
        if name == "dots":
            raise NotReadError("something is left out here", token.start)
        if name == DESTROYED:
            raise NotReadError("a character was destroyed", token.start)
        if name.startswith("misread:"):
            raise NotReadError(
                f"{name[8:]!r} looks like a number with a letter in a digit's place", token.start
            )
        raise NotReadError(f"\\{name.replace('begin:', 'begin ')} is not understood", token.start)

    def _fraction(self, token: Token) -> Expr:
        above = self._frac_part()
        below = self._frac_part()
        span = Span(token.start, self.tokens[self.at - 1].end)
        derivative = _as_second_derivative(above, below, span) or _as_derivative(above, below, span)
        if derivative is not None:
            return derivative
        variable = _operator_variable(above, below)
        if variable is not None and self.tokens[self.at].kind is not _END:
            name, end = self.tokens[self.at].value, derived_name(self.tokens, self.at, variable)
            if end is None:
                return self._derived(variable, span)
            self.at = end
            span = Span(span.start, self.tokens[end - 1].end)
            return derivative_symbol(name.partition("#")[0], variable.name, variable.index, span)
        return Quotient(self._sub(above), self._sub(below), span=span)

    def _derived(self, variable: Symbol, span: Span) -> Expr:
        r"""``\frac{d}{dw} (w^2 - 4w)``: the slope of what stands behind the operator."""
        body = self.product()
        try:
            if len(list(islice(body.walk(), MAX_DERIVED + 1))) > MAX_DERIVED:
                raise UsageError("too long to derive")
            if body.symbols and all(symbol.name != variable.name for symbol in body.symbols):
                raise UsageError("it names a function of the variable")
            return _with_span(simplified(derive(body, variable)), span.cover(body.span or span))
        except DeltaruleError:  # of a function that is only named
            return Product((Symbol(f"d/d{variable.name}", variable.index, span=span), body), span=span)

    def _frac_part(self) -> list[Token]:
        """An argument of ``\\frac``; ``\\frac12`` takes one digit each."""
        if self.next_is(OPEN, "{"):
            return self._group()
        token = self.take()
        if token.kind == NUMBER and len(token.value) > 1 and token.value.isdigit():
            first = Token(NUMBER, token.value[0], token.start, token.start + 1, digit_of(token.value[0]))
            rest = Token(NUMBER, token.value[1:], token.start + 1, token.end, digit_of(token.value[1:]))
            self.at -= 1
            self.tokens = [*self.tokens[: self.at], rest, *self.tokens[self.at + 1 :]]
            return [first]
        return [token]

    def _sum_over(self, token: Token) -> Expr:
        index = ""
        while self.next_is(OPERATOR, "_", "^") or self.next_is(INDEX) or self.next_is(POWER):
            mark = self.take()
            script = self._script() if mark.kind == OPERATOR else small_digits(mark)
            if mark.value == "_" or mark.kind == INDEX:
                letters = [t.value for t in script if t.kind == NAME and len(t.value) == 1]
                index = letters[0] if letters else index
        body = self.term()
        return _at(SumOver(index or _counting(body), body), token.start, body)

    def _accented(self, token: Token) -> Expr:
        mark = ACCENTS[token.value]
        inside = self._sub(self._script())
        if isinstance(inside, Symbol) and mark:
            inside = Symbol(
                f"{mark}:{inside.name}", inside.index, inside.marks, inside.upper, span=inside.span
            )
        elif mark:
            raise NotReadError(f"\\{token.value} over something that is not a name", token.start)
        return self._indexed(inside) if isinstance(inside, Symbol) else inside

    def _environment(self, token: Token) -> Expr:
        name = token.value.split(":")[1]
        inside: list[Token] = []
        depth = 1
        while True:
            inner = self.take()
            if inner.kind == COMMAND and inner.value.startswith("begin:"):
                depth += 1
            elif inner.kind == COMMAND and inner.value.startswith("end:"):
                depth -= 1
                if depth == 0:
                    break
            inside.append(inner)
        span = Span(token.start, inner.end)
        rows = [row for row in split_outside(inside, "\\\\") if row]
        if name in ("cases", "dcases"):
            return self._cases(rows, span)
        if name not in _ROW_ENVIRONMENTS:
            raise NotReadError(f"the environment {name} is not understood here", token.start)
        cells = [tuple(self._sub(cell) for cell in split_outside(row, "&") if cell) for row in rows]
        if all(len(row) == 1 for row in cells):
            return Vector(tuple(row[0] for row in cells), span=span)
        if len(cells) == 1:
            return Vector(cells[0], span=span)
        return Vector(tuple(Vector(row) for row in cells), span=span)

    def _cases(self, rows: list[list[Token]], span: Span) -> Expr:
        branches: list[Branch] = []
        otherwise: Expr | None = None
        for row in rows:
            value_tokens, *conditions = split_at_any(row, ("&", ",", ";"))
            condition = [t for part in conditions for t in part if t.kind != WORD]
            value = self._sub([t for t in value_tokens if t.kind != WORD])
            relations = [k for k, t in enumerate(condition) if t.kind == RELATION]
            if len(relations) == 1:
                at = relations[0]
                left, right = self._sub(condition[:at]), self._sub(condition[at + 1 :])
                branches.append(Branch(value, Comparison(condition[at].value, left, right)))
            elif not condition:
                otherwise = value
            else:
                raise NotReadError("a condition of the cases is not one comparison", row[0].start)
        if otherwise is None:
            if len(branches) < 2:
                raise NotReadError("the cases say nothing of what is otherwise", span.start)
            otherwise = branches.pop().value
        return Piecewise(tuple(branches), otherwise, span=span)

    def _name(self, token: Token) -> Expr:
        if token.value == "nabla":
            return self._nabla(token)
        if token.value == "partial":
            return self._partial(token)
        if token.value.startswith("fn:"):
            function = FUNCTIONS.get(token.value[3:], token.value[3:])
            power = self._function_power() if function in CIRCULAR else None
            bare = function in CIRCULAR and not self.next_is(OPEN, "(", "[", "{")
            arg = self.factor() if bare else self._bracket()
            applied = _at(Apply(function, arg), token.start, arg)
            return applied if power is None else _at(Power(applied, power), token.start, arg)
        name, _, digits = token.value.partition("#")
        index = (index_of(digits),) if digits.isdigit() else tuple(digits)
        symbol = Symbol(name, index, span=token.span)
        symbol = self._indexed(symbol)
        if symbol.name in _PROBABILITIES and self._states_event():
            self._group()  # P(y = 1 | x)
            return Symbol("p", symbol.index, symbol.marks, symbol.upper, span=symbol.span)
        power = self._function_power() if symbol.name in FUNCTIONS else None
        if power is not None:  # tanh^2(0.9) is the square of tanh(0.9)
            value = self._applied(symbol, token)
            return _with_span(Power(value, power), _reach(symbol, value) or token.span)
        return self._applied(symbol, token)

    def _function_power(self) -> Number | None:
        """The whole number that stands above the name of a function, taken off the tokens."""
        at, token = self.at, self.tokens[self.at]
        if token.kind == POWER:
            script = small_digits(self.take())
        elif token.kind == OPERATOR and token.value == "^":
            self.take()
            script = self._script()
        else:
            return None
        if len(script) == 1 and script[0].kind == NUMBER and script[0].value.isdigit():
            return Number(Fraction(int(script[0].value)), span=script[0].span)
        self.at = at
        return None

    def _applied(self, symbol: Symbol, token: Token) -> Expr:
        """A name with what it is applied to, if it is a function and that follows; else the name."""
        applied = symbol.name in APPLIED and not symbol.upper and self.next_is(OPEN, "(", "[", "{")
        if symbol.name in FUNCTIONS and not applied:
            if symbol.name in ("exp", "ln", "log", "tanh", "sigmoid"):
                arg = self.factor()
                function = FUNCTIONS[symbol.name]
                return self._logarithm(symbol, Apply(function, arg, span=_reach(symbol, arg)))
            if len(self.tokens) <= _ALONE and token is self.tokens[0]:
                return symbol  # step = 1000
            raise NotReadError(f"{symbol.name} is a function without an argument", token.start)
        if applied:
            arg = self._bracket()
            function = FUNCTIONS.get(symbol.name, symbol.name) + "'" * symbol.marks.count("new")
            span = _reach(symbol, arg)
            if function in ("max", "min"):
                larger = _larger(function, arg)
                return _with_span(larger, span) if span else larger
            if any(each.name == symbol.name for each in arg.symbols):
                return Product((symbol, arg), span=span)  # h(1 - h): nothing is a function of itself
            return self._logarithm(symbol, Apply(function, arg, span=span))
        return symbol

    def _states_event(self) -> bool:
        """Whether a bracket comes next in which something equals something: an event, and no argument."""
        if not self.next_is(OPEN, "("):
            return False
        for token in self.tokens[self.at + 1 : self.at + 12]:
            if token.kind in (OPEN, CLOSE):
                return False
            if token.kind == RELATION:
                return token.value == "="
        return False

    def _logarithm(self, symbol: Symbol, natural: Expr) -> Expr:
        """``log`` is natural here, or to the base 10 for others."""
        if symbol.name != "log":
            return natural
        if symbol.index and isinstance(symbol.index[0], int):
            return _with_span(
                Quotient(natural, Apply("ln", Number(Fraction(symbol.index[0])))), natural.span or Span(0, 0)
            )
        self.choices.add("log")
        if "log" in self.turned:
            return _with_span(
                Quotient(natural, Apply("ln", Number(Fraction(10)))), natural.span or Span(0, 0)
            )
        return natural

    def _indexed(self, symbol: Symbol) -> Symbol:
        """Collect what is written below, and primes, behind a name."""
        while True:
            token = self.tokens[self.at]
            if token.kind not in _SCRIPTS:
                return symbol
            if token.kind == INDEX:
                self.take()
                symbol = with_lower(symbol, small_digits(token))
            elif (
                token.kind == OPEN
                and symbol.span is not None
                and self._glued(symbol.span, token)
                and self._counts(token)
            ):
                script = self._group()
                letters = "".join(inner.value for inner in script)
                upper: Index = int(letters) if letters.lstrip("-").isdigit() else letters
                span = Span(symbol.span.start, self.tokens[self.at - 1].end)
                symbol = replace(symbol, upper=(*symbol.upper, upper), span=span)
            elif token.kind == OPERATOR and token.value == "_":
                self.take()
                symbol = with_lower(symbol, self._script())
            elif token.kind == POWER and token.value == "'":
                self.take()
                symbol = with_mark(symbol, "new")
            elif token.kind == POWER and token.value.startswith("mark:"):
                self.take()
                word, _, digits = token.value[5:].partition("#")
                symbol = with_mark(symbol, MARKS.get(word, word))
                symbol = replace(symbol, index=(*symbol.index, int(digits))) if digits else symbol
            elif token.kind in (POWER, OPERATOR) and self._upper_ahead(symbol):
                self.take()
                script = small_digits(token) if token.kind == POWER else self._script()
                marks, indices = with_upper(script) or ((), ())
                symbol = Symbol(
                    symbol.name,
                    symbol.index,
                    symbol.marks + marks,
                    symbol.upper + indices,
                    span=span_to(symbol.span, script),
                )
            else:
                return symbol

    def _glued(self, name: Span, opening: Token) -> bool:
        """Whether a bracket stands right behind a name or the braces of its index, ``w_{j}(k)``; not behind a prime."""
        before = self.tokens[self.at - 1]
        braced = before.kind == CLOSE and before.value == "}" and before.end == opening.start
        return braced or opening.start == name.end

    def _counts(self, opening: Token) -> bool:
        """Whether a bracket glued to a name counts steps: ``x[0]``, ``e[n-1]``, ``w(t+1)``."""
        inside: list[Token] = []
        for at in range(self.at + 1, min(self.at + 5, len(self.tokens))):
            token = self.tokens[at]
            if token.kind == CLOSE:
                break
            inside.append(token)
        else:
            return False
        letter = (
            inside[:1] and inside[0].kind == NAME and inside[0].value in ("t", "n", "k", "i", "p", "tau", "m")
        )
        rest = [token.value for token in inside[1:]]
        if letter and (not rest or (len(rest) == 2 and rest[0] in "+-" and rest[1].isdigit())):
            return opening.value in "[("
        digits = [token.value for token in inside]
        return (
            opening.value == "["
            and bool(digits)
            and (digits[0].isdigit() or (len(digits) == 2 and digits[0] == "-" and digits[1].isdigit()))
            and len(digits) < 3
        )

    def _upper_ahead(self, symbol: Symbol) -> bool:
        """Whether a superscript that cannot be a power comes next: ``^{(2)}``, ``^{new}``, ``^i``."""
        token, at = self.tokens[self.at], self.at
        if token.kind == POWER:
            script = small_digits(token)
        elif token.value == "^":
            self.at += 1
            try:
                script = self._script()
            except NotReadError:
                return False
            finally:
                self.at = at
        else:
            return False
        if symbol.name == "e" and any(t.kind == OPERATOR for t in script):
            return False
        upper = with_upper(script)
        return upper is not None and not all(t.kind == NUMBER for t in script)

    def _partial(self, token: Token) -> Expr:
        """``\\partial L/\\partial w_1`` and ``\\partial_w L``."""
        if self.next_is(OPERATOR, "_"):
            self.take()
            inner = self._sub(self._script())
            if isinstance(inner, Symbol):
                loss = self.take().value if self.next_is(NAME) else "L"
                return derivative_symbol(
                    loss, inner.name, inner.index, Span(token.start, self.tokens[self.at - 1].end)
                )
        elif self.next_is(NAME):
            above = self.base()
            ahead = [token.value for token in self.tokens[self.at : self.at + 2]]
            if isinstance(above, Symbol) and ahead == ["/", "partial"]:
                self.at += 2
                variable = self.base()
                if isinstance(variable, Symbol):
                    span = Span(token.start, self.tokens[self.at - 1].end)
                    return derivative_symbol(above.name, variable.name, variable.index, span)
        raise NotReadError("a derivative is written in a way that is not understood", token.start)

    def _nabla(self, token: Token) -> Expr:
        twice = [each.value for each in self.tokens[self.at : self.at + 2]] == ["^", "2"]
        if twice or (self.next_is(POWER) and self.tokens[self.at].value == "2"):
            self.at += 2 if twice else 1
            loss = self.take().value if self.next_is(NAME) else "L"
            if self.next_is(OPEN, "("):
                self._group()
            return Symbol("hessian", (), (loss,), span=Span(token.start, self.tokens[self.at - 1].end))
        variable = "w"
        index: tuple[Index, ...] = ()
        if self.next_is(OPERATOR, "_"):
            self.take()
            script = self._script()
            inner = self._sub(script)
            if isinstance(inner, Symbol):
                variable, index = inner.name, inner.index
        following = self.tokens[self.at]
        loss = "L"
        if following.kind == NAME or (following.kind == COMMAND and following.value in ACCENTS):
            inner = self.base()
            if isinstance(inner, Symbol) and inner.name in ("w", "W", "theta", "b"):
                variable, index = inner.name, inner.index or index
            elif isinstance(inner, Symbol):
                loss = inner.name
            elif isinstance(inner, Apply):  # \nabla f(x^{(1)}), the place among the arguments
                loss = inner.function
            if self.next_is(OPEN, "("):
                self._group()
        return derivative_symbol(loss, variable, index, Span(token.start, self.tokens[self.at - 1].end))


# -- helpers


def _with_span(expr: Expr, span: Span) -> Expr:
    moved = object.__new__(type(expr))  # as dataclasses.replace does, in a fifth of the time
    moved.__dict__.update(expr.__dict__, span=span)
    return moved


def _reach(first: Expr, last: Expr) -> Span | None:
    """From the one to the other, where both have a place."""
    return None if first.span is None or last.span is None else first.span.cover(last.span)


def _at(expr: Expr, start: int, last: Expr) -> Expr:
    return _with_span(expr, Span(start, last.span.end if last.span else start))


def _to_span(expr: Expr, span: Span | None, script: Sequence[Token]) -> Expr:
    reach = span_to(span, script)
    return _with_span(expr, reach) if reach else expr


def _larger(function: str, arg: Expr) -> Expr:
    """``max(0, z)``: the rectifier; other uses are not understood."""
    if function == "max" and isinstance(arg, Vector) and len(arg.items) == 2:
        zeros = [item for item in arg.items if isinstance(item, Number) and item.value == 0]
        others = [item for item in arg.items if item not in zeros]
        if zeros:
            return Apply("relu", others[0] if others else zeros[0])
    raise NotReadError(f"{function} of these is not understood")


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


def _as_derivative(above: Sequence[Token], below: Sequence[Token], span: Span) -> Symbol | None:
    """``\\frac{\\partial L}{\\partial w_1}`` as one quantity."""
    changed, rest = _behind_d(above), _behind_d(below)
    if not changed or not rest:
        return None
    inner = Parser(rest).whole()
    loss = changed[0].value.partition("#")[0] if changed[0].kind == NAME else "L"
    if changed[0].kind == COMMAND and len(changed) <= MOST_ACCENTED:  # \hat{y}
        accented = Parser(changed).whole()
        loss = accented.name if isinstance(accented, Symbol) else loss
    if not isinstance(inner, Symbol):
        return None
    return derivative_symbol(
        loss, inner.name, inner.index + tuple(i for i in inner.upper if not inner.index), span
    )


def _behind_d(part: Sequence[Token]) -> list[Token]:
    r"""What a differential is of, as a name: ``\partial w_1``, ``dw5``, ``d\text{out h1}``, ``\text{douty1}``."""
    first, rest = (part[0], list(part[1:])) if part else (None, [])
    if first is None:
        return []
    if first.kind == NAME and first.value.partition("#")[0] in ("dw", "db"):
        rest = [Token(NAME, first.value[1:], first.start, first.end), *rest]
    elif first.kind == WORD and _is_differential(first.value):
        rest = [Token(WORD, first.value[1:].strip(), first.start, first.end), *rest]
    elif first.kind != NAME or first.value not in ("partial", "d", "delta"):
        return []
    if rest and rest[0].kind == WORD:
        rest[0] = Token(NAME, rest[0].value.replace(" ", "_"), rest[0].start, rest[0].end)
    if len(rest) == 2 and rest[1].kind == NUMBER and rest[1].value.isdigit() and rest[0].end == rest[1].start:
        rest = [Token(NAME, f"{rest[0].value}#{rest[1].value}", rest[0].start, rest[1].end)]  # dw5
    return rest


def _counting(body: Expr) -> str:
    """The letter over which a sum runs that names none: several of its names have it, or the only one."""
    letters = Counter(
        letter
        for symbol in body.symbols
        for letter in {*symbol.index, *symbol.upper}
        if isinstance(letter, str) and len(letter) == 1 and letter.isalpha()
    )
    several = [letter for letter, count in letters.items() if count > 1 or len(body.symbols) == 1]
    return several[0] if len(several) == 1 else "i"


def _as_second_derivative(above: Sequence[Token], below: Sequence[Token], span: Span) -> Apply | None:
    """``\\frac{\\partial^2 f}{\\partial x \\partial y}`` as ``f''`` by two variables."""
    if len(above) != 4 or above[0].value not in ("partial", "d") or above[3].kind not in (NAME, WORD):
        return None
    if above[1].value != "^" or above[2].value != "2" or not below:
        return None
    sign = above[0].value
    parts: list[list[Token]] = []
    for token in below:
        if token.kind == NAME and token.value == sign:
            parts.append([])
        elif token.kind == NAME and sign == "d" and token.value.startswith("d") and len(token.value) > 1:
            parts.append([Token(NAME, token.value[1:], token.start + 1, token.end)])  # dx
        elif parts:
            parts[-1].append(token)
        else:
            return None
    twice = len(parts) == 1 and [token.value for token in parts[0][-2:]] == ["^", "2"]
    parts = [parts[0][:-2]] * 2 if twice else parts
    if len(parts) != 2 or not all(parts):
        return None
    by = tuple(Parser(part).whole() for part in parts)
    if not all(isinstance(each, Symbol) for each in by):
        return None
    return Apply(above[3].value + "''", Vector(by), span=span)


def _is_differential(word: str) -> bool:
    """``douty1``, ``dout h1``, ``dnet``: a d in front of a name, and no word such as *data*."""
    name = word[1:].strip()
    numbered = name[-1:].isdigit() and name[:1].isalpha()
    return word.startswith("d") and (numbered or name in known_words())


def _operator_variable(above: Sequence[Token], below: Sequence[Token]) -> Symbol | None:
    r"""The variable of ``\frac{\partial}{\partial w}`` that stands alone, as an operator."""
    if len(above) != 1 or above[0].kind != NAME or above[0].value not in ("partial", "d"):
        return None
    rest = list(below)
    if len(rest) > 1 and rest[0].kind == NAME and rest[0].value in ("partial", "d"):
        rest = rest[1:]
    elif rest and rest[0].kind == NAME and rest[0].value.partition("#")[0] in ("dw", "db"):
        rest = [Token(NAME, rest[0].value[1:], rest[0].start, rest[0].end), *rest[1:]]
    else:
        return None
    inner = Parser(rest).whole()
    return inner if isinstance(inner, Symbol) else None


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
