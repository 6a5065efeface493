"""Claims that tell something again: data, classes, weights after an update, losses after the run."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import takewhile

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Number, Power, Symbol
from deltarule.checking.alone import judge_alone
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.ledger import CARRIED, Entry, Recipe
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.unlocated import simple_slip
from deltarule.checking.values import fit, never
from deltarule.checking.walk import Walk
from deltarule.checking.wording import named, plain
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.naming import Reference
from deltarule.trace import Quantity, instance
from deltarule.written import Written, is_rounding

MAX_EPOCHS_TRIED = 30
_OF_OUTPUTS = frozenset({Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.DELTA, Role.LOSS, Role.PREDICTION})
_MOST_EPOCHS = 1000  # that a rate is worked over at once
_CARRIED_ON = frozenset({Role.WEIGHT, Role.BIAS})
MAX_LOOKBACK = 60  # claims between a weight and its repetition


_UNITS = tuple(Fraction(10) ** power for power in (-6, -3, -2, 2, 3, 6))


def given_again(walk: Walk, claim: Claim, reference: Reference) -> None:
    """Data or settings told again: nothing is claimed, unless there is arithmetic.

    A learning rate that is told anew is the one from here on.
    """
    if any(as_number(side) is None for side in claim.in_numbers):
        judge_alone(walk, claim)
    written = as_number(claim.links[-1].expr)
    rate = Quantity(Role.LEARNING_RATE)
    before = walk.ledger.entries.get(rate)
    told = reference.role is Role.LEARNING_RATE and not reference.general and written is not None
    if told and written is not None and before is not None and before.value() != written.value:
        exact = value_of(claim.links[0].expr) if is_numeric(claim.links[0].expr) else None
        rounds = exact is not None and is_rounding(written.value, exact, written.places)
        recipe = Recipe(Number(exact), {}) if rounds and exact is not None else None  # 0.2/3, shown as 0.067
        walk.ledger.record(Entry(rate, written, (written,), recipe, line=claim.line))
    elif reference.role is Role.TARGET and written is not None:
        _target_in_another_unit(walk, claim, written)


def rate_from_the_start(walk: Walk, claim: Claim) -> bool:
    """``η_2 = 0.2·0.9^2``: the rate worked from the first one, for the epoch whose turn it is."""
    exercise, before = walk.exercise, walk.ledger.entries.get(Quantity(Role.LEARNING_RATE))
    first, factor, worked = exercise.learning_rate, exercise.rate_factor, claim.links[0].expr
    if before is None or before.printed is None or first is None or factor is None:
        return False
    exponents = [
        node.exponent.value
        for node in worked.walk()
        if isinstance(node, Power) and isinstance(node.exponent, Number)
    ]
    if len(exponents) != 1 or exponents[0] not in range(_MOST_EPOCHS):
        return False
    value = first.value * factor.value ** int(exponents[0])
    in_turn = abs(value - before.printed.value * factor.value) <= before.printed.unit * abs(factor.value)
    return in_turn and value_of(worked) == value


def _target_in_another_unit(walk: Walk, claim: Claim, written: Written) -> None:
    """``399.9`` in a row of a target that the data give as 399,900: from here on it is counted so."""
    sample = walk.aligner.sample
    if sample is None or not 1 <= sample <= len(walk.exercise.targets):
        return
    given = walk.exercise.targets[sample - 1].value
    if given and written.value in [given * scale for scale in _UNITS]:
        walk.ledger.record(Entry(Quantity(Role.TARGET, None, sample), written, (written,), line=claim.line))


def slip_again(walk: Walk, claim: Claim, quantity: Quantity) -> bool:
    """``b = 0.0850`` at the head of the next row, where the wrong value that was worked out is only told again."""
    stated = not any(is_numeric(link.expr) for link in claim.links[:-1])  # δ = (ŷ - y)·ŷ(1 - ŷ) = 0.07
    written = as_number(claim.links[-1].expr) if claim.links and stated else None
    entry = walk.ledger.entries.get(quantity)
    if written is None or entry is None or not entry.adrift or entry.line in (0, claim.line):
        return False
    if not any(form.value == written.value for form in entry.forms):
        return False
    walk.judged.append(
        Judged(claim, quantity, Status.RIGHT, entry, written, claim.links[-1].span, name=named(quantity))
    )
    return True


def _are_of_another(walk: Walk, claim: Claim, step: int) -> bool:
    """Whether a line tells all parameters alone, each otherwise than it was worked out: nobody miscopies all of them."""
    told: dict[Quantity, Written] = {}
    for item in walk.document.items:
        if (
            not isinstance(item, Claim)
            or item.line != claim.line
            or len(item.links) != 1
            or item.subject is None
        ):
            continue
        reference, written = walk.names.reference(item.subject), as_number(item.links[0].expr)
        if reference is not None and written is not None and reference.role in (Role.WEIGHT, Role.BIAS):
            told[Quantity(reference.role, reference.feature, None, step)] = written
    if len(told) < max(2, walk.exercise.n_features + (walk.exercise.bias is not None)):
        return False
    entries = [(walk.ledger.entries.get(quantity), written) for quantity, written in told.items()]
    return all(entry is not None and not _showing(entry, written) for entry, written in entries)


def weight_again(walk: Walk, claim: Claim, reference: Reference) -> bool:
    """``w_1 = 0.42`` once more, below the line that worked it out: the same number, or a contradiction."""
    written = as_number(claim.links[0].expr) if len(claim.links) == 1 else None
    if written is None or reference.role not in (Role.WEIGHT, Role.BIAS) or reference.general:
        return False
    aligner = walk.aligner
    told = {quantity.role for quantity in aligner.seen if quantity.step == aligner.step}
    begun = bool(
        told - {Role.LOSS}
    )  # a loss is told at the end of an update too, of the weights that it gave
    step = aligner.step if begun else aligner.step - 1
    quantity = Quantity(reference.role, reference.feature, None, step)
    entry = walk.ledger.entries.get(quantity) if step > 0 else None
    shown_again = aligner.shown and entry is not None and _showing(entry, written)
    if (entry is None or shown_again) and not begun and _unchanged(walk, claim, quantity, written):
        return True
    if (
        begun
        and told <= _OF_OUTPUTS
        and walk.table_around(claim.span) is None
        and _ends_there(walk, claim)
        and _unchanged(walk, claim, quantity._replace(step=step - 1), written)
    ):
        return True  # behind what comes out with the last weights
    told_next = walk.start_line > 0 and quantity in aligner.seen
    if (told_next or not begun) and _told_ahead(
        walk, claim, quantity._replace(step=aligner.step + told_next), written
    ):
        return True
    if not begun and step == 0 and walk.begun and _is_start(walk, quantity, written):
        span = claim.links[0].span
        walk.judged.append(Judged(claim, None, Status.RIGHT, None, written, span, name=named(quantity)))
        return True
    if (
        entry is None
        or entry.printed is None
        or entry.unknown
        or not _worked_elsewhere(walk, claim, quantity)
    ):
        return False
    same = next((form for form in (entry, *entry.rights) if _showing(form, written)), None)
    if same is None and told == {Role.LOSS}:
        return False  # the loss and the weights of the next update
    name = named(quantity)
    if same is None and _are_of_another(walk, claim, step):
        reason = "all parameters are told otherwise here: they may be another neuron's"
        span = claim.links[0].span
        walk.judged.append(
            Judged(claim, None, Status.UNCHECKED, None, written, span, reason=reason, name=name)
        )
        return True
    again = Entry(quantity, written, (written,), _copied(same or entry), line=claim.line)
    judged = Judged(claim, quantity, Status.RIGHT, again, written, claim.links[0].span, name=name)
    walk.judged.append(judged)
    if same:
        if same is not entry:
            walk.ledger.record(same)
        return True
    judged.status, judged.expected = Status.SLIP, entry.printed.value
    again.repaired = entry
    walk.ledger.record(again)
    walk.slips.append(
        FoundSlip(
            claim.links[0].span,
            Kind.CONTRADICTION,
            "contradiction.value",
            f"{name} is {plain(entry.printed)} on line {walk.document.source.told_line(entry.line)}; "
            f"here it is said to be {plain(written)}.",
            quantity,
            name,
            plain(written),
            plain(entry.printed),
            again,
        )
    )
    return True


def _ends_there(walk: Walk, claim: Claim) -> bool:
    """Whether nothing but parameters is told from a claim on: the run has come to its end."""
    start = claim.span.start  # asked from the end, where a run that goes on shows at once
    behind = takewhile(lambda item: item.span.start >= start, reversed(walk.document.items))
    subjects = (item.subject for item in behind if isinstance(item, Claim) and item.subject is not None)
    references = map(walk.names.reference, subjects)
    return all(reference is None or reference.role in _CARRIED_ON for reference in references)


def _is_start(walk: Walk, quantity: Quantity, written: Written) -> bool:
    """Whether a weight is the one that the run starts with."""
    start = walk.ledger.entries.get(quantity)
    return start is not None and not start.unknown and _showing(start, written)


def _told_ahead(walk: Walk, claim: Claim, quantity: Quantity, written: Written) -> bool:
    """Whether a weight of this step, which was told before, is told once more: a table goes through the run again.

    One that tells the run from its start may leave out the steps that change nothing.
    """
    ahead = range(
        quantity.step or 0, (quantity.step or 0) + (walk.aligner.per_epoch if walk.start_line else 1)
    )
    told = ((step, walk.ledger.entries.get(quantity._replace(step=step))) for step in ahead)
    step, entry = next(
        (each for each in told if each[1] is not None and not each[1].unknown and _showing(each[1], written)),
        (0, None),
    )
    if entry is None:
        return False
    quantity, walk.aligner.step = quantity._replace(step=step), step
    walk.aligner.see(quantity)
    span = claim.links[0].span
    walk.judged.append(Judged(claim, quantity, Status.RIGHT, entry, written, span, name=named(quantity)))
    return True


def before_update(walk: Walk, claim: Claim, reference: Reference) -> bool:
    """``w_1 (old) = 0.4``: what a weight is before the update of this step, or behind one that is all told."""
    written = as_number(claim.links[0].expr) if len(claim.links) == 1 else None
    is_old = isinstance(claim.subject, Symbol) and "old" in claim.subject.marks
    if written is None or not is_old or reference.role not in _CARRIED_ON or reference.general:
        return False
    quantity = Quantity(reference.role, reference.feature, None, walk.aligner.step)
    updated = quantity in walk.aligner.seen
    last = walk.aligner.step if updated else walk.aligner.step - 1
    # in front of this update, or of the last one where a table sets before and after side by side
    before = (walk.ledger.find(quantity._replace(step=step)) for step in (last, last - 1) if step >= 0)
    known = (entry for entry in before if entry is not None and not entry.unknown)
    if not any(entry.printed is not None and _showing(entry, written) for entry in known):
        return False
    span = claim.links[0].span
    walk.judged.append(Judged(claim, None, Status.RIGHT, None, written, span, name=named(quantity)))
    return True


def _unchanged(walk: Walk, claim: Claim, quantity: Quantity, written: Written) -> bool:
    """Whether a weight is told that no update has changed since it was last told; if so, it is judged."""
    last = quantity.step or 1
    for step in range(last, max(last - 1 - walk.aligner.per_epoch, 0), -1):
        entry = walk.ledger.entries.get(quantity._replace(step=step))
        if entry is None:
            continue
        if entry.unknown or not _showing(entry, written):
            return False
        span = claim.links[0].span
        walk.judged.append(Judged(claim, None, Status.RIGHT, None, written, span, name=named(quantity)))
        if step < last and quantity not in walk.ledger.entries:  # updates that are not shown were left out
            walk.ledger.record(Entry(quantity, written, (written,), _copied(entry), line=claim.line))
        return True
    return False


def _worked_elsewhere(walk: Walk, claim: Claim, quantity: Quantity) -> bool:
    """Whether a weight was worked out in an expression, or in a table that has ended: then a bare number repeats it."""
    for item in reversed(walk.judged[-MAX_LOOKBACK:]):
        if item.quantity != quantity:
            continue
        if any(as_number(side) is None for side in item.claim.in_numbers):
            return True
        inside = walk.table_around(item.claim.span)
        if inside is not None:
            return not inside.start <= claim.span.start < inside.end
    return False  # told before, but never worked out


def _showing(entry: Entry, written: Written) -> bool:
    """Whether a number is one of an entry's spellings or a rounding of one."""
    return any(is_rounding(written.value, form.value, written.places) for form in entry.forms)


