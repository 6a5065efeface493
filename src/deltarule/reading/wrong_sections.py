"""Sections that show how not to do it, ``## The wrong version, for contrast``: what they work is only supposed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deltarule.document import Claim, Item
from deltarule.rarely import rarely
from deltarule.spans import Span

_TITLE = rarely(
    r"^ {0,3}(#{1,6})[ \t]+[^\n]{0,80}?(?:(?:wrong|incorrect|naive|buggy|flawed)\s(?:version|way|answer|solution|approach|attempt|calculation|update|gradient)"
    r"|(?:common|typical|frequent|classic)\s(?:mistake|error|bug|pitfall)s?|what\snot\sto\sdo|how\snot\sto|falsche\s(?:version|variante|rechnung)|typische[rn]?\sfehler|häufige[rn]?\sfehler"
    r"|version\s(?:incorrecta|errónea|incorreta|errada|fausse|erronée)|error(?:es)?\s(?:común|comunes|frecuentes?|típicos?)|erreurs?\s(?:fréquentes?|courantes?|classiques?)"
    r"|erros?\scomu(?:m|ns)|errori\scomuni|versione\ssbagliata|неправильный\sвариант|типичн\w{1,3}\sошибк\w{1,3}|错误(?:示范|做法|写法)|常见错误|間違った)[^\n]{0,80}$",
)
_NEXT = rarely(r"^ {0,3}(#{1,6})[ \t]")


def in_wrong_sections(items: Sequence[Item], text: str) -> list[Item]:
    """The items of a document, with the claims of such sections marked as supposed."""
    sections = list(_sections(text)) if "\n#" in text or text.startswith("#") else []
    if not sections:
        return list(items)
    return [
        replace(item, supposed=True)
        if isinstance(item, Claim)
        and any(section.start <= item.span.start < section.end for section in sections)
        else item
        for item in items
    ]


def _sections(text: str) -> Iterator[Span]:
    """From each title that speaks of a wrong version to the next title of its rank."""
    begin = rank = 0
    at = 0
    for line in text.split("\n"):
        title = _NEXT.match(line) if line.lstrip(" ").startswith("#") else None
        if title is not None:
            depth = len(title[1])
            if rank and depth <= rank:
                yield Span(begin, at)
                rank = 0
            if not rank and _TITLE.match(line.lower()) is not None:
                begin, rank = at, depth
        at += len(line) + 1
    if rank:
        yield Span(begin, at)
