"""Characters to tokens: LaTeX and plain notation in one list of kinds.

Letters in LaTeX are one symbol each unless they spell a known word; in plain text a run of letters
is one word, and a word that names nothing ends a piece of mathematics.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar, dataclass_transform

from deltarule.errors import InputError
from deltarule.notation import TABLE
from deltarule.spans import Span
from deltarule.written import MAX_DIGITS, Written, parse_number

# kinds of tokens
NUMBER, NAME, WORD, OPERATOR, RELATION, OPEN, CLOSE, SEPARATOR, COMMAND, INDEX, POWER, DERIVATIVE = (
    "number", "name", "word", "operator", "relation", "open", "close", "separator", "command", "index", "power",
    "derivative",
)  # fmt: skip

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωΔΣΓΘΛΞΠΦΨΩϵϕϑ",
        [
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
            "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Delta", "Sigma",
            "Gamma", "Theta", "Lambda", "Xi", "Pi", "Phi", "Psi", "Omega", "epsilon", "phi", "theta",
        ],
        strict=True,
    )
)  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())
_GREEK_COMMANDS = set(GREEK.values()) | {"varepsilon", "varphi", "vartheta", "varsigma"}

FUNCTIONS = {
    "exp": "exp", "ln": "ln", "log": "ln", "sqrt": "sqrt", "tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu",
    "ReLU": "relu", "sgn": "sign", "sign": "sign", "step": "step", "abs": "abs", "max": "max", "min": "min",
    "hardlim": "step", "heaviside": "step", "logistic": "sigmoid", "sig": "sigmoid", "logsig": "sigmoid", "expit": "sigmoid", "signum": "sign", "signe": "sign", "signo": "sign", "segno": "sign", "sinal": "sign", "vorzeichen": "sign",
    "escalon": "step", "escalón": "step", "degrau": "step", "sprung": "step", "seuil": "step", "unitstep": "step",
}  # fmt: skip

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
    "ell": (NAME, "l"),
    "nabla": (NAME, "nabla"),
    "partial": (NAME, "partial"),
    "det": (NAME, "det"),
    "infty": (WORD, "infinity"),
    "inf": (WORD, "infinity"),
    "top": (NAME, "T"),
    "intercal": (NAME, "T"),
    "prime": (POWER, "'"),
}
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "vec": "", "mathbf": "", "boldsymbol": "",
    "bm": "", "mathcal": "", "underline": "", "dot": "dot", "mathbb": "", "boxed": "", "fbox": "", "mathscr": "", "mathfrak": "",
    "pmb": "", "widetilde": "tilde",
}  # fmt: skip

_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑᵢⱼₖₙₜₓₘ", "0123456789+-aeijkntxm", strict=True))
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿᵀᵗ⁽⁾", "0123456789+-inTt()", strict=True))
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

_BLANK = re.compile(r"[ \n\r\u200b]+")
_PLAIN_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_NUMBER = re.compile(_PLAIN_NUMBER)
_COMMA_NUMBER = re.compile(r"\d+(?:,\d+)?|,\d+")
# the other decimal sign, for a printout among prose or a line from elsewhere: what can be no group of thousands and no list
_POINT_AMONG_COMMAS = re.compile(r"(?:0{1,40}\.\d{1,40}|\d{1,40}\.(?:\d{4,40}|\d{1,2}))(?!\d|[.,]\d)")
_COMMA_AMONG_POINTS = re.compile(r"(?:0,\d{1,40}|\d{1,40},(?:\d{4,40}|\d{1,2}))(?!\d|[.,]\d)")
_POINT_LOST = re.compile(r"0\d{3,12}")
_EXPONENT = re.compile(r"[eE][+-]?\d{1,6}(?![\w.])")
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,|\{,\}|\\,|\u2009|')\d{3})+(?![\d])")
_DOT_THOUSANDS = re.compile(r"\d{1,3}(?:(?:\.|\\,|\u2009|')\d{3})+(?=,)")
_DOT_TIMES = re.compile(r"(?<=\d)\.(?=[-+]\d)|(?<=[\d)\]] )\. ?(?=[\d(\[]|[-+][\d(\[])")  # 1.-1, 0.5 . 2
_SPACED_NUMBER = re.compile(r"\d+ ?\. ?\d+")
_SPACED_DIGITS = re.compile(r"\d(?: ?\d)*(?: ?\. ?\d(?: ?\d)*)?")
_STRAY_BLANK = re.compile(r"0\. \d{2,12}(?![\w.])")
_BRACED_COMMA = re.compile(r"\d+\{,\}\d+")
_TRAILING_POINT = re.compile(r"\d+\.(?=\s*[-+*/)\]=≈×·])")
_TRAILING_POINT_IN_LIST = re.compile(r"\d+\.(?=[\s,;)\]])")
# a number with nothing behind it that could belong to it
_NOTHING_MORE = r"(?= ?(?:[-+*/)=^}&|$:;≈<>(_]|\\(?:cdot|times|quad|approx|right)(?![a-z])|\\\\)|\n)"
_SIMPLE_NUMBER = re.compile(rf"\d{{1,40}}(?:\.\d{{1,40}})?{_NOTHING_MORE}")
_SIMPLE_COMMA = re.compile(rf"\d{{1,40}}(?:(?:,|\{{,\}})\d{{1,40}})?{_NOTHING_MORE}")
_SIMPLE_BRACED = re.compile(rf"\d{{1,40}}(?:\{{,\}}\d{{1,40}})?{_NOTHING_MORE}")
_REPEATING = re.compile(r"(\d{0,20})\.(\d{0,20})\\(?:overline|bar|dot)\s?\{(\d{1,12})\}")
_DECIMALS = re.compile(r"\.\d+")
_COMMA_DECIMALS = re.compile(r",\d+")
_SCALES = {"k": 3, "K": 3, "M": 6}  # 150k, 22,500M
_TRANSPOSED = re.compile(r"\.T(?![^\W_])")
_NOT_DIGITS = re.compile(r"\D")
_ROMAN_EXPONENT = re.compile(r"\s?\\(?:mathrm|text)\s?\{\s?[eE]\s?\}\s?\{?\s?([+-]?\d{1,4})\}?")
_MISREAD = re.compile(r"[\dOolIS]{1,12}\.[\dOolIS]{1,12}(?![^\W_])|\d[\dOl]{1,12}(?![^\W_])")
_INDEX_DIGITS = re.compile(r"\d{1,3}")
_LONE_INDEX = re.compile(r"\d{1,3}(?![.,]?\d)")
# letters without the small ones that are indices or powers
_LETTERS = re.compile(r"[^\W\d_\u00aa\u00b2\u00b3\u00b9\u00ba\u2070-\u209f\u1d40\u1d57\u1d62-\u1d65\u2c7c]+")
_JOINED = re.compile(r"_(?:in|pred|hat|true|input|total|out)(?![a-z])")
_UNDERSCORED = re.compile(r"[^\W\d_]{1,12}_[^\W\d_]{2,12}(?![^\W_])")
_SNAKE_CASE = re.compile(r"[A-Za-z]{2,20}(?:_[A-Za-z]{2,20}){1,4}(?![^\W_])")
_ATTRIBUTE = re.compile(r"(\d{0,3})\.grad(?![^\W_])")
_LONE_WORDS = frozenset("àáâãèéêìíîòóõùúûÀÈÉÊÓ")  # words of one letter in several languages, and no names
_FIRST_IDEOGRAPH = "\u2e80"  # from here on a letter is a word
_FUNCTION_OF_CODE = re.compile(r" {1,2}\w{1,20} {0,2}[,:]")  # lambda x: x**2
_SUMMED = re.compile(r" {0,2}\((?=[^\W\d_])[^()=\n]{0,80}[-+*/^]")  # sum (y - z)^2
_SECOND_WORD = re.compile(r" {1,2}([^\W\d_]{2,12})(?![^\W_])")
_ROW_SPACING = re.compile(r"\[[^\]\n]{0,12}\]")
_AFTER_DELTA = re.compile(
    r"\s*(?:\{\s*)?(?:\\(?:mathbf|vec|boldsymbol)\s*\{?\s*)?(w|W|b|B|\\theta|\\Theta|v)(?![A-Za-z])"
)
_CLOSING_BRACE = re.compile(r"\s*\}")
_EULER = re.compile(r"e(?:[+-]?\d{1,4})?")
_DEFINES = re.compile(r"[^\W\d_]\w{0,12}'?(?:\([^()\n]{1,12}\))?\s{0,3}(?:=(?!=)|≈|:=|←)")
_LABELS = re.compile(r"[^\W\d_]{3,16}\s?:\s?(?=[\[(\d.+-])")
_AND = frozenset("yei")  # "and" in Spanish, Portuguese and Italian, Polish and Croatian
_JOINS = re.compile(
    r"[yei] {1,2}[^\W\d_]\w{0,12}'?\s{0,3}(?:=(?!=)|≈|:=|←)|[yei] {1,2}[^\W\d_]{2,12} {1,2}[^\W\d_]{2}"
)
_ANGLE_LIST = re.compile(r"<[^<>=\n]{1,200}>")
_ESCAPED = frozenset("-+*_=<>|")
LOST, DESTROYED = (
    "\ufffd",
    "destroyed",
)  # a character that was destroyed on the way: what stood there is not guessed
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_DERIVATIVE = re.compile(
    r"(?:∂|d|δ)\s?([A-Za-z]+)(?:_?(?:total|\{total\}|\d{1,2}))?\s?/\s?(?:∂|d|δ)\s?([A-Za-zα-ω]+)(?:_?\{?(\d{1,3}|[ij](?![A-Za-z]))\}?|([₀-₉]+|[ᵢⱼₖ]))?"
)
_TEXT_ARGUMENT = re.compile(r"\s*\{([^{}]{0,400})\}")
_ACCENTED = {
    "ŷ": "hat:y",
    "ȳ": "bar:y",
    "ô": "hat:o",
    "ŵ": "hat:w",
    "ẑ": "hat:z",
    "ẏ": "dot:y",
    "ỹ": "tilde:y",
    "x̄": "bar:x",
}
# what follows a name and says which one is meant: w_new, w1 old
_MARK = re.compile(
    r"[_ ]?(?:\(|\{)?(new|old|neu|neue|alt|nuevo|novo|nouveau|anterior|prev|next|updated|baru|lama)(?:\)|\})?(?![^\W_])",
    re.IGNORECASE,
)
_SUBSCRIPT_WORD = re.compile(r"_([^\W\d_]{2,20})(\d{0,3})(?![^\W_])")
_ENVIRONMENT = re.compile(r"\s*\{\s*([A-Za-z]{1,20})\*?\s*\}(?:\s*\[[a-z]\])?(?:\s*\{[lcr|@{}\s.]{1,60}\})?")
_CHANGE_STARTS = frozenset("dDΔ")
_CHANGE = re.compile(r"(?:d|delta_?|Delta_?|Δ)(w|W|b|theta|bias|weight|T(?=[\s|,]|$)|Θ|θ)(?![a-hl-z])_?")


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Words of several letters that name a quantity or a function."""
    names = {name for row in TABLE for name in row.names if name.isalpha() and len(name) > 1}
    joined = {name for row in TABLE for name in row.names if "_" in name}
    return frozenset(names | joined | set(FUNCTIONS))


