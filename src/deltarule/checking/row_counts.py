"""How many samples of an epoch were wrong, held against the errors that the document tells of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.wording import plain
from deltarule.document import Claim, Heading, Item
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.naming import COUNTED, Names

FEWEST = 3  # samples of an epoch whose errors must be told


def settle_counts(
    items: Sequence[Item], judged: Sequence[Judged], names: Names
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge the counts of errors: right, or a slip where every sample of the epoch has told its error."""
    found = {item.claim.span: wrong for item, wrong in _counted(items, judged, names)}
    slips: list[FoundSlip] = []
    done: list[Judged] = []
    for item in judged:
        count = found.get(item.claim.span) if item.claim.subject is not None else None
        if count is None or getattr(item.claim.subject, "name", "") != COUNTED or item.value is None:
            done.append(item)
        elif item.value.value == count:
            done.append(replace(item, status=Status.RIGHT, reason="", name="the number of errors"))
        else:
            done.append(replace(item, status=Status.SLIP, reason="", name="the number of errors"))
            message = f"{count} samples of this epoch have an error that is not zero; {plain(item.value)} stands here."
            slips.append(
                FoundSlip(
                    item.claim.span,
                    Kind.CONTRADICTION,
                    "contradiction.value",
                    message,
                    None,
                    "the number of errors",
                    plain(item.value),
                    str(count),
                )
            )
    return done, slips


def _counted(items: Sequence[Item], judged: Sequence[Judged], names: Names) -> Iterator[tuple[Judged, int]]:
    """Each told count with the number of errors that are not zero in its epoch."""
    told = {item.claim.span: item for item in judged if getattr(item.claim.subject, "name", "") == COUNTED}
    if not told:
        return
    from deltarule.checking.row_keys import key_of, value_of_claim

    epoch: int | None = None
    errors: list[bool] = []
    for item in items:
        if isinstance(item, Heading) and item.epoch is not None and item.epoch != epoch:
            epoch, errors = item.epoch, []
        elif isinstance(item, Claim):
            if item.span in told and len(errors) >= FEWEST:
                yield told[item.span], sum(errors)
            key, value = key_of(item, names), value_of_claim(item)
            if key is not None and key[0] is Role.ERROR and value is not None:
                errors.append(value.value != 0)
