"""One character for one: spellings of digits, signs and letters brought to a common form.

The text keeps its length, so that every place in the result is a place in what the author wrote.
"""

import unicodedata
from functools import lru_cache

MOST_REPLACED = 12  # characters, one after the other
_SAME = {
    **dict.fromkeys("−–—‒﹣－‐‑", "-"),
    **dict.fromkeys("×⋅·∙•∗＊✕✖⨯", "*"),
    **dict.fromkeys("÷∕⁄／", "/"),
    **dict.fromkeys("≃≅≐≒∼", "≈"),
    **dict.fromkeys("≔", "←"),
    **dict.fromkeys("⟵⇐", "←"),
    **dict.fromkeys("⟶➔➜➝⟼↦", "→"),
    **dict.fromkeys("⟹⟾∴", "⇒"),
    **dict.fromkeys("≧⩾", "≥"),
    **dict.fromkeys("≦⩽", "≤"),
    **dict.fromkeys("′’ʹ", "'"),
    **dict.fromkeys("\u00a0\u2007\u3000\u2002\u2003\u2004\u2005\u2006\u2008\t", " "),
    **dict.fromkeys("\u2009\u202f\u200a", "\u2009"),  # thin spaces part thousands
    **dict.fromkeys(
        "\u2061\u2062\u2063\u2064\u200b\u200c\u200d\ufeff\u00ad", "\u200b"
    ),  # invisible: read as a blank
    **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "\u200b"),
    "∆": "Δ",
    **dict.fromkeys("▽▿", "∇"),
    **dict.fromkeys("⎡⎢⎣", "["),  # a bracket that is drawn over several lines
    **dict.fromkeys("⎤⎥⎦", "]"),
    **dict.fromkeys("‖∥│┃║", "|"),
    "ѡ": "w",
    "Ѡ": "W",
    "µ": "μ",
    "𝜕": "∂",
    "，": ",",
    "：": ":",
    "；": ";",
    "Ｏ": "O",
}


@lru_cache(maxsize=8192)
def _canonical(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    decimal = unicodedata.decimal(char, None)
    if decimal is not None:
        return str(decimal)
    category = unicodedata.category(char)
    if category == "No" or unicodedata.decomposition(char).startswith(("<sub>", "<super>", "<fraction>")):
        return char  # indices, powers and fractions of their own
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain.isprintable() else char


def normalised(text: str) -> str:
    """Return `text` with every character in its common form, at the same place."""
    strange = {char for char in set(text) if not " " <= char <= "~" and char != "\n" and char != "\r"}
    other = {char: common for char in strange if (common := _canonical(char)) != char}
    if len(other) > MOST_REPLACED or not other.keys().isdisjoint(other.values()):
        return text.translate({ord(char): common for char, common in other.items()})
    for char, common in other.items():  # each is found faster than all characters are looked at
        text = text.replace(char, common)
    return text
