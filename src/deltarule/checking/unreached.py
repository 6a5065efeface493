"""Claims that no walk came to, because too much before them was wrong: they are counted, and nothing is said of them."""

from collections.abc import Iterable, Iterator

from deltarule.algebra.combination import is_numeric
from deltarule.checking.claims import Judged
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Item
from deltarule.findings import Status

_REASON = "too much before it is wrong, or is too much to work out"


def unreached(items: Iterable[Item]) -> Iterator[Judged]:
    """Each claim with a value among items that were not looked at, as unchecked."""
    for item in items:
        if not isinstance(item, Claim) or item.given is not None:
            continue
        sides = [link for link in item.links if is_numeric(link.expr)]
        if sides:
            last = sides[-1]
            yield Judged(
                item,
                None,
                Status.UNCHECKED,
                value=as_number(last.expr),
                value_span=last.span,
                reason=_REASON,
                name="the result",
            )