_Made = TypeVar("_Made")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_Made]) -> type[_Made]:
    """A record with slots, frozen for the type checker: each field of a token is looked at dozens of times."""
    return dataclass(slots=True)(cls)


@record
class Token:
    """A piece of mathematics: its kind, its value in the common form, its place."""

    kind: str
    value: str
    start: int
    end: int
    written: Written | None = None

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Habits:
    """What holds for a whole document and decides how its characters are read.

    Attributes
    ----------
    comma : bool
        Numbers have a decimal comma.
    cross : bool
        The letter x between two numbers is a times sign (it is no variable here).
    spaced : bool
        An OCR program put blanks between all tokens, digits included.
    dotted : bool
        Names are multiplied by a full stop, ``x1.w1``; so ``1.2`` may be a product.
    scaled : bool
        Thousands and millions are written with a letter, ``150k``.
    braced : bool
        The decimal comma stands in braces, ``0{,}5``; a bare one between digits parts the items of a list.
    decimals : bool
        A comma in braces is a decimal one, and never parts groups of thousands.
    own : frozenset of str
        Words that the document uses as names, as programs do: ``predict = input * weight``.
    numbered : bool
        There are variables x1, x2: ``2x1`` is twice the first of them.
    mixed : bool
        Most numbers have a decimal point and some a comma, as where a printout stands among prose.
    """

    comma: bool = False
    cross: bool = True
    spaced: bool = False
    dotted: bool = False
    scaled: bool = False
    braced: bool = False
    decimals: bool = False
    own: frozenset[str] = frozenset()
    numbered: bool = False
    mixed: bool = False


