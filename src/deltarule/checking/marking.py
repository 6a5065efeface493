"""Marking: walks the claims of a document, judges each link, enters it in the ledger, and proves what follows.

One walk, in this order for every claim: which quantity it is about (`alignment`), whether its operands are the ones the
formula asks for (`matching`), whether its value is right in one of the author's possible worlds (`values`), why not
(`explanations`), and what it does to later lines (`replay`).
"""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import combination, is_numeric
from deltarule.algebra.evaluate import RELATIONS, evaluate
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Symbol, symbols
from deltarule.checking.alignment import Aligner
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.conclusions import conclusions, contradicted
from deltarule.checking.expectations import expectations
from deltarule.checking.explanations import Case, explain
from deltarule.checking.ledger import Entry, Ledger, Recipe, World, repaired
from deltarule.checking.matching import Match, Matcher
from deltarule.checking.operands import OperandSlip, operand_slips
from deltarule.checking.replay import follow
from deltarule.checking.stating import judge_formula
from deltarule.checking.values import Fit, adopted, fit
from deltarule.checking.wording import named, plain, shown
from deltarule.document import Claim, Document, Heading, Link, Sentence, Understood
from deltarule.errors import DeltaruleError
from deltarule.findings import FollowThrough, Kind, Remark, Slip, Status
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.naming import ACTIVATION_NAMES, Reference
from deltarule.report import Diagnosis, Report, Summary, Verdict
from deltarule.spans import Span
from deltarule.trace import Quantity, Trace, instance, neuron_arithmetic, quantity_of
from deltarule.written import Written, decimal_text, is_rounding, power_of_ten, rounded

_COMPARISONS = {">": ">", ">=": ">=", "<": "<", "<=": "<=", ">>": ">", "<<": "<", "!=": "!="}
MAX_EPOCHS_TRIED = 30
_GIVEN = frozenset({Role.FEATURE, Role.TARGET, Role.COUNT, Role.THRESHOLD, Role.LEARNING_RATE})
SHORT_HABIT = 8  # one short value in so many is a habit


def mark(document: Document, understood: Understood, diagnosis: Diagnosis | None = None, truth: Trace | None = None) -> Report:
    """Mark a document.

    Parameters
    ----------
    document : Document
        What was read.
    understood : Understood
        The exercise found in it, or given beside it.
    diagnosis : Diagnosis or None
        Evidence about the exact run, to hold the author's conclusions against.
    truth : Trace or None
        The exact run, unrounded, for the true values.
    """
    return _Marking(document, understood, diagnosis, truth).report()


