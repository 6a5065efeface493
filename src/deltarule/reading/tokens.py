"""Characters to tokens: LaTeX and plain notation in one list of kinds.

Letters in LaTeX are one symbol each unless they spell a known word; in plain text a run of letters
is one word, and a word that names nothing ends a piece of mathematics.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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
        "αβγδεζηθικλμνξοπρστυφχψωΔΣΓΘΛΞΠΦΨΩϵϕϑ",  # noqa: RUF001
        [
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
            "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Delta", "Sigma",
            "Gamma", "Theta", "Lambda", "Xi", "Pi", "Phi", "Psi", "Omega", "epsilon", "phi", "theta",
        ],
        strict=True,
    )
)  # fmt: skip
_GREEK_COMMANDS = set(GREEK.values()) | {"varepsilon", "varphi", "vartheta", "varsigma"}

FUNCTIONS = {
    "exp": "exp", "ln": "ln", "log": "ln", "sqrt": "sqrt", "tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu",
    "ReLU": "relu", "sgn": "sign", "sign": "sign", "step": "step", "abs": "abs", "max": "max", "min": "min",
    "hardlim": "step", "heaviside": "step", "logistic": "sigmoid", "signum": "sign",
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
_WITH_ARGUMENT_SKIPPED = {"hspace", "vspace", "label", "tag", "phantom", "color", "textcolor", "cancel", "vphantom"}
_TEXT_COMMANDS = {
    "text", "mathrm", "operatorname", "textbf", "textrm", "textit", "mbox", "mathit", "mathsf", "texttt", "mathtt",
    "textsf", "emph", "operatorname*",
}  # fmt: skip
_ELLIPSES = {"dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb"}
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "vec": "", "mathbf": "", "boldsymbol": "",
    "bm": "", "mathcal": "", "underline": "", "dot": "dot", "mathbb": "", "boxed": "", "fbox": "", "mathscr": "", "mathfrak": "",
    "pmb": "", "widetilde": "tilde",
}  # fmt: skip

_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑᵢⱼₖₙₜₓₘ", "0123456789+-aeijkntxm", strict=True))  # noqa: RUF001
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿᵀᵗ⁽⁾", "0123456789+-inTt()", strict=True))  # noqa: RUF001
_VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅛": "0.125", "⅕": "0.2", "⅖": "0.4", "⅗": "0.6", "⅘": "0.8"}
_RELATIONS = {"=": "=", "≈": "≈", "<": "<", ">": ">", "≤": "<=", "≥": ">=", "≫": ">>", "≪": "<<", "≠": "!=", "←": "←", "→": "→"}

_BLANK = re.compile(r"[ \n\r\u200b]+")
_PLAIN_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_NUMBER = re.compile(_PLAIN_NUMBER)
_COMMA_NUMBER = re.compile(r"\d+(?:,\d+)?|,\d+")
_EXPONENT = re.compile(r"[eE][+-]?\d{1,6}(?![\w.])")
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,|\{,\}|\\,|\u2009|')\d{3})+(?![\d])")
_DOT_THOUSANDS = re.compile(r"\d{1,3}(?:(?:\.|\\,|\u2009|')\d{3})+(?=,)")
_SPACED_NUMBER = re.compile(r"\d+ ?\. ?\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(r"[^\W\d_]+\d*(?:_(?:\w+|\{[\w,]{1,12}\}))?'*|[^\W\d_]+")
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_DERIVATIVE = re.compile(
    r"(?:∂|d|δ)\s?([A-Za-z]+)(?:_?(?:total|\{total\}))?\s?/\s?(?:∂|d|δ)\s?([A-Za-zθω]+)(?:_?\{?(\d{1,3}|[ij](?![A-Za-z]))\}?|([₀-₉]+))?"
)
_TEXT_ARGUMENT = re.compile(r"\s*\{([^{}]{0,400})\}")
_ENVIRONMENT = re.compile(r"\s*\{\s*([A-Za-z]{1,20})\*?\s*\}(?:\s*\[[a-z]\])?(?:\s*\{[lcr|@{}\s.]{1,60}\})?")
_CHANGE = re.compile(r"(?:d|delta_?|Delta_?|Δ)(w|W|b|theta|bias|weight)(?![a-z])_?")


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Words of several letters that name a quantity or a function."""
    names = {name for row in TABLE for name in row.names if name.isalpha() and len(name) > 1}
    return frozenset(names | set(FUNCTIONS))


@dataclass(frozen=True, slots=True)
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


def tokens(text: str, start: int, end: int, latex: bool, comma: bool = False) -> Iterator[Token]:
    """Tokens of ``text[start:end]``; `text` is in the common form of characters.

    Parameters
    ----------
    latex : bool
        Whether letters stand for themselves, one symbol each.
    comma : bool
        Whether numbers of this document have a decimal comma.
    """
    at = start
    while at < end:
        char = text[at]
        if char in " \n\r\u200b\u2009~" and (char != "~" or latex or text[at : at + 2] != "~="):
            at += 1
            continue
        if "0" <= char <= "9" or (char in ".," and at + 1 < end and text[at + 1].isdigit() and (char == "." or comma)):
            token = _number(text, at, end, latex, comma)
            if token is not None:
                yield token
                at = token.end
                continue
        if char == "\\":
            for token in _command(text, at, end, latex):
                yield token
                at = token.end
            continue
        token = _derivative(text, at, end) or _one(text, at, end, latex)
        yield token
        at = token.end


