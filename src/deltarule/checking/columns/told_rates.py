"""Lengths of steps that a document tells by no usual name of a learning rate: in its rule for the step, or behind the word for one.

``x_{k+1} = x_k - h f'(x_k)`` with ``h = 0.2`` somewhere; ``passo h = 0.2``; ``move by -0.1 U'(x)``.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Negative, Number, Product, Sum, Symbol
from deltarule.checking.origins.functions import slope_variable
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.written import parse_number

MAX_TEXT = 20_000  # characters in which words for a step are looked for
_NUMBER = r"(\d{0,3}(?:[.,]|\{,\})?\d{1,9})(?![\d.,]*\d)"
_STEP = rarely(
    r"(?:\bstep(?:size)?\b|\bschritt\w{0,12}|\bpass?o\b|\bpas\b|\bkrok\w{0,4}|\bsteg\w{0,8}|\bstap\w{0,8}|\badım|\bшаг\w{0,3}|\bкрок\w{0,3}|步长|ステップ幅|刻み幅|보폭)"
    rf"[^.;:\n\d=]{{0,30}}=\s?\$?{_NUMBER}",
    2,  # re.IGNORECASE
)
_STEMS = (
    "step",
    "schritt",
    "pas",
    "krok",
    "steg",
    "stap",
    "adım",
    "шаг",
    "крок",
    "步长",
    "ステップ幅",
    "刻み幅",
    "보폭",
)
_TIMES_SLOPE = rarely(
    rf"(?:[-−–]\s?){_NUMBER}\s?(?:[·*×]|\\cdot|\\times|\\,)?\s{{0,3}}(?:[A-Za-z]\s?(?:['′’]|\\prime|\^\{{?\\prime)|∇|\\nabla|\\frac\{{[d∂\\])"
)


def told_rates(document: Document) -> Iterator[Fraction]:
    """The lengths of steps, in the order of how plainly they are told."""
    yield from _in_rules(document.items)
    start = document.extent.start if document.extent is not None else 0
    text = document.text[start : start + MAX_TEXT]
    lower = text.lower()
    found = list(_STEP.finditer(text)) if any(stem in lower for stem in _STEMS) else []
    if "'" in text or "′" in text or "prime" in text or "∇" in text or "nabla" in text or "\\frac" in text:
        found += _TIMES_SLOPE.finditer(text)
    for match in found:
        try:
            value = parse_number(match[1].replace("{,}", ".").replace(",", ".")).value
        except InputError:
            continue
        if value > 0:
            yield value


def _in_rules(items: Sequence[object]) -> Iterator[Fraction]:
    """By what a stated step multiplies a slope: a number, or a letter with the number told for it."""
    claims = [item for item in items if isinstance(item, Claim) and isinstance(item.subject, Symbol)]
    letters: list[str] = []
    for claim in claims:
        for body in (claim.formula, *(link.expr for link in claim.links)):
            for factor in _steps(claim.subject, body):
                if isinstance(factor, Number):
                    yield factor.value
                elif isinstance(factor, Symbol) and factor.name not in letters:
                    letters.append(factor.name)
    for claim in claims if letters else ():
        assert isinstance(claim.subject, Symbol)
        if claim.subject.name in letters and claim.links and claim.subject.index in ((), (0,)):
            written = as_number(claim.links[-1].expr)
            if written is not None and written.value > 0:
                yield written.value


def _steps(subject: Expr | None, body: Expr | None) -> Iterator[Expr]:
    """What multiplies the slope in ``x - h f'(x)``, where the left side is x too."""
    if not isinstance(body, Sum) or not isinstance(subject, Symbol):
        return
    if not any(isinstance(term, Symbol) and term.name == subject.name for term in body.terms):
        return
    for term in body.terms:
        product = term.arg if isinstance(term, Negative) else None
        if isinstance(product, Product) and any(map(_is_slope, product.factors)):
            rest = [factor for factor in product.factors if not _is_slope(factor)]
            yield from rest[: len(rest) == 1]


def _is_slope(factor: Expr) -> bool:
    if isinstance(factor, Apply):
        return factor.function.endswith("'")
    return isinstance(factor, Symbol) and slope_variable(factor) is not None