PLAIN_HABITS = Habits()
_MARKABLE = frozenset({NAME, INDEX, POWER, DERIVATIVE, NUMBER})
_SLOPE_SIGNS = frozenset("∂dδ")
_SLOPES = frozenset({"dz", "da", "dZ", "dA", "dy"})  # as programs name the slopes of a loss
# a parameter times the input, a matrix times a vector, or coordinates times one another, without a sign
_GLUED = frozenset(
    {
        "wx",
        "mx",
        "ax",
        "bx",
        "wX",
        "Ax",
        "Bx",
        "Hx",
        "Mx",
        "Qx",
        "Wx",
        "Xw",
        "Xb",
        "xy",
        "yx",
        "xz",
        "yz",
        "xyz",
        "uv",
        "tx",
    }
)
_FACTORS = frozenset("tdeyox")  # what stands glued behind a learning rate: ηex1, αtx2
MOST_GLUED = 3
_WORD_NUMBER = re.compile(r"\d{1,3}(?![.,]?\d)")
_INDEX_PAIR = frozenset("ijklmnt")
_MARK_STARTS = frozenset("_({nNoOaApPuUbBlL")
_BLANKS = frozenset(" \n\r\u200b\u2009")
_DIGITS = frozenset("0123456789")
_DIGIT_LIKE = frozenset("0123456789OolIS")
# signs that mean one thing wherever they stand, unless one of _SECOND makes two signs of them
_SIGNS = {
    **dict.fromkeys("+-/^_±%", OPERATOR), "=": RELATION, "≈": RELATION, "(": OPEN, "{": OPEN, ")": CLOSE, "}": CLOSE,
    **dict.fromkeys(";&$`", SEPARATOR),
}  # fmt: skip
_SECOND = frozenset("=<>~-")


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
    simple = _simple_number(latex, habits)
    marked = frozenset() if latex else _MARK_STARTS
    while at < end:
        char = text[at]
        if char in _BLANKS or (char == "~" and (latex or text[at + 1 : at + 2] == "~")):
            at += 1
            continue
        sign = _SIGNS.get(char)
        if sign is not None and char not in marked and text[at + 1 : at + 2] not in _SECOND:
            last = Token(sign, char, at, at + 1)
            found.append(last)
            at += 1
            continue
        if char in ".," and text[at + 1 : at + 2] == LOST:  # 0.?5 is no sentence that ends with 0
            last = Token(COMMAND, DESTROYED, at, at + 2)
            found.append(last)
            at += 2
            continue
        token: Token | None = None
        if simple is not None and char in _DIGITS and not (habits.comma and square):
            quick = simple.match(text, at, end)
            if quick is not None:
                digits = quick[0] if not habits.comma else quick[0].replace("{,}", ".").replace(",", ".")
                last = Token(NUMBER, digits, at, quick.end(), _parsed(digits))
                found.append(last)
                at = last.end
                continue
        if char in marked and last is not None and last.kind in _MARKABLE:
            token = _mark(text, at, end, last)
        if token is None and char in _DIGIT_LIKE:
            token = _misread(text, at, end)
        if token is None and (
            char in _DIGITS
            or (char in ".," and at + 1 < end and text[at + 1].isdigit() and (char == "." or habits.comma))
        ):
            token = _number(text, at, end, latex, habits, square > 0)
            if habits.dotted and token is not None and text[token.end - 1] == ".":  # 1.-1
                token = Token(NUMBER, token.value[:-1], at, token.end - 1, _parsed(token.value[:-1]))
            if habits.dotted and token is not None and token.end - at == 3 and text[at + 1] == ".":
                token = Token(COMMAND, f"dotted:{token.value}", at, token.end)
        if token is not None:
            pass
        elif char == "\\":
            last = _applied(text, _command(text, at, end, latex, last), last)
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
        elif char in "xX" and habits.cross and _times(text, at, end, last, habits.numbered):
            token = Token(OPERATOR, "*", at, at + 1)
        else:
            token = _derivative(text, at, end) or _one(text, at, end, latex)
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


