"""Momentum, weight decay, a shrinking learning rate and the length of a step that are told in words alone: ``momentum 0.9``.

What is told with a sign, ``momentum = 0.9``, is a claim like any other.
"""

import re
from collections.abc import Iterator

from deltarule.algebra.expr import Number, Symbol
from deltarule.document import Claim, Link
from deltarule.notation import TOLD_DECAY, TOLD_FACTOR, TOLD_MOMENTUM
from deltarule.rarely import rarely
from deltarule.spans import Span
from deltarule.written import parse_number

_NUMBER = r"\$?(\d?[.,]\d{1,6}|0\{,\}\d{1,6})(?![\d.,]*\d)\$?"
_OF = r"(?:\s(?:of|de|von|di|equal\sto|is|mit|with|при|равен|равна|为))?\s{0,2}"
_REMARK = r"(?:\s?\([^()\n]{1,24}\))?"
_MOMENTUM = rarely(
    rf"(?:\bmomentum(?!\s?[=:])|\bmomento|\bмомент(?:ум)?|动量|モメンタム|慣性項)(?:\s?(?:term|coefficient|factor|parameter|rate|faktor|parâmetro|系数|因子|係数))?{_REMARK}{_OF}{_NUMBER}",
    re.IGNORECASE,
)
_DECAY = rarely(
    rf"(?:weight\sdecay|\bL2(?:[- ]?(?:regulari[sz]ation|penalty))?|gewichts(?:abnahme|zerfall)|(?:régularisation|regularización|regularização|regolarizzazione)\sL2"
    rf"|décroissance\sdes\spoids|deca[di]i?miento(?:\sde(?:\slos)?\spesos)?|decaimento(?:\sd[eo]s?(?:\sos)?\spesos)?|decadimento(?:\sdei\spesi)?"
    rf"|затухани[ея]\sвесов|权重衰减|重み減衰){_REMARK}{_OF}{_NUMBER}",
    re.IGNORECASE,
)
_RATE = r"(?:learning\srate|step\ssize|lernrate|schrittweite|\btaux(?:\sd.apprentissage)?|\btasa(?:\sde\saprendizaje)?|\btaxa(?:\sde\saprendizage[mn])?|\btasso(?:\sdi\sapprendimento)?|скорость\sобучения|学习率|学習率)"
_TIMES = r"(?:multipli\w{1,8}|moltiplic\w{1,6}|умнож\w{1,6}|乘以|倍)"
_EPOCH = r"(?:epoch|epoche|époque|época|epoca|эпох\w?|エポック|轮|周期|iteration|itération|iteración|iteração|durchlauf|pass)"
_FACTOR = rarely(
    rf"(?:{_EPOCH}[^.;\n\d]{{0,12}})?{_RATE}[^.;\n\d]{{0,40}}(?:{_TIMES}[^.;\n\d]{{0,12}}{_NUMBER}|{_NUMBER}\s?{_TIMES})(?:[^.;\n\d]{{0,24}}{_EPOCH})?",
    re.IGNORECASE,
)
_STEMS = ("moment", "момент", "动量", "モメン", "慣性", "decay", "l2", "gewichts", "décroi", "deca", "затух", "减", "減", "ultipli", "oltipli", "множ", "乘以", "倍")  # fmt: skip


# a step of so much is the learning rate where nothing else is one
_STEP = rarely(
    r"(?:\bstep|\bSchritt|\bpaso|\bpasso|\bpas\s(?:de)?|\bkrok|шаг(?:ом)?|步长|ステップ幅?)\s{0,2}\$?(0(?:[.,]|\{,\})\d{1,6})(?![\d.,]*\d)\$?",
    re.IGNORECASE,
)
_RATED = rarely(rf"{_RATE}|\b(?:lr|rate|eta|alpha|rho)\b|[ηαρ]|\\eta|\\alpha|\\rho", re.IGNORECASE)
MAX_TEXT = 200_000  # characters that are searched: settings are told before they are worked with
_STEPPING = ("step", "schritt", "pas", "krok", "шаг", "步长", "ステップ")


def told_settings(text: str) -> Iterator[tuple[Span, Claim]]:
    """Settings that words alone tell, each with the phrase that does."""
    lower = text[:MAX_TEXT].lower()
    if any(stem in lower for stem in _STEPPING) and _RATED.search(text, 0, MAX_TEXT) is None:
        found = _STEP.search(text, 0, MAX_TEXT)
        if found is not None:
            yield _told("step_size", found)
    if not any(stem in lower for stem in _STEMS):
        return
    for name, phrase in ((TOLD_MOMENTUM, _MOMENTUM), (TOLD_DECAY, _DECAY), (TOLD_FACTOR, _FACTOR)):
        found = phrase.search(text, 0, MAX_TEXT)
        if found is None or (name == TOLD_FACTOR and not re.search(_EPOCH, found[0], re.IGNORECASE)):
            continue
        yield _told(name, found)


def _told(name: str, found: re.Match[str]) -> tuple[Span, Claim]:
    """A phrase with the claim that it makes."""
    group = next(k for k, each in enumerate(found.groups(), 1) if each is not None)
    written = parse_number(found[group].replace("{,}", ".").replace(",", "."))
    span, number = Span(found.start(), found.end()), Span(found.start(group), found.end(group))
    line = found.string.count("\n", 0, span.start) + 1
    value = Number(written.value, written, span=number)
    return span, Claim(span, line, Symbol(name, span=span), (Link("=", value, number),))
