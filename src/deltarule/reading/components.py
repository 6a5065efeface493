"""Tags of pages that are put together from components, with the mathematics in them: ``<InlineMath math="x = 1" />``.

A formula is an attribute of such a tag, or stands between two of them, often as the text of a program. It is put between
dollars in its place, and the rest is blanked out. Every change keeps the length of the text.
"""

import re

from deltarule.rarely import rarely

_TEXT = r"\"[^\"]{0,2000}\"|'[^']{0,2000}'|\{\s{0,40}(?:String\.raw)?`[^`]{0,2000}`\s{0,40}\}|\{\"[^\"\n]{0,2000}\"\}|\{'[^'\n]{0,2000}'\}"
_ATTRIBUTE = rf"\s{{1,40}}[@:]?[A-Za-z][\w:.-]{{0,40}}\s?=\s?(?>{_TEXT}|\{{[^{{}}\n]{{0,200}}\}})"
_FLAG = r"\s{1,40}[A-Za-z][\w:-]{0,40}(?=[\s/>])"
_WITH_ATTRIBUTES = rarely(
    rf"<([A-Za-z][\w.-]{{0,40}})((?:{_FLAG}){{0,3}}{_ATTRIBUTE}(?:{_ATTRIBUTE}|{_FLAG}){{0,12}}+)\s{{0,40}}/?>"
)
_CLOSING = rarely(r"</[A-Za-z][\w.-]{0,40}>")
_BETWEEN = rarely(
    rf"(<[\w.-]{{1,40}}(?:{_ATTRIBUTE}|{_FLAG}){{0,8}}+\s{{0,40}}>\s{{0,80}})({_TEXT})(?=\s{{0,80}}</([\w.-]{{1,40}})>)"
)
_SPAN = rarely(  # of a page that a converter made: the formula has no signs of its own around it
    r"<span class=\"math (?:inline|display)\">(?!\s{0,8}(?:\\[(\[]|\$|\\begin))([^<$]{1,400})</span>"
)
_OF_MATHS = rarely(r"katex|math|latex|tex(?!t)|formula|equation", re.IGNORECASE)
_FORMULA = rarely(
    rf"\b(?:formula|math|tex|latex|expression|expr|equation|eq|source|children|content|value)\s?=\s?({_TEXT})"
)
_NOT_NEWLINE = rarely(r"[^\n]")


def without_components(text: str) -> str:
    """Return `text` with tags that have attributes blanked out, and the formulas of those that set mathematics between dollars."""
    if "=" not in text and "{" not in text:
        return text
    if "{`" in text or "{String.raw" in text or '{"' in text:
        text = _BETWEEN.sub(_inside, text)
    return _CLOSING.sub(_blank, _WITH_ATTRIBUTES.sub(_tag, text))


def with_dollars(text: str) -> str:
    """Return `text` with the formulas that tags are set around between dollars: ``<span class="math inline">x = 1</span>``."""
    return _SPAN.sub(_spanned, text)


def _spanned(match: re.Match[str]) -> str:
    """A formula of one row that stands between tags, between dollars; one of several rows is read by its rows."""
    if "\\\\" in match[1]:
        return match[0]
    opening = match.start(1) - match.start()
    return "$".rjust(opening) + match[1] + "$".ljust(len("</span>"))


def _inside(match: re.Match[str]) -> str:
    """What stands between two tags of mathematics, as a formula."""
    if not match[2].startswith("{") or not _OF_MATHS.search(match[3]):
        return match[0]
    return _NOT_NEWLINE.sub(" ", match[1]) + _formula(match[2])


def _tag(match: re.Match[str]) -> str:
    """A tag without anything but its formula."""
    formula = _FORMULA.search(match[2]) if _OF_MATHS.search(match[1]) else None
    blank = _blank(match)
    if formula is None:
        return blank
    first = match.start(2) - match.start() + formula.start(1)
    return blank[:first] + _formula(formula[1]) + blank[first + len(formula[1]) :]


def _formula(quoted: str) -> str:
    """A quoted formula between dollars, as long as before."""
    first = next(k for k, sign in enumerate(quoted) if sign in "`\"'")
    last = quoted.rindex(quoted[first])
    return "$".rjust(first + 1) + quoted[first + 1 : last] + "$".ljust(len(quoted) - last)


def _blank(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])
