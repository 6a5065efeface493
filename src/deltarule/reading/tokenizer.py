"""Tokens of any stretch of one text, until the budget of that text is used up."""

import re

from deltarule.errors import InputError
from deltarule.reading.claims import Claims
from deltarule.reading.inline_math import delimited
from deltarule.reading.token import DERIVATIVE, NAME, RELATION, SEPARATOR, WORD, Habits, Token
from deltarule.reading.tokens import tokens
from deltarule.spans import Span

MAX_TOKENS = 25_000
_CONDITION = re.compile(r"\s{0,4}(?:[Ii]f|[Ww]hen|[Ww]ith|[Ll]et|[Ff]or)\s{1,4}(?=\S)")
_JOINED = re.compile(r" {0,3}[-+*/] {0,3}\$[^$=≈\n]{1,200}\$")
_LATEX_COMMAND = re.compile(r"\\[A-Za-z]{2,}")
_WORDS = re.compile(r"(?<![\\\w{])[^\W\d_]{3,}(?![\w}])")


class Tokenizer:
    """The tokens of one text, and how many may still be taken from it.

    What holds a number that is too large to be built gives no tokens: `claims` lists it as unread.
    """

    def __init__(self, text: str, habits: Habits, claims: Claims) -> None:
        self.text = text
        self.habits = habits
        self.claims = claims
        self.budget = MAX_TOKENS
        self._cells: dict[Span, tuple[int, tuple[Token, ...]]] = {}  # what they cost, and their tokens

    def of(self, start: int, end: int, latex: bool) -> list[Token]:
        """Tokens of a stretch; nothing if a number in it is too large to be built."""
        if self.budget <= 0:
            return []
        found: list[Token] = []
        try:
            found.extend(tokens(self.text, start, end, latex, self.habits))
        except InputError as error:
            self.claims.refuse(Span(start, end), error.reason)
            self.claims.close()  # what goes on from here goes on from what could not be read
            found = []
        self.budget -= len(found) + 1
        return found

    def mixed(self, start: int, end: int) -> list[Token]:
        """Tokens of a line of text with mathematics between dollars in it."""
        found: list[Token] = []
        at = start
        for opens, first, last, closes in delimited(self.text, start, end):
            condition = _CONDITION.match(self.text, first, last)
            inside = self.of(
                condition.end() if condition else first, last, latex=not _is_prose(self.text, first, last)
            )
            found += self.of(at, opens, latex=False)
            if self.text[opens] != "$":  # \( $\hat{y}$ = 0 \)
                inside = [token for token in inside if token.value != "$"]
            if any(token.kind == RELATION for token in inside):
                goes_on = found and (
                    found[-1].kind == RELATION
                    or (inside[0].kind == RELATION and found[-1].kind in (NAME, DERIVATIVE, WORD))
                )
                if not goes_on:
                    found.append(Token(SEPARATOR, "$", opens, opens))
                found += inside
                # $w = 0.5 - 0.2 =$ **0.3**, and $E = 0.1$ + $0.2$
                if inside[-1].kind != RELATION and not _JOINED.match(self.text, closes, end):
                    found.append(Token(SEPARATOR, " ", closes, closes))
            else:
                found += inside
            at = closes
        latex = _LATEX_COMMAND.search(self.text, at, end) is not None
        found += self.of(at, end, latex=latex and at == start and not _is_wordy(self.text, at, end))
        return found

    def cell(self, span: Span) -> list[Token]:
        """Tokens of a table cell, which is looked at more than once."""
        budget, unread = self.budget, len(self.claims.unread)
        known = self._cells.get(span)
        if known is not None and budget > known[0]:
            self.budget -= known[0]
            return list(known[1])
        found = self.mixed(span.start, span.end)
        if unread == len(self.claims.unread):
            self._cells[span] = (budget - self.budget, tuple(found))
        return found


def _is_prose(text: str, start: int, end: int) -> bool:
    """Whether plain words stand between dollars: ``$0.2 >= 0 -> output = 1 (wrong, target is 0)$``."""
    if any(sign in text[start:end] for sign in "\\_^{"):
        return False
    return len(_WORDS.findall(text, start, end)) > 1


def _is_wordy(text: str, start: int, end: int) -> bool:
    """Whether a line holds more words than mathematics."""
    return len(_WORDS.findall(text, start, end)) > 3
