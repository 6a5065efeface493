"""Names as people write them: a letter with its index, a word, a slope, and what says which one is meant."""

import re

from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.aggregates import is_of_numbers
from deltarule.reading.glued_index import is_summed, split_index
from deltarule.reading.token import (
    COMMAND,
    DERIVATIVE,
    NAME,
    NUMBER,
    POWER,
    WORD,
    Token,
)
from deltarule.reading.token_words import FUNCTIONS, GREEK, SUBSCRIPTS, known_words

_INDEX_DIGITS = rarely(r"\d{1,3}")
_LONE_INDEX = re.compile(r"\d{1,3}(?![.,]?\d)")


# vowels and other signs that belong to the letter in front of them, which no class of letters holds: Indic scripts have
# them at the same places of their blocks; then Hebrew, Arabic, Thai, Lao, Burmese and Khmer
_SIGNS = "".join(
    f"{chr(block + first)}-{chr(block + last)}"
    for block in range(0x900, 0xE00, 0x80)
    for first, last in ((0x00, 0x03), (0x3A, 0x3C), (0x3E, 0x4F), (0x51, 0x57), (0x62, 0x63))
)
_SIGNS += "\u0591-\u05bd\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
# letters without the small ones that are indices or powers
_LETTERS = re.compile(
    rf"(?:[^\W\d_\u00aa\u00b2\u00b3\u00b9\u00ba\u2070-\u209f\u1d40\u1d57\u1d62-\u1d65\u2c7c]|(?<=\w)[{_SIGNS}]|(?<=[{_SIGNS}])[{_SIGNS}])+"
)
_JOINED = re.compile(r"_(?:in|pred|hat|true|input|total|out)(?![a-z])")
_UNDERSCORED = re.compile(r"[^\W\d_]{1,12}_[^\W\d_]{2,12}(?![^\W_])")
SNAKE_CASE = re.compile(r"[A-Za-z]{2,20}(?:_[A-Za-z]{2,20}){1,4}(?![^\W_])")
_ESCAPED_SNAKE = rarely(r"[A-Za-z]{2,20}(?:\\_[A-Za-z]{2,20}){1,4}(?![^\W_])")
_ATTRIBUTE = re.compile(r"(\d{0,3})\.grad(?![^\W_])")
_LONE_WORDS = frozenset("àáâãèéêìíîòóõùúûÀÈÉÊÓ")  # words of one letter in several languages, and no names
_FIRST_IDEOGRAPH = "\u2e80"  # from here on a letter is a word
_COPULAS = (
    "等于",
    "等於",
    "设为",
    "取为",
    "为",
    "為",
    "是",
    "は",
    "은",
    "는",
)  # glued to the name of which they tell a value
_PUT = rarely(r"/[pP](?![^\W_]|[ ]?[*/^(])")
_VALUE = rarely(r" {0,2}[\[(]? ?[-−+]?[\d.]")
_FUNCTION_OF_CODE = rarely(r" {1,2}\w{1,20} {0,2}[,:]")  # lambda x: x**2
_APPLIED = rarely(r"\((?![^\W\d_]{4})[^=\n]{1,80}\)\s{0,3}(?:=|→|->)")  # to what, where a value follows
_ACTIVATING = frozenset(
    {
        "activation", "activate", "activación", "activacion", "ativação", "ativacao", "aktivierung", "attivazione",
        "aktivasi", "aktywacja", "aktivasyon", "активация", "aktivace", "активація",
    }
)  # fmt: skip
_ARGUMENT = rarely(r"\s?(?:\\left\s?)?[({]")
_SYMBOL_BEHIND = rarely(r" {1,2}\$?[A-Za-zα-ω](?:_?\{?\d{1,2}\}?|[₀-₉])?(?= {0,2}[=＝≈←:：])")
_NUMBERED_BEHIND = rarely(r" {1,2}\$?[A-Za-zα-ω](?:_?\{?\d{1,2}\}?|[₀-₉])(?= {0,2}[=＝≈←:：])")
_SHORT_WORDS = frozenset("aeikosuvwyzавзикосуі")  # and, or, with, in, at, of, the: words of one letter
_COUNTED_BEHIND = rarely(r" {1,2}[\\$ (]{0,3}[knti](?![\w])")
_WORD_BEHIND = rarely(r" {1,2}(?:each |every |the )?(?:step|epoch|iteration|round)s?(?![\w])")
_SECOND_WORD = re.compile(r" {1,2}([^\W\d_]{2,12})(?![^\W_])")
_VARYING = r"[a-z]\u0302|[ŷŶȳôŵẑ]|[A-Za-zα-ω]{1,20}(?:_(?:hat|pred|true))?"
_DERIVATIVE = re.compile(
    rf"(?:∂|d|δ)\s?({_VARYING})(?:_?(?:total|\{{total\}}|\d{{1,2}}))?\s?/\s?(?:∂|d|δ)\s?({_VARYING})(?:_?\{{?(\d{{1,3}}|[ij](?![A-Za-z]))\}}?|([₀-₉]+|[ᵢⱼₖ]))?"
)

