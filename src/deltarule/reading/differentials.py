"""Slopes as they are written: ``\\frac{\\partial L}{\\partial w}``, ``\\partial L/\\partial w``, ``\\nabla f``."""

from collections.abc import Sequence

from deltarule.algebra.expr import Apply, Expr, Index, Symbol, Vector
from deltarule.reading.not_read import NotReadError
from deltarule.reading.scripts import derivative_symbol
from deltarule.reading.token import CLOSE, COMMAND, NAME, NUMBER, OPEN, OPERATOR, POWER, WORD, Token
from deltarule.reading.token_stream import END, TokenStream
from deltarule.reading.token_words import ACCENTS, known_words
from deltarule.spans import Span

MOST_ACCENTED = 4  # tokens of a name under an accent


def partial(stream: TokenStream, token: Token) -> Expr:
    """``\\partial L/\\partial w_1`` and ``\\partial_w L``."""
    if stream.next_is(OPERATOR, "_"):
        stream.take()
        inner = stream.sub(stream.script())
        if isinstance(inner, Symbol):
            loss = stream.take().value if stream.next_is(NAME) else "L"
            return derivative_symbol(
                loss, inner.name, inner.index, Span(token.start, stream.tokens[stream.at - 1].end)
            )
    elif stream.next_is(NAME):
        above = stream.base()
        ahead = [token.value for token in stream.tokens[stream.at : stream.at + 2]]
        if isinstance(above, Symbol) and ahead == ["/", "partial"]:
            stream.at += 2
            variable = stream.base()
            if isinstance(variable, Symbol):
                span = Span(token.start, stream.tokens[stream.at - 1].end)
                return derivative_symbol(above.name, variable.name, variable.index, span)
        if isinstance(above, Symbol) and stream.tokens[stream.at].kind is END:  # \\partial w = 2(-7)
            return derivative_symbol(
                "L", above.name, above.index, Span(token.start, stream.tokens[stream.at - 1].end)
            )
    raise NotReadError("a derivative is written in a way that is not understood", token.start)


def nabla(stream: TokenStream, token: Token) -> Expr:
    r"""``\nabla_w L``, ``\nabla f(x)``, and ``\nabla^2 f``."""
    twice = [each.value for each in stream.tokens[stream.at : stream.at + 2]] == ["^", "2"]
    if twice or (stream.next_is(POWER) and stream.tokens[stream.at].value == "2"):
        stream.at += 2 if twice else 1
        loss = stream.take().value if stream.next_is(NAME) else "L"
        if stream.next_is(OPEN, "("):
            stream.group()
        return Symbol("hessian", (), (loss,), span=Span(token.start, stream.tokens[stream.at - 1].end))
    variable = "w"
    index: tuple[Index, ...] = ()
    if stream.next_is(OPERATOR, "_"):
        stream.take()
        script = stream.script()
        inner = stream.sub(script)
        if isinstance(inner, Symbol):
            variable, index = inner.name, inner.index
    following = stream.tokens[stream.at]
    loss = "L"
    if following.kind == NAME or (following.kind == COMMAND and following.value in ACCENTS):
        inner = stream.base()
        if isinstance(inner, Symbol) and inner.name in ("w", "W", "theta", "b"):
            variable, index = inner.name, inner.index or index
        elif isinstance(inner, Symbol):
            loss = inner.name
        elif isinstance(inner, Apply):  # \nabla f(x^{(1)}), the place among the arguments
            loss = inner.function
        if stream.next_is(OPEN, "("):
            stream.group()
    return derivative_symbol(loss, variable, index, Span(token.start, stream.tokens[stream.at - 1].end))


def as_derivative(
    stream: TokenStream, above: Sequence[Token], below: Sequence[Token], span: Span
) -> Symbol | None:
    """``\\frac{\\partial L}{\\partial w_1}`` as one quantity."""
    changed, rest = _behind_d(above), _behind_d(below)
    if not changed or not rest:
        return None
    inner = stream.anew(rest)
    loss = changed[0].value.partition("#")[0] if changed[0].kind == NAME else "L"
    if changed[0].kind == COMMAND and len(changed) <= MOST_ACCENTED:  # \hat{y}
        accented = stream.anew(changed)
        loss = accented.name if isinstance(accented, Symbol) else loss
    if not isinstance(inner, Symbol):
        return None
    return derivative_symbol(
        loss, inner.name, inner.index + tuple(i for i in inner.upper if not inner.index), span
    )


def _behind_d(part: Sequence[Token]) -> list[Token]:
    r"""What a differential is of, as a name: ``\partial w_1``, ``dw5``, ``d\text{out h1}``, ``\text{douty1}``."""
    first, rest = (part[0], _unbraced(part[1:])) if part else (None, [])
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


def _unbraced(part: Sequence[Token]) -> list[Token]:
    r"""What stands in one pair of braces, ``\partial{w_1}``, without it; in ``\partial{}`` that is nothing."""
    last = len(part) - 1
    if last < 1 or part[0].kind != OPEN or part[0].value != "{" or part[last].kind != CLOSE:
        return list(part)
    depth = 0
    for at, token in enumerate(part):
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if depth == 0 and at < last:
            return list(part)
    return list(part[1:last])


def as_second_derivative(
    stream: TokenStream, above: Sequence[Token], below: Sequence[Token], span: Span
) -> Apply | None:
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
    by = tuple(stream.anew(part) for part in parts)
    if not all(isinstance(each, Symbol) for each in by):
        return None
    return Apply(above[3].value + "''", Vector(by), span=span)


def _is_differential(word: str) -> bool:
    """``douty1``, ``dout h1``, ``dnet``: a d in front of a name, and no word such as *data*."""
    name = word[1:].strip()
    numbered = name[-1:].isdigit() and name[:1].isalpha()
    return word.startswith("d") and (numbered or name in known_words())


def operator_variable(stream: TokenStream, above: Sequence[Token], below: Sequence[Token]) -> Symbol | None:
    r"""The variable of ``\frac{\partial}{\partial w}`` that stands alone, as an operator."""
    if len(above) not in (1, 3) or above[0].kind != NAME or above[0].value not in ("partial", "d"):
        return None
    rest = list(below)
    if _unbraced(above[1:]):
        return None
    if len(rest) > 1 and rest[0].kind == NAME and rest[0].value in ("partial", "d"):
        rest = _unbraced(rest[1:])
    elif rest and rest[0].kind == NAME and rest[0].value.partition("#")[0] in ("dw", "db"):
        rest = [Token(NAME, rest[0].value[1:], rest[0].start, rest[0].end), *rest[1:]]
    else:
        return None
    inner = stream.anew(rest)
    return inner if isinstance(inner, Symbol) else None