def _number(text: str, at: int, end: int, latex: bool, comma: bool) -> Token | None:
    """A number, thousands and decimal comma understood."""
    grouped = (_DOT_THOUSANDS if comma else _THOUSANDS).match(text, at, end)
    if grouped and not (",\n" in grouped[0]):
        whole = re.sub(r"\D", "", grouped[0])
        stop = grouped.end()
        rest = re.compile(r",\d+" if comma else r"\.\d+").match(text, stop, end)
        digits, stop = (whole + "." + rest[0][1:], rest.end()) if rest else (whole, stop)
    else:
        match = (_COMMA_NUMBER if comma else _NUMBER).match(text, at, end)
        braces = re.compile(r"\d+\{,\}\d+").match(text, at, end)
        if braces:
            match = braces
        elif latex and not comma:
            spaced = _SPACED_NUMBER.match(text, at, end)
            match = spaced if spaced and (match is None or spaced.end() > match.end()) else match
        if match is None:
            return None
        digits, stop = match[0].replace("{,}", ".").replace(",", ".").replace(" ", ""), match.end()
    exponent = _EXPONENT.match(text, stop, end)
    if exponent and (exponent[0][1] in "+-" or "." in digits or not latex) and not text[stop:].startswith(("e_", "E_")):
        digits, stop = digits + exponent[0], exponent.end()
    if len(digits) > 4 * MAX_DIGITS:
        raise InputError(f"a number of {len(digits)} characters", f"write at most {MAX_DIGITS} digits")
    return Token(NUMBER, digits, at, stop, parse_number(digits))


def _derivative(text: str, at: int, end: int) -> Token | None:
    """``∂L/∂w_1``, ``dL/dw1``: one quantity."""
    if text[at] not in "∂dδ":
        return None
    match = _DERIVATIVE.match(text, at, min(end, at + 40))
    if match is None or (text[at] == "d" and not text[at + 1 : at + 2].isalpha()):
        return None
    return Token(DERIVATIVE, f"{match[1]}|{match[2]}|{match[3] or _plain(match[4] or '')}", at, match.end())


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
    if char in "+-*/^_±%!":
        return Token(OPERATOR, char, at, at + 1)
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
        return Token(NAME, GREEK[char], at, at + 1)
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
    assert match is not None
    run, stop = match[0], match.end()
    change = _CHANGE.match(text, at, end)
    if change and (not latex or text[at] == "Δ"):
        base = "db" if change[1] in ("b", "bias") else "dw"
        digits = re.compile(r"\d{1,3}").match(text, change.end(), end)
        if digits and not change[0].endswith("_"):
            return Token(NAME, f"{base}#{digits[0]}", at, digits.end())
        return Token(NAME, base, at, change.end() - (1 if change[0].endswith("_") else 0))
    if text[stop : stop + 1] == "\u0302" and len(run) == 1:  # a combining hat
        return Token(NAME, f"hat:{run}", at, stop + 1)
    accented = {"ŷ": "hat:y", "ȳ": "bar:y", "ô": "hat:o", "x̂": "hat:x", "ŵ": "hat:w", "ẑ": "hat:z"}
    if run[0] in accented and (latex or len(run) == 1):
        return Token(NAME, accented[run[0]], at, at + 1)
    if latex:
        if run in known_words():
            return Token(NAME, run, at, stop)
        word = next((run[:size] for size in range(len(run), 2, -1) if run[:size] in known_words()), None)
        return Token(NAME, word, at, at + len(word)) if word else Token(NAME, run[0], at, at + 1)
    return _identifier(text, at, end, run)


def _identifier(text: str, at: int, end: int, run: str) -> Token:
    """A word of plain text: ``w1``, ``y_pred``, ``error``, or prose."""
    after = text[at + len(run) : at + len(run) + 24]
    joined = re.match(r"_(?:in|pred|hat|true|input|total|out)(?![a-z])", after)
    name = run + (joined[0] if joined else "")
    stop = at + len(name)
    if name in known_words() or name.replace("_", "") in known_words() or (joined and len(run) <= 6):
        digits = re.compile(r"\d{1,3}(?![.,]?\d)").match(text, stop, end)
        if digits:
            return Token(NAME, f"{name}#{digits[0]}", at, digits.end())
        return Token(NAME, name, at, stop)
    if len(run) == 1 or (len(run) == 2 and run[0] in "wxz" and run[1] in "ij"):
        digits = re.compile(r"\d{1,3}(?![.,]?\d)").match(text, stop, end)
        if digits and len(run) == 1:
            return Token(NAME, f"{run}#{digits[0]}", at, digits.end())
        return Token(NAME, run[0], at, at + 1) if len(run) == 1 else Token(NAME, f"{run[0]}#{run[1]}", at, stop)
    return Token(WORD, run, at, stop)


