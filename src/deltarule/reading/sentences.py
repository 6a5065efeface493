"""Conclusions in prose: a closed list of topics, recognised by stems in a few languages.

This reads what the author concluded, not how. A sentence in a language that is not here is
simply not a conclusion that could be checked; it is never wrong.

Most documents conclude little in words, so a document is asked once for the stems without which a topic cannot be
spoken of; its lines are then searched for the topics that are left.
"""

import re
from typing import TypeAlias

from deltarule.document import Sentence
from deltarule.rarely import rarely
from deltarule.reading.number_tokens import SPELLED_SCALES
from deltarule.spans import Span
from deltarule.written import Written, parse_number, power_of_ten

_NOT = r"(?:not|n't|never|no|nicht|kein|ne|pas|не|non|não)\s+(?:\w+\s+){0,2}"

_OF_LOSS = r"(?:\b(?:loss|error|cost|mse|sse|fehler|verlust|pérdida|erreur|erro|perda|ошибка)\b|\$\s?[JEL]\s?\$|(?<![\w$\\])[JEL]\b)[^.;:=]{0,24}?\b"
_CONDITION = re.compile(
    r"\b(?:if|when|should|would|could|until|unless|predicted\s+to|wenn|falls\s+d|si|cuando|если)\b",
    re.IGNORECASE,
)
# what stands before a word that speaks of runs in general, and not of this one
_IN_GENERAL = re.compile(
    r"\b(?:to|can|may|might|will|must|zu|kann|für|pour|para|peut|puede|pode|может"
    r"|for|of|faster|slower|quicker|better|slow|fast|rapid|help\w*|guarantee\w*|ensure\w*)\s{1,3}(?:\w{1,12}\s{1,3})?$",
    re.IGNORECASE,
)
_DIRECTIONS = frozenset({"loss-growing", "loss-falling", "diverging", "converging"})
_GROWING = (
    "grow", "grew", "increas", "rises", "rising", "larger", "bigger", "worse", "goes up", "wächst", "steigt", "crece", "aumenta",
    "augmente", "раст",
)  # fmt: skip
_FALLING = (
    "fall", "fell", "decreas", "shrink", "drop", "smaller", "lower", "goes down", "sinkt", "fällt", "disminuye", "diminu", "baisse",
    "падает",
)  # fmt: skip
_TOO = ("too", "zu", "слишком", "trop", "demasiado", "muito")
Topics: TypeAlias = tuple[tuple[str, re.Pattern[str]], ...]
# topic, stems one of which is in whatever says it, what says it; the first match in a line counts
_TOPICS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "loss-growing",
        _GROWING,
        _OF_LOSS
        + r"(?:grow|grew|increas|ris(?:es|ing)|gets? (?:larger|bigger|worse)|goes up|wächst|steigt|crece|aumenta|augmente|раст)",
    ),
    (
        "loss-falling",
        _FALLING,
        _OF_LOSS
        + r"(?:falls?\b|fell|decreas|shrink|drops?\b|gets? (?:smaller|lower)|goes down|sinkt|fällt|disminuye|diminu|baisse|падает)",
    ),
    (
        "diverging",
        ("diverg", "blew", "blow", "explo", "расход"),
        r"\b(?:diverg|blew up|blows? up|explod|explos|расход|divergi|diverge)\w*",
    ),
    ("converging", ("converg", "konverg", "сход"), r"\b(?:converg|konverg|сход(?:ит|ил)|convergi)\w*"),
    (
        "rate-too-high",
        _TOO,
        r"(?:learning rate|step size|lernrate|скорость обучения|taux d'apprentissage|tasa de aprendizaje|taxa de aprendizado"
        r"|alpha|eta|[αη])[^.;]{0,40}?(?:too|zu|слишком|trop|demasiado|muito)\s*(?:high|large|big|hoch|groß|gross|высок|больш"
        r"|grand|élevé|alta|grande|alto)",
    ),
    (
        "rate-too-low",
        _TOO,
        r"(?:learning rate|step size|lernrate|скорость обучения|taux d'apprentissage|tasa de aprendizaje|taxa de aprendizado"
        r"|alpha|eta|[αη])[^.;]{0,40}?(?:too|zu|слишком|trop|demasiado|muito)\s*(?:low|small|niedrig|klein|низк|мал|petit|baj|pequ)",
    ),
    (
        "all-predicted",
        (
            "predi",
            "prédi",
            "klass",
            "vorherges",
            "предсказ",
            "class",
            "класс",
            "clase",
            "label",
            "etikett",
        ),
        r"(?:predict|klassifizier|vorherges|предсказ|prédi|predi)\w*[^.;\d]{0,30}?(?:all|every|alle|jede|все|tout|tous|todas|todos)[^.;\d]{0,30}?(-?\d)\b"
        r"|(?:all|every|alle|jede|все|кажд|tout|tous|todas|todos)[^.;\d]{0,40}?(?:predict|klassifizier|vorherges|предсказ|prédi|predi"
        r"|class|klasse|класс|clase|label|etikett)\w*[^.;\d]{0,30}?(-?\d)\b",
    ),
)
_FIGURE = re.compile(
    r"(?<![\w.,])(\d{1,12}(?:\.\d{1,12})?)\s{0,2}(?:([^\W\d_]{2,12})|[*x]\s?10\s?\^\s?\{?(\d{1,3})\}?)?"
)
_LOSS = re.compile(
    r"\b(?:mse|sse|loss|cost|error|fehler|verlust|ошибк|потер|perte|erreur|erro|pérdida|perda|hata|kerugian)\w*",
    re.IGNORECASE,
)
_POWER_OF_TEN = rarely(r"10\s?\^")
_LOSSES = (
    "mse", "sse", "loss", "cost", "err", "fehler", "verlust", "ошибк", "потер", "perte", "pérdida", "perda", "hata", "kerugian",
)  # fmt: skip


