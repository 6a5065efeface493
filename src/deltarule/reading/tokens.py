"""Characters to tokens: LaTeX and plain notation in one list of kinds.

Letters in LaTeX are one symbol each unless they spell a known word; in plain text a run of letters
is one word, and a word that names nothing ends a piece of mathematics.
"""

import re
from dataclasses import replace
from string import ascii_letters

from deltarule.rarely import rarely
from deltarule.reading.aggregates import AGGREGATES, is_of_numbers
from deltarule.reading.command_tokens import command_token
from deltarule.reading.name_tokens import derivative_token, mark_token, name_token, numbered_name
from deltarule.reading.number_tokens import (
    misread_token,
    number_token,
    parsed_number,
    simple_number_of,
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
    PLAIN_HABITS,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Habits,
    Token,
)
from deltarule.reading.token_words import APPLIED_WORDS, CIRCULAR, GREEK, SUBSCRIPTS, SUPERSCRIPTS
from deltarule.written import parse_number

_SUFFIX = rarely(r"'[^\W\d_]{2,12}(?![\w(])")  # of a number, in Turkish
_VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅛": "0.125", "⅕": "0.2", "⅖": "0.4", "⅗": "0.6", "⅘": "0.8"}
_RELATIONS = {
    "=": "=",
    "≈": "≈",
    "<": "<",
    ">": ">",
    "≤": "<=",
    "≥": ">=",
    "≫": ">>",
    "≪": "<<",
    "≠": "!=",
    "←": "←",
    "→": "→",
}

_BLANK = rarely(r"[ \n\r\u200b]+")
_DOT_TIMES = rarely(
    r"(?<=\d)\.(?=[-+]\d)|(?:(?<=[\d)\]] )|(?<=\)))\. ?(?=[\d(\[]|[-+][\d(\[])|(?<=,\d)\.(?=\d)|(?<=,\d\d)\.(?=\d)|(?<=\d)\.(?=\d{1,4},\d|[(\[][-+]?\d)"
)  # 1.-1, 0.5 . 2, (0.2).1, 0,3.1
_ENDS_FACTOR = (")", ")0123456789")  # in front of a dot that multiplies, without and with a decimal comma
_TRANSPOSED = re.compile(r"\.T(?![^\W_])")
_ARGUMENT = rarely(r"\s?(?:[a-zθ](?![^\W_])|\d)")  # of a sine without a bracket
_DEFINES = rarely(r"[^\W\d_]\w{0,12}'?(?:\([^()\n]{1,12}\))?\s{0,3}(?:=(?!=)|≈|:=|←)")
_LABELS = rarely(r"[^\W\d_]{3,16}\s?:\s?(?=[\[(\d.+-])")
_AND = frozenset("yei")  # "and" in Spanish, Portuguese and Italian, Polish and Croatian
_JOINS = rarely(
    r"[yei] {1,2}[^\W\d_]\w{0,12}'?\s{0,3}(?:=(?!=)|≈|:=|←)|[yei] {1,2}[^\W\d_]{2,12} {1,2}[^\W\d_]{2}"
)
_ANGLE_LIST = rarely(r"<[^<>=\n]{1,200}>")
LOST, DESTROYED = (
    "\ufffd",
    "destroyed",
)  # a character that was destroyed on the way: what stood there is not guessed


_MARKABLE = frozenset({NAME, INDEX, POWER, DERIVATIVE, NUMBER})
_NAMES = frozenset({NAME, WORD, DERIVATIVE})
_MARK_STARTS = frozenset("_({nNoOaApPuUbBlLTvVsSeE")
_BRACKET = frozenset("(")  # w_1(new) in LaTeX, where letters by themselves are factors
_BLANKS = frozenset(" \n\r\u200b\u2009")
_DIGITS = frozenset("0123456789")
_DIGIT_LIKE = frozenset("0123456789OolIS")
_PLAIN_LETTERS = frozenset(ascii_letters) - _DIGIT_LIKE - frozenset("xXd")  # which begin nothing but names
# signs that mean one thing wherever they stand, unless one of _SECOND behind them makes two signs of them
_SIGNS = {
    **dict.fromkeys("+-*/^_±%", OPERATOR), "=": RELATION, "≈": RELATION, "(": OPEN, "{": OPEN, ")": CLOSE, "}": CLOSE,
    **dict.fromkeys(";&$`", SEPARATOR),
}  # fmt: skip
_SECOND = {
    **dict.fromkeys(_SIGNS, frozenset()),
    "=": frozenset("=>~"),
    "-": frozenset("->"),
    "*": frozenset("*"),
}


