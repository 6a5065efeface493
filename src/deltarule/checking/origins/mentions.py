"""Numbers that prose tells once more: ``the loss fell from 0.308 to 0.303``, ``a probability of 52.5 %``.

Such a number is right if it was told elsewhere, with these digits or with more. It is never wrong: it may be about anything.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Number
from deltarule.checking.claims import Judged
from deltarule.document import Claim, Item, Link, Mention
from deltarule.findings import Status
from deltarule.written import Written, is_rounding, is_truncation, size_of

FIGURES = 3  # of a number that does not stand elsewhere by chance
MAX_MENTIONS = 300
MAX_BESIDE = 8  # numbers in front of one on its line whose differences are looked at
MAX_COMPARED = 60_000  # numbers that are looked at, of all mentions together


def told_again(
    mentions: Sequence[Mention],
    items: Sequence[Item],
    numbers: Callable[[], Mapping[tuple[int, int], int]],
    judged: Sequence[Judged],
) -> Iterator[Judged]:
    """Judge the mentions that tell a number of the document again, or a rounding of one; those `judged` are left out.

    `numbers` gives the sizes of all numbers of the document, with their places.
    """
    everything = mentions
    done = {item.claim.span for item in judged}
    mentions = [
        each
        for each in mentions
        if each.span not in done
        and not each.brief
        and (each.subject is None or (each.number.places > 0 and each.number.figures >= FIGURES))
    ]
    if not mentions:
        return
    inside, ends = _covered(items)
    known: Mapping[tuple[int, int], int] | None = None
    longest: list[tuple[Fraction, int]] = []
    beside: dict[int, list[tuple[int, Fraction]]] = {}
    left = MAX_COMPARED
    for mention in [each for each in mentions if not each.short][:MAX_MENTIONS]:
        at = bisect_right(inside, mention.span.start) - 1
        if at >= 0 and mention.span.start < ends[at]:
            continue
        known = numbers() if known is None else known  # which few pages need
        size = _size(mention)
        if size_of(size.value) in known:
            yield _judged(mention, Status.RIGHT)
            continue
        left -= len(known)
        if left < 0:
            return
        longest = longest or [
            (Fraction(*size), known[size]) for size in sorted(known, key=lambda size: -known[size])
        ]
        if any(
            is_rounding(size.value, value, size.places) or is_truncation(size.value, value, size.places)
            for value, places in longest
            if places > size.places
        ):
            yield _judged(mention, Status.RIGHT_ROUNDED)
            continue
        beside = beside or _by_line(everything, items)
        before = [value for start, value in beside[mention.line] if start < mention.span.start]
        if _is_difference(mention, before[-MAX_BESIDE:]):
            yield _judged(mention, Status.RIGHT)


def _by_line(mentions: Sequence[Mention], items: Sequence[Item]) -> dict[int, list[tuple[int, Fraction]]]:
    """The sizes of the numbers of each line, with where they stand, in order."""
    found: dict[int, list[tuple[int, Fraction]]] = {}
    for mention in mentions:
        found.setdefault(mention.line, []).append((mention.span.start, abs(mention.number.value)))
    for item in items:
        for link in item.links if isinstance(item, Claim) else ():
            if isinstance(link.expr, Number):
                found.setdefault(item.line, []).append((link.span.start, abs(link.expr.value)))
    return {line: sorted(set(numbers)) for line, numbers in found.items()}


def _is_difference(mention: Mention, before: Sequence[Fraction]) -> bool:
    """``from 36 to 23.04, which is 12.96 less, or 36 %``: the difference of two numbers in front, or its share."""
    written = mention.number
    size = abs(written.value)
    for k, low in enumerate(before):
        for high in before[:k]:
            gap = abs(high - low)
            if mention.percent and high and is_rounding(size, 100 * gap / high, written.places):
                return True
            if not mention.percent and gap == size:
                return True
    return False


def _size(mention: Mention) -> Written:
    """The number without its sign, which a word may tell; a percentage as what it is."""
    written = mention.number
    value, places = abs(written.value), written.places
    return Written("", value / 100, places + 2) if mention.percent else Written("", value, places)


def _covered(items: Sequence[Item]) -> tuple[list[int], list[int]]:
    """Where claims and the numbers of their links start and end, in order of their starts."""
    spans: set[tuple[int, int]] = set()
    for item in items:
        if isinstance(item, Claim):
            spans.add((item.span.start, item.span.end))
            for link in item.links:
                spans.add((link.span.start, link.span.end))
    starts, ends = [], []
    reach = 0
    for start, end in sorted(spans):
        reach = max(reach, end)
        starts.append(start)
        ends.append(reach)
    return starts, ends


def _judged(mention: Mention, status: Status) -> Judged:
    written = mention.number
    expr = Number(written.value, written, span=mention.span)
    claim = Claim(mention.span, mention.line, None, (Link("=", expr, mention.span),))
    return Judged(
        claim,
        None,
        status,
        value=written,
        value_span=mention.span,
        expected=written.value,
        name="the number told again",
    )