def topics_of(text: str) -> Topics:
    """What a whole text can speak of, with what says it."""
    lower = text.casefold()
    told = [
        (topic, re.compile(pattern, re.IGNORECASE))  # long patterns: made when a text calls for one
        for topic, stems, pattern in _TOPICS
        if any(map(lower.__contains__, stems))
    ]
    if any(map(lower.__contains__, _LOSSES)) and (
        any(map(lower.__contains__, SPELLED_SCALES)) or _POWER_OF_TEN.search(text)
    ):
        told.append(("loss-figure", _LOSS))
    return tuple(told)


def _around(text: str, match: re.Match[str], start: int, stop: int) -> tuple[int, int]:
    """The sentence that holds a match, within a line."""
    first = max(text.rfind(sign, start, match.start()) for sign in ".;!?")
    last = min((at for sign in ".;!?" if (at := text.find(sign, match.end(), stop)) >= 0), default=stop)
    return max(start, first), last


def sentences(text: str, start: int, end: int, line: int, topics: Topics) -> list[Sentence]:
    """Conclusions on one line of prose; `text` is in the common form of characters, `topics` are those of the whole text."""
    found: list[Sentence] = []
    stop = min(end, start + 4000)
    for topic, pattern in topics:
        match = pattern.search(text, start, stop)
        if match is None:
            continue
        if topic == "loss-figure":
            found += _figures(text, start, stop, line)
            continue
        before = text[max(start, match.start() - 30) : match.start()]
        denied = re.search(_NOT + r"$", before, re.IGNORECASE) is not None
        if topic in ("loss-growing", "loss-falling") and (denied or re.search(_NOT, match[0], re.IGNORECASE)):
            continue
        if topic in _DIRECTIONS and (
            _IN_GENERAL.search(before) or _CONDITION.search(text, *_around(text, match, start, stop))
        ):
            continue
        if denied and topic in ("diverging", "converging"):
            topic = "converging" if topic == "diverging" else "diverging"
        elif denied:
            continue
        figure = None
        if topic == "all-predicted":
            digits = match[1] or match[2]
            figure = parse_number(digits)
        found.append(Sentence(Span(match.start(), match.end()), line, topic, figure))
    return found


def _figures(text: str, start: int, stop: int, line: int) -> list[Sentence]:
    """Large figures of a loss: ``1.2 million``, ``3.4 * 10^5``."""
    found: list[Sentence] = []
    for match in _FIGURE.finditer(text, start, stop):
        scale = SPELLED_SCALES.get((match[2] or "").lower(), int(match[3]) if match[3] else None)
        if scale is None or scale > 300:
            continue
        mantissa = parse_number(match[1])
        figure = Written(match[0].strip(), mantissa.value * power_of_ten(scale), mantissa.places - scale)
        found.append(Sentence(Span(match.start(), match.end()), line, "loss-figure", figure))
    return found
