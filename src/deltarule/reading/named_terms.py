"""Names in mathematics: with their indices, marks and arguments, as functions, and as slopes."""

from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Index, Number, Power, Product, Quotient, Symbol, Vector
from deltarule.reading.aggregates import written_out
from deltarule.reading.differentials import nabla, partial
from deltarule.reading.not_read import NotReadError
from deltarule.reading.placed import from_start, reach, with_span
from deltarule.reading.scripts import (
    MARKS,
    index_of,
    small_digits,
    span_to,
    with_lower,
    with_mark,
    with_upper,
)
from deltarule.reading.token import CLOSE, INDEX, NAME, NUMBER, OPEN, OPERATOR, POWER, RELATION, Token
from deltarule.reading.token_stream import TokenStream
from deltarule.reading.token_words import CIRCULAR, FUNCTIONS
from deltarule.spans import Span

_ALONE = 2  # tokens, with the one behind the last
APPLIED = frozenset(
    {"det", "G", "f", "F", "g", "h", "sigma", "phi", "psi", "Phi", "act", "activation"}
) | set(FUNCTIONS)
_SCRIPTS = frozenset({INDEX, OPEN, OPERATOR, POWER})  # what may say more of the name in front of it
_PROBABILITIES = frozenset({"P", "p", "Pr"})


class NamedTerms(TokenStream):
    """Parses what begins with a name."""

    def name(self, token: Token) -> Expr:
        """A name with all that belongs to it: what it is applied to, its indices and marks."""
        if token.value == "nabla":
            return nabla(self, token)
        if token.value == "partial":
            return partial(self, token)
        if token.value.startswith("fn:"):
            function = FUNCTIONS.get(token.value[3:], token.value[3:])
            power = self._function_power() if function in CIRCULAR else None
            bare = function in CIRCULAR and not self.next_is(OPEN, "(", "[", "{")
            arg = self.factor() if bare else self.bracket()
            made = written_out(function, arg) or Apply(function, arg)
            applied = from_start(made, token.start, arg)
            return applied if power is None else from_start(Power(applied, power), token.start, arg)
        name, _, digits = token.value.partition("#")
        index = (index_of(digits),) if digits.isdigit() else tuple(digits)
        symbol = Symbol(name, index, span=token.span)
        symbol = self.indexed(symbol)
        if symbol.name in _PROBABILITIES and self._states_event():
            self.group()  # P(y = 1 | x)
            return Symbol("p", symbol.index, symbol.marks, symbol.upper, span=symbol.span)
        power = self._function_power() if symbol.name in FUNCTIONS else None
        if power is not None:  # tanh^2(0.9) is the square of tanh(0.9)
            value = self._applied(symbol, token)
            return with_span(Power(value, power), reach(symbol, value) or token.span)
        return self._applied(symbol, token)

    def _function_power(self) -> Number | None:
        """The whole number that stands above the name of a function, taken off the tokens."""
        at, token = self.at, self.tokens[self.at]
        if token.kind == POWER:
            script = small_digits(self.take())
        elif token.kind == OPERATOR and token.value == "^":
            self.take()
            script = self.script()
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
                return self._logarithm(symbol, Apply(function, arg, span=reach(symbol, arg)))
            if len(self.tokens) <= _ALONE and token is self.tokens[0]:
                return symbol  # step = 1000
            raise NotReadError(f"{symbol.name} is a function without an argument", token.start)
        if applied:
            arg = self.bracket()
            function = FUNCTIONS.get(symbol.name, symbol.name) + "'" * symbol.marks.count("new")
            span = reach(symbol, arg)
            if function in ("max", "min"):
                larger = _larger(function, arg)
                return with_span(larger, span) if span else larger
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
            return with_span(
                Quotient(natural, Apply("ln", Number(Fraction(symbol.index[0])))), natural.span or Span(0, 0)
            )
        self.choices.add("log")
        if "log" in self.turned:
            return with_span(Quotient(natural, Apply("ln", Number(Fraction(10)))), natural.span or Span(0, 0))
        return natural

    def indexed(self, symbol: Symbol) -> Symbol:
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
                script = self.group()
                letters = "".join(inner.value for inner in script)
                upper: Index = int(letters) if letters.lstrip("-").isdigit() else letters
                span = Span(symbol.span.start, self.tokens[self.at - 1].end)
                symbol = replace(symbol, upper=(*symbol.upper, upper), span=span)
            elif token.kind == OPERATOR and token.value == "_":
                self.take()
                symbol = with_lower(symbol, self.script())
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
                script = small_digits(token) if token.kind == POWER else self.script()
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
                script = self.script()
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


def _larger(function: str, arg: Expr) -> Expr:
    """``max(0, z)``: the rectifier; other uses are not understood."""
    if function == "max" and isinstance(arg, Vector) and len(arg.items) == 2:
        zeros = [item for item in arg.items if isinstance(item, Number) and item.value == 0]
        others = [item for item in arg.items if item not in zeros]
        if zeros:
            return Apply("relu", others[0] if others else zeros[0])
    raise NotReadError(f"{function} of these is not understood")