def _simple_number(latex: bool, habits: Habits) -> re.Pattern[str] | None:
    """What a number is in a document where nothing unusual belongs to one, and no list of numbers is open."""
    if habits.spaced or habits.dotted or habits.scaled:
        return None
    if not habits.comma:
        return _SIMPLE_NUMBER
    return _SIMPLE_BRACED if latex and habits.braced else _SIMPLE_COMMA


def _applied(text: str, token: Token, last: Token | None) -> Token:
    """A word glued to a bracket behind a sign is a function, known or not: ``= signe(0)``."""
    glued = token.kind == WORD and token.value.isalpha() and text[token.end : token.end + 1] == "("
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


_TOLD = re.compile(r"[ ]?:[ ]{0,4}[-+]?[.]?\d")
_ARITHMETIC = frozenset("+-*/^(")


def _mark(text: str, at: int, end: int, last: Token) -> Token | None:
    """A word behind a name that says which one is meant: ``w1_new``, ``w(old)``, ``net_in``."""
    apart = at - last.end
    if apart > 1 or (last.kind == NUMBER and apart):
        return None
    match = _MARK.match(text, at, end)
    if match and (text[at] != "(" or match[0].endswith(")")):
        return Token(POWER, f"mark:{match[1].lower()}", at, match.end())
    word = _SUBSCRIPT_WORD.match(text, at, end) if not apart and last.kind != NUMBER else None
    if word and not (len(word[1]) == 2 and set(word[1]) <= _INDEX_PAIR):
        return Token(POWER, f"mark:{word[1]}#{word[2]}", at, word.end())
    return None


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


