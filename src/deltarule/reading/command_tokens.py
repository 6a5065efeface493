"""LaTeX commands as tokens."""

import re

from deltarule.rarely import rarely
from deltarule.reading.name_tokens import SNAKE_CASE
from deltarule.reading.number_tokens import (
    PLAIN_NUMBER,
)
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
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
from deltarule.reading.token_words import FUNCTIONS, GREEK, known_words
from deltarule.written import parse_number

_GREEK_COMMANDS = set(GREEK.values()) | {"varepsilon", "varphi", "vartheta", "varsigma"}
_COMMAND_OPERATORS = {"cdot": "*", "times": "*", "ast": "*", "bullet": "*", "div": "/", "pm": "±", "mp": "±"}
_COMMAND_RELATIONS = {
    "approx": "≈", "simeq": "≈", "cong": "≈", "doteq": "≈", "sim": "≈", "thickapprox": "≈", "approxeq": "≈",
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "lt": "<", "gt": ">",
    "gg": ">>", "ll": "<<", "ne": "!=", "neq": "!=", "equiv": "=", "coloneqq": "←", "leftarrow": "←", "gets": "←",
    "triangleq": "=", "rightarrow": "→", "to": "→", "longrightarrow": "→", "mapsto": "→", "leadsto": "→",
}  # fmt: skip


_COMMAND_SEPARATORS = {
    "quad": " ", "qquad": " ", "Rightarrow": "⇒", "implies": "⇒", "therefore": "⇒", "Longrightarrow": "⇒", "hfill": " ",
    "Leftrightarrow": "⇒", "iff": "⇒", "newline": "\\\\", "hline": " ", "land": " ", "wedge": " ", "because": " ",
}  # fmt: skip


_SKIPPED = {
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "displaystyle",
    "textstyle", "limits", "nolimits", "scriptstyle", "nonumber", "notag", "tiny", "small", "large", "normalsize",
    "mathstrut", "strut", "middle", "allowbreak", "hspace", "vspace", "allowdisplaybreaks", "label", "tag", "checkmark",
    "smash", "noindent", "centering", "it", "bf", "rm",
}  # fmt: skip


_WITH_ARGUMENT_SKIPPED = {
    "hspace",
    "vspace",
    "label",
    "tag",
    "phantom",
    "color",
    "textcolor",
    "cancel",
    "vphantom",
}


_TEXT_COMMANDS = {
    "text", "mathrm", "operatorname", "textbf", "textrm", "textit", "mbox", "mathit", "mathsf", "texttt", "mathtt",
    "textsf", "emph", "operatorname*",
}  # fmt: skip


# commands that are one token whatever follows: its kind and value
_FIXED: dict[str, tuple[str, str]] = {
    **{name: (OPERATOR, value) for name, value in _COMMAND_OPERATORS.items()},
    **{name: (RELATION, value) for name, value in _COMMAND_RELATIONS.items()},
    **{name: (SEPARATOR, value) for name, value in _COMMAND_SEPARATORS.items()},
    **dict.fromkeys(",;:! >-/", (COMMAND, "")),
    **dict.fromkeys(("dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb"), (COMMAND, "dots")),
    **{name: (WORD, name) for name in "_&#$"},
    **{name: (OPERATOR, name) for name in "%*"},
    **dict.fromkeys("[]()", (SEPARATOR, "$")),
    "\n": (SEPARATOR, "\\\\"),  # Markdown has eaten one of the two backslashes of a row break
    "{": (OPEN, "["),
    "}": (CLOSE, "]"),
    "langle": (OPEN, "⟨"),
    "rangle": (CLOSE, "⟩"),
    "lfloor": (OPEN, "⌊"),
    "rfloor": (CLOSE, "⌋"),
    "lceil": (OPEN, "⌈"),
    "rceil": (CLOSE, "⌉"),
    "ell": (NAME, "l"),
    "nabla": (NAME, "nabla"),
    "grad": (NAME, "nabla"),
    "gradient": (NAME, "nabla"),
    "partial": (NAME, "partial"),
    "det": (NAME, "det"),
    "infty": (WORD, "infinity"),
    "inf": (WORD, "infinity"),
    "top": (NAME, "T"),
    "intercal": (NAME, "T"),
    "prime": (POWER, "'"),
}


_ROW_SPACING = re.compile(r"\[[^\]\n]{0,12}\]")
_AFTER_DELTA = re.compile(
    r"\s*(?:\{\s*)?(?:\\(?:mathbf|vec|boldsymbol)\s*\{?\s*)?(w|W|b|B|\\theta|\\Theta|v)(?![A-Za-z])"
)


_CLOSING_BRACE = rarely(r"\s*\}")
_EULER = re.compile(r"e(?:[+-]?\d{1,4})?")
_ESCAPED = frozenset("-+*_=<>|")
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_TEXT_ARGUMENT = re.compile(r"\s*\{([^{}]{0,400})\}")
_ENVIRONMENT = re.compile(r"\s*\{\s*([A-Za-z]{1,20})\*?\s*\}(?:\s*\[[a-z]\])?(?:\s*\{[lcr|@{}\s.]{1,60}\})?")


