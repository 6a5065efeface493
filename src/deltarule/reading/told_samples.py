r"""Samples that are told one by one, each with its target behind an arrow or a word: ``x = (1, 2), target 3``, ``(0, 1) → 1``.

Read from the text, as the names, brackets and words around the numbers differ from author to author; what matters is that a
run of numbers is followed by the sign of a target and one number more.
"""

import re
from collections.abc import Iterator

from deltarule.rarely import rarely
from deltarule.reading.characters import normalised
from deltarule.reading.told_data import MAX_TOLD, ToldData
from deltarule.written import Written, parse_number

MAX_INPUTS = 12
_LAYOUT = rarely(r"\\(?:left|right|,|;|!|:|quad|qquad|ldots|dots|displaystyle)(?![A-Za-z])|\*\*|\$|\\[()]")
_OPENS = rarely(r"\\(?:begin\{[pb]matrix\}|lbrack|\{)")
_CLOSES = rarely(r"\\(?:end\{[pb]matrix\}|rbrack|\})")
# x_{11} =, x₁₂ =, x^{(1)}_2 =, x1 =, \mathbf{x}_1 =
_NAME = rarely(
    r"(?<![A-Za-z\\])(?:\\(?:mathbf|vec|boldsymbol|hat|bar)\{?\s?)?([A-Za-z])\}?(?:_\{?[\d, ]{1,6}\}?|\^\{?\(?\d{1,3}\)?\}?|[₀-₉,⁽⁾⁰¹²³⁴-⁹]{1,6}|\d{1,3}){0,3}\s?[=:]"
)
_DOT = r"[-+−]?(?:\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})(?!\.?\d)"
_COMMA = r"[-+−]?\d{1,9}(?:[.,]\d{1,9})?(?!\d)"
_AND = r"and|und|et|y|e|en|i|и|og|och"
_WORDS = (
    r"targets?|labels?|class(?:/target)?|desired(?:\s(?:output|value))?|expected(?:\s(?:output|value))?|Soll(?:wert|ausgabe)?|Ziel(?:wert)?|"
    r"cible|sortie\s(?:désirée|attendue)|étiquette|objetivo|(?:salida\s)?desead[ao]|etiqueta|alvo|(?:saída\s)?desejad[ao]|rótulo|"
    r"tavoite(?:arvo)?|haluttu|målv(?:ärde|erdi)|mål|ønsket|önskad|doel(?:waarde)?|gewenst(?:e)?|cel|pożądan\w{1,2}|oczekiwan\w{1,2}|cíl|požadovan\w{1,2}|"
    r"cél(?:érték)?|elvárt|hedef|istenen|beklenen|țint[ăa]|dorit|στόχος|επιθυμητή|требуется|ожидается|ціль|бажан\w{1,3}|mục\stiêu|nhãn|लक्ष्य|เป้าหมาย|목표값?|정답|"
    r"الهدف|هدف|יעד|מטרה|obiettivo|(?:uscita\s)?(?:attes|desiderat)[ao]|etichetta|цел(?:ь|евое\sзначение)|ответ|метка|目标值?|标签|期望输出|目標値?|教師(?:信号|データ)?|正解|ラベル"
)
_SAYS = r"(?:\(?[A-Za-z]=\s?|is\s|ist\s|es\s|é\s|est\s|è\s|[:=]\s?)?"
_ARROW = r"(?:-+>|→|⇒|=+>|\\(?:to|mapsto|rightarrow)\b)"
_JOINED = r"[\s,;.:|&]{0,6}(?:[^\W\d_]{1,4}\s){0,3}"  # and the
_SIGN = rf"{_JOINED}(?:(?:{_WORDS})\s?{_SAYS}|{_ARROW}\s?(?:(?:{_WORDS})\s?{_SAYS}|[tydTYD]=)?)\s{{0,3}}"
_LETTER = rf"{_JOINED}[tydTYD]=\s{{0,3}}"  # which may be anything, unless inputs are named or bracketed in front of it


def _samples(number: str, between: str) -> re.Pattern[str]:
    # atomic: what stands between two numbers, and a number, are read in one way only, or n numbers had 2ⁿ readings
    inputs = rf"(?>{number})(?:(?>{between})(?>{number})){{0,{MAX_INPUTS - 1}}}"
    nested = rf"(?<=[(\[⟨])\s?[(\[]\s?({inputs})\s?[)\]]\s?[,;]\s?({number})\s?(?=[)\]⟩])"
    ends = r"(?!\s?[*/+·×^=\d]|[.,]\d)"
    marked = rf"(?<![\w.,*/+^-])({inputs})\s?[)\]]?{_SIGN}[(\[]?({number}){ends}"
    named = rf"(?:(?<=[(\[⟨])|(?<=[xX]=)|(?<=[xX]=\s))({inputs})\s?[)\]⟩]?{_LETTER}[(\[]?({number}){ends}"
    return rarely(rf"{nested}|{marked}|{named}")


_BETWEEN = rf"\s?(?:[,;&]|\\\\|\s(?:{_AND})\s|\s)\s{{0,3}}(?:[xX]=\s?)?"
_WITH_POINTS = _samples(_DOT, _BETWEEN)
_WITH_COMMAS = _samples(_COMMA, rf"(?:\s?;|,\s|\s(?:{_AND})\s|\s)\s{{0,3}}(?:[xX]=\s?)?")
_EACH_POINT, _EACH_COMMA = rarely(r"(?<![\d.])" + _DOT), rarely(r"(?<![\d,])" + _COMMA)


MAX_TEXT = 100_000  # characters that are searched: data are told before they are worked with


def told_samples(text: str) -> Iterator[ToldData]:
    """The samples of a text, their numbers with decimal points, or with commas where there are such."""
    bare = _bare(text)
    yield from _told(_WITH_POINTS, _EACH_POINT, bare)
    if "," in bare:
        yield from _told(_WITH_COMMAS, _EACH_COMMA, bare)


def _bare(text: str) -> str:
    """A text without what only lays out its mathematics, and with names that have no index."""
    text = normalised(text).replace("{,}", ",")
    text = _CLOSES.sub("]", _OPENS.sub("[", _LAYOUT.sub("", text)))
    return _NAME.sub(lambda found: f"{found[1]}=", text)


def _told(samples: re.Pattern[str], number: re.Pattern[str], text: str) -> Iterator[ToldData]:
    rows: list[tuple[Written, ...]] = []
    targets: list[Written] = []
    for found in samples.finditer(text, 0, MAX_TEXT):
        inputs, target = (group for group in found.groups() if group is not None)
        row = tuple(_written(each[0]) for each in number.finditer(inputs))
        if rows and len(row) != len(rows[0]):
            return  # not one kind of statement
        rows.append(row)
        targets.append(_written(target))
        if len(rows) == MAX_TOLD:
            break
    if rows:
        yield ToldData(tuple(rows), tuple(targets), None)


def _written(text: str) -> Written:
    return parse_number(text.replace(",", ".").replace("−", "-").lstrip("+"))