def _copied(entry: Entry) -> Recipe:
    """What is only copied."""
    symbol = Symbol("w")
    return Recipe(symbol, {symbol: entry})


def class_named(walk: Walk, claim: Claim, reference: Reference) -> None:
    """``\\hat{y}_1 = 1``: the class that the output of the sample leads to."""
    written = as_number(claim.links[-1].expr)
    sample = reference.sample or walk.aligner.sample
    cut = walk.exercise.cut
    if written is None or sample is None or cut is None:
        judge_alone(walk, claim)
        return
    quantity = Quantity(Role.OUTPUT, None, sample, walk.aligner.step)
    entry = walk.ledger.find(quantity)
    judged = Judged(
        claim,
        None,
        Status.RIGHT,
        value=written,
        value_span=claim.links[-1].span,
        name=f"the class of sample {sample}",
    )
    walk.judged.append(judged)
    if entry is None or entry.unknown:
        judged.status, judged.reason = Status.UNCHECKED, "the output is not known"
        return
    labels, threshold = walk.exercise.labels, cut.value
    if all(labels[value >= threshold] != written.text for value in _may_be(entry, threshold)):
        judged.status = Status.SLIP
        message = f"The output of sample {sample} leads to class {labels[entry.value() >= threshold]}."
        simple_slip(walk, claim.span, Kind.CONTRADICTION, "contradiction.conclusion", message, judged)