def tokens(text: str, start: int, end: int, latex: bool, habits: Habits = PLAIN_HABITS) -> list[Token]:
    """Tokens of ``text[start:end]``; `text` is in the common form of characters.

    Parameters
    ----------
    latex : bool
        Whether letters stand for themselves, one symbol each.
    habits : Habits
        What holds for the whole document.
    """
    found: list[Token] = []
    at = start
    last: Token | None = None
    square = angle = 0  # open brackets of lists
    simple, comma = simple_number_of(latex, habits), habits.comma
    marked = _BRACKET if latex else _MARK_STARTS
    sign_of = _SIGNS.get
    while at < end:
        char = text[at]
        token: Token | None = None
        sign = sign_of(char)
        if sign is None and char in _BLANKS:
            at += 1
            continue
        markable = (
            char in marked and last is not None and (last.kind in _MARKABLE or (latex and last.value == "}"))
        )
        if sign is not None:
            if char == "_" and not latex and last is not None and _ends_name(text, at, end, last):
                last = found[-1] = replace(last, end=at + 1)  # w_, bias_, as libraries call what was learned
                at += 1
                continue
            behind = text[at + 1 : at + 2]
            if behind not in _SECOND[char]:
                if markable and last is not None:
                    token = mark_token(text, at, end, last)
                if char == "_" and behind == " " and not latex and last is not None and last.end < at:
                    char = "*"  # 0.2 _ 1, where a program took the stars for emphasis
                last = token or Token(sign, char, at, at + 1)
                found.append(last)
                at = last.end + (behind == " " and token is None)
                continue
        elif char in _DIGITS:
            quick = None if simple is None or (comma and square) else simple.match(text, at, end)
            if quick is not None:
                digits = quick[0] if not comma else quick[0].replace("{,}", ".").replace(",", ".")
                last = Token(NUMBER, digits, at, quick.end(), parsed_number(digits))
                found.append(last)
                at = last.end
                continue
        elif char == "~" and (latex or text[at + 1 : at + 2] == "~"):
            at += 1
            continue
        if char in ".," and text[at + 1 : at + 2] == LOST:  # 0.?5 is no sentence that ends with 0
            last = Token(COMMAND, DESTROYED, at, at + 2)
            found.append(last)
            at += 2
            continue
        if markable and last is not None:
            token = mark_token(text, at, end, last)
        if token is None and char in _PLAIN_LETTERS:
            token = name_token(text, at, end, latex)
        if token is None and char in _DIGIT_LIKE:
            token = misread_token(text, at, end)
        if (
            token is None
            and (
                char in _DIGITS
                or (
                    char in ".," and at + 1 < end and text[at + 1].isdigit() and (char == "." or habits.comma)
                )
            )
            and not (char == "." and habits.dotted and at and text[at - 1] in _ENDS_FACTOR[habits.comma])
        ):
            token = number_token(text, at, end, latex, habits, square > 0)
            if habits.dotted and token is not None and text[token.end - 1] == ".":  # 1.-1
                token = Token(NUMBER, token.value[:-1], at, token.end - 1, parsed_number(token.value[:-1]))
            if habits.dotted and token is not None and token.end - at == 3 and text[at + 1] == ".":
                token = Token(COMMAND, f"dotted:{token.value}", at, token.end)
        if token is not None:
            pass
        elif char == "\\":
            last = _applied(text, command_token(text, at, end, latex, last), last)
            found.append(last)
            at = last.end
            continue
        elif char == "." and habits.dotted and not square and _DOT_TIMES.match(text, at, end):
            token = Token(OPERATOR, "*", at, at + 1)
        elif char == "*" and not latex and text.startswith("**", at) and _is_bold(text, at, end, last):
            token = Token(COMMAND, "", at, at + 2)
        elif char == "~" and _is_range(text, at, found):
            token = Token(WORD, "~", at, at + 1)
        elif char == "<" and _opens_list(text, at, end, last):
            angle += 1
            token = Token(OPEN, "⟨", at, at + 1)
        elif char == ">" and angle:
            angle -= 1
            token = Token(CLOSE, "⟩", at, at + 1)
        elif char == "|" and text[at + 1 : at + 3] == "_{":  # evaluated at: |_{w=0}
            token = Token(COMMAND, "", at, _group_end(text, at + 2, end))
        elif char == ",":
            token = Token(SEPARATOR, char, at, at + 1)
        elif char in "xX" and habits.cross and _times(text, at, end, last, habits.numbered):
            token = Token(OPERATOR, "*", at, at + 1)
        else:
            token = derivative_token(text, at, end) or _one(text, at, end, latex)
        if token.kind == WORD:
            token = _applied(text, token, last)
            if token.value in habits.own and not latex and _in_formula(text, token, last, end):
                token = Token(NAME, token.value, token.start, token.end)
        behind_value = (
            not latex
            and token.kind == NAME
            and last is not None
            and last.kind in (NUMBER, CLOSE)
            and last.end < at
        )
        if behind_value and token.value in _AND and _JOINS.match(text, at, end):  # w = 0.5 y b = 0.25
            token = Token(WORD, token.value, token.start, token.end)
        elif behind_value and (
            _DEFINES.match(text, at, end) or _LABELS.match(text, at, end)
        ):  # w1 = 0.5 w2 = 0.25
            found.append(Token(SEPARATOR, " ", at, at))
        if token.kind == OPEN and token.value in "[":
            square += 1
        elif token.kind == CLOSE and token.value in "]" and square:
            square -= 1
        found.append(token)
        last = token
        at = token.end
    return found


