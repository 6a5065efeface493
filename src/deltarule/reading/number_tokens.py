"""Numbers as people write them: points and commas, groups of thousands, exponents, scales, stray blanks."""

import re
from fractions import Fraction
from functools import lru_cache

from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.reading.token import (
    COMMAND,
    NUMBER,
    Habits,
    Token,
)
from deltarule.written import MAX_DIGITS, Written, parse_number

DIGITS_WITH_POINT = r"(?:\d+(?:\.\d+)?|\.\d+)"
PLAIN_NUMBER = re.compile(DIGITS_WITH_POINT)
_COMMA_NUMBER = rarely(r"\d+(?:,\d+)?|,\d+")


# the other decimal sign, for a printout among prose or a line from elsewhere: what can be no group of thousands and no list
_POINT_AMONG_COMMAS = rarely(r"(?:0{1,40}\.\d{1,40}|\d{1,40}\.(?:\d{4,40}|\d{1,2}))(?!\d|[.,]\d)")
_COMMA_AMONG_POINTS = rarely(r"(?:0,\d{1,40}|\d{1,40},(?:\d{4,40}|\d{1,2}))(?!\d|[.,]\d)")
_ALONE = rarely(r"\([-−]? ?\d{1,6},\d{1,6}\)")
_BEFORE_IT = rarely(r"(?<![\w.,(\[{])\d{1,6},\d{1,6}(?![\d.,)\]])")
_LONGEST_LINE = 200
_POINT_LOST = re.compile(r"0\d{3,12}")
_EXPONENT = re.compile(r"(?:[eE][+-]?\d{1,6}|D[+-]\d\d)(?!\w|\.\d)")  # 6.72D+00, as Fortran prints it
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,|\{,\}|\\,|\u2009|')\d{3})+(?![\d])")
_DOT_THOUSANDS = rarely(r"\d{1,3}(?:(?:\.|\\,|\u2009|')\d{3}){1,40}(?=,)")  # twice as many digits as are read
_SPACED_NUMBER = re.compile(r"\d+ ?\. ?\d+")
_SPACED_DIGITS = rarely(r"\d(?: ?\d)*(?: ?\. ?\d(?: ?\d)*)?")
_STRAY_BLANK = re.compile(r"0\. \d{2,12}(?![\w.])")
_BRACED_COMMA = re.compile(r"\d+\{,\}\d+")
_TRAILING_POINT = re.compile(r"\d+\.(?=\s*[-+*/)\]=≈×·])")
_TRAILING_POINT_IN_LIST = rarely(r"\d+\.(?=[\s,;)\]])")


# a number with nothing behind it that could belong to it
_NOTHING_MORE = r"(?= ?(?:[-+*/)=^}&|$:;≈<>(_]|\\(?:cdot|times|quad|approx|right)(?![a-z])|\\\\)|\n|,[ $]|\Z)"
_SIMPLE_NUMBER = re.compile(rf"\d{{1,40}}(?:\.\d{{1,40}})?{_NOTHING_MORE}")
_SIMPLE_COMMA = rarely(rf"\d{{1,40}}(?:(?:,|\{{,\}})\d{{1,40}})?{_NOTHING_MORE}")
_SIMPLE_BRACED = rarely(rf"\d{{1,40}}(?:\{{,\}}\d{{1,40}})?{_NOTHING_MORE}")
_REPEATING = re.compile(r"(\d{0,20})\.(\d{0,20})\\(?:overline|bar|dot)\s?\{(\d{1,12})\}")
_DECIMALS = rarely(r"\.\d+")
_COMMA_DECIMALS = rarely(r",\d+")
_SCALES = {"k": 3, "K": 3, "M": 6}  # 150k, 22,500M
# 34.7 million
SPELLED_SCALES = {
    "thousand": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9, "tausend": 3, "millionen": 6, "milliarden": 9,
    "тысяч": 3, "тыс": 3, "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6, "миллиард": 9, "млрд": 9, "mille": 3, "milliard": 9,
    "millón": 6, "millones": 6, "milhão": 6, "milhões": 6, "mil": 3, "mln": 6, "bn": 9, "milioni": 6, "juta": 6, "milyon": 6,
}  # fmt: skip
_WORD = rarely(r" {1,2}([^\W\d_]{2,12})(?!\w|\.\w)")
_NOT_DIGITS = rarely(r"\D")
_ROMAN_EXPONENT = re.compile(r"\s?\\(?:mathrm|text)\s?\{\s?[eE]\s?\}\s?\{?\s?([+-]?\d{1,4})\}?")
_MISREAD = re.compile(r"[\dOolIS]{1,12}\.[\dOolIS]{1,12}(?![^\W_])|\d[\dOl]{1,12}(?![^\W_])")


