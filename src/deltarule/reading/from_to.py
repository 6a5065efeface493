"""A quantity that changes in prose: ``w1 goes from 0.2 to 0.218``, ``la perte passe de 0,3 à 0,2``, ``loss: 0.308 → 0.303``."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from deltarule.algebra.expr import Expr, Symbol
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.token import (
    COMMAND,
    DERIVATIVE,
    INDEX,
    NAME,
    NUMBER,
    OPERATOR,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)

MAX_APART = 8  # tokens between the two numbers, or between them and the name
_FROM = frozenset(
    {"from", "von", "de", "da", "di", "del", "dari", "от", "с", "со", "z", "ze", "od", "från", "van", "từ"}
)  # fmt: skip
_TO = frozenset({"to", "auf", "zu", "à", "a", "para", "até", "hasta", "ke", "menjadi", "до", "на", "do", "na", "till", "naar", "xuống", "lên", "đến"})  # fmt: skip
_LEADING = frozenset({"→", "a"})  # what leads from one number to the other, if no word does
_FROM_SIGNS = ("从", "由", "從", "から", "에서")
_TO_SIGNS = ("到", "至", "为", "為", "まで", "に", "へ", "로")
_FUNCTIONS = frozenset({"function", "función", "funktion", "fonction", "função", "funzione", "функция", "функции", "fungsi", "函数", "목적함수", "hàm"})  # fmt: skip
_TOLD = frozenset({Role.WEIGHT, Role.BIAS, Role.LOSS, Role.ERROR, Role.OUTPUT, Role.PREDICTION, Role.NET_INPUT, Role.GRADIENT, Role.BIAS_GRADIENT})  # fmt: skip


def changes(found: Sequence[Token]) -> Iterator[tuple[Expr, Token, Token]]:
    """What changes, and its two numbers; nothing where no name of a quantity stands in front."""
    if not any([token.kind == WORD or token.value in _LEADING for token in found]):
        return
    numbers = [at for at, token in enumerate(found) if token.kind == NUMBER and token.written is not None]
    for first, second in pairwise(numbers):
        apart = second - first
        if apart > MAX_APART or apart < 2 or (apart == 2 and found[first + 1].kind == OPERATOR):
            continue  # two factors or two terms, as most are
        if not _leads_on(found, first, second):
            continue
        subject = _subject(found, first)
        if subject is not None:
            yield subject, found[first], found[second]


def _leads_on(found: Sequence[Token], first: int, second: int) -> bool:
    """Whether the words around two numbers say that one becomes the other."""
    between = [token for token in found[first + 1 : second] if not _is_nothing(token)]
    if between and between[-1].kind == OPERATOR and between[-1].value in "+-":
        between.pop()
    if between and between[-1].value == "a":  # de 0.3 a 0.2
        between[-1] = Token(WORD, "a", between[-1].start, between[-1].end)
    if not between or any(token.kind not in (WORD, RELATION, OPERATOR) for token in between):
        return False
    if any(token.kind in (RELATION, OPERATOR) for token in between):
        return len(between) == 1 and between[0].value == "→"
    words = [token.value.lower() for token in between]
    before = next(
        (token for token in reversed(found[:first]) if not _is_nothing(token) and token.value not in "+-"),
        None,
    )
    if before is None or before.kind not in (WORD, NAME):
        return False
    opening = before.value.lower()
    return (opening in _FROM and words[-1] in _TO) or (
        any(sign in opening for sign in _FROM_SIGNS)
        and any(sign in word for word in words for sign in _TO_SIGNS)
    )


def _is_nothing(token: Token) -> bool:
    """Whether a token only shows where mathematics or bold type begins."""
    return (token.kind == SEPARATOR and token.value in ("$", " ", "`")) or (
        token.kind == COMMAND and not token.value
    )


def _subject(found: Sequence[Token], first: int) -> Expr | None:
    """The quantity named last in front of a number, in its clause."""
    at = first - 1
    while at >= 0 and first - at <= MAX_APART:
        token = found[at]
        if token.kind == NUMBER or (token.kind == SEPARATOR and token.value in ".;"):
            return None
        if token.kind == WORD and token.value.lower() in _FUNCTIONS:
            return Symbol("f", span=token.span)
        if token.kind == NAME and any(sign in token.value for sign in _FROM_SIGNS):
            at -= 1
            continue
        if token.kind in (NAME, DERIVATIVE, INDEX, POWER):
            return _named(found, at)
        at -= 1
    return None


def _named(found: Sequence[Token], at: int) -> Expr | None:
    """The name that ends here, with its index."""
    start = at
    while start and found[start].kind in (INDEX, POWER) and found[start - 1].end == found[start].start:
        start -= 1
    try:
        subject = parse(list(found[start : at + 1]))[0]
    except (NotReadError, InputError):
        return None
    if not isinstance(subject, Symbol):
        return None
    known = subject.name.startswith("dL/d") or bool(_TOLD & set(roles_of(subject.name)[:1]))
    return subject if known or (len(subject.name) == 1 and subject.name not in "yaeo") else None
