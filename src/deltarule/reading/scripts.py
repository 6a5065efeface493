"""What stands below and above a name: indices, powers, and words such as *new*."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from deltarule.algebra.expr import (
    Expr,
    Index,
    Symbol,
)
from deltarule.reading.not_read import NotReadError
from deltarule.reading.token import (
    CLOSE,
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
from deltarule.reading.token_words import FUNCTIONS
from deltarule.spans import Span, span_of
from deltarule.written import Written

_INDEX_LETTERS = frozenset("ijkltnmpd")
MARKS = {
    "new": "new", "neu": "new", "nuevo": "new", "novo": "new", "nouveau": "new", "old": "old", "alt": "old", "prev": "old",
    "viejo": "old", "T": "transpose", "top": "transpose", "*": "star", "+": "new", "-": "old", "'": "new", "prime": "new",
    "neue": "new", "baru": "new", "lama": "old", "anterior": "old", "pred": "hat", "hat": "hat", "current": "old", "updated": "new", "next": "new", "нов": "new", "ст": "old", "새로운": "new", "新": "new", "旧": "old", "nueva": "new", "nova": "new", "nuovo": "new", "nouvelle": "new", "nowa": "new", "yeni": "new",
    "vieja": "old", "velho": "old", "velha": "old", "antigo": "old", "antiga": "old", "ancien": "old", "ancienne": "old", "nuova": "new", "vecchio": "old", "vecchia": "old",
    "nowy": "new", "nowe": "new", "stary": "old", "stara": "old", "stare": "old", "eski": "old", "nieuw": "new", "oud": "old", "gammal": "old", "gamla": "old",
    "nový": "new", "nová": "new", "nové": "new", "starý": "old", "stará": "old", "staré": "old", "mới": "new", "cũ": "old", "nou": "new", "vechi": "old",
    "новый": "new", "новая": "new", "новое": "new", "новые": "new", "старый": "old", "старая": "old", "старое": "old", "старые": "old", "стар": "old", "기존": "old",
    "nieuwe": "new", "uusi": "new", "oude": "old", "vanha": "old",
}  # fmt: skip


def span_to(span: Span | None, script: Sequence[Token]) -> Span | None:
    """A place that reaches to the end of a script."""
    return span.cover(span_of((script[0].start, script[-1].end))) if span and script else span


def digit_of(text: str) -> Written:
    """A digit as it is written."""
    return Written(text, Fraction(int(text)), 0)


def index_of(text: str) -> Index:
    """An index: a number if it is one, else a letter."""
    return int(text) if text.isdigit() else text


def small_digits(token: Token) -> list[Token]:
    """The characters of a sub- or superscript run as tokens of their own."""
    found: list[Token] = []
    at = token.start
    for char in token.value:
        if char.isdigit() and found and found[-1].kind == NUMBER:
            last = found.pop()
            digits = last.value + char
            found.append(Token(NUMBER, digits, last.start, at + 1, digit_of(digits)))
        elif char.isdigit():
            found.append(Token(NUMBER, char, at, at + 1, digit_of(char)))
        elif char in "()":
            found.append(Token(OPEN if char == "(" else CLOSE, char, at, at + 1))
        elif char.isalpha():
            found.append(Token(NAME, char, at, at + 1))
        else:
            found.append(Token(OPERATOR, char, at, at + 1))
        at += 1
    return found


def with_upper(script: Sequence[Token]) -> tuple[tuple[str, ...], tuple[Index, ...]] | None:
    """Marks and indices of a superscript that is no power, or None if it is one."""
    inner = [token for token in script if token.kind not in (OPEN, CLOSE)]
    bracketed = len(inner) < len(script)
    marks: list[str] = []
    indices: list[Index] = []
    text = "".join(token.value for token in inner)
    if text in MARKS:
        return (MARKS[text],), ()
    for at, token in enumerate(inner):
        if token.kind in (NAME, WORD) and token.value in MARKS:
            marks.append(MARKS[token.value])
        elif token.kind == WORD or (
            token.kind == NAME and (len(token.value) > 1 or token.value not in _INDEX_LETTERS)
        ):
            return None if token.kind == NAME else ((*marks, token.value), tuple(indices))
        elif token.kind == NAME:
            indices.append(token.value)
        elif token.kind == NUMBER and token.value.isdigit():
            indices.append(int(token.value))
        elif token.kind == SEPARATOR:
            continue
        elif token.kind == OPERATOR and token.value in "+-*" and at == len(inner) - 1 and at:
            marks.append(MARKS[token.value])  # w^{(2)+}, w^{2+}
            bracketed = True
        elif token.kind == OPERATOR and token.value in "+-*":
            if indices and isinstance(indices[-1], str):
                indices[-1] += token.value
            else:
                return None
        else:
            return None
    if not bracketed and indices and all(isinstance(index, int) for index in indices) and not marks:
        return (), tuple(indices)
    return tuple(marks), joined_signs(indices)


def joined_signs(indices: Sequence[Index]) -> tuple[Index, ...]:
    """``t+`` and ``1`` as one index ``t+1``."""
    done: list[Index] = []
    for index in indices:
        if done and isinstance(done[-1], str) and done[-1][-1:] in "+-":
            done[-1] += str(index)
        else:
            done.append(index)
    return tuple(done)


_KINDS_OF_Y = {
    "pred": "y_pred", "predicted": "y_pred", "out": "y_out", "true": "y_true", "actual": "y_true", "target": "y_true",
    "desired": "y_true",
}  # fmt: skip


_PARTING = ((SEPARATOR, ","), (SEPARATOR, " "), (SEPARATOR, ";"))


def spelled_word(script: Sequence[Token]) -> Sequence[Token]:
    """``w_{new}`` without a command for text: letters that spell a word that marks a name are that word."""
    if len(script) < 3:
        return script
    counted = [at for at, token in enumerate(script) if token.kind == NUMBER]
    if len(counted) == 1 and counted[0] < 2 and len(script) > 3:  # {1,new}, {1(new)}
        return [script[counted[0]], *spelled_word(script[counted[0] + 1 :])]
    inner = [
        token
        for token in script
        if token.kind not in (OPEN, CLOSE) and (token.kind, token.value) not in _PARTING
    ]
    if len(inner) < 3 or not all(token.kind == NAME and len(token.value) == 1 for token in inner):
        return script
    word = "".join(token.value for token in inner)
    glued = all(before.end == token.start for before, token in pairwise(inner))
    return (
        [Token(WORD, word, inner[0].start, inner[-1].end)]
        if glued and (word in MARKS or word in _KINDS_OF_Y)
        else script
    )


def with_lower(symbol: Symbol, script: Sequence[Token]) -> Symbol:
    """A symbol with a subscript: indices, or a word such as *new*."""
    marks: list[str] = []
    indices: list[Index] = []
    minus = False
    moved = ""
    for token in spelled_word(script):
        name, _, digits = token.value.partition("#")
        if symbol.name == "y" and not symbol.index and not indices and name == "in":
            symbol = replace(symbol, name="y_in")  # the net input of a neuron whose output is y
        elif symbol.name == "y" and not symbol.index and not indices and name.lower() in _KINDS_OF_Y:
            symbol = replace(symbol, name=_KINDS_OF_Y[name.lower()])
        elif moved == "→" and token.kind in (NUMBER, NAME):
            indices[-1] = f"{indices[-1]}→{token.value}"  # w_{1 → 2}, from one neuron to the next
            moved = ""
        elif token.kind == POWER and token.value.removeprefix("mark:") in MARKS:
            marks.append(MARKS[token.value.removeprefix("mark:")])  # w_{1(new)}
        elif token.kind == NUMBER and token.value.isdigit() and moved and isinstance(indices[-1], int):
            indices[-1] += int(token.value) if moved == "+" else -int(token.value)  # v_{2-1}
            moved = ""
        elif token.kind == NUMBER and token.value.isdigit():
            indices.append(-int(token.value) if minus else int(token.value))
        elif token.kind in (NAME, WORD):
            word = "".join(name.split()).lower()
            if word in MARKS:
                marks.append(MARKS[word])
            elif len(name) == 1:
                indices.append(name)
            elif len(name) == 2 and set(name) <= _INDEX_LETTERS:
                indices += name
            else:
                marks.append(name)
            if digits:
                indices.append(int(digits))
        elif token.kind == OPERATOR and token.value in "+-" and indices and isinstance(indices[-1], str):
            indices[-1] += token.value
        elif token.kind == OPERATOR and token.value in "+-" and indices and not moved:
            moved = token.value
        elif token.kind in (OPEN, CLOSE) or (token.kind == SEPARATOR and token.value in (",", " ", ";")):
            continue
        elif token.kind in (RELATION, SEPARATOR) and token.value == "→" and indices:
            moved = token.value
        elif token.kind == OPERATOR and token.value == "_":
            continue  # an index with an index of its own, gradient_{w_1}
        elif token.kind == OPERATOR and token.value == "-" and len(script) == 2 and not indices:
            minus = True  # v_{-1}
        else:
            raise NotReadError(f"the index of {symbol.name} is not understood", token.start)
    if moved:
        raise NotReadError(f"the index of {symbol.name} is not understood", script[-1].start)
    return Symbol(
        symbol.name,
        symbol.index + joined_signs(indices),
        symbol.marks + tuple(marks),
        symbol.upper,
        span=span_to(symbol.span, script),
    )


def with_mark(expr: Expr, mark: str) -> Symbol:
    """A symbol that a prime or a word sets apart."""
    if not isinstance(expr, Symbol):
        raise NotReadError("a prime behind something that is no name")
    return Symbol(expr.name, expr.index, (*expr.marks, mark), expr.upper, span=expr.span)


def derivative_symbol(loss: str, variable: str, index: tuple[Index, ...], span: Span) -> Symbol:
    """The slope of a loss by one of its variables, as one quantity."""
    weight = variable in ("w", "W", "theta", "θ", "omega", "ω", "weight")
    name = "dL/db" if variable in ("b", "B", "bias") else "dL/dw" if weight else f"dL/d{variable}"
    if name == "dL/dw" and index == (0,):
        name, index = "dL/db", ()
    return Symbol(name, index, (loss,), span=span)


def derived_name(tokens: Sequence[Token], at: int, variable: Symbol) -> int | None:
    r"""Where a name ends that is all that stands behind an operator: the ``J(0, 0)`` of ``\frac{\partial}{\partial w} J(0, 0)``.

    None where something is worked out there, or the name is that of the variable, or of a function that is known.
    """
    name = tokens[at]
    if name.kind != NAME or name.value == variable.name or name.value in FUNCTIONS:
        return None
    end, depth = at + 1, 0
    if tokens[end].kind == OPEN and tokens[end].value == "(":
        for end in range(at + 1, len(tokens)):
            depth += (tokens[end].kind == OPEN) - (tokens[end].kind == CLOSE)
            if depth == 0:
                break
        end += 1
    return end if end == len(tokens) - 1 and depth == 0 else None  # the last token only says that they end