def _misread(text: str, at: int, end: int) -> Token | None:
    """``O.5``, ``1l.2``: what is probably a number with a letter read for a digit is not guessed."""
    match = _MISREAD.match(text, at, end)
    if match is None or match[0].replace(".", "").isdigit() or not any(char.isdigit() for char in match[0]):
        return None
    if text[at - 1 : at].isalnum() and at:
        return None
    return Token(COMMAND, f"misread:{match[0]}", at, match.end())


def _number(text: str, at: int, end: int, latex: bool, habits: Habits, listed: bool) -> Token | None:
    """A number, thousands and decimal comma understood; `listed` within square brackets."""
    comma = habits.comma
    scales = _SCALES if habits.scaled and not latex else {}
    if latex:
        repeating = _REPEATING.match(text, at, end)
        if repeating:
            return _repeating(repeating)
    grouped = (_DOT_THOUSANDS if comma else _THOUSANDS).match(text, at, end)
    if grouped and "," in grouped[0] and listed and text[grouped.end() : grouped.end() + 1] not in scales:
        grouped = None  # [100,200] is a list
    if grouped and habits.decimals and "{,}" in grouped[0]:
        grouped = None  # 1{,}464
    if grouped:
        whole = _NOT_DIGITS.sub("", grouped[0])
        stop = grouped.end()
        rest = (_COMMA_DECIMALS if comma else _DECIMALS).match(text, stop, end)
        digits, stop = (whole + "." + rest[0][1:], rest.end()) if rest else (whole, stop)
    else:
        match = _plain_number(text, at, end, latex, habits, listed)
        if match is None:
            return None
        digits, stop = match[0].replace("{,}", ".").replace(",", ".").replace(" ", ""), match.end()
    exponent = _EXPONENT.match(text, stop, end)
    if (
        exponent
        and (exponent[0][1] in "+-" or "." in digits or not latex)
        and not text[stop : stop + 2].endswith("_")
    ):
        digits, stop = digits + exponent[0], exponent.end()
    elif latex:
        roman = _ROMAN_EXPONENT.match(text, stop, end)
        if roman:
            digits, stop = f"{digits}e{roman[1]}", roman.end()
    if len(digits) > 4 * MAX_DIGITS:
        raise InputError(f"a number of {len(digits)} characters", f"write at most {MAX_DIGITS} digits")
    if text[stop : stop + 1] in scales and not text[stop + 1 : stop + 2].isalnum():
        shift = scales[text[stop]]
        written = _parsed(digits)
        scaled = Written(text[at : stop + 1], written.value * 10**shift, written.places - shift)
        return Token(NUMBER, digits, at, stop + 1, scaled)
    return Token(NUMBER, digits, at, stop, _parsed(digits))


