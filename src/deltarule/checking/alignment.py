"""Which quantity a claim is about: symbol and index first, then headings and order, then value."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import field
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Symbol
from deltarule.checking.ledger import Ledger
from deltarule.checking.sides import as_number, value_of
from deltarule.document import Claim, Heading, Item, Link
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.formulas.neuron import BIAS_OF, PER_FEATURE
from deltarule.naming import Names, Reference
from deltarule.records import changing
from deltarule.trace import Quantity
from deltarule.written import Written

MAX_BATCH = 60  # samples of an update that are looked through for the one whose turn it is
_FORWARD = frozenset(
    {Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.DELTA, Role.OUTPUT_SLOPE, Role.ACTIVATION_SLOPE}
)
_COMPARED = frozenset({"<", ">", "<=", ">=", "<<", ">>"})
_UPDATED = frozenset({Role.WEIGHT, Role.BIAS})
_CHANGES = frozenset({Role.CHANGE, Role.BIAS_CHANGE})
_BIAS_SLOPES = frozenset({Role.BIAS_GRADIENT, Role.BIAS_VELOCITY})
_SLOPES = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT, Role.VELOCITY, Role.BIAS_VELOCITY})


def counts_updates(items: Iterable[Item], exercise: Exercise, names: Names) -> bool:
    """Whether the headings that seem to count epochs count updates: one sample, or one batch, is worked below each of several."""
    size = exercise.batch_size
    if size is None or exercise.n_samples <= size:
        return False
    worked: list[Counter[Role]] = []
    for item in items:
        if isinstance(item, Heading) and item.epoch is not None:
            worked.append(Counter())
        elif worked and isinstance(item, Claim) and item.subject is not None and item.links:
            reference = names.reference(item.subject)
            if reference is not None:
                worked[-1][reference.role] += 1
    # a linear neuron may be worked without a word of its net input
    forward = Role.NET_INPUT if any(count[Role.NET_INPUT] for count in worked) else Role.OUTPUT
    samples = [count[forward] for count in worked]
    return sum(count > 0 for count in samples) > 1 and max(samples) <= size


def shows_start(items: Iterable[Item], names: Names) -> bool:
    """Whether what is headed as epoch 0 only evaluates the start, so that the first update stands under epoch 1.

    There is no slope of it and no new weight; those of epoch 1 stand there, slopes first.
    """
    told: dict[int, list[Role]] = {}
    at: int | None = None
    for item in items:
        if isinstance(item, Heading) and item.epoch is not None:
            if item.epoch > 1 or (at is None and item.epoch):
                break
            at = item.epoch
        elif at is not None and isinstance(item, Claim) and item.subject is not None and item.links:
            reference = names.reference(item.subject)
            if reference is not None and not reference.general:
                told.setdefault(at, []).append(reference.role)
    start, first = told.get(0, []), told.get(1, [])
    if not _FORWARD & set(start) or (_UPDATED | _CHANGES | _SLOPES) & set(start):
        return False
    slopes = [k for k, role in enumerate(first) if role in _SLOPES]
    updates = [k for k, role in enumerate(first) if role in _UPDATED]
    return bool(slopes) and bool(updates) and slopes[0] < updates[0]


def tells_ends(items: Iterable[Item], exercise: Exercise, names: Names) -> bool:
    """Whether a document tells of its epochs only the parameters that they end with, though one sample follows the other in them."""
    if exercise.batch_size != 1 or exercise.n_samples < 2:
        return False
    told: list[Counter[Reference]] = []
    for item in items:
        if isinstance(item, Heading):
            if item.features or item.sample is not None:
                return False
            if item.epoch is not None:
                told.append(Counter())
        elif isinstance(item, Claim) and item.subject is not None and any(map(_is_numeric, item.links)):
            reference = names.reference(item.subject)
            if reference is not None and reference.role in _FORWARD | _SLOPES | _CHANGES:
                return False
            if told and reference is not None and reference.role in _UPDATED:
                told[-1][reference] += 1
                if len(item.links) > 1:
                    return False
    return sum(bool(each) for each in told) > 1 and all(
        max(each.values(), default=0) < 2 for each in told[:-1]
    )


def _is_compared_formula(claim: Claim) -> bool:
    """Whether a claim only compares a formula, ``y = 1 if a = w x + b > 0``: a rule, and no value of any sample."""
    for k, link in enumerate(claim.links):
        if link.relation in _COMPARED:
            return k > 0
        if is_numeric(link.expr):
            return False
    return False


def _is_numeric(link: Link) -> bool:
    return is_numeric(link.expr)


@changing
class Aligner:
    """Where in the run the reader is: the step, and the sample that was last worked.

    `step` counts updates from 1; its weights before the update have step ``step - 1``.
    """

    exercise: Exercise
    names: Names
    ledger: Ledger
    step: int = 1
    sample: int | None = None
    first_epoch: int | None = None
    placed: bool = False  # a heading has placed what follows
    shown: bool = False  # a heading shows the data of the sample that follows
    seen: set[Quantity] = field(default_factory=set)
    by_updates: bool = False  # headings count updates where others count epochs
    _updated: set[int | None] = field(default_factory=set)  # steps of which a new weight has been told
    _worked_first: bool = False  # outputs of this step were told before its new weights were worked out
    _told_line: int = 0  # where inputs were told last, of which sample, and those
    _told_sample: int | None = None
    _told: dict[int, Fraction] = field(default_factory=dict)
    _updated_line: int = 0  # where a new parameter was told last
    _worked_line: int = 0  # where anything was told last that is worked out

    @property
    def per_epoch(self) -> int:
        """Updates an epoch."""
        return max(len(self.ledger.batches), 1)

    @property
    def finished(self) -> bool:
        """Whether all updates of the exercise are done, so that only results are told."""
        return self.step > self.exercise.epochs * self.per_epoch

    def epoch_of(self, step: int | None) -> int | None:
        """Epoch of a step, counted from 1; None before the first and after the last."""
        if step is None or not 1 <= step <= self.exercise.epochs * self.per_epoch:
            return None
        return (step - 1) // self.per_epoch + 1

    def begin_again(self, first_epoch: int | None = None) -> None:
        """Go back to the first step: the run is told once more, its epochs counted from `first_epoch` on."""
        self.first_epoch = self.first_epoch if first_epoch is None else first_epoch
        self.step, self.sample, self.placed = 1, None, False
        self.seen.clear()
        self._updated.clear()

    # -- headings

    def enter(self, heading: Heading) -> None:
        """Take in a heading: it places what follows."""
        if heading.epoch is not None and not self.by_updates:
            if self.first_epoch is None:
                self.first_epoch = heading.epoch if heading.epoch <= 1 else 1
            ordinal = heading.epoch - self.first_epoch + 1
            step = (ordinal - 1) * self.per_epoch + 1
            onward = step >= self.step or (step > 0 and not self.seen)  # nothing was worked yet
            if onward and ordinal <= max(self.exercise.epochs, 1) + 1 and self._reachable(step):
                self.step, self.sample, self.placed = step, None, True
        shown = self._by_data(heading)
        sample = shown or heading.sample
        if sample is not None and 1 <= sample <= max(self.exercise.n_samples, 1):
            self.sample, self.shown = sample, True
            if self.per_epoch > 1 and not self.finished:
                self._to_sample(sample, again=heading.sample is None and self.weights_updated())
                if shown is not None and shown not in self.ledger.samples(self.step) and not self._begun():
                    self.ledger.instead(self.step, (shown,))  # worked out of turn

    def _by_data(self, heading: Heading) -> int | None:
        """The sample that a row of a table shows: of several with the same data the next one in turn."""
        if not heading.features:
            return None
        samples = [
            i
            for i, (row, target) in enumerate(
                zip(self.exercise.features, self.exercise.targets, strict=False), 1
            )
            if tuple(x.value for x in row) == heading.features
            and (not heading.targets or target.value in heading.targets)
        ]
        if len(samples) < 2:
            return samples[0] if samples else None
        ahead = self.step + (self.weights_updated() and self.per_epoch > 1)
        turn = [s for k in range(self.per_epoch) for s in self.ledger.samples(ahead + k)]
        if self.sample in turn and not self.weights_updated():
            worked = any((told.step, told.sample) == (self.step, self.sample) for told in self.seen)
            at = turn.index(self.sample) + worked  # a heading may have named it without a line about it yet
            turn = turn[at:] + turn[:at]
        return next((sample for sample in turn if sample in samples), samples[0])

    def _reachable(self, step: int) -> bool:
        """Whether the weights that step starts from are known, or there is no telling."""
        return step - self.step <= self.per_epoch or not self.seen

    def _begun(self) -> bool:
        """Whether anything of this step has been told."""
        return any(quantity.step == self.step for quantity in self.seen)

    def _to_sample(self, sample: int, again: bool) -> None:
        """Go on to the step that works this sample; to the next one where it is shown `again` behind its update."""
        for ahead in range(again, self.per_epoch + again):
            if sample in self.ledger.samples(self.step + ahead):
                if ahead == 0 or self._begun():
                    self.step += ahead
                self.placed = True
                return

    # -- claims

    def has_told(self, subject: Expr) -> bool:
        """Whether anything was told of a quantity of this role, so that ``z >= 0`` is about that and no rule."""
        reference = self.names.reference(subject)
        return reference is not None and any(quantity.role is reference.role for quantity in self.seen)

    def tell_input(self, claim: Claim, reference: Reference) -> None:
        """Take in an input that is told; those of one line, once all are there, say whose working follows."""
        if (self._told_line, self._told_sample) != (claim.line, reference.sample):
            self._told_line, self._told_sample, self._told = claim.line, reference.sample, {}
        written = as_number(claim.links[-1].expr) if len(claim.links) == 1 else None
        if written is None or reference.feature is None or (reference.sample is not None and not self.seen):
            return  # or the data, told one sample after the other
        self._told[reference.feature] = written.value
        inputs = tuple(self._told.get(j) for j in range(1, self.exercise.n_features + 1))
        whole = self.per_epoch == 1 and self.exercise.n_samples <= MAX_BATCH
        if len(inputs) == 1 and whole and self.seen and claim.line != self._worked_line:
            rows = [i for i, row in enumerate(self.exercise.features, 1) if row[0].value == written.value]
            self.sample, self.shown = (rows[0], True) if len(rows) == 1 else (None, False)
        if len(inputs) > 1 and None not in inputs:
            self.enter(Heading(claim.span, claim.line, sample=reference.sample, features=inputs))  # type: ignore[arg-type]  # None was refused
            self._told = {}

    def locate(self, claim: Claim) -> Quantity | None:
        """The quantity that a claim is about, or None; moves on through the run."""
        subject = claim.subject
        if subject is None or isinstance(subject, Apply | Symbol) is False:
            return None
        if isinstance(subject, Symbol) and "star" in subject.marks:
            return None  # w*, the best of all, is none of the run
        reference = self.names.reference(subject)
        if reference is None or reference.general:
            return None
        if claim.links and not claim.in_numbers:
            return None
        if _is_compared_formula(claim):
            return None
        return self._quantity(reference, claim, subject)

    def _quantity(self, reference: Reference, claim: Claim, subject: Expr) -> Quantity | None:
        role = reference.role
        self._worked_line = claim.line
        bare = as_number(claim.links[-1].expr) if len(claim.links) == 1 else None
        if role in _UPDATED:
            self._updated_line = claim.line
        due = role is Role.ERROR and self.weights_updated() and not self._all_updated(with_bias=True)
        if role in _FORWARD and reference.sample is None and (due or claim.line == self._updated_line):
            for sample in self.ledger.samples(self.step) if self.per_epoch > 1 else ():
                again = Quantity(role, None, sample, self.step)
                if self._told_again(again, bare):
                    return again  # w_1 = 0.5 (no change, since e = 0); the bias: since e = 0
        if role in _FORWARD:
            return self._forward(role, reference, subject, claim)
        if role is Role.LOSS:
            if self._of_losses(claim):
                return None
            return self._at_step(Quantity(role, None, None, self.step), bare)
        if role in (Role.BIAS, *BIAS_OF.values()) or role in PER_FEATURE:
            if role in PER_FEATURE and (
                reference.feature is None or not 1 <= reference.feature <= max(self.exercise.n_features, 1)
            ):
                return None
            feature = reference.feature if role in PER_FEATURE else None
            return self._at_step(Quantity(role, feature, None, self.step), bare)
        return None

    def _of_losses(self, claim: Claim) -> bool:
        """Whether a loss is made of other losses, ``MSE = SSE_total / 6``: it is of no one sample."""
        return any(
            isinstance(node, Symbol) and self.names.role(node.name.partition("_")[0]) is Role.LOSS
            for link in claim.links
            for node in link.expr.walk()
        )

    def _forward(self, role: Role, reference: Reference, subject: Expr, claim: Claim) -> Quantity | None:
        """Net input, output or error: of a sample, by index, label, argument or order."""
        n = self.exercise.n_samples
        sample = reference.sample
        if sample is not None and not 1 <= sample <= n:
            return None
        if (
            sample is None
            and claim.label is not None
            and claim.label.ordinal
            and claim.label.ordinal <= n
            and self.per_epoch == 1
        ):
            sample = claim.label.ordinal
        if sample is None and isinstance(subject, Apply):
            sample = self._by_argument(subject)
        if sample is None and (role is not Role.NET_INPUT or (self.shown and self.per_epoch == 1)):
            told = self._of_value(role, claim) or self._first_due(role)
            sample = None if self._goes_on(role, claim) else told or self.sample
        self.shown = False
        if self.weights_updated() and (
            self.per_epoch > 1 or (sample is None or self._is_behind(role, sample))
        ):
            self._advance()
            if self.per_epoch > 1:
                sample = None if reference.sample is None else sample
        if sample is None and role is Role.NET_INPUT and self._was_right(claim):
            self._advance()
        if sample is None:
            sample = self._next_sample(role)
        elif self.finished and self.per_epoch > 1:
            pass  # the final weights applied to one sample after the other
        elif sample not in self.ledger.samples(self.step):
            sample = self._counted_in_batch(role, sample, claim) or self._in_batch(sample)
        if sample is None:
            return None
        self.sample = sample
        quantity = Quantity(role, None, sample, self.step)
        self.see(quantity)
        return quantity

    def _goes_on(self, role: Role, claim: Claim) -> bool:
        """Whether a batch works its next sample: what is worked first of one, without a word of whose it is, was told of this one."""
        if self.shown or self.sample is None or len(claim.links) < 2:
            return False
        if len(self.ledger.samples(self.step)) < 2:
            return False
        before = (Role.NET_INPUT,) if role is Role.OUTPUT else (Role.NET_INPUT, Role.OUTPUT, Role.DELTA)
        seen = [Quantity(each, None, self.sample, self.step) in self.seen for each in (role, *before)]
        return role in (Role.OUTPUT, Role.ERROR) and seen[0] and not any(seen[1:])

    def _first_due(self, role: Role) -> int | None:
        """The first sample of a batch whose error is due, where errors follow behind the outputs of several samples."""
        batch = self.ledger.samples(self.step)
        if role is not Role.ERROR or self.shown or not 1 < len(batch) <= MAX_BATCH:
            return None
        outputs = (Role.NET_INPUT, Role.OUTPUT)
        due = [
            s
            for s in batch
            if Quantity(role, None, s, self.step) not in self.seen
            and any(Quantity(each, None, s, self.step) in self.seen for each in outputs)
        ]
        return due[0] if len(due) > 1 else None

    def _of_value(self, role: Role, claim: Claim) -> int | None:
        """The sample of a batch whose value is told once more, where it is not the one that was worked last."""
        bare = as_number(claim.links[-1].expr) if len(claim.links) == 1 else None
        batch = self.ledger.samples(self.step)
        if bare is None or not 1 < len(batch) <= MAX_BATCH or self.shown or self.sample is None:
            return None
        again = [s for s in batch if self._told_again(Quantity(role, None, s, self.step), bare)]
        worked = all(Quantity(role, None, s, self.step) in self.seen for s in batch)
        return again[0] if worked and again and self.sample not in again else None

    def _is_behind(self, role: Role, sample: int) -> bool:
        """Whether this step has the quantity of the sample already, or the error that it is needed for.

        Outputs of other samples that its new weights came behind speak for the next step as well.
        """
        return self._worked_first or any(
            Quantity(each, None, sample, self.step) in self.seen for each in (role, Role.ERROR)
        )

    def _was_right(self, claim: Claim) -> bool:
        """Whether the sample of this step was worked without an update, so that a net input is the next sample's."""
        if self.per_epoch < 2 or self.finished:
            return False
        batch = self.ledger.samples(self.step)
        worked = any(as_number(side) is None for side in claim.in_numbers)
        return worked and len(batch) == 1 and Quantity(Role.NET_INPUT, None, batch[0], self.step) in self.seen

    def _counted_in_batch(self, role: Role, count: int, claim: Claim) -> int | None:
        """The sample that is so many-th in its batch, where the line takes its numbers and not those of the one so many-th of all."""
        batch = self.ledger.samples(self.step)
        if not 1 < len(batch) <= MAX_BATCH or count > len(batch) or len(claim.links) < 2:
            return None
        numbers = {
            node.value for link in claim.links for node in link.expr.walk() if isinstance(node, Number)
        }
        mine, other = self._given(role, batch[count - 1]), self._given(role, count)
        takes = mine <= numbers and (self._begun() or not other <= numbers)
        return batch[count - 1] if takes else None

    def _given(self, role: Role, sample: int) -> set[Fraction]:
        """The sizes of the numbers of the data that a quantity of a sample is worked of."""
        if role is Role.ERROR:
            return {abs(self.exercise.targets[sample - 1].value)}
        return {abs(x.value) for x in self.exercise.features[sample - 1]}

    def _in_batch(self, sample: int) -> int:
        """A sample named by a number that is not in this batch: the step moves on to it if nothing is worked yet."""
        for ahead in range(self.per_epoch):
            if sample in self.ledger.samples(self.step + ahead):
                if not self._begun():
                    self.step += ahead
                    return sample
                break
        return sample  # the weights of this step applied to another sample: a prediction

    def _by_argument(self, subject: Apply) -> int | None:
        """Sample whose printed net input is the argument of ``G(1.05)``; the last one worked if it fits."""
        if not is_numeric(subject.arg):
            return None
        samples = [self.sample] if self.sample else []
        samples += [sample for sample in self.ledger.samples(self.step) if sample != self.sample]
        argument = value_of(subject.arg)
        for sample in samples:
            entry = self.ledger.entries.get(Quantity(Role.NET_INPUT, None, sample, self.step))
            if (
                entry is not None
                and argument is not None
                and any(form.value == argument for form in entry.forms)
            ):
                return sample
        return self.sample

    def _next_sample(self, role: Role) -> int | None:
        """First sample of the batch without this quantity."""
        batch = self.ledger.samples(self.step)
        return next(
            (s for s in batch if Quantity(role, None, s, self.step) not in self.seen),
            batch[-1] if batch else None,
        )

    def _told_again(self, quantity: Quantity, written: Written | None) -> bool:
        """Whether a bare value only repeats what was last printed."""
        entry = self.ledger.entries.get(quantity)
        return (
            written is not None
            and entry is not None
            and any(form.value == written.value for form in entry.forms)
        )

    def _at_step(self, quantity: Quantity, written: Written | None) -> Quantity:
        """A quantity of the step itself; one that is already there, after an update, opens the next step."""
        if quantity in self.seen and self._told_again(quantity, written):
            return quantity
        if quantity in self.seen and self.weights_updated() and not self._still_due(quantity):
            if quantity.role in _UPDATED or quantity.role is not Role.LOSS or self._all_updated():
                self._advance()
                quantity = Quantity(quantity.role, quantity.feature, None, self.step)
        elif quantity.role in _BIAS_SLOPES and self._still_due(quantity):
            pass  # a row of its own for each of the weights and the bias
        elif quantity.role in _SLOPES and self._all_updated():
            self._advance()
            quantity = Quantity(quantity.role, quantity.feature, None, self.step)
        if quantity.role in _UPDATED and written is None and not self.weights_updated():
            self._worked_first = any(told.step == self.step and told.role in _FORWARD for told in self.seen)
        self.see(quantity)
        return quantity

    def see(self, quantity: Quantity) -> None:
        """Take in that a quantity was told."""
        self.seen.add(quantity)
        if quantity.role in _UPDATED:
            self._updated.add(quantity.step)

    def _still_due(self, quantity: Quantity) -> bool:
        """Whether a slope is told again, below its own line, for a weight that is not updated yet as others are."""
        if quantity.role not in _SLOPES:
            return False
        role = Role.BIAS if quantity.role in BIAS_OF.values() else Role.WEIGHT
        return Quantity(role, quantity.feature, None, self.step) not in self.seen

    def weights_updated(self) -> bool:
        """Whether a new weight of this step has been told."""
        return self.step in self._updated

    def _all_updated(self, with_bias: bool = False) -> bool:
        wanted = [Quantity(Role.WEIGHT, j, None, self.step) for j in range(1, self.exercise.n_features + 1)]
        wanted += [Quantity(Role.BIAS, None, None, self.step)] if with_bias else []
        return all(quantity in self.seen for quantity in wanted)

    def _advance(self) -> None:
        self.step += 1
        self._worked_first = False
        self.sample = None
        if self.per_epoch > 1:
            batch = self.ledger.samples(self.step)
            self.sample = batch[0] if len(batch) == 1 else None
        self.placed = False
