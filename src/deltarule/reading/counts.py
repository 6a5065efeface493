"""How many samples of an epoch were wrong: ``Errors in Epoch 2: 3``, ``error count = 2``."""

import re

from deltarule.algebra.expr import Number, Symbol
from deltarule.document import Claim, Link
from deltarule.naming import COUNTED
from deltarule.rarely import rarely
from deltarule.spans import Span
from deltarule.written import parse_number

# "errors: 2 Marks": what the part of an exam is worth
_WORTH = r"\s?(?:marks?|points?|pts?|credits?|puntos|pontos|punti|punkte|bodů|pkt|poin|puan|nilai|điểm|балл(?:а|ов)?|分|점|点)(?!\w)"
_COUNT = rarely(
    r"\b(?:errors|error count|mistakes|misclassifications?|errores|erreurs|erros|fehleranzahl)\b[^=:\d\n]{0,12}"
    r"(?:(?:in|of|en|de|für)?\s?(?:epoch|pass|iteration|época|epoca|époque|epoche)\s?\d{1,3}\s?)?(?:[=:]|is|was)[\s*$`]{0,4}(\d{1,3})(?![\d.,]*\d|\s?[,;]\s?[-+−]?\d"
    rf"|{_WORTH})",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:number of |no\.? of |total |total of |# ?)?(?:errors|mistakes|misclassifi\w{2,8}|wrong|errores|erreurs|erros|errori|fehler|fehleranzahl|kesalahan|ошибки|ошибок|hata sayısı)"
    r"(?: (?:in|per|of|en|por|par|pro|dans) (?:the |la |l')?(?:epoch|pass|época|epoca|époque|epoche))?(?: count)?"
)
_STEMS = ("errors", "error count", "mistake", "misclassif", "errores", "erreurs", "erros", "fehleranzahl")
_OF_SIZE = rarely(r"squared?|mean|sum|absolute|average|rms", re.IGNORECASE)


def counts_errors(text: str) -> bool:
    """Whether any line of a text may tell a number of errors."""
    lower = text.casefold()
    return any(stem in lower for stem in _STEMS)


def is_count(heading: str) -> bool:
    """Whether the heading of a column, in lower case, names a number of errors, where its rows are epochs."""
    return len(heading) < 60 and _HEADING.fullmatch(heading) is not None


def error_count(text: str, start: int, end: int, line: int) -> Claim | None:
    """The number of errors that a line tells, if it tells one."""
    match = _COUNT.search(text, start, min(end, start + 200))
    if match is None or _OF_SIZE.search(text, max(start, match.start() - 20), match.end()):
        return None
    span = Span(match.start(1), match.end(1))
    written = parse_number(match[1])
    return Claim(
        span, line, Symbol(COUNTED, span=span), (Link("=", Number(written.value, written, span=span), span),)
    )