def _may_be(entry: Entry, threshold: Fraction) -> Iterator[Fraction]:
    """What an output may be: as printed, and if that does not tell it from the threshold, as it was carried too."""
    yield entry.value()
    if entry.printed is not None and abs(entry.printed.value - threshold) < entry.printed.unit:
        for world in CARRIED:
            with suppress(KeyError):
                yield entry.value(world)


def loss_again(walk: Walk, claim: Claim, quantity: Quantity) -> bool:
    """A loss told again without working: right if it is one of the losses of the run."""
    written = as_number(claim.links[-1].expr)
    if written is None or len(claim.links) > 1:
        return False
    if not (walk.ledger.knows(quantity) or walk.aligner.finished or walk.aligner.per_epoch > 1):
        return False
    known = [form.value for _, entry in walk.ledger.printed_values(Role.LOSS) for form in entry.forms]
    fits = any(is_rounding(written.value, value, written.places) for value in known) or _loss_of_epoch(
        walk, written
    )
    judged = Judged(
        claim,
        quantity,
        Status.RIGHT_ROUNDED,
        value=written,
        value_span=claim.links[-1].span,
        name=named(quantity),
    )
    if not fits:
        judged.status, judged.reason = Status.UNCHECKED, "it is not said of which weights and samples"
    walk.judged.append(judged)
    return True


def _loss_of_epoch(walk: Walk, written: Written) -> bool:
    """Whether a value is the loss over all samples with the author's weights between two epochs."""
    if Role.LOSS not in walk.exercise.system:
        return False
    everything = tuple(range(1, walk.exercise.n_samples + 1))
    tree = instance(walk.exercise.system[Role.LOSS], everything, walk.exercise.n_features, None)
    for epoch in range(min(walk.exercise.epochs, MAX_EPOCHS_TRIED) + 1):
        recipe = walk.ledger.recipe(tree, epoch * walk.aligner.per_epoch + 1)
        if recipe is not None and fit(written, None, recipe, never) is not None:
            return True
    return False