def _ends_name(text: str, at: int, end: int, last: Token) -> bool:
    """Whether a name ends with this underscore: neither an index nor more of the name stands behind it."""
    if last.end != at or last.kind not in _NAMES:
        return False
    behind = text[at + 1 : min(end, at + 2)]
    return not behind.isalnum() and behind not in tuple("{(\\_")


def _applied(text: str, token: Token, last: Token | None) -> Token:
    """A word glued to a bracket behind a sign is a function, known or not: ``= signe(0)``; so is a sine of a letter or number."""
    if (
        text[token.end : token.end + 1] == "("
        and token.value.lower() in AGGREGATES
        and is_of_numbers(text, token.end)
    ):
        return Token(NAME, f"fn:{AGGREGATES[token.value.lower()]}", token.start, token.end)
    glued = token.kind == WORD and token.value.isalpha() and text[token.end : token.end + 1] == "("
    if glued and token.value.lower() in APPLIED_WORDS and not text[token.end + 1 : token.end + 5].isalpha():
        return Token(NAME, f"fn:{APPLIED_WORDS[token.value.lower()]}", token.start, token.end)
    if token.kind == WORD and token.value in CIRCULAR and last is not None and not glued:
        bare = last.kind in (RELATION, OPERATOR, NUMBER) and _ARGUMENT.match(text, token.end)
        return Token(NAME, f"fn:{token.value}", token.start, token.end) if bare else token
    if not glued or last is None or last.kind not in (RELATION, OPERATOR):
        return token
    return Token(NAME, f"fn:{token.value.lower()}", token.start, token.end)


def _in_formula(text: str, token: Token, last: Token | None, end: int) -> bool:
    """Whether a word stands beside a sign of arithmetic, or is given a value."""
    behind = text[token.end : min(end, token.end + 3)].lstrip(" ")[:1]
    if (behind and behind in "+-*/^=") or _TOLD.match(text, token.end, end):
        return True
    ahead = last is not None and (last.value in _ARITHMETIC or last.kind == RELATION)
    return ahead and (not behind or behind in ")],;#\n")


_TOLD = rarely(r"[ ]?:[ ]{0,4}[-+]?[.]?\d")
_IS_SUM = rarely(r"[ \t]{0,2}=(?!=)")
_ARITHMETIC = frozenset("+-*/^(")


def _group_end(text: str, at: int, end: int) -> int:
    """Where the braced group that starts here ends."""
    depth = 0
    for k in range(at, min(end, at + 200)):
        depth += (text[k] == "{") - (text[k] == "}")
        if depth == 0:
            return k + 1
    return at


def _is_bold(text: str, at: int, end: int, last: Token | None) -> bool:
    """Whether two stars set something in bold rather than raising to a power: nothing to raise, or nothing to raise to."""
    if (
        last is None
        or last.kind in (WORD, RELATION, SEPARATOR, OPERATOR)
        or (last.kind, last.value) == (COMMAND, "")
    ):
        return True
    behind = text[at + 2 : min(end, at + 4)]
    raised = (
        behind[:1].isalnum() or behind[:1] in tuple("({[-") or (behind[:1] == " " and behind[1:].isdigit())
    )
    return not raised


def _is_range(text: str, at: int, found: list[Token]) -> bool:
    """Whether a tilde stands between two whole numbers of which the first is no result: ``epoch=10~19``."""
    return (
        bool(found)
        and found[-1].kind == NUMBER
        and found[-1].value.isdigit()
        and found[-1].end == at
        and text[at + 1 : at + 2].isdigit()
        and (len(found) < 2 or found[-2].kind not in (OPERATOR, NAME))
    )


def _opens_list(text: str, at: int, end: int, last: Token | None) -> bool:
    """Whether ``<`` opens a list, ``<1, .2, 0>``, rather than comparing."""
    if last is not None and last.kind in (NUMBER, NAME, CLOSE, INDEX, POWER, DERIVATIVE):
        return False
    listed = _ANGLE_LIST.match(text, at, end)
    return listed is not None and "," in listed[0]