def _command(text: str, at: int, end: int, latex: bool) -> Iterator[Token]:
    """A LaTeX command; always yields at least one token, so that reading goes on."""
    match = _COMMAND.match(text, at, end)
    if match is None:
        yield Token(WORD, "\\", at, at + 1)
        return
    name, stop = match[1], match.end()
    if name in ("begin", "end"):
        environment = _ENVIRONMENT.match(text, stop, end)
        if environment:
            yield Token(COMMAND, f"{name}:{environment[1]}", at, environment.end())
            return
    if name in (",", ";", ":", "!", " ", ">", "\n", "-", "/"):
        yield Token(COMMAND, "", at, stop)
    elif name == "\\":
        spacing = re.compile(r"\[[^\]\n]{0,12}\]").match(text, stop, end)
        yield Token(SEPARATOR, "\\\\", at, spacing.end() if spacing else stop)
    elif name in "{}":
        yield Token(OPEN if name == "{" else CLOSE, "[" if name == "{" else "]", at, stop)
    elif name in ("[", "]", "(", ")"):
        yield Token(SEPARATOR, "$", at, stop)
    elif name in ("%", "_", "&", "#", "$", "*"):
        yield Token(OPERATOR if name in "%*" else WORD, name, at, stop)
    elif name in _COMMAND_OPERATORS:
        yield Token(OPERATOR, _COMMAND_OPERATORS[name], at, stop)
    elif name in _COMMAND_RELATIONS:
        yield Token(RELATION, _COMMAND_RELATIONS[name], at, stop)
    elif name in _COMMAND_SEPARATORS:
        yield Token(SEPARATOR, _COMMAND_SEPARATORS[name], at, stop)
    elif name in _WITH_ARGUMENT_SKIPPED:
        argument = _TEXT_ARGUMENT.match(text, stop, end)
        yield Token(COMMAND, "", at, argument.end() if argument else stop)
    elif name in _SKIPPED:
        dot = text[stop : stop + 1] == "." and name in ("left", "right")
        yield Token(COMMAND, "", at, stop + dot)
    elif name in _ELLIPSES:
        yield Token(COMMAND, "dots", at, stop)
    elif name in _TEXT_COMMANDS:
        yield from _text(text, at, stop, end)
    elif name in FUNCTIONS and name != "sqrt":
        yield Token(NAME, name, at, stop)
    elif name in _GREEK_COMMANDS:
        yield from _greek(text, name, at, stop, end)
    elif name in ("nabla", "partial"):
        yield Token(NAME, name, at, stop)
    elif name in ("infty", "inf"):
        yield Token(WORD, "infinity", at, stop)
    elif name in ("top", "intercal", "prime"):
        yield Token(POWER if name == "prime" else NAME, "'" if name == "prime" else "T", at, stop)
    else:
        yield Token(COMMAND, name, at, stop)


def _greek(text: str, name: str, at: int, stop: int, end: int) -> Iterator[Token]:
    plain = name.removeprefix("var")
    if plain == "Delta":
        following = re.compile(r"\s*(?:\{\s*)?(?:\\(?:mathbf|vec|boldsymbol)\s*\{?\s*)?(w|W|b|B|\\theta|v)(?![A-Za-z])").match(text, stop, end)
        if following:
            base = "db" if following[1] in "bB" else "dw"
            close = re.compile(r"\s*\}").match(text, following.end(), end) if "{" in following[0] else None
            yield Token(NAME, base, at, close.end() if close else following.end())
            return
    yield Token(NAME, plain, at, stop)


def _text(text: str, at: int, stop: int, end: int) -> Iterator[Token]:
    """``\\text{...}``: a name if it is one, else words that only label."""
    argument = _TEXT_ARGUMENT.match(text, stop, end)
    if argument is None:
        yield Token(COMMAND, "", at, stop)
        return
    inside = argument[1].strip()
    short = len(inside) == 1 and inside.isalpha()
    bare = inside.replace(" ", "_").replace("-", "_")
    if inside in known_words() or short or bare in known_words() or bare.lower() in known_words():
        name = inside if inside in known_words() or short else bare if bare in known_words() else bare.lower()
        yield Token(NAME, name, at, argument.end())
        return
    if re.fullmatch(r"e([+-]?\d{1,4})?", inside):  # 1.5\mathrm{e}{-3} is rare; e alone is the number
        yield Token(NAME, "e", at, argument.end())
        return
    numbers = _PLAIN_NUMBER and re.fullmatch(rf"\s*{_PLAIN_NUMBER}\s*", argument[1])
    if numbers:
        yield Token(NUMBER, inside, at, argument.end(), parse_number(inside))
        return
    yield Token(WORD, inside, at, argument.end())