# d/dw (...), behind which stands what is derived
_DERIVING = rarely(r"(?:∂|d)\s?/\s?(?:∂|d)([A-Za-zα-ω])(?:_?\{?(\d{1,3})\}?|([₀-₉]+))?(?=\s?[(\[])")

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
    r"[_ ]?(?:\(|\{)?(new|old|neu|neue|alt|nuevo|nueva|novo|nova|nuovo|nuova|nouveau|nouvelle|ancien|ancienne|vecchio|vecchia|velho|velha|viejo|vieja|nieuw|nieuwe|oud|oude|nowa|nowe|stara|stare|yeni|eski|uusi|vanha|anterior|prev|next|updated|baru|lama)(?:\)|\})?(?![^\W_])",
    re.IGNORECASE,
)


_TRANSPOSED = frozenset({"wT", "WT"})  # whose raised letter came down
# the same without anything between: bnew = bold + e
_GLUED_MARK = rarely(r"[wWbB](?:new|old|neu|alt|prev|next)(?![^\W_])")
_WORDS_TOO = rarely(
    r"(?:(?<=[=+(←])|(?<=[=+(←] ))bold(?= {0,2}[-+−=)])"
)  # what is a word, too, where it can only be a name


# words of other languages that mark a name in brackets or below it only: b(viejo), w_(vecchio)
_MARKS_APART_BEGIN = frozenset("vnasyeomcVNASYEOMCмнстНС新旧새기")
_MARK_APART = rarely(
    r"[_ ]?\((viejo|vieja|nueva|nova|velho|velha|antigo|antiga|ancien|ancienne|nouvelle|nuovo|nuova|vecchio|vecchia|nowy|nowa|nowe"
    r"|stary|stara|stare|yeni|eski|nieuw|oud|gammal|gamla|nový|nová|nové|starý|stará|staré|mới|cũ|nou|vechi"
    r"|новый|новая|новое|новые|нов|старый|старая|старое|старые|стар|新|旧|새로운|기존)\)",
    re.IGNORECASE,
)


_SUBSCRIPT_WORD = re.compile(r"_([^\W\d_]{2,20})(\d{0,3})(?![^\W_])")
_CHANGE_STARTS = frozenset("dDΔ")
_CHANGE = re.compile(r"(?:d|delta_?|Delta_?|Δ)(w|W|b|theta|bias|weight|T(?=[\s|,]|$)|Θ|θ)(?![a-hl-z])_?")
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


_COUNTED = frozenset({"epoch", "iteration", "iter"})
_TIMES_BEHIND = rarely(r" ?[*/] ?(?:\d|[A-Za-z]{1,12}_)")
_RAISED_TO = rarely(r"[\d)] ?[*^/] ?$")
_HATTED = frozenset({"mhat", "vhat"})  # the means of Adam without the zeros they began with
# the running mean of squares in RMSprop and AdaDelta, E[g^2]_t, is one quantity
_MEAN_SQUARE = rarely(
    r"\[\s?(\\?(?:Delta|nabla|Δ|∇)?\s?\\?[^\W\d_]{1,6})(?:_\{?\w\}?)?\s?(?:\^\s?\{?2\}?|²)\s?\]"
)


_FACTORS = frozenset("tdeyox")  # what stands glued behind a learning rate: ηex1, αtx2
MOST_GLUED = 3
_WORD_NUMBER = re.compile(r"\d{1,3}(?![.,]?\d)")
_INDEX_PAIR = frozenset("ijklmnt")


def mark_token(text: str, at: int, end: int, last: Token) -> Token | None:
    """A word behind a name that says which one is meant: ``w1_new``, ``w(old)``, ``net_in``."""
    apart = at - last.end
    if not apart and text[at] == "T" and last.value in ("w", "W") and not text[at + 1 : at + 2].isalnum():
        return Token(POWER, "T", at, at + 1)
    if apart > 1 or (last.kind == NUMBER and apart):
        return None
    match = _MARK.match(text, at, end)
    if match and (text[at] != "(" or match[0].endswith(")")):
        return Token(POWER, f"mark:{match[1].lower()}", at, match.end())
    opens = at if text[at] == "(" else at + 1
    match = None
    if text[opens : opens + 1] == "(" and text[opens + 1 : opens + 2] in _MARKS_APART_BEGIN:
        match = _MARK_APART.match(text, at, end)
    if match:
        return Token(POWER, f"mark:{match[1].lower()}", at, match.end())
    word = _SUBSCRIPT_WORD.match(text, at, end) if not apart and last.kind != NUMBER else None
    if word and _LETTERS.fullmatch(word[1]) and not (len(word[1]) == 2 and set(word[1]) <= _INDEX_PAIR):
        return Token(POWER, f"mark:{word[1]}#{word[2]}", at, word.end())
    return None