def _times(text: str, at: int, end: int, last: Token | None, numbered: bool) -> bool:
    """Whether the letter x stands between two numbers, ``0.2 x 3``, ``1 x -2``; `numbered` if x1 is a variable."""
    if last is None or last.kind not in (NUMBER, CLOSE) or at + 1 >= end:
        return False
    ahead = at + 1
    while ahead < end and text[ahead] == " ":
        ahead += 1
    following = text[ahead : ahead + 2]
    if not following:
        return False
    apart = last.end < at and ahead > at + 1
    if "0" <= following[0] <= "9":
        return apart or (not numbered and last.kind == NUMBER and last.end == at and ahead == at + 1)
    if following[0] in ".-+":
        return apart and following[1:].replace(".", "0").isdigit()
    return apart and following[0] in "([<{"


def _one(text: str, at: int, end: int, latex: bool) -> Token:
    """One token that is neither a number nor a command."""
    char, two = text[at], text[at : at + 2]
    if two in ("<=", ">=", "!=", "==", ">>", "<<", "=>", "->", "<-", ":=", "~=", "=~", "=="):
        stop = at + 2
        arrow = {"=>": (SEPARATOR, "⇒"), "->": (RELATION, "→"), "<-": (RELATION, "←"), ":=": (RELATION, "←")}
        approx = {"~=": (RELATION, "≈"), "=~": (RELATION, "≈"), "==": (RELATION, "=")}
        if two == "<-" and text[at + 2 : at + 3].isdigit():  # "z<-1"
            return Token(RELATION, "<", at, at + 1)
        kind, value = {**arrow, **approx}.get(two, (RELATION, two))
        return Token(kind, value, at, stop)
    if text[at : at + 3] in ("-->", "==>"):
        return Token(SEPARATOR, "⇒", at, at + 3)
    if char in _RELATIONS:
        return Token(RELATION, _RELATIONS[char], at, at + 1)
    if text.startswith("**", at):
        return Token(OPERATOR, "^", at, at + 2)
    if char == "!" and not latex and at and text[at - 1].isalpha():
        return Token(SEPARATOR, ";", at, at + 1)  # wrong! error = ...
    if char == "∂":  # \\frac{∂L}{∂w}
        return Token(NAME, "partial", at, at + 1)
    if char in "+-*/^_±%!":
        return Token(OPERATOR, char, at, at + 1)
    if char == "@":  # the product of arrays
        return Token(OPERATOR, "*", at, at + 1)
    if not latex and char == "." and _TRANSPOSED.match(text, at, end):
        return Token(POWER, "T", at, at + 2)
    if char in "([{⟨⌊⌈":
        return Token(OPEN, char, at, at + 1)
    if char in ")]}⟩⌋⌉":
        return Token(CLOSE, char, at, at + 1)
    if char in ",;&|⇒":
        return Token(SEPARATOR, char, at, at + 1)
    if char == "'":
        if at and text[at - 1].isdigit() and (suffix := _SUFFIX.match(text, at, end)):
            return Token(WORD, suffix[0], at, suffix.end())  # 0'dan
        return Token(POWER, "'", at, at + 1)
    if char in SUBSCRIPTS:
        return _run(text, at, end, SUBSCRIPTS, INDEX)
    if char in SUPERSCRIPTS:
        return _run(text, at, end, SUPERSCRIPTS, POWER)
    if char in _VULGAR:
        return Token(NUMBER, _VULGAR[char], at, at + 1, parse_number(_VULGAR[char]))
    if char == "~":
        return Token(RELATION, "≈", at, at + 1)
    if char == LOST:
        return Token(COMMAND, DESTROYED, at, at + 1)
    if char == "√":
        return Token(COMMAND, "sqrt", at, at + 1)
    if char in "∑Σ" and _IS_SUM.match(text, at + 1, end):  # Σ = 0.3
        return Token(NAME, "sum", at, at + 1)
    if char == "∑":
        return Token(COMMAND, "sum", at, at + 1)
    if char == "∇":
        return Token(NAME, "nabla", at, at + 1)
    if char == "…" or text.startswith("...", at):
        return Token(COMMAND, "dots", at, at + (1 if char == "…" else 3))
    if char == "$" or char == "`":
        return Token(SEPARATOR, char, at, at + 1)
    if char == "Σ" and not latex:
        return Token(COMMAND, "sum", at, at + 1)
    if char in GREEK and not (char == "Δ" and text[at + 1 : at + 2].isalpha()):
        return numbered_name(text, GREEK[char], at, at + 1, end)
    if char.isalpha():
        return name_token(text, at, end, latex)
    return Token(SEPARATOR if char in ".:?" else WORD, char, at, at + 1)


def _run(text: str, at: int, end: int, table: dict[str, str], kind: str) -> Token:
    stop = at
    while stop < end and text[stop] in table and stop - at < 12:
        stop += 1
    return Token(kind, "".join(table[char] for char in text[at:stop]), at, stop)
