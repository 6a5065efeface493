"""How a document says that it rounds."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from deltarule.algebra.expr import Expr, Negative, Number
from deltarule.document import Claim, Item, Link
from deltarule.reading.lone_numbers import as_written
from deltarule.written import Written, magnitude

# by language: words for the places of a number, and words for cutting them off
_PLACES_AND_CUTS = (
    (r"(?:stellen?|ziffern?|werte|kommas?)\b", r"abgeschnitten|abschneiden|abzuschneiden"),
    (r"décimales?|chiffres|valeurs|virgule", r"tronqu|troncature"),
    (r"decimal(?:es)?\b|cifras|dígitos|valores|coma\b", r"\btrunca"),
    (r"casas?|algarismos|vírgula", r"\btrunca"),
    (r"decimal[ei]|cifr[ae]|valori|virgola", r"\btronca"),
    (r"cyfr|miejsc|przecink", r"\bobcięt|\bobcin|\bucięt|\bucin|\bodrzuc"),
    (r"цифр|разряд|десятичн|запят|знак[аи]? после|лишн[а-я]{1,3} знак", r"отбрас|отброш|обреза|усека|усечен"),
    (r"цифр|розряд|десятков|знак[аи]? після", r"відкида|відкину|обріза"),
    (r"basama|virgül|ondalık|hane", r"\batıl|\bkesil|\bkırp"),
    (r"angka|desimal|koma\b", r"dipotong|pemotongan|dibuang"),
    (r"小数|位之?[后後]", r"舍去|捨去|截去|截断|截斷|截尾"),
    (r"小数|桁", r"切り捨て"),
    (r"소수|자리", r"버림|버린|버립|절사"),
    (r"číslic|míst|desetin", r"oříznut|uříznut|useknut|odříznut"),
    (r"decimaal|decimalen|cijfers|komma", r"afgekapt|afgebroken|afkappen"),
)
_STEMS = (
    "cut off",
    "truncat",
    *(cut.removeprefix(r"\b") for _, cuts in _PLACES_AND_CUTS for cut in cuts.split("|")),
)
_SAYS = (
    r"(?:digit|decimal|place|figure|value|result|number)s?\b[^.;\n]{0,60}\b(?:cut off|truncated)\b"
    r"|\b(?:cut off|truncat(?:e|ed|ing)) (?:to|after|at) \w{1,12} (?:decimal|digit|place|figure)"
)


@lru_cache(maxsize=1)
def _cuts() -> re.Pattern[str]:
    """Digits that are cut off, in any language, whichever of the two is told first."""
    told = (
        rf"(?:{places})[^.;\n。]{{0,60}}?(?:{cuts})|(?:{cuts})[^.;\n。]{{0,40}}?(?:{places})"
        for places, cuts in _PLACES_AND_CUTS
    )
    return re.compile("|".join((_SAYS, *told)))


def cuts_off(text: str) -> bool:
    """Whether digits are said to be cut off rather than rounded."""
    lower = text.lower()
    return any(stem in lower for stem in _STEMS) and _cuts().search(lower) is not None


_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FIGURES = (
    r"\b(\d{1,2}|"
    + "|".join(_WORDS)
    + r")[ -](?:significant|signifikante|gültige|geltende) (?:figure|digit|stelle|ziffer)s?n?\b"
    r"|\b(\d{1,2}) (?:chiffres? significatifs?|cifras? significativas?|cifre significative|algarismos significativos|cyfr(?:y)? znaczących"
    r"|anlamlı (?:basama|rakam|hane)|значащих цифр|значащие цифры|знача[щч]их разряд|angka penting|angka signifikan)"
    r"|(\d{1,2}) ?(?:位有效数字|個有效數字|桁の有効数字)|有効数字 ?(\d{1,2}) ?桁"
)
_STEMS_OF_FIGURES = (
    "signifi",
    "gültige",
    "geltende",
    "znacząc",
    "anlamlı",
    "значащ",
    "penting",
    "有效数字",
    "有效數字",
    "有効数字",
)


def told_figures(text: str) -> int | None:
    """How many significant figures a document says that it keeps; None if it says nothing of the kind, or several things."""
    lower = text.lower()
    if not any(stem in lower for stem in _STEMS_OF_FIGURES):
        return None
    told = {next(filter(None, match.groups())) for match in re.finditer(_FIGURES, lower)}
    counts = {_WORDS.index(word) + 1 if word in _WORDS else int(word) for word in told}
    only = counts.pop() if len(counts) == 1 else 0
    return only if 0 < only < 16 else None


def with_figures(items: Sequence[Item], figures: int) -> list[Item]:
    """The items with what is rounded to so many figures known by its last one: the zeros of ``≈ 1200`` hold the place."""
    return [
        replace(item, links=tuple(_with_figures(link, figures) for link in item.links))
        if isinstance(item, Claim) and any(link.relation == "≈" for link in item.links)
        else item
        for item in items
    ]


def _with_figures(link: Link, figures: int) -> Link:
    written = as_written(link.expr) if link.relation == "≈" else None
    if written is None or written.places != 0 or written.value == 0 or written.value % 10:
        return link
    zeros = len(written.text) - len(written.text.rstrip("0"))
    places = max(figures - 1 - magnitude(written.value), -zeros)
    return replace(link, expr=_known_to(link.expr, places)) if places < 0 else link


def _known_to(expr: Expr, places: int) -> Expr:
    if isinstance(expr, Negative):
        return Negative(_known_to(expr.arg, places), span=expr.span)
    if isinstance(expr, Number) and expr.written is not None:
        return Number(expr.value, Written(expr.written.text, expr.written.value, places), span=expr.span)
    return expr