class _Marking:
    """State of one walk over a document."""

    def __init__(self, document: Document, understood: Understood, diagnosis: Diagnosis | None, truth: Trace | None) -> None:
        self.document, self.understood, self.diagnosis, self.truth = document, understood, diagnosis, truth
        self.exercise, self.names = understood.exercise, understood.names
        self.ledger = Ledger(self.exercise)
        self.aligner = Aligner(self.exercise, self.names, self.ledger)
        self.matcher = Matcher(lambda symbol: None)
        self.judged: list[Judged] = []
        self.slips: list[FoundSlip] = []
        self.remarks: list[tuple[Span, str, str]] = []
        self.worlds: Counter[World] = Counter()
        self.usual_places, self.short_habit = _usual_places(document)

    # -- the walk

    def report(self) -> Report:
        stated = self.understood.statements
        for position, item in enumerate(self.document.items):
            if isinstance(item, Heading):
                self.aligner.enter(item)
            elif isinstance(item, Claim) and position not in stated:
                self._claim(item)
        follow(self.judged, self.slips)
        self._cancelling()
        self._contradictions()
        return self._told()

    def _claim(self, claim: Claim) -> None:
        claim = self._with_activation(claim)
        subject = claim.subject
        reference = self.names.reference(subject) if subject is not None else None
        if reference is not None and claim.links and not any(is_numeric(link.expr) for link in claim.links):
            self._formula_only(claim, reference)
            return
        quantity = self.aligner.locate(claim)
        if not claim.links:
            self._poison(quantity)
        elif any(link.relation in _COMPARISONS for link in claim.links):
            self._compared(claim, quantity)
        elif reference is not None and reference.role in _GIVEN:
            self._restated(claim, reference)
        elif reference is not None and reference.role is Role.PREDICTION:
            self._classified(claim, reference)
        elif quantity is None:
            self._generic(claim)
        elif quantity.role is Role.LOSS and self._loss_restated(claim, quantity):
            return
        else:
            self._about(claim, quantity)

    def _with_activation(self, claim: Claim) -> Claim:
        """``f(0.3)`` and ``\\sigma(0.3)`` on the right of a claim by the name of the neuron's activation."""
        if not any(isinstance(node, Apply) for link in claim.links for node in link.expr.walk()):
            return claim
        name = self.exercise.activation

        def named_so(node: Expr) -> Expr:
            done = node.map(named_so)
            if isinstance(done, Apply) and done.function in ACTIVATION_NAMES and done.function not in ACTIVATIONS:
                return done.arg if name == "identity" else replace(done, function=name)
            return done

        links = tuple(replace(link, expr=named_so(link.expr)) if is_numeric(link.expr) else link for link in claim.links)
        return replace(claim, links=links)

    def _poison(self, quantity: Quantity | None) -> None:
        """A claim that could not be read makes its quantity unknown until the author uses it again."""
        if quantity is not None:
            self.ledger.record(Entry(quantity, None, unknown=True))

    # -- values that restate something

    def _restated(self, claim: Claim, reference: Reference) -> None:
        """Data or settings told again: nothing is claimed, unless there is arithmetic."""
        if any(is_numeric(link.expr) and _written(link.expr) is None for link in claim.links):
            self._generic(claim)

    def _classified(self, claim: Claim, reference: Reference) -> None:
        """``\\hat{y}_1 = 1``: the class that the output of the sample leads to."""
        written = _written(claim.links[-1].expr)
        sample = reference.sample or self.aligner.sample
        if written is None or sample is None or self.exercise.threshold is None:
            self._generic(claim)
            return
        quantity = Quantity(Role.OUTPUT, None, sample, self.aligner.step)
        entry = self.ledger.find(quantity)
        judged = Judged(claim, None, Status.RIGHT, value=written, value_span=claim.links[-1].span, name=f"the class of sample {sample}")
        self.judged.append(judged)
        if entry is None or entry.unknown:
            judged.status, judged.reason = Status.UNCHECKED, "the output is not known"
        elif self.exercise.labels[entry.value() >= self.exercise.threshold.value] != written.text:
            judged.status = Status.SLIP
            message = f"The output of sample {sample} leads to class {self.exercise.labels[entry.value() >= self.exercise.threshold.value]}."
            self._simple_slip(claim.span, Kind.CONTRADICTION, "contradiction.conclusion", message, judged)

    def _loss_restated(self, claim: Claim, quantity: Quantity) -> bool:
        """A loss told again without working: right if it is one of the losses of the run."""
        written = _written(claim.links[-1].expr)
        if written is None or len(claim.links) > 1:
            return False
        if not (self.ledger.knows(quantity) or self.aligner.finished or self.aligner.per_epoch > 1):
            return False
        known = [form.value for _, entry in self.ledger.printed_values(Role.LOSS) for form in entry.forms]
        fits = any(is_rounding(written.value, value, written.places) for value in known) or self._loss_of_epoch(written)
        judged = Judged(claim, quantity, Status.RIGHT_ROUNDED, value=written, value_span=claim.links[-1].span, name=named(quantity))
        if not fits:
            judged.status, judged.reason = Status.UNCHECKED, "it is not said of which weights and samples"
        self.judged.append(judged)
        return True

    def _loss_of_epoch(self, written: Written) -> bool:
        """Whether a value is the loss over all samples with the author's weights between two epochs."""
        if Role.LOSS not in self.exercise.system:
            return False
        everything = tuple(range(1, self.exercise.n_samples + 1))
        tree = instance(self.exercise.system[Role.LOSS], everything, self.exercise.n_features, None)
        for epoch in range(min(self.exercise.epochs, MAX_EPOCHS_TRIED) + 1):
            recipe = self.ledger.recipe(tree, epoch * self.aligner.per_epoch + 1)
            if recipe is not None and fit(written, None, recipe, self.usual_places, True) is not None:
                return True
        return False

    # -- stated formulas

    def _formula_only(self, claim: Claim, reference: Reference) -> None:
        assert claim.subject is not None
        judged = Judged(claim, None, Status.RIGHT, name="the stated formula")
        for link in claim.links:
            self._stated(link, claim, reference, judged)
        self.judged.append(judged)

    def _stated(self, link: Link, claim: Claim, reference: Reference, judged: Judged) -> None:
        """Judge one formula in symbols."""
        assert claim.subject is not None
        verdict = judge_formula(link.expr, claim.subject, reference, self.exercise, self.names)
        for symbol in verdict.loose:
            self.remarks.append(
                (
                    symbol.span or link.span,
                    "remark.loose-index",
                    f"{symbol.name} needs an index for the feature as well as for the sample here; read as the feature of the left side.",
                )
            )
        if verdict.code is None:
            return
        if verdict.code == "unchecked":
            if len(claim.links) == 1:
                judged.status, judged.reason = Status.UNCHECKED, verdict.message
        elif verdict.kind is None:
            self.remarks.append((link.span, verdict.code, verdict.message))
        else:
            judged.status = Status.SLIP
            written = " ".join(self.document.source.extract(link.span).split())
            self.slips.append(
                FoundSlip(claim.span, verdict.kind, verdict.code, verdict.message, None, "the stated formula", written, "")
            )

    # -- claims about a known quantity

    def _about(self, claim: Claim, quantity: Quantity) -> None:
        """Judge the links of a claim one after the other, then enter its value in the ledger."""
        step = quantity.step or 1
        self.matcher = Matcher(lambda symbol: self.ledger.find(quantity_of(symbol, step)))
        name = named(quantity)
        judged = Judged(claim, quantity, Status.RIGHT, name=name)
        reference = self.names.reference(claim.subject) if claim.subject is not None else None
        line = _Line(claim, quantity, name, judged)
        self._argument(claim, quantity, line)
        for link in claim.links:
            written = _written(link.expr)
            if written is not None:
                self._value(line, link, written)
            elif is_numeric(link.expr):
                self._expression(line, link)
            elif reference is not None:
                self._stated(link, claim, reference, judged)
        if self._beyond_the_run(line):
            judged.status, judged.reason = Status.UNCHECKED, "it is told after the run, and not said of which update"
            if line.wrong is not None:
                self.slips.remove(line.wrong)
        else:
            self._enter(line)
        self.judged.append(judged)

    def _beyond_the_run(self, line: "_Line") -> bool:
        """Whether a bare value told after the last update fits nothing there: it is about something else."""
        return line.wrong is not None and not line.expression and self.aligner.finished and line.judged.status is Status.SLIP

    def _argument(self, claim: Claim, quantity: Quantity, line: "_Line") -> None:
        """``G(1.05) = ...``: the argument is an operand like any other."""
        subject = claim.subject
        if not isinstance(subject, Apply) or not is_numeric(subject.arg) or quantity.role is not Role.OUTPUT:
            return
        written = Apply(self.exercise.activation, subject.arg, span=subject.span)
        if self.exercise.activation == "identity":
            self._operands(line, subject.arg, subject.arg.span or claim.span)
            line.literal = _number(subject.arg)
        else:
            self._operands(line, written, subject.arg.span or claim.span)
            line.literal = _number(written)

    def _expression(self, line: "_Line", link: Link) -> None:
        """An expression in numbers: the first is held against the formula, later ones against the one before."""
        line.expression = True
        if line.literal is None or not line.matched:
            self._operands(line, link.expr, link.span)
            line.literal = _number(link.expr)
            line.readings = tuple(value for value in (_number(reading) for reading in link.readings) if value is not None)
            return
        value = _number(link.expr)
        if value is None:
            return
        line.literal_before, line.literal = line.literal, value
        if not _simplifies(line.literal_before, value, link.expr, line.recipe):
            trial = self._best(line.quantity, link.expr)
            if trial is not None and trial[1].cost == 0:
                line.recipe, line.matched = self._recipe(trial[1], link.expr), True
                return
            self._wrong_step(line, link, value)

    def _wrong_step(self, line: "_Line", link: Link, value: Fraction) -> None:
        """One expression is set equal to another that it does not equal."""
        assert line.literal_before is not None
        expected = shown(line.literal_before, self.usual_places + 2)
        line.judged.status = Status.SLIP
        self.slips.append(
            FoundSlip(
                link.span,
                Kind.ARITHMETIC,
                "arithmetic.value",
                f"This step of {line.name} changes its value: {expected} before, {shown(value, self.usual_places + 2)} here.",
                line.quantity,
                line.name,
                shown(value, self.usual_places + 2),
                expected,
            )
        )

    def _best(self, quantity: Quantity, written: Expr) -> tuple[Expr, Match] | None:
        """The cheapest way to read a written expression as one of the legal forms."""
        best: tuple[Expr, Match] | None = None
        there = combination(written, ACTIVATION_NAMES)
        for form in expectations(quantity, self.ledger):
            found = self.matcher.match_form(form.combination, form.tree, there, written)
            if best is None or (found.cost, found.loose) < (best[1].cost, best[1].loose):
                best = form.tree, found
            if found.cost == 0:
                break
        return best

    def _operands(self, line: "_Line", written: Expr, span: Span) -> None:
        """Hold an expression's operands against the formula."""
        best = self._best(line.quantity, written)
        if best is None:
            return
        tree, match = best
        line.matched = True
        for entry, number in match.defined:  # what could not be read is what the author uses now
            entry.printed, entry.forms, entry.unknown = number, (number,), False
            entry._worlds.clear()
        formula = self.ledger.recipe(tree, line.quantity.step or 1)
        line.formula = formula
        if match.cost > _most_notes(tree):
            line.recipe = formula
            line.free = True
            return
        line.recipe = self._recipe(match, written)
        if match.adopted:
            line.adopted = match.adopted
        line.operand_slips = operand_slips(match.notes, self.ledger, line.quantity, line.name, span)

    def _recipe(self, match: Match, written: Expr) -> Recipe | None:
        """The written expression with its numbers replaced by the quantities they stand for."""
        operands: dict[Symbol, Entry] = {}
        for part in match.leaves.values():
            for symbol in symbols(part):
                entry = self.matcher.entry_of(symbol)
                if entry is None:
                    return None
                operands[symbol] = next((e for e in match.adopted if e.quantity == entry.quantity), entry)
        matcher = self.matcher
        return Recipe(lambda: _put(written, match, matcher), operands)

    def _value(self, line: "_Line", link: Link, written: Written) -> None:
        """A value: right in one of the worlds, or a slip with its explanation."""
        judged = line.judged
        judged.value_span = link.span
        if line.values and self._rounds_before(line, written):
            line.values.append(written)
            judged.value = written
            return
        if line.recipe is None and line.literal is None:
            line.recipe = line.formula = self._plain_formula(line.quantity)
            if line.recipe is None:
                judged.status, judged.reason = Status.UNCHECKED, "an operand is not known"
                line.values.append(written)
                judged.value = written
                return
        if line.free:
            self._free_value(line, link, written)
            return
        found = self._fit(line, written)
        if (found is None or found.how in ("carried", "cut")) and not line.operand_slips:
            found = self._adopting(line, written) or found
        if found is not None:
            self._right(line, link, written, found)
        elif line.operand_slips and self._fits_formula(line, written):
            line.harmless = True
            line.recipe = line.formula
            judged.status = Status.RIGHT
        elif line.values:
            self._wrong_rounding(line, link, written)
        else:
            self._wrong(line, link, written)
        line.values.append(written)
        judged.value = written

    def _plain_formula(self, quantity: Quantity) -> Recipe | None:
        if quantity.role not in self.exercise.system:
            return None
        return self.ledger.recipe(self.ledger.formula(quantity), quantity.step or 1)

    def _rounds_before(self, line: "_Line", written: Written) -> bool:
        """Whether a value only rounds the one before it in the chain."""
        before = line.values[-1]
        return written.places <= before.places and is_rounding(written.value, before.value, written.places)

    def _fit(self, line: "_Line", written: Written) -> Fit | None:
        found = fit(written, line.literal, line.recipe, self.usual_places, self.short_habit)
        if found is not None and found.how != "cut":
            return found
        for reading in line.readings:
            other = fit(written, reading, None, self.usual_places, self.short_habit)
            if other is not None and other.how != "cut":
                return replace(other, how="reading")
        return found

    def _adopting(self, line: "_Line", written: Written) -> Fit | None:
        """Whether the author goes on with the right value after a printed slip.

        Not where the wrong number stands in an expression on this line: then the line itself is wrong.
        """
        found = None if line.expression else adopted(written, line.recipe)
        if found is None or line.recipe is None:
            return None
        line.adopted = [entry.repaired for entry in found[1] if entry.repaired is not None]
        line.recipe = line.recipe.with_operands(lambda entry: entry.repaired or entry)
        return Fit("adopted", World.PRINTED, found[0])

    def _right(self, line: "_Line", link: Link, written: Written, found: Fit) -> None:
        judged = line.judged
        if judged.status is not Status.SLIP:
            judged.status = Status.RIGHT if found.how == "exact" else Status.RIGHT_ROUNDED
        judged.fits_printed = found.world is World.PRINTED and found.how != "adopted"
        self.worlds[found.world] += 1
        printed = line.literal
        if found.how == "cut":
            self.remarks.append((link.span, "remark.truncated", f"{line.name} is cut off rather than rounded: {plain(written)}."))
        elif found.how == "carried" and printed is not None:
            text = shown(printed, self.usual_places)
            longer = shown(found.value, self.usual_places + 2)
            self.remarks.append(
                (
                    link.span,
                    "remark.carried-unrounded",
                    f"From the printed numbers {line.name} is {text}; {plain(written)} is right {found.world.value} ({longer}).",
                )
            )
        elif found.how == "reading":
            self.remarks.append(
                (link.span, "remark.possible-misread", f"{line.name} is right if the expression is read the other way round.")
            )

    def _fits_formula(self, line: "_Line", written: Written) -> bool:
        """Whether a value fits the formula with the right operands."""
        if line.formula is None:
            return False
        found = fit(written, None, line.formula, self.usual_places, True)
        return found is not None

    def _free_value(self, line: "_Line", link: Link, written: Written) -> None:
        """An expression of another build than the formula: only its values can be compared."""
        judged = line.judged
        literal_fit = fit(written, line.literal, None, self.usual_places, self.short_habit)
        formula_fit = fit(written, None, line.formula, self.usual_places, True)
        line.values.append(written)
        judged.value = written
        if formula_fit is not None:
            judged.status = Status.RIGHT_ROUNDED
            if literal_fit is None:
                line.operand_slips = [self._other_formula(line, "does not give the value behind it")]
                line.harmless = True
            line.recipe = line.formula
            return
        line.recipe = None
        if line.formula is None:
            judged.status, judged.reason = Status.UNCHECKED, "its operands are not known"
            if literal_fit is None and line.literal is not None:
                self._wrong(line, link, written)
        elif literal_fit is not None:
            line.operand_slips = [self._other_formula(line, "is not what the formula asks for")]
        else:
            line.operand_slips = [self._other_formula(line, "is not what the formula asks for")]
            self._wrong(line, link, written)

    def _other_formula(self, line: "_Line", why: str) -> OperandSlip:
        link = next(link for link in line.claim.links if is_numeric(link.expr))
        written = " ".join(self.document.source.extract(link.span).split())
        return OperandSlip(
            link.span, Kind.FORMULA, "formula.rule", f"The expression for {line.name} {why}.", written[:120], ""
        )

    def _wrong(self, line: "_Line", link: Link, written: Written) -> None:
        """A wrong value: explain it, and prepare what it would be."""
        expected, all_worlds = self._expected(line)
        if expected is None:
            line.judged.status, line.judged.reason = Status.UNCHECKED, "an operand is not known"
            return
        places = max(written.places, self.usual_places)
        case = Case(written, expected, all_worlds, self.usual_places, line.name, shown(expected, places))
        found = explain(case)
        line.judged.status = Status.SLIP
        line.judged.expected = expected
        line.factor = found.factor
        line.wrong = FoundSlip(
            link.span,
            found.kind,
            found.code,
            found.message,
            line.quantity,
            line.name,
            plain(written),
            _as_expected(expected, written, found.kind, self.usual_places),
        )
        self.slips.append(line.wrong)

    def _wrong_rounding(self, line: "_Line", link: Link, written: Written) -> None:
        """A later value of a chain that is no rounding of the one before."""
        before = line.values[-1]
        case = Case(written, before.value, (before.value,), self.usual_places, line.name, plain(before))
        found = explain(case)
        line.judged.status = Status.SLIP
        line.judged.expected = before.value
        expected = _as_expected(before.value, written, found.kind, written.places)
        line.wrong = FoundSlip(
            link.span, found.kind, found.code, found.message, line.quantity, line.name, plain(written), expected
        )
        line.factor = found.factor
        self.slips.append(line.wrong)

    def _expected(self, line: "_Line") -> tuple[Fraction | None, tuple[Fraction, ...]]:
        """Value from the author's own numbers, and under every way of carrying."""
        from deltarule.checking.values import worlds

        values = [value for _, value in worlds(line.literal, line.recipe)]
        if not values:
            return None, ()
        return values[0], tuple(dict.fromkeys(values))

    # -- the ledger

    def _enter(self, line: "_Line") -> None:
        """Tell operand slips, and enter the claim's value."""
        quantity, judged = line.quantity, line.judged
        printed = line.values[-1] if line.values else None
        if printed is None and line.recipe is None and line.literal is not None:
            printed = None
        entry = Entry(quantity, printed, tuple(line.values), line.recipe, line.factor, line=line.claim.line)
        if line.values or line.recipe is not None:
            self.ledger.record(entry)
            judged.entry = entry
        right = self._right_value(line)
        for slip in line.operand_slips:
            judged.status = Status.SLIP
            self.slips.append(
                FoundSlip(
                    slip.span,
                    slip.kind,
                    slip.code,
                    slip.message + (" The value fits the right one, so nothing follows." if line.harmless else ""),
                    quantity,
                    line.name,
                    slip.written,
                    slip.expected,
                    None if line.harmless else entry,
                    slip.operand,
                    line.harmless,
                )
            )
        if line.wrong is not None:
            line.wrong.entry = entry
        if printed is not None and right is not None and not line.harmless and (line.wrong or line.operand_slips):
            places = max(printed.places, self.usual_places) if printed.value.denominator != 1 or printed.places < 1 else printed.places
            value = rounded(right, places)
            entry.repaired = repaired(entry, Written(decimal_text(value, max(places, 0)), value, places))
        if line.adopted and printed is not None:
            names = ", ".join(dict.fromkeys(named(e.quantity) for e in line.adopted if e.quantity is not None))
            lines = ", ".join(str(number) for number in dict.fromkeys(e.line for e in line.adopted if e.line))
            if not line.wrong and not line.operand_slips:
                where = f" (line {lines})" if lines else ""
                self.remarks.append(
                    (
                        line.claim.span,
                        "remark.adopted",
                        f"{line.name} goes on with the right value of {names}, not with the slip printed for it{where}: nothing follows from that slip here.",
                    )
                )

    def _right_value(self, line: "_Line") -> Fraction | None:
        """What the quantity should be given the author's own operands."""
        recipe = line.formula if line.operand_slips else None
        if recipe is not None:
            try:
                return recipe.value(lambda entry: entry.value())
            except (KeyError, ZeroDivisionError, DeltaruleError):
                return None
        return line.judged.expected

    # -- claims about something else

    def _compared(self, claim: Claim, quantity: Quantity | None) -> None:
        """A chain that ends in a comparison: ``a_1 = G(9.5) = 0.99 >= 0.5`` is a claim, then a comparison."""
        first = next(k for k, link in enumerate(claim.links) if link.relation in _COMPARISONS)
        if first and quantity is not None:
            self._about(replace(claim, links=claim.links[:first], concluded=None), quantity)
        if first:
            claim = replace(claim, subject=claim.links[first - 1].expr, links=claim.links[first:])
        self._comparison(claim)

    def _comparison(self, claim: Claim) -> None:
        """``5·0.3 + ... >> 0.5``: operands of a sample, the truth of the comparison, and the class concluded."""
        judged = Judged(claim, None, Status.RIGHT, name="the comparison")
        sides = [claim.subject, *(link.expr for link in claim.links)]
        values = [None if side is None or not is_numeric(side) else _number(side) for side in sides]
        link = claim.links[0]
        if values[0] is None and claim.subject is not None:
            quantity = self.aligner.locate(claim)
            entry = self.ledger.find(quantity) if quantity is not None else None
            values[0] = None if entry is None or entry.unknown else entry.value()
        if claim.subject is None or values[0] is None or values[1] is None or link.relation not in _COMPARISONS:
            if any(value is not None for value in values):
                judged.status, judged.reason = Status.UNCHECKED, "the comparison could not be worked out"
                self.judged.append(judged)
            return
        self.judged.append(judged)
        quantity = self._predicted(claim) if is_numeric(claim.subject) and _written(claim.subject) is None else None
        if quantity is not None:
            judged.quantity, judged.name = quantity, named(quantity)
        holds = RELATIONS[_COMPARISONS[link.relation]](values[0], values[1])
        if not holds:
            judged.status = Status.SLIP
            self._simple_slip(claim.span, Kind.CONTRADICTION, "contradiction.value", f"The comparison does not hold: the left side is {shown(values[0], 4)}.", judged)
        elif claim.concluded is not None and self.exercise.threshold is not None:
            above = values[0] >= self.exercise.threshold.value
            if claim.concluded.text != self.exercise.labels[above]:
                judged.status = Status.SLIP
                self._simple_slip(
                    claim.span,
                    Kind.CONTRADICTION,
                    "contradiction.conclusion",
                    f"{shown(values[0], 4)} is {'at or above' if above else 'below'} the threshold {self.exercise.threshold.text}, "
                    f"so the prediction is {self.exercise.labels[above]}.",
                    judged,
                )

    def _simple_slip(self, span: Span, kind: Kind, code: str, message: str, judged: Judged) -> None:
        written = " ".join(self.document.source.extract(span).split())[:120]
        self.slips.append(FoundSlip(span, kind, code, message, judged.quantity, judged.name, written, ""))

    def _predicted(self, claim: Claim) -> Quantity | None:
        """Align an expression without a left side by its operands: the sample with the cheapest match."""
        assert claim.subject is not None
        written = claim.subject
        best: tuple[int, int, Quantity, Match, Expr] | None = None
        updated = self.aligner._weights_updated()
        step = self.aligner.step + (1 if updated else 0)
        there = combination(written)
        matcher = Matcher(lambda symbol: self.ledger.find(quantity_of(symbol, step)))
        for thorough in (False, True):
            for sample in range(1, self.exercise.n_samples + 1):
                quantity = Quantity(Role.NET_INPUT, None, sample, step)
                for form in expectations(quantity, self.ledger)[:1]:
                    match = matcher.match_form(form.combination, form.tree, there, written, thorough)
                    labelled = claim.label is not None and claim.label.ordinal == sample
                    key = (match.cost - labelled, not labelled)
                    if best is None or key < best[:2]:
                        best = (*key, quantity, match, form.tree)
            if best is not None and best[3].cost <= 1:
                break
        if best is None or best[3].cost > 2:
            return None
        quantity, match = best[2], best[3]
        slips = operand_slips(match.notes, self.ledger, quantity, f"the net input of sample {quantity.sample}", claim.span)
        for slip in slips:
            self.judged[-1].status = Status.SLIP
            self.slips.append(
                FoundSlip(
                    slip.span,
                    slip.kind,
                    slip.code,
                    slip.message + " The prediction stands.",
                    quantity,
                    named(quantity),
                    slip.written,
                    slip.expected,
                    None,
                    slip.operand,
                    True,
                )
            )
        return quantity

    def _generic(self, claim: Claim) -> None:
        """Neither quantity nor formula known: each link is still arithmetic."""
        sides: list[tuple[Expr, Span]] = [(link.expr, link.span) for link in claim.links]
        if claim.subject is not None and is_numeric(claim.subject):
            sides.insert(0, (claim.subject, claim.subject.span or claim.span))
        numeric = [(expr, span) for expr, span in sides if is_numeric(expr)]
        judged = Judged(claim, None, Status.UNCHECKED, reason="its quantity is not known", name="the result")
        if len(numeric) > 1:
            judged.status = Status.RIGHT
        for (left, _), (right, span) in zip(numeric, numeric[1:], strict=False):
            before, written = _number(left), _written(right)
            if before is None:
                continue
            if written is None:
                after = _number(right)
                if after is not None and not _simplifies(before, after, right, None):
                    judged.status = Status.UNCHECKED
                    judged.reason = "one expression does not equal the next"
                continue
            judged.value, judged.value_span = written, span
            found = fit(written, before, None, self.usual_places, True)
            if found is None:
                case = Case(written, before, (before,), self.usual_places, "the result", shown(before, max(written.places, self.usual_places)))
                explanation = explain(case)
                judged.status, judged.expected = Status.SLIP, before
                self.slips.append(
                    FoundSlip(
                        span,
                        explanation.kind,
                        explanation.code,
                        explanation.message,
                        None,
                        "the result",
                        plain(written),
                        _as_expected(before, written, explanation.kind, self.usual_places),
                    )
                )
            elif found.how != "exact" and judged.status is Status.RIGHT:
                judged.status = Status.RIGHT_ROUNDED
        if numeric:
            self.judged.append(judged)

    # -- afterwards

    def _cancelling(self) -> None:
        """Two slips that cancel are both told, and it is said that they cancel."""
        by_entry = {id(slip.entry): slip for slip in self.slips if slip.entry is not None}
        for slip in self.slips:
            entry = slip.entry
            if entry is None or entry.recipe is None or entry.factor == 1:
                continue
            for operand in entry.recipe.operands.values():
                earlier = by_entry.get(id(operand))
                if earlier is not None and operand.factor * entry.factor == 1:
                    line, _ = self.document.source.position(earlier.span.start)
                    self.remarks.append(
                        (
                            slip.span,
                            "remark.cancels",
                            f"This slip and the one on line {line} cancel: what comes after is right again.",
                        )
                    )

    def _contradictions(self) -> None:
        sentences = [item for item in self.document.items if isinstance(item, Sentence) and item.topic == "loss-figure"]
        for sentence, quantity, entry, _ in contradicted(sentences, self.ledger):
            assert sentence.figure is not None and entry.printed is not None
            self.remarks.append(
                (
                    sentence.span,
                    "remark.contradiction",
                    f"{sentence.figure.text} here contradicts {plain(entry.printed)} on line {entry.line} for "
                    f"{named(quantity)}; {sentence.figure.text} is the right one.",
                )
            )
        for span, message in self.understood.contradictions:
            self.remarks.append((span, "remark.contradiction", message + "."))

    # -- telling

    def _told(self) -> Report:
        source = self.document.source
        slips = tuple(sorted((self._slip(slip) for slip in self.slips), key=lambda slip: slip.span.start))
        verdicts = tuple(self._verdict(item) for item in self.judged)
        by_identity = {id(found): source.line(found.span.start) for found in self.slips}
        follow_through = tuple(
            FollowThrough(
                self._line_of(item),
                tuple(sorted({by_identity[id(slip)] for slip in item.from_slips})),
                item.name,
                plain(item.value) if item.value else "",
                item.repaired if item.repaired is not None else Fraction(0),
            )
            for item in self.judged
            if item.status is Status.FOLLOW_THROUGH
        )
        count = Counter(item.status for item in self.judged)
        unread = self.document.unread
        summary = Summary(
            claims=len(self.judged) + len(unread),
            right=count[Status.RIGHT],
            right_rounded=count[Status.RIGHT_ROUNDED],
            follow_through=count[Status.FOLLOW_THROUGH],
            slips=len(slips),
            unread=len(unread),
            unchecked=count[Status.UNCHECKED],
        )
        remarks = list(dict.fromkeys(self.remarks))
        if self.document.beyond_budget is not None:
            span = source.line_span(self.document.beyond_budget)
            remarks.append((span, "remark.budget", f"From line {self.document.beyond_budget} on nothing was looked at: the document is too long."))
        verdict = "unreadable" if not self.judged else "slips" if slips else "clean"
        return Report(
            source,
            self.exercise,
            verdict,
            summary,
            verdicts,
            slips,
            follow_through,
            tuple(self._remark(*remark) for remark in sorted(remarks, key=lambda r: r[0].start)),
            unread,
            conclusions(self.document, self.diagnosis),
            self.diagnosis,
            self._carrying(),
        )

    def _line_of(self, item: Judged) -> int:
        span = item.value_span or item.claim.span
        return self.document.source.line(span.start)

    def _slip(self, slip: FoundSlip) -> Slip:
        source = self.document.source
        line, column = source.position(slip.span.start)
        end_line, end_column = source.position(slip.span.end)
        if end_line != line:
            end_column = source.line_span(line).end - source.line_starts[line - 1] + 1
        about = slip.operand or slip.quantity
        affects = tuple(sorted(slip.affects))
        return Slip(
            slip.span,
            line,
            column,
            end_column,
            slip.kind,
            slip.code,
            slip.name,
            self.aligner.epoch_of(slip.quantity.step) if slip.quantity else None,
            slip.written,
            slip.expected,
            self._true_value(about),
            slip.harmless,
            affects,
            slip.message,
        )

    def _true_value(self, quantity: Quantity | None) -> str:
        if quantity is None or self.truth is None or quantity not in self.truth.values:
            return ""
        return shown(self.truth.values[quantity], self.usual_places)

    def _verdict(self, item: Judged) -> Verdict:
        expected = shown(item.expected, self.usual_places + 2) if item.expected is not None else ""
        return Verdict(
            item.value_span or item.claim.span,
            self._line_of(item),
            item.status,
            item.quantity,
            item.name,
            self.aligner.epoch_of(item.quantity.step) if item.quantity else None,
            plain(item.value) if item.value else "",
            expected,
            shown(item.repaired, item.value.places if item.value else 4) if item.status is Status.FOLLOW_THROUGH and item.repaired is not None else "",
            item.reason,
        )

    def _remark(self, span: Span, code: str, message: str) -> Remark:
        line, column = self.document.source.position(span.start)
        end_line, end_column = self.document.source.position(span.end)
        return Remark(span, line, column, end_column if end_line == line else column + 1, code, message)

    def _carrying(self) -> str:
        carried = [world for world in self.worlds if world is not World.PRINTED]
        if not self.worlds:
            return ""
        if not carried:
            return "The printed numbers are carried on."
        most = max(carried, key=lambda world: self.worlds[world])
        return f"Most lines go on with the printed numbers; {sum(self.worlds[w] for w in carried)} fit only {most.value}."


