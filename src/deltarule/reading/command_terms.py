"""Commands of mathematics: fractions, roots, sums, accents, matrices and cases."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice

from deltarule.algebra.derive import derive
from deltarule.algebra.expr import (
    Apply,
    Branch,
    Comparison,
    Expr,
    Number,
    Piecewise,
    Product,
    Quotient,
    SumOver,
    Symbol,
    Vector,
)
from deltarule.algebra.simplify import simplified
from deltarule.errors import DeltaruleError, UsageError
from deltarule.reading.differentials import as_derivative, as_second_derivative, operator_variable
from deltarule.reading.named_terms import NamedTerms
from deltarule.reading.not_read import NotReadError
from deltarule.reading.placed import from_start, with_span
from deltarule.reading.scripts import derivative_symbol, derived_name, digit_of, small_digits
from deltarule.reading.token import COMMAND, INDEX, NAME, NUMBER, OPEN, OPERATOR, POWER, RELATION, WORD, Token
from deltarule.reading.token_runs import split_at_any, split_outside
from deltarule.reading.token_stream import END
from deltarule.reading.token_words import ACCENTS
from deltarule.reading.tokens import DESTROYED
from deltarule.spans import Span
from deltarule.written import parse_number

MAX_DERIVED = 200  # nodes of a formula whose slope is worked out
ROW_ENVIRONMENTS = {"matrix", "pmatrix", "bmatrix", "vmatrix", "Bmatrix", "smallmatrix", "array"}


class CommandTerms(NamedTerms):
    """Parses what begins with a command."""

    def command(self, token: Token) -> Expr:
        """What a command stands for, with its arguments."""
        name = token.value
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return self._fraction(token)
        if name == "sqrt":
            arg = self.sub(self.script()) if not self.next_is(OPEN, "(") else self.bracket()
            return from_start(Apply("sqrt", arg), token.start, arg)
        if name == "sum":
            return self._sum_over(token)
        if name in ACCENTS:
            return self._accented(token)
        if name in ("underbrace", "overbrace"):
            inside = self.sub(self.script())
            if self.next_is(OPERATOR, "_" if name == "underbrace" else "^"):
                self.take()
                self.script()
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

    def slope(self, above: Sequence[Token], below: Sequence[Token]) -> Expr | None:
        """What one differential over another is; None for other fractions."""
        if not above or not below:
            return None
        span = Span(above[0].start, below[-1].end)
        return as_second_derivative(self, above, below, span) or as_derivative(self, above, below, span)

    def _fraction(self, token: Token) -> Expr:
        above = self._frac_part()
        below = self._frac_part()
        span = Span(token.start, self.tokens[self.at - 1].end)
        derivative = as_second_derivative(self, above, below, span) or as_derivative(self, above, below, span)
        if derivative is not None:
            return derivative
        variable = operator_variable(self, above, below)
        if variable is not None and self.tokens[self.at].kind is not END:
            name, end = self.tokens[self.at].value, derived_name(self.tokens, self.at, variable)
            if end is None:
                return self.derived(variable, span)
            self.at = end
            span = Span(span.start, self.tokens[end - 1].end)
            return derivative_symbol(name.partition("#")[0], variable.name, variable.index, span)
        return Quotient(self.sub(above), self.sub(below), span=span)

    def derived(self, variable: Symbol, span: Span) -> Expr:
        r"""``\frac{d}{dw} (w^2 - 4w)``: the slope of what stands behind the operator."""
        body = self.product()
        try:
            if len(list(islice(body.walk(), MAX_DERIVED + 1))) > MAX_DERIVED:
                raise UsageError("too long to derive")
            if body.symbols and all(symbol.name != variable.name for symbol in body.symbols):
                raise UsageError("it names a function of the variable")
            return with_span(simplified(derive(body, variable)), span.cover(body.span or span))
        except DeltaruleError:  # of a function that is only named
            return Product((Symbol(f"d/d{variable.name}", variable.index, span=span), body), span=span)

    def _frac_part(self) -> list[Token]:
        """An argument of ``\\frac``; ``\\frac12`` takes one digit each."""
        if self.next_is(OPEN, "{"):
            return self.group()
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
            script = self.script() if mark.kind == OPERATOR else small_digits(mark)
            if mark.value == "_" or mark.kind == INDEX:
                letters = [t.value for t in script if t.kind == NAME and len(t.value) == 1]
                index = letters[0] if letters else index
        body = self.term()
        return from_start(SumOver(index or _counting(body), body), token.start, body)

    def _accented(self, token: Token) -> Expr:
        mark = ACCENTS[token.value]
        inside = self.sub(self.script())
        if isinstance(inside, Symbol) and mark:
            inside = Symbol(
                f"{mark}:{inside.name}", inside.index, inside.marks, inside.upper, span=inside.span
            )
        elif mark:
            raise NotReadError(f"\\{token.value} over something that is not a name", token.start)
        return self.indexed(inside) if isinstance(inside, Symbol) else inside

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
        if name not in ROW_ENVIRONMENTS:
            raise NotReadError(f"the environment {name} is not understood here", token.start)
        cells = [tuple(self.sub(cell) for cell in split_outside(row, "&") if cell) for row in rows]
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
            value = self.sub([t for t in value_tokens if t.kind != WORD])
            relations = [k for k, t in enumerate(condition) if t.kind == RELATION]
            if len(relations) == 1:
                at = relations[0]
                left, right = self.sub(condition[:at]), self.sub(condition[at + 1 :])
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