def command_token(text: str, at: int, end: int, latex: bool, last: Token | None) -> Token:
    """A LaTeX command; there is always a token, so that reading goes on."""
    match = _COMMAND.match(text, at, end)
    if match is None:
        return Token(WORD, "\\", at, at + 1)
    name, stop = match[1], match.end()
    if len(name) > 1 and name.endswith("*") and name not in _TEXT_COMMANDS:  # \eta*x
        name, stop = name[:-1], stop - 1
    if name in ("begin", "end"):
        environment = _ENVIRONMENT.match(text, stop, end)
        if environment:
            return Token(COMMAND, f"{name}:{environment[1]}", at, environment.end())
    if not latex and name in _ESCAPED:  # Markdown escapes what it would eat
        if name == "_" and text[at - 1 : at] == text[stop : stop + 1] == " ":
            name = "*"  # 0.2 \_ 1, where a program took the stars for emphasis
        kind = SEPARATOR if name == "|" else RELATION if name in "=<>" else OPERATOR
        return Token(kind, name, at, stop)
    if name in _FIXED:
        return Token(*_FIXED[name], at, stop)
    if name == "\\":
        spacing = _ROW_SPACING.match(text, stop, end)
        return Token(SEPARATOR, "\\\\", at, spacing.end() if spacing else stop)
    if name in _WITH_ARGUMENT_SKIPPED:
        argument = _TEXT_ARGUMENT.match(text, stop, end)
        return Token(COMMAND, "", at, argument.end() if argument else stop)
    if name in _SKIPPED:
        dot = text[stop : stop + 1] == "." and name in ("left", "right")
        return Token(COMMAND, "", at, stop + dot)
    if name in _TEXT_COMMANDS:
        return text_token(text, at, stop, end, last)
    if name in ("min", "max") and text[stop : stop + 2].strip(" ")[:1] not in ("(", "{", "\\"):
        return Token(WORD, name, at, stop)  # \min f(x) = ... says what is to be done
    if name in FUNCTIONS and name != "sqrt":
        return Token(NAME, name, at, stop)
    if name == "ell":  # a loss
        return Token(NAME, "L", at, stop)
    if name in ("sin", "cos"):  # words of prose too, without a backslash
        return Token(NAME, f"fn:{name}", at, stop)
    if name in _GREEK_COMMANDS:
        return _greek(text, name, at, stop, end)
    return Token(COMMAND, name, at, stop)


def _greek(text: str, name: str, at: int, stop: int, end: int) -> Token:
    plain = name.removeprefix("var")
    if plain == "Delta":
        following = _AFTER_DELTA.match(text, stop, end)
        if following:
            base = "db" if following[1] in "bB" else "dtheta" if following[1] == "\\Theta" else "dw"
            close = _CLOSING_BRACE.match(text, following.end(), end) if "{" in following[0] else None
            return Token(NAME, base, at, close.end() if close else following.end())
    return Token(NAME, plain, at, stop)


def text_token(text: str, at: int, stop: int, end: int, last: Token | None) -> Token:
    """``\\text{...}``: a name if it is one, else words that only label."""
    argument = _TEXT_ARGUMENT.match(text, stop, end)
    if argument is None:
        return Token(COMMAND, "", at, stop)
    inside = argument[1].strip().replace("\\_", "_")
    short = len(inside) == 1 and inside.isalpha()
    if short and last is not None and last.kind == NUMBER:
        return Token(WORD, inside, at, argument.end())  # a unit
    bare = inside.replace(" ", "_").replace("-", "_")
    if inside in known_words() or short or bare in known_words() or bare.lower() in known_words():
        name = inside if inside in known_words() or short else bare if bare in known_words() else bare.lower()
        return Token(NAME, name, at, argument.end())
    if _EULER.fullmatch(inside):  # 1.5\mathrm{e}{-3} is rare; e alone is the number
        return Token(NAME, "e", at, argument.end())
    if PLAIN_NUMBER.fullmatch(inside):
        return Token(NUMBER, inside, at, argument.end(), parse_number(inside))
    if SNAKE_CASE.fullmatch(inside):
        return Token(NAME, inside.lower(), at, argument.end())
    if (
        text[at - 1 : at] == "_" and bare.replace("_", "").isalpha()
    ):  # J_\text{before}: says which one is meant
        return Token(NAME, bare.lower(), at, argument.end())
    if text[argument.end() : argument.end() + 1] == "_" and len(bare) > 2 and bare.replace("_", "").isalpha():
        return Token(NAME, bare, at, argument.end())  # \\text{Gini}_{\\text{left}}
    return Token(WORD, inside, at, argument.end())
