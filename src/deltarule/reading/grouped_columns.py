"""Runs side by side in one table: ``k | GD: x | Momentum: v | Momentum: x``, ``step | w (plain) | w (Adam)``.

The same names stand in several groups of columns. Each group is a table of its own, with the columns that belong to all.
"""

import re
from collections.abc import Sequence

from deltarule.rarely import rarely
from deltarule.spans import Span

FEWEST = 2  # groups
_GROUP = r"([^\W\d_][^|:$\\\n]{1,30}?)"
_IN_FRONT = rarely(rf"[\s*`]{{0,4}}{_GROUP}[*`]{{0,3}}\s?:\s{{1,3}}(\S[^|:\n]{{0,40}}?)[\s*`]{{0,4}}")
_BEHIND = rarely(rf"[\s*`]{{0,4}}(\S[^|(\n]{{0,20}}?)\s{{1,3}}[(\[]{_GROUP}[)\]][\s*`]{{0,4}}")
_WORDS = re.compile(r"[\s*`$]+")


def grouped(text: str, header: Sequence[Span]) -> list[tuple[list[int], list[Span]]]:
    """The columns of each group with their names, in the order of the groups; nothing where the table has none."""
    for pattern, group, name in ((_IN_FRONT, 1, 2), (_BEHIND, 2, 1)):
        found = _grouped(text, header, pattern, group, name)
        if found:
            return found
    return []


def _grouped(
    text: str, header: Sequence[Span], pattern: "re.Pattern[str]", group: int, name: int
) -> list[tuple[list[int], list[Span]]]:
    groups: dict[str, list[tuple[int, Span]]] = {}
    shared: list[tuple[int, Span]] = []
    for at, span in enumerate(header):
        match = pattern.fullmatch(text, span.start, span.end)
        if match is None:
            shared.append((at, span))
            if groups:
                return []  # which group it belongs to is not said
        else:
            groups.setdefault(" ".join(match[group].split()).lower(), []).append(
                (at, Span(*match.span(name)))
            )
    names = [
        _WORDS.sub("", text[span.start : span.end]) for columns in groups.values() for _, span in columns
    ]
    alike = len(set(names)) < len(names)
    within = all(
        len({text[span.start : span.end] for _, span in columns}) == len(columns)
        for columns in groups.values()
    )
    if len(groups) < FEWEST or not shared or not alike or not within:
        return []
    return [
        ([at for at, _ in (*shared, *columns)], [span for _, span in (*shared, *columns)])
        for columns in groups.values()
    ]
