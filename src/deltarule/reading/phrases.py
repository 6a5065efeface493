"""Words that name a quantity in a formula: ``\\frac{\\alpha_0}{1 + \\text{decay rate} \\times \\text{epoch num}}``.

Words between commands for text only label, unless they stand where a factor, a term or an exponent stands.
"""

import re
from collections.abc import Sequence

from deltarule.reading.scripts import MARKS
from deltarule.reading.token import CLOSE, NAME, OPEN, OPERATOR, POWER, RELATION, WORD, Token
from deltarule.reading.token_words import known_words

MAX_PHRASE = 40  # characters of a name
_PHRASE = re.compile(r"[A-Za-z]+(?:[ _-]{1,3}[A-Za-z]+){0,3}\.?")
_IN_FORMULA = re.compile(
    r"\\(?:text|mathrm|textit|textbf|operatorname|mbox)\{\s{0,3}([A-Za-z]+(?:[ _-]{1,3}[A-Za-z]+){1,3})\s{0,3}\}"
)
_AGES = ("new", "old")


def phrases_of(text: str) -> frozenset[str]:
    """Names of several words that the formulas of a document hold."""
    if "\\" not in text:
        return frozenset()
    return frozenset(_named(match[1]) for match in _IN_FORMULA.finditer(text))


def _named(words: str) -> str:
    return "_".join(words.lower().replace("-", " ").replace("_", " ").rstrip(".").split())


def as_names(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with a name for each text that is an operand of a formula."""
    done: list[Token] = []
    for at, token in enumerate(tokens):
        commanded = token.kind == WORD and token.end - token.start > len(token.value) + 2
        fits = commanded and len(token.value) <= MAX_PHRASE and _PHRASE.fullmatch(token.value)
        if not fits or not _is_operand(tokens, at):
            done.append(token)
            continue
        first, _, rest = _named(token.value).partition("_")
        age = MARKS.get(first)
        if age in _AGES and rest in known_words():  # the old weight
            middle = token.start + 1
            done.append(Token(NAME, rest, token.start, middle))
            done.append(Token(POWER, f"mark:{age}", middle, token.end))
        else:
            done.append(Token(NAME, _named(token.value), token.start, token.end))
    return done


def _is_operand(tokens: Sequence[Token], at: int) -> bool:
    """Whether a text stands beside a sign of arithmetic, or alone in a group."""
    before = tokens[at - 1] if at else None
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    signs = [
        each
        for each in (before, behind)
        if each is not None and each.kind == OPERATOR and each.value in "+-*/^"
    ]
    alone = before is not None and behind is not None and before.value == "{" and behind.value == "}"
    if not signs and not alone:
        return False
    starts = before is None or before.kind in (OPERATOR, OPEN, RELATION) or before.value == "}"
    ends = behind is None or behind.kind in (OPERATOR, CLOSE, RELATION) or behind.value == "}"
    return starts and ends
