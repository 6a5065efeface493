"""What the run of the exercise leaves open, asked of the document itself: of rows, of lines worked alike, of columns, of lists.

What asks is loaded where there is something to ask; most pages are judged through and through by the run.
"""

from collections.abc import Sequence

from deltarule.algebra.expr import Apply, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.sides import working_of
from deltarule.document import Claim, Document, Heading, Item, Table
from deltarule.exercise import Exercise
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.spans import Span

MOSTLY_PLACED = (
    10  # where fewer than one claim in so many has no place in the run, its formulas have judged the lines
)


def ask_rows(
    document: Document,
    items: Sequence[Item],
    judged: Sequence[Judged],
    slips: Sequence[FoundSlip],
    names: Names,
    exercise: Exercise,
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge values by the rows that they stand in, and the `slips` whose line the row rights."""
    placeless = (item.status for item in judged if not item.quantity)
    if not any(item.status is Status.UNCHECKED for item in judged) and Status.SLIP not in placeless:
        return list(judged), list(slips)
    from deltarule.checking.row_slips import miswritten
    from deltarule.checking.rows import settle

    done, settled, right_anyway = settle(items, judged, names, exercise, document.source.line_text)
    slips = [
        miswritten(slip, right_anyway[slip.span]) if slip.span in right_anyway else slip for slip in slips
    ]
    return done, slips + settled


def ask_lines(document: Document, judged: Sequence[Judged]) -> tuple[list[Judged], list[FoundSlip]]:
    """Hold lines whose arithmetic is right against the others of their kind."""
    right = (Status.RIGHT, Status.RIGHT_ROUNDED)
    alone = [item.claim for item in judged if item.quantity is None and item.status in right]
    if MOSTLY_PLACED * len(alone) < len(judged) or all(working_of(claim) is None for claim in alone):
        return list(judged), []
    from deltarule.checking.workings import settle_workings

    return settle_workings(document, judged)


def ask_recursions(
    document: Document, judged: Sequence[Judged], names: Names
) -> tuple[list[Judged], list[FoundSlip]]:
    """Hold what is told step by step against formulas in symbols that carry it on."""
    if is_settled(judged) or not any(_is_carried(item) for item in document.items):
        return list(judged), []
    from deltarule.checking.recursions import settle_recursions

    return settle_recursions(document, judged, names)


def _is_carried(item: Item) -> bool:
    """Whether a formula in symbols stands on a claim about a name with an index, or a mean of slopes is corrected, ``m̂_1``."""
    if not isinstance(item, Claim) or not isinstance(item.subject, Symbol):
        return False
    if item.subject.name == "hat:m":
        return True
    return bool(item.subject.index or item.subject.upper) and bool(item.formulas)


def ask_counts(
    document: Document, judged: Sequence[Judged], names: Names
) -> tuple[list[Judged], list[FoundSlip]]:
    """Hold numbers that are counted, ``η_2``, or told with a count, ``lr = 0.05`` at step 10, against a formula of the count."""
    done, slips = list(judged), list[FoundSlip]()
    if any(_is_of_count(item) for item in document.items):
        from deltarule.checking.counted_formulas import settle_counted

        done, slips = settle_counted(document, done)
    if any(isinstance(item, Claim) and item.formulas and _is_rate(item, names) for item in document.items):
        from deltarule.checking.schedules import settle_schedules

        done, off_schedule = settle_schedules(document, done, names)
        slips += off_schedule
    return done, slips


def _is_rate(claim: Claim, names: Names) -> bool:
    return isinstance(claim.subject, Symbol) and names.role(claim.subject.name) is Role.LEARNING_RATE


def _is_of_count(item: Item) -> bool:
    """Whether a formula in symbols stands on a claim about a name whose only index is a letter."""
    if not isinstance(item, Claim) or not isinstance(item.subject, Symbol) or not item.formulas:
        return False
    return [type(each) for each in (*item.subject.index, *item.subject.upper)] == [str]


def ask_curves(document: Document, judged: Sequence[Judged]) -> tuple[list[Judged], list[FoundSlip]]:
    """Hold outputs that are told as σ of a name against the number of that name."""
    if not any(item.status is Status.UNCHECKED and _is_applied(item.claim) for item in judged):
        return list(judged), []
    from deltarule.checking.curves import settle_curves

    return settle_curves(document, judged)


def _is_applied(claim: Claim) -> bool:
    return len(claim.links) > 1 and isinstance(claim.links[-2].expr, Apply)


def ask_tables(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise, parts: int
) -> tuple[list[Judged], list[FoundSlip], set[Span]]:
    """Hold the rows of tables against the formulas that the document states; where values stand that are no slips after all comes with it."""
    is_open = any(item.status is Status.UNCHECKED and item.quantity is None for item in judged)
    if not is_open or not any(isinstance(item, Table | Heading) for item in document.items):
        return list(judged), [], set()
    from deltarule.checking.stated_rows import settle_stated_rows

    return settle_stated_rows(document, judged, names, exercise, parts)


def ask_columns(
    document: Document,
    judged: Sequence[Judged],
    slips: Sequence[FoundSlip],
    names: Names,
    exercise: Exercise,
    parts: int,
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge logs row by row, aligned numbers by what is known of their names or by what their columns are made of, and lists by the lists before.

    Returns the judged claims and the slips: those that were known, but for numbers that a log has by the row before, and new ones.
    """
    if is_settled(judged):
        return list(judged), list(slips)
    from deltarule.checking.columns import settle_columns
    from deltarule.checking.logs import settle_logs
    from deltarule.checking.named_rows import settle_named_rows
    from deltarule.checking.runs import settle_ends, settle_runs
    from deltarule.checking.series import settle_series
    from deltarule.checking.trained import settle_trained

    done, logged, replayed = settle_logs(document, judged, names, exercise, parts)
    kept = [slip for slip in slips if slip.span not in replayed]
    done, unlike, known, cleared = settle_named_rows(document, done, names, exercise, parts)
    kept = [slip for slip in (*kept, *logged) if slip.span not in cleared]
    done, odd = settle_columns(document, done, names, exercise, parts, known | replayed)
    done = settle_series(document, done, names, exercise, parts)
    done = settle_ends(document, settle_runs(document, done, names, exercise, parts), names)
    done, untrained = settle_trained(document, done, names, exercise, parts)
    return done, kept + unlike + odd + untrained


def ask_points(
    document: Document, judged: Sequence[Judged], names: Names, exercise: Exercise
) -> list[Judged]:
    """Ask the points of the data what leads from one pair of weights and bias to the next."""
    open_weights = sum(
        item.status is Status.UNCHECKED and item.claim.part is not None and item.quantity is None
        for item in judged
    )
    if open_weights < 2 or is_settled(judged):
        return list(judged)
    from deltarule.checking.by_points import explained_by_points

    return explained_by_points(document.items, judged, names, exercise)


def is_settled(judged: Sequence[Judged]) -> bool:
    """Whether the run has judged the document, and left no claim open; numbers in no claim are then passed over as well."""
    placed = sum(item.quantity is not None for item in judged)
    return placed * 3 > len(judged) * 2 and not any(item.status is Status.UNCHECKED for item in judged)