def derivative_token(text: str, at: int, end: int) -> Token | None:
    """``∂L/∂w_1``, ``dL/dw1``: one quantity; ``∂/∂w (...)``, of nothing, derives what stands in the brackets."""
    if text[at] not in _SLOPE_SIGNS:
        return None
    operator = (
        _DERIVING.match(text, at, min(end, at + 20)) if text[at + 1 : at + 3].lstrip()[:1] == "/" else None
    )
    if operator is not None:
        variable = GREEK.get(operator[1], operator[1])
        return Token(
            DERIVATIVE, f"|{variable}|{operator[2] or _plain(operator[3] or '')}", at, operator.end()
        )
    match = _DERIVATIVE.match(text, at, min(end, at + 40))
    if match is None or (text[at] == "d" and not text[at + 1 : at + 2].isalpha()):
        return None
    of, variable = (
        _ACCENTED.get(name, _plain_accent(GREEK.get(name, name))) for name in (match[1], match[2])
    )
    letter = match[3] or _plain(match[4] or "")
    if not letter and variable[-1] in "ij" and Role.WEIGHT in roles_of(variable[:-1]):  # dL/dwj
        variable, letter = variable[:-1], variable[-1]
    return Token(DERIVATIVE, f"{of}|{variable}|{letter}", at, match.end())


def _plain_accent(name: str) -> str:
    """A letter under a combining hat by the name that a hat of its own has."""
    return f"hat:{name[0]}" if name.endswith("\u0302") else name


def _plain(subscripts: str) -> str:
    return "".join(SUBSCRIPTS.get(char, char) for char in subscripts)