def _plain_number(
    text: str, at: int, end: int, latex: bool, habits: Habits, listed: bool
) -> re.Match[str] | None:
    """Digits with a point or comma among them, in all the ways of writing that."""
    braces = _BRACED_COMMA.match(text, at, end)
    if braces:
        return braces
    bare = habits.comma and not (latex and habits.braced)
    foreign = _foreign_number(text, at, end, habits, listed or latex)
    if foreign is not None:
        return foreign
    match = (_COMMA_NUMBER if bare else _NUMBER).match(text, at, end)
    longer = None
    if latex and habits.spaced:
        longer = _SPACED_DIGITS.match(text, at, end)
    elif latex and not habits.comma:
        longer = _SPACED_NUMBER.match(text, at, end)
    elif not listed:
        longer = _STRAY_BLANK.match(text, at, end)
    if listed:
        longer = longer or _TRAILING_POINT_IN_LIST.match(text, at, end)
    else:
        longer = longer or _TRAILING_POINT.match(text, at, end)
    return longer if longer and (match is None or longer.end() > match.end()) else match


def _foreign_number(text: str, at: int, end: int, habits: Habits, listed: bool) -> re.Match[str] | None:
    """A number with the other decimal sign than the rest of the document has; a comma only where nothing is `listed`."""
    if habits.comma:
        return None if habits.dotted else _POINT_AMONG_COMMAS.match(text, at, end)
    if not habits.mixed or listed or text[max(0, at - 4) : at].rstrip(" -−")[-1:] in tuple("([{,"):
        return None
    return _COMMA_AMONG_POINTS.match(text, at, end)


@lru_cache(maxsize=8192)
def _parsed(digits: str) -> Written:
    if digits.startswith("0") and _POINT_LOST.fullmatch(digits) and not set(digits) <= set("01"):
        return parse_number(f"0.{digits[1:]}")  # 08854: nobody writes a whole number so
    return parse_number(digits)


def _repeating(match: re.Match[str]) -> Token:
    """``0.1\\dot{6}``: a fraction."""
    whole, first, again = match[1] or "0", match[2], match[3]
    head = Fraction(int(whole + first), 10 ** len(first))
    value = head + Fraction(int(again), (10 ** len(again) - 1) * 10 ** len(first))
    text = f"{whole}.{first}{again * 3}"
    return Token(NUMBER, text, match.start(), match.end(), Written(text, value, len(first) + 3 * len(again)))


def _derivative(text: str, at: int, end: int) -> Token | None:
    """``∂L/∂w_1``, ``dL/dw1``: one quantity."""
    if text[at] not in _SLOPE_SIGNS:
        return None
    match = _DERIVATIVE.match(text, at, min(end, at + 40))
    if match is None or (text[at] == "d" and not text[at + 1 : at + 2].isalpha()):
        return None
    variable = GREEK.get(match[2], match[2])
    return Token(DERIVATIVE, f"{match[1]}|{variable}|{match[3] or _plain(match[4] or '')}", at, match.end())