def simple_number_of(latex: bool, habits: Habits) -> re.Pattern[str] | None:
    """What a number is in a document where nothing unusual belongs to one, and no list of numbers is open."""
    if habits.spaced or habits.dotted or habits.scaled:
        return None
    if not habits.comma:
        return _SIMPLE_NUMBER
    return _SIMPLE_BRACED if latex and habits.braced else _SIMPLE_COMMA


def misread_token(text: str, at: int, end: int) -> Token | None:
    """``O.5``, ``1l.2``: what is probably a number with a letter read for a digit is not guessed."""
    match = _MISREAD.match(text, at, end)
    if match is None or match[0].replace(".", "").isdigit() or not any(char.isdigit() for char in match[0]):
        return None
    if text[at - 1 : at].isalnum() and at:
        return None
    return Token(COMMAND, f"misread:{match[0]}", at, match.end())


def number_token(text: str, at: int, end: int, latex: bool, habits: Habits, listed: bool) -> Token | None:
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
        digits, stop = digits + exponent[0].replace("D", "e"), exponent.end()
    elif latex:
        roman = _ROMAN_EXPONENT.match(text, stop, end)
        if roman:
            digits, stop = f"{digits}e{roman[1]}", roman.end()
    if len(digits) > 4 * MAX_DIGITS:
        raise InputError(f"a number of {len(digits)} characters", f"write at most {MAX_DIGITS} digits")
    if not latex and text[stop : stop + 1] == " ":
        word = _WORD.match(text, stop, end)
        shift = 0 if word is None else SPELLED_SCALES.get(word[1].lower(), 0)
        if word is not None and shift:
            return _scaled(digits, text, at, word.end(), shift)
    if text[stop : stop + 1] in scales and not text[stop + 1 : stop + 2].isalnum():
        return _scaled(digits, text, at, stop + 1, scales[text[stop]])
    return Token(NUMBER, digits, at, stop, parsed_number(digits))


def _scaled(digits: str, text: str, at: int, stop: int, shift: int) -> Token:
    """A number with its scale behind it: ``34.7 million``, ``150k``."""
    written = parsed_number(digits)
    scaled = Written(text[at:stop], written.value * 10**shift, written.places - shift)
    return Token(NUMBER, digits, at, stop, scaled)


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
    match = (_COMMA_NUMBER if bare else PLAIN_NUMBER).match(text, at, end)
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
    if not habits.mixed:
        return None
    inside = listed or text[max(0, at - 4) : at].rstrip(" -−")[-1:] in tuple("([{,")
    if inside and not _is_factor(text, at):
        return None
    return _COMMA_AMONG_POINTS.match(text, at, end)


def _is_factor(text: str, at: int) -> bool:
    """``0,2 + (0,5)(-1,45)``: a number alone in brackets that are multiplied, behind one with a comma on the same line."""
    opening = text.rfind("(", max(0, at - 3), at)
    if opening < 1 or _ALONE.match(text, opening) is None:
        return False
    line = max(text.rfind("\n", 0, opening) + 1, opening - _LONGEST_LINE)
    before = text[line:opening].rstrip(" ")
    return before[-1:] in tuple("+-−*·×)") and _BEFORE_IT.search(before) is not None


@lru_cache(maxsize=8192)
def parsed_number(digits: str) -> Written:
    """Digits in the common form as a number; a point that was lost behind a leading zero is put back."""
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
