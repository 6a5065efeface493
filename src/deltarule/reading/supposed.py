"""What is only supposed: a mistake that is usual, and what would have been."""

import re

from deltarule.rarely import rarely

SUPPOSED = re.compile(
    r"(?:common|typical|frequent|usual)\s(?:mistake|error)|would\shave|(?:if|had)\swe\shad|(?:häufige|typische)r?\sfehler|hätte|error\s(?:común|frecuente|típico)"
    r"|(?:habría|hubiera)|erreur\s(?:fréquente|courante|classique)|aurait|aurions|erro\scomum|teria|teríamos|常见错误|错误做法",
    re.IGNORECASE,
)
# what a question begins with, at the front of its line
POSES = rarely(
    r"[\s>#*_\-–•]{0,12}+(?:\(?\w{1,3}[.)]\s{1,2})?(?:question|q|given|problem|task|exercise|suppose|assume|let|if|frage|gegeben|aufgabe|angenommen|seien|sei"
    r"|pregunta|ejercicio|dad[oa]s?|sea|supón|supongamos|pergunta|seja|suponha|données?|soit|supposons|domanda|dat[oi]|sia"
    r"|вопрос|задача|дано|пусть|soal|diketahui|misalkan|soru|verilen|dane|pytanie|niech|cho|đề|câu hỏi|gegeven|stel|已知|设|问题?|题目?|問題?|문제|주어진)"
    r"(?!\w)[\s\d:：.*_(`$\-–—]{0,10}",
    re.IGNORECASE,
)
# one of these is in whatever says so
_STEMS = (
    "common", "typical", "frequent", "usual", "would", "had", "fehler", "hätte", "común", "frecuente", "típico", "habría",
    "hubiera", "fréquente", "courante", "classique", "aurait", "aurions", "comum", "teria", "tería", "错误",
)  # fmt: skip


def speaks_of_supposed(text: str) -> bool:
    """Whether a whole text may speak of it at all; few do."""
    lower = text.casefold()
    return any(map(lower.__contains__, _STEMS))