def _plain(subscripts: str) -> str:
    return "".join(_SUBSCRIPTS.get(char, char) for char in subscripts)


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
    if char in "+-*/^_±%!":
        return Token(OPERATOR, char, at, at + 1)
    if char == "@":  # the product of arrays
        return Token(OPERATOR, "*", at, at + 1)
    if not latex and char == "." and _TRANSPOSED.match(text, at, end):
        return Token(POWER, "T", at, at + 2)
    if char in "([{⟨":
        return Token(OPEN, char, at, at + 1)
    if char in ")]}⟩":
        return Token(CLOSE, char, at, at + 1)
    if char in ",;&|⇒":
        return Token(SEPARATOR, char, at, at + 1)
    if char == "'":
        return Token(POWER, "'", at, at + 1)
    if char in _SUBSCRIPTS:
        return _run(text, at, end, _SUBSCRIPTS, INDEX)
    if char in _SUPERSCRIPTS:
        return _run(text, at, end, _SUPERSCRIPTS, POWER)
    if char in _VULGAR:
        return Token(NUMBER, _VULGAR[char], at, at + 1, parse_number(_VULGAR[char]))
    if char == "~":
        return Token(RELATION, "≈", at, at + 1)
    if char == LOST:
        return Token(COMMAND, DESTROYED, at, at + 1)
    if char == "√":
        return Token(COMMAND, "sqrt", at, at + 1)
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
        return _numbered(text, GREEK[char], at, at + 1, end)
    if char.isalpha():
        return _name(text, at, end, latex)
    return Token(SEPARATOR if char in ".:?" else WORD, char, at, at + 1)


def _run(text: str, at: int, end: int, table: dict[str, str], kind: str) -> Token:
    stop = at
    while stop < end and text[stop] in table and stop - at < 12:
        stop += 1
    return Token(kind, "".join(table[char] for char in text[at:stop]), at, stop)


def _name(text: str, at: int, end: int, latex: bool) -> Token:
    """Letters: a symbol, a known word, or a word that means nothing to us."""
    match = _LETTERS.match(text, at, min(end, at + 80))
    if match is None:
        return Token(WORD, text[at], at, at + 1)
    run, stop = match[0], match.end()
    change = _CHANGE.match(text, at, end) if run[0] in _CHANGE_STARTS else None
    if change and (not latex or text[at] == "Δ"):
        base = "db" if change[1] in ("b", "bias") else "dtheta" if change[1] in ("T", "Θ") else "dw"
        digits = _INDEX_DIGITS.match(text, change.end(), end)
        if digits and not change[0].endswith("_"):
            return Token(NAME, f"{base}#{digits[0]}", at, digits.end())
        return Token(NAME, base, at, change.end() - (1 if change[0].endswith("_") else 0))
    if text[stop : stop + 1] == "\u0302" and len(run) == 1:  # a combining hat
        return Token(NAME, f"hat:{run}", at, stop + 1)
    if run[0] in _ACCENTED and (latex or len(run) == 1):
        return _numbered(text, _ACCENTED[run[0]], at, at + 1, end)
    if latex:
        if run in known_words():
            return Token(NAME, run, at, stop)
        word = next((run[:size] for size in range(len(run), 2, -1) if run[:size] in known_words()), None)
        if word:
            return Token(NAME, word, at, at + len(word))
        digits = _LONE_INDEX.match(text, at + 1, end) if len(run) == 1 and run != "e" else None
        return (
            Token(NAME, f"{run}#{digits[0]}", at, digits.end()) if digits else Token(NAME, run[0], at, at + 1)
        )
    return _identifier(text, at, end, run)


