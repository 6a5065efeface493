"""What is only supposed: a mistake that is usual, and what would have been."""

import re

SUPPOSED = re.compile(
    r"(?:common|typical|frequent|usual)\s(?:mistake|error)|would\shave|(?:if|had)\swe\shad|(?:häufige|typische)r?\sfehler|hätte|error\s(?:común|frecuente|típico)"
    r"|(?:habría|hubiera)|erreur\s(?:fréquente|courante|classique)|aurait|aurions|erro\scomum|teria|teríamos|常见错误|错误做法",
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