class _Line:
    """What has been found on one claim so far."""

    def __init__(self, claim: Claim, quantity: Quantity, name: str, judged: Judged) -> None:
        self.claim, self.quantity, self.name, self.judged = claim, quantity, name, judged
        self.literal: Fraction | None = None
        self.literal_before: Fraction | None = None
        self.readings: tuple[Fraction, ...] = ()
        self.recipe: Recipe | None = None
        self.formula: Recipe | None = None
        self.matched = False
        self.expression = False
        self.free = False
        self.harmless = False
        self.values: list[Written] = []
        self.operand_slips: list[OperandSlip] = []
        self.adopted: list[Entry] = []
        self.wrong: FoundSlip | None = None
        self.factor = Fraction(1)


# -- helpers


def _written(expr: Expr) -> Written | None:
    """A side that is just a number."""
    match expr:
        case Number():
            return expr.written
        case Negative():
            inner = _written(expr.arg)
            return None if inner is None else Written("-" + inner.text, -inner.value, inner.places)
    if isinstance(expr, Product) and len(expr.factors) == 2:
        mantissa, power = expr.factors
        if isinstance(power, Power) and isinstance(power.base, Number) and power.base.value == 10:
            inner, exponent = _written(mantissa), _written(power.exponent)
            if inner is not None and exponent is not None and exponent.value.denominator == 1 and abs(exponent.value) <= 400:
                shift = int(exponent.value)
                return Written(f"{inner.text}e{shift}", inner.value * power_of_ten(shift), inner.places - shift)
    return None


