"""The tokens of one side of a relation, taken one after the other: what comes next, groups in brackets, what stands above and below."""

from collections.abc import Sequence

from deltarule.algebra.expr import Expr, Quotient
from deltarule.reading.not_read import NotReadError
from deltarule.reading.token import CLOSE, NUMBER, OPEN, OPERATOR, Token
from deltarule.reading.token_runs import first_outside

END = "end"
_BEHIND_LAST = Token(END, "", 0, 0)  # stands behind the last token, so that looking ahead never runs out
_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}


class TokenStream:
    """The tokens that are parsed, how far that has come, and which ambiguities were met.

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

    def take(self) -> Token:
        """The next token, taken."""
        token = self.tokens[self.at]
        if token.kind is END:
            raise NotReadError("it ends in the middle of an expression")
        self.at += 1
        return token

    def next_is(self, kind: str, *values: str) -> bool:
        """Whether the next token is of a kind, and has one of the values if any are given."""
        token = self.tokens[self.at]
        return token.kind == kind and (not values or token.value in values)

    def script(self) -> list[Token]:
        """What stands below or above: a braced group, or one token (with its sign)."""
        if self.next_is(OPEN, "{"):
            return self.group()
        if self.next_is(OPEN, "("):
            return [self.tokens[self.at], *self.group(keep=True)]
        script = [self.take()]
        if script[0].kind == OPERATOR and script[0].value in "+-" and self.next_is(NUMBER):
            script.append(self.take())
        return script

    def group(self, keep: bool = False) -> list[Token]:
        """Tokens up to the bracket that closes the one here; with `keep`, that bracket too."""
        opening = self.take()
        depth = 1
        tokens = self.tokens
        start = at = self.at
        while True:
            token = tokens[at]
            if token.kind is END:
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

    def sub(self, tokens: Sequence[Token]) -> Expr:
        """Tokens that stand within others, parsed as these are."""
        over = first_outside(tokens, "over")
        if over is not None:  # {1 \over 2}
            above, below = tokens[:over], tokens[over + 1 :]
            return self.slope(above, below) or Quotient(self.sub(above), self.sub(below))
        inner = type(self)(tokens, self.turned)
        inner.depth = self.depth
        expr = inner.whole()
        self.choices |= inner.choices
        return expr

    def anew(self, tokens: Sequence[Token]) -> Expr:
        """Tokens parsed for themselves, in the usual reading."""
        return type(self)(tokens).whole()

    # -- what the grammar gives: a stream alone has none

    def slope(self, above: Sequence[Token], below: Sequence[Token]) -> Expr | None:
        """What one differential over another is, ``{\\partial L \\over \\partial w}``; None for other fractions."""
        raise NotImplementedError

    def whole(self) -> Expr:
        """Parse everything there is."""
        raise NotImplementedError

    def term(self) -> Expr:
        """Factors multiplied or divided, with signs in front."""
        raise NotImplementedError

    def product(self) -> Expr:
        """Factors multiplied or divided."""
        raise NotImplementedError

    def factor(self) -> Expr:
        """Something with powers, percent or factorial behind it."""
        raise NotImplementedError

    def base(self) -> Expr:
        """A number, a name, a bracket, a fraction, a root, a sum."""
        raise NotImplementedError

    def bracket(self) -> Expr:
        """What stands in the bracket that comes next."""
        raise NotImplementedError