def name_token(text: str, at: int, end: int, latex: bool) -> Token:
    """Letters: a symbol, a known word, or a word that means nothing to us."""
    match = _LETTERS.match(text, at, min(end, at + 80))
    if match is None:
        return Token(WORD, text[at], at, at + 1)
    run, stop = match[0], match.end()
    squared = _MEAN_SQUARE.match(text, stop, end) if run == "E" and text.startswith("[", stop) else None
    if squared is not None:
        return Token(NAME, f"E[{squared[1]}²]", at, squared.end())
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
        return numbered_name(text, _ACCENTED[run[0]], at, at + 1, end)
    if latex:
        escaped = _ESCAPED_SNAKE.match(text, at, end) if text.startswith("\\_", stop) else None
        if escaped is not None:  # global\_step
            return Token(NAME, escaped[0].replace("\\", "").lower(), at, escaped.end())
        if run in known_words():
            return Token(NAME, run, at, stop)
        if len(run) > 3 and run.lower() in FUNCTIONS and _ARGUMENT.match(text, stop, end):  # Sigmoid(z)
            return Token(NAME, run.lower(), at, stop)
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
    behind = text[at + len(run) : at + len(run) + 1]
    joined = _JOINED.match(text, at + len(run), end) if behind == "_" else None
    name = run + (joined[0] if joined else "")
    stop = at + len(name)
    if len(run) == 1 and joined and joined[0] == "_hat" and name not in known:  # m_hat
        return numbered_name(text, f"hat:{run}", at, stop, end)
    if run in _HATTED:
        return numbered_name(text, f"hat:{run[0]}", at, stop, end)
    slope = _ATTRIBUTE.match(text, stop, end) if behind == "." or behind.isdecimal() else None
    if slope is not None:  # weight.grad
        return Token(DERIVATIVE, f"L|{run}|{slope[1] or ''}", at, slope.end())
    if run.lower() in ("sigmoid", "logistic") and text[stop : stop + 3].strip(" ")[:1].isdigit():
        return Token(WORD, run, at, stop)  # the sigmoid 1/(1 + e^-z)
    if FUNCTIONS.get(run.lower()) == "step" and _SYMBOL_BEHIND.match(text, stop, end):
        return Token(WORD, run, at, stop)  # seuil θ = 0.5: the threshold, and not the function
    if run == "in" and _WORD_BEHIND.match(text, stop, end):
        return Token(WORD, run, at, stop)  # no input, but where
    if run in _COUNTED and (
        _TIMES_BEHIND.match(text, stop, end) or _RAISED_TO.search(text, max(at - 6, 0), at)
    ):
        return Token(NAME, run, at, stop)  # 0.5^(epoch/10)
    if run == "step" and _COUNTED_BEHIND.match(text, stop, end):
        return Token(WORD, run, at, stop)  # 0.4/k in step k = 1, 2, 3
    if run == "lambda" and not joined and _FUNCTION_OF_CODE.match(text, stop, end) is None:
        return Token(NAME, run, at, stop)
    if run in "oO" and _PUT.match(text, stop, end):  # o/p
        return Token(NAME, "output", at, stop + 2)
    if run in ("sum", "Sum", "SUM") and (
        text[stop : stop + 1] in ("_", "(") or is_summed(text, at, stop, end)
    ):
        listed = behind == "(" and is_of_numbers(text, stop)
        return Token(NAME, "fn:sum", at, stop) if listed else Token(COMMAND, "sum", at, stop)
    if run.lower() in _ACTIVATING and text[stop : stop + 1] == "(" and _APPLIED.match(text, stop, end):
        return Token(NAME, "activation", at, stop)
    underscored = _UNDERSCORED.match(text, at, end) if not joined and text[stop : stop + 1] == "_" else None
    if underscored and underscored[0].lower() in known:
        return numbered_name(text, underscored[0].lower(), at, underscored.end(), end)
    if not joined and len(run) > 2:
        second = _SECOND_WORD.match(text, stop, end)
        if second and f"{run}_{second[1]}".lower() in known:
            return numbered_name(text, f"{run}_{second[1]}".lower(), at, second.end(), end)
    counted = (
        split_index(text, at, end, run) if run[-1] in "ijb" and name == run and run not in known else None
    )
    if counted is not None:  # di - yi
        return Token(NAME, "#".join(counted), at, stop)
    programmed = SNAKE_CASE.match(text, at, end)
    if programmed is not None and run in FUNCTIONS:  # min_lr, step_size
        return numbered_name(text, programmed[0].lower(), at, programmed.end(), end)
    if run[-1] >= _FIRST_IDEOGRAPH and not joined and _SYMBOL_BEHIND.match(text, stop, end):
        return Token(WORD, run, at, stop)  # 偏置 b = 0.1 says in words what the symbol is
    if name in known or name.replace("_", "") in known or (joined and len(run) <= 6):
        return numbered_name(text, name, at, stop, end)
    if len(run) > 3 and name.lower() in known:
        return numbered_name(text, name.lower(), at, stop, end)
    if run[-1] >= _FIRST_IDEOGRAPH and not joined and run.endswith(_COPULAS):  # 学习率为0.1
        name = run.removesuffix(next(word for word in _COPULAS if run.endswith(word)))
        if name in known or (len(name) == 1 and name.isascii() and _VALUE.match(text, stop, end)):
            return Token(NAME, name, at, at + len(name))
    if len(run) == 1:
        return (
            Token(WORD, run, at, stop)
            if run in _LONE_WORDS
            or run >= _FIRST_IDEOGRAPH
            or (run in _SHORT_WORDS and _is_between_words(text, at, stop, end))
            else numbered_name(text, run, at, stop, end)
        )
    if programmed is not None:  # decay_rate
        return numbered_name(text, programmed[0].lower(), at, programmed.end(), end)
    if len(run) == 2 and at and text[at - 1] == "_" and set(run) <= _INDEX_PAIR:
        return Token(NAME, run, at, stop)
    if run in _SLOPES:
        return Token(NAME, run, at, stop)
    if run in _TRANSPOSED and not behind.isalnum():
        return Token(NAME, run[0], at, at + 1)
    glued = run[0] in "wWbB" and 4 <= len(run) <= 5 and _GLUED_MARK.match(text, at, end)
    if glued and (run != "bold" or _WORDS_TOO.match(text, at, end)):
        return Token(NAME, run[0], at, at + 1)
    if run in _GLUED or (at and text[at - 1] in GREEK and len(run) <= MOST_GLUED and set(run) <= _FACTORS):
        return Token(NAME, run[0], at, at + 1)
    if len(run) == 2 and run[0] in "wxzWX" and run[1] in "ij":
        return Token(NAME, f"{run[0]}#{run[1]}", at, stop)
    # digits glued to a word of an alphabet belong to a name that is not known; 输出为1 tells a value
    number = _WORD_NUMBER.match(text, stop, end) if run[-1] < _FIRST_IDEOGRAPH else None
    return Token(WORD, run, at, stop if number is None else number.end())


def _is_between_words(text: str, at: int, stop: int, end: int) -> bool:
    """Whether a letter stands between a word or a number and a name with an index that is told a value: ``začneme s w_1 = 0.4``."""
    apart = at > 2 and text[at - 1] == " "
    prose = apart and (text[at - 2].isdigit() or (text[at - 2].isalpha() and text[at - 3].isalpha()))
    return prose and _NUMBERED_BEHIND.match(text, stop, end) is not None


def numbered_name(text: str, name: str, at: int, stop: int, end: int) -> Token:
    """A name with the digits glued to it: ``w1``."""
    digits = _LONE_INDEX.match(text, stop, end)
    return Token(NAME, f"{name}#{digits[0]}" if digits else name, at, digits.end() if digits else stop)
