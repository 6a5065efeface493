"""Conclusions in prose: a closed list of topics, recognised by stems in a few languages.

This reads what the author concluded, not how. A sentence in a language that is not here is
simply not a conclusion that could be checked; it is never wrong.
"""

import re

from deltarule.document import Sentence
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
# topic, what says it; the first match in a line counts
_TOPICS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(pattern, re.IGNORECASE))
    for topic, pattern in (
        (
            "loss-growing",
            _OF_LOSS
            + r"(?:grow|grew|increas|ris(?:es|ing)|gets? (?:larger|bigger|worse)|goes up|wächst|steigt|crece|aumenta|augmente|раст)",
        ),
        (
            "loss-falling",
            _OF_LOSS
            + r"(?:falls?\b|fell|decreas|shrink|drops?\b|gets? (?:smaller|lower)|goes down|sinkt|fällt|disminuye|diminu|baisse|падает)",
        ),
        ("diverging", r"\b(?:diverg|blew up|blows? up|explod|explos|расход|divergi|diverge)\w*"),
        ("converging", r"\b(?:converg|konverg|сход(?:ит|ил)|convergi)\w*"),
        (
            "rate-too-high",
            r"(?:learning rate|step size|lernrate|скорость обучения|taux d'apprentissage|tasa de aprendizaje|taxa de aprendizado"
            r"|alpha|eta|[αη])[^.;]{0,40}?(?:too|zu|слишком|trop|demasiado|muito)\s*(?:high|large|big|hoch|groß|gross|высок|больш"
            r"|grand|élevé|alta|grande|alto)",
        ),
        (
            "rate-too-low",
            r"(?:learning rate|step size|lernrate|скорость обучения|taux d'apprentissage|tasa de aprendizaje|taxa de aprendizado"
            r"|alpha|eta|[αη])[^.;]{0,40}?(?:too|zu|слишком|trop|demasiado|muito)\s*(?:low|small|niedrig|klein|низк|мал|petit|baj|pequ)",
        ),
        (
            "all-predicted",
            r"(?:predict|klassifizier|vorherges|предсказ|prédi|predi)\w*[^.;\d]{0,30}?(?:all|every|alle|jede|все|tout|tous|todas|todos)[^.;\d]{0,30}?(-?\d)\b"
            r"|(?:all|every|alle|jede|все|кажд|tout|tous|todas|todos)[^.;\d]{0,40}?(?:predict|klassifizier|vorherges|предсказ|prédi|predi"
            r"|class|klasse|класс|clase|label|etikett)\w*[^.;\d]{0,30}?(-?\d)\b",
        ),
    )
)
_SCALES = {
    "thousand": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9, "tausend": 3, "millionen": 6, "milliarden": 9,
    "тысяч": 3, "тыс": 3, "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6, "миллиард": 9, "млрд": 9, "mille": 3, "milliard": 9,
    "millón": 6, "millones": 6, "milhão": 6, "milhões": 6, "mil": 3, "mln": 6, "bn": 9, "milioni": 6, "juta": 6, "milyon": 6,
}  # fmt: skip
_FIGURE = re.compile(
    r"(?<![\w.,])(\d{1,12}(?:\.\d{1,12})?)\s{0,2}(?:([^\W\d_]{2,12})|[*x]\s?10\s?\^\s?\{?(\d{1,3})\}?)?"
)
_LOSS = re.compile(
    r"\b(?:mse|sse|loss|cost|error|fehler|verlust|ошибк|потер|perte|erreur|erro|pérdida|perda|hata|kerugian)\w*",
    re.IGNORECASE,
)


def _around(text: str, match: re.Match[str], start: int, stop: int) -> tuple[int, int]:
    """The sentence that holds a match, within a line."""
    first = max(text.rfind(sign, start, match.start()) for sign in ".;!?")
    last = min((at for sign in ".;!?" if (at := text.find(sign, match.end(), stop)) >= 0), default=stop)
    return max(start, first), last


def sentences(text: str, start: int, end: int, line: int) -> list[Sentence]:
    """Conclusions on one line of prose; `text` is in the common form of characters."""
    found: list[Sentence] = []
    stop = min(end, start + 4000)
    for topic, pattern in _TOPICS:
        match = pattern.search(text, start, stop)
        if match is None:
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
    loss = _LOSS.search(text, start, stop)
    if loss:
        for match in _FIGURE.finditer(text, start, stop):
            scale = _SCALES.get((match[2] or "").lower(), int(match[3]) if match[3] else None)
            if scale is None or scale > 300:
                continue
            mantissa = parse_number(match[1])
            figure = Written(match[0].strip(), mantissa.value * power_of_ten(scale), mantissa.places - scale)
            found.append(Sentence(Span(match.start(), match.end()), line, "loss-figure", figure))
    return found