def _identifier(text: str, at: int, end: int, run: str) -> Token:
    """A word of plain text: ``w1``, ``y_pred``, ``error``, or prose."""
    known = known_words()
    joined = _JOINED.match(text, at + len(run), end)
    name = run + (joined[0] if joined else "")
    stop = at + len(name)
    slope = _ATTRIBUTE.match(text, stop, end) if not joined else None
    if slope is not None:  # weight.grad
        return Token(DERIVATIVE, f"L|{run}|{slope[1] or ''}", at, slope.end())
    if run.lower() in ("sigmoid", "logistic") and text[stop : stop + 3].strip(" ")[:1].isdigit():
        return Token(WORD, run, at, stop)  # the sigmoid 1/(1 + e^-z)
    if run == "lambda" and not joined and _FUNCTION_OF_CODE.match(text, stop, end) is None:
        return Token(NAME, run, at, stop)
    if run in ("sum", "Sum", "SUM") and (text[stop : stop + 1] in ("_", "(") or _sums(text, at, stop, end)):
        return Token(COMMAND, "sum", at, stop)
    underscored = _UNDERSCORED.match(text, at, end) if not joined and text[stop : stop + 1] == "_" else None
    if underscored and underscored[0].lower() in known:
        return _numbered(text, underscored[0].lower(), at, underscored.end(), end)
    if not joined and len(run) > 2:
        second = _SECOND_WORD.match(text, stop, end)
        if second and f"{run}_{second[1]}".lower() in known:
            return _numbered(text, f"{run}_{second[1]}".lower(), at, second.end(), end)
    if name in known or name.replace("_", "") in known or (joined and len(run) <= 6):
        return _numbered(text, name, at, stop, end)
    if len(run) > 3 and name.lower() in known:
        return _numbered(text, name.lower(), at, stop, end)
    if len(run) == 1:
        return (
            Token(WORD, run, at, stop)
            if run in _LONE_WORDS or run >= _FIRST_IDEOGRAPH
            else _numbered(text, run, at, stop, end)
        )
    programmed = _SNAKE_CASE.match(text, at, end)
    if programmed is not None:  # decay_rate
        return _numbered(text, programmed[0].lower(), at, programmed.end(), end)
    if len(run) == 2 and at and text[at - 1] == "_" and set(run) <= _INDEX_PAIR:
        return Token(NAME, run, at, stop)
    if run in _SLOPES:
        return Token(NAME, run, at, stop)
    if run in _GLUED or (at and text[at - 1] in GREEK and len(run) <= MOST_GLUED and set(run) <= _FACTORS):
        return Token(NAME, run[0], at, at + 1)
    if len(run) == 2 and run[0] in "wxzWX" and run[1] in "ij":
        return Token(NAME, f"{run[0]}#{run[1]}", at, stop)
    number = _WORD_NUMBER.match(text, stop, end)  # of a name that is not known: no value
    return Token(WORD, run, at, stop if number is None else number.end())


def _sums(text: str, at: int, stop: int, end: int) -> bool:
    """Whether the word *sum* within a formula sums what stands in the bracket behind it."""
    before = text[max(0, at - 3) : at].rstrip(" ")[-1:]
    counted = before == ")" or text[max(0, at - 4) : at].replace(" ", "")[-2:-1] == "/"  # (1/2) sum, 1/n sum
    return (before in tuple("=≈*/+-(") or before.isdigit() or counted) and _SUMMED.match(
        text, stop, end
    ) is not None


def _numbered(text: str, name: str, at: int, stop: int, end: int) -> Token:
    """A name with the digits glued to it: ``w1``."""
    digits = _LONE_INDEX.match(text, stop, end)
    return Token(NAME, f"{name}#{digits[0]}" if digits else name, at, digits.end() if digits else stop)


def _command(text: str, at: int, end: int, latex: bool, last: Token | None) -> Token:
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
        return _text(text, at, stop, end, last)
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


def _text(text: str, at: int, stop: int, end: int, last: Token | None) -> Token:
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
    if _NUMBER.fullmatch(inside):
        return Token(NUMBER, inside, at, argument.end(), parse_number(inside))
    if _SNAKE_CASE.fullmatch(inside):
        return Token(NAME, inside.lower(), at, argument.end())
    if (
        text[at - 1 : at] == "_" and bare.replace("_", "").isalpha()
    ):  # J_\text{before}: says which one is meant
        return Token(NAME, bare.lower(), at, argument.end())
    return Token(WORD, inside, at, argument.end())