def _number(expr: Expr) -> Fraction | None:
    """Value of an expression in numbers, or None if it has none."""

    def refuse(symbol: Symbol) -> Fraction:
        raise KeyError(symbol)

    try:
        value: Fraction = evaluate(expr, refuse, neuron_arithmetic())
        return value
    except (KeyError, ZeroDivisionError, DeltaruleError):
        return None


def _put(written: Expr, match: Match, matcher: Matcher) -> Expr:
    """The written tree with numbers replaced by what they stand for, keeping the sign they are written with."""

    def put(node: Expr) -> Expr:
        stands_for = match.leaves.get(node.span) if node.span is not None else None
        if stands_for is not None and not isinstance(node, Symbol):
            value, literal = matcher.value(stands_for), _number(node)
            if value is not None and literal is not None and (value < 0) != (literal < 0) and value != 0 and literal != 0:
                return Negative(stands_for)
            return stands_for
        return node.map(put)

    return put(written)


def _most_notes(tree: Expr) -> int:
    """Beyond about one note a term a line is of another build than the formula."""
    return max(2, (len(combination(tree).terms) + 1) // 2 + 1)


def _simplifies(before: Fraction, after: Fraction, expr: Expr, recipe: Recipe | None) -> bool:
    """Whether an expression equals the one before it, its numbers being allowed to be roundings."""
    if before == after:
        return True
    slack = Fraction(0)
    for node in expr.walk():
        if isinstance(node, Number) and node.written is not None and node.written.places > 0:
            slack += node.written.unit / 2
    scale = max((abs(node.value) for node in expr.walk() if isinstance(node, Number)), default=Fraction(1))
    return abs(before - after) <= slack * max(scale, 1)


def _as_expected(expected: Fraction, written: Written, kind: Kind, usual_places: int) -> str:
    places = written.places if kind is Kind.ROUNDING else max(written.places, usual_places)
    return shown(rounded(expected, places), places)


def _usual_places(document: Document) -> tuple[int, bool]:
    """Places that computed values mostly have; and whether shorter values are a habit."""
    places: Counter[int] = Counter()
    for item in document.items:
        if isinstance(item, Claim) and item.links:
            written = _written(item.links[-1].expr)
            if written is not None and written.places > 0:
                places[written.places] += 1
    if not places:
        return 0, True
    usual = max(places, key=lambda count: (places[count], -count))
    shorter = sum(number for count, number in places.items() if count < usual)
    return usual, shorter * SHORT_HABIT > sum(places.values()) and usual > 1
