"""A claim about a known quantity: operands, value, explanation, entry in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.combination import Combination, combination, is_numeric, shape_distance
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Sum, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.expectations import expectations, plain_form
from deltarule.checking.explanations import Case, explain
from deltarule.checking.formulas import judge_stated
from deltarule.checking.ledger import CARRIED, ONE, Entry, Form, Recipe, World, repaired
from deltarule.checking.matching import Match, Matcher, Note, Worth
from deltarule.checking.operands import OperandSlip, operand_slips, source_of
from deltarule.checking.sides import as_number, simplifies, value_of, without_remark, without_unit
from deltarule.checking.values import Fit, adopted, behind_slips, fit, is_adrift, never, worlds
from deltarule.checking.walk import Walk
from deltarule.checking.wording import as_expected, as_it_stands, named, plain, shown
from deltarule.document import Claim, Link
from deltarule.errors import DeltaruleError
from deltarule.findings import Kind, Status
from deltarule.formulas import Role
from deltarule.naming import ACTIVATION_NAMES
from deltarule.spans import Span
from deltarule.trace import Quantity, quantity_of
from deltarule.written import (
    Written,
    decimal_text,
    is_rounding,
    is_rounding_to_figures,
    is_truncation,
    rounded,
)

Rank: TypeAlias = tuple[int, int, int, int]
_LOWER = {"step": 0, "sign": -1}  # what a step gives below the place where it jumps
FEWEST_ADDED = 3  # plain numbers of a sum over samples; a difference has two
MOST_SCALES = 2  # numbers that scale a sum: 1/n, a learning rate
FEW_NOTES = 2  # of a line that is still of the formula's build, however short that is
MOST_FORMS = 2  # how many forms are tried with their terms in any order


class Judge:
    """Judges one claim after the other; what it finds goes to the walk."""

    def __init__(self, walk: Walk, quick: bool = False) -> None:
        self.walk, self.quick = walk, quick
        self.document, self.exercise, self.names = walk.document, walk.exercise, walk.names
        self.ledger, self.aligner = walk.ledger, walk.aligner
        self.judged, self.slips, self.remarks = walk.judged, walk.slips, walk.remarks
        self.usual_places = walk.usual_places
        self.matcher = Matcher(lambda symbol: None)
        self.habits: dict[Role, int] = {}  # which form of a formula the author wrote last

    def judge(self, claim: Claim, quantity: Quantity) -> None:
        """Judge the links of a claim one after the other, then enter its value in the ledger."""
        step, ledger = quantity.step or 1, self.ledger
        ledger.effort.products += self.matcher.held
        self.matcher = Matcher(
            lambda symbol: ledger.at(symbol, step),
            lambda symbol: ledger.worked_formula(quantity_of(symbol, step), step),
            cuts=self.walk.cuts > 0,
            places=self.usual_places,
        )
        name = named(quantity)
        judged = Judged(claim, quantity, Status.RIGHT, name=name)
        reference = self.names.reference(claim.subject) if claim.subject is not None else None
        line = Line(claim, quantity, name, judged)
        self._argument(claim, quantity, line)
        for each in claim.links:
            link = _without_remark(line, each)
            written = as_number(link.expr)
            if written is not None and not self._is_rest(line, link, written):
                self._value(line, link, written)
            elif is_numeric(link.expr):
                self._expression(line, link)
            elif reference is not None:
                judge_stated(self.walk, link, claim, reference, judged)
        if self._beyond_the_run(line):
            judged.status, judged.reason = (
                Status.UNCHECKED,
                "it is told after the run, and not said of which update",
            )
            if line.wrong is not None:
                self.slips.remove(line.wrong)
        elif self._of_another_sample(line):
            judged.status, judged.reason = Status.UNCHECKED, "its inputs are those of another sample"
            if line.wrong is not None:
                self.slips.remove(line.wrong)
        else:
            self._enter(line)
        self.judged.append(judged)

    def _argument(self, claim: Claim, quantity: Quantity, line: "Line") -> None:
        """``G(1.05) = ...``: the argument is an operand like any other."""
        subject = claim.subject
        if not isinstance(subject, Apply) or not is_numeric(subject.arg) or quantity.role is not Role.OUTPUT:
            return
        written = Apply(self.exercise.activation, subject.arg, span=subject.span)
        if self.exercise.activation == "identity":
            self._operands(line, subject.arg, subject.arg.span or claim.span)
            line.literal = value_of(subject.arg)
        else:
            self._operands(line, written, subject.arg.span or claim.span)
            line.literal = value_of(written)

    def _beyond_the_run(self, line: "Line") -> bool:
        """Whether a bare value told after the last update fits nothing there: it is about something else."""
        return (
            line.wrong is not None
            and not line.expression
            and self.aligner.finished
            and line.judged.status is Status.SLIP
        )

    def _of_another_sample(self, line: "Line") -> bool:
        """Whether several inputs are those of another sample, on a line of which nothing says whose it is."""
        if line.quantity.role is not Role.NET_INPUT or self.aligner.placed:
            return False
        reference = self.names.reference(line.claim.subject) if line.claim.subject is not None else None
        if reference is None or reference.sample is not None or line.claim.label is not None:
            return False
        codes = [slip.code for slip in line.operand_slips]
        return len(codes) > 1 and set(codes) == {"copying.row"}

    def _expression(self, line: "Line", link: Link) -> None:
        """An expression in numbers: the first is held against the formula, later ones against the one before."""
        line.expression = True
        if line.literal is None or not line.matched:
            self._operands(line, link.expr, link.span)
            line.literal, line.literal_expr = value_of(link.expr), link.expr
            line.readings = tuple(
                value for value in (value_of(reading) for reading in link.readings) if value is not None
            )
            return
        value = value_of(link.expr)
        if value is None:
            return
        line.literal_before, line.literal = line.literal, value
        since, line.literal_expr = line.literal_expr, link.expr
        if not simplifies(line.literal_before, value, link.expr, since):
            trial = self._best(line.quantity, link.expr)
            if trial is not None and trial[1].cost == 0:
                line.recipe, line.matched = self._recipe(*trial, link.expr, line.quantity.step or 1), True
                return
            self._wrong_step(line, link, value)

    def _is_rest(self, line: "Line", link: Link, written: Written) -> bool:
        """Whether a number is what is left of an expression: ``z = 0.5 = 0.5`` where only the bias was written."""
        links = line.claim.links
        if link is not links[0] or len(links) < 2 or as_number(links[1].expr) is None:
            return False
        formula = self._plain_formula(line.quantity)
        if formula is None or fit(written, None, formula, never) is not None:
            return False
        best = self._best(line.quantity, link.expr)
        if best is None or not best[1].notes:
            return False
        return (
            best[1].cost == 1
            if _turns_sign(link.expr)
            else all("omitted" in note.what for note in best[1].notes)
        )

    def _wrong_step(self, line: "Line", link: Link, value: Fraction) -> None:
        """One expression is set equal to another that it does not equal."""
        assert line.literal_before is not None
        expected = shown(line.literal_before, self.usual_places + 2)
        line.judged.status = Status.SLIP
        slip = FoundSlip(
            link.span,
            Kind.ARITHMETIC,
            "arithmetic.value",
            f"This step of {line.name} changes its value: {expected} before, {shown(value, self.usual_places + 2)} here.",
            line.quantity,
            line.name,
            as_it_stands(self.document.source, link.span),
            expected,
        )
        self.slips.append(slip)
        line.altered = line.altered or (slip, line.literal_before)

    def _settle_step(self, line: "Line") -> None:
        """A step that changes the value spoils what the line comes to, unless that is the value of the side before it."""
        if line.altered is None or line.wrong is not None or line.operand_slips:
            return
        slip, before = line.altered
        if line.values and fit(line.values[-1], before, None, never) is not None:
            slip.harmless = True
        else:
            line.wrong, line.judged.expected = slip, before

    def _best(self, quantity: Quantity, written: Expr) -> tuple[Expr, Match] | None:
        """The cheapest way to read a written expression as one of the legal forms, a factor 1 read or not."""
        found = self._best_as_it_stands(quantity, written)
        if found is not None and found[1].cost and (shorter := without_unit(written)) is not None:
            other = self._best_as_it_stands(quantity, shorter)
            return other if other is not None and other[1].cost == 0 else found
        return found

    def _best_as_it_stands(self, quantity: Quantity, written: Expr) -> tuple[Expr, Match] | None:
        there = combination(written, ACTIVATION_NAMES)
        plain = plain_form(quantity, self.ledger)
        if plain is None:
            return None
        stands = self.matcher.as_it_stands(plain.combination, there)
        if stands is not None:  # most lines end here, and the other forms need not be built
            self.habits[quantity.role] = 0
            return plain.tree, stands
        forms = expectations(quantity, self.ledger)
        alike = next((k for k, form in enumerate(forms) if form.combination.build == there.build), 0)
        stands = self.matcher.as_it_stands(forms[alike].combination, there) if alike else None
        if stands is not None:
            self.habits[quantity.role] = alike
            return forms[alike].tree, stands
        best: list[tuple[Rank, int, Match]] = []
        distances = [shape_distance(form.combination, there) for form in forms]
        inside: dict[int, Match] = {}
        nearest = sorted(range(len(forms)), key=distances.__getitem__)
        for k in nearest:  # terms as they stand, nearly always right
            if best and distances[k] > 0 == distances[best[0][1]]:
                _, likely, found = min(best, key=lambda entry: entry[:2])
                if self._is_plain_slip(found):
                    return forms[likely].tree, found
            form = forms[k]
            stands = self.matcher.as_it_stands(form.combination, there)
            if stands is None and len(forms) == 1:
                stands = self.matcher.in_any_order(form.combination, there)
            found = stands or self.matcher.match_form(
                form.combination, form.tree, there, written, thorough=False
            )
            if found.cost == 1 and distances[k] == 0 and _is_bracket(found) and not self.quick:
                inside[k] = self.matcher.match_form(form.combination, form.tree, there, written)
                found = inside[k] if self._is_plain_slip(inside[k]) else found
            best.append((found.rank, k, found))
            if found.cost == 0:
                self.habits[quantity.role] = k
                return form.tree, found
        _, likely, found = min(best, key=lambda entry: entry[:2])
        if len(best) == 1 and distances[0] == 0 and self._is_plain_slip(found):
            return forms[0].tree, found
        if _is_factor_alone(found, there):
            return self._likeliest(quantity, forms, best)
        for _, k, _ in sorted(best, key=lambda entry: entry[:2])[: 0 if self.quick else MOST_FORMS]:
            form = forms[k]
            found = inside.get(k) or self.matcher.match_form(form.combination, form.tree, there, written)
            best.append((found.rank, k, found))
            if found.cost == 0:
                break
        return self._likeliest(quantity, forms, best)

    def _likeliest(
        self, quantity: Quantity, forms: Sequence[Form], best: Sequence[tuple[Rank, int, Match]]
    ) -> tuple[Expr, Match]:
        """Of forms that are equally far, the one that the author uses."""
        habit = self.habits.get(quantity.role)
        hidden = {k: self._hidden_operands(found) for _, k, found in best}
        _, k, found = min(best, key=lambda e: (*e[0][:2], e[1] != habit, hidden[e[1]], *e[:2]))
        return forms[k].tree, found

    def _is_plain_slip(self, match: Match) -> bool:
        """Whether all that is wrong is a sign, or one number in the place of a printed one: nothing explains it better."""
        if match.cost != 1 or match.loose:
            return False
        note = match.notes[0]
        if note.what != "replaced":
            return note.what == "sign"
        entry = self.matcher.entry_of(note.expected) if isinstance(note.expected, Symbol) else None
        return isinstance(note.written, Number) and entry is not None and not entry.hidden

    def _hidden_operands(self, match: Match) -> int:
        """How many numbers would stand for something that the author has not shown."""
        entries = (self.matcher.entry_of(part) for part in match.leaves.values() if isinstance(part, Symbol))
        return sum(entry is None or entry.hidden for entry in entries)

    def _operands(self, line: "Line", written: Expr, span: Span) -> None:
        """Hold an expression's operands against the formula."""
        best = self._best(line.quantity, written)
        if best is None:
            return
        tree, match = best
        line.matched, line.written = True, written
        for entry, number in match.defined:  # what could not be read is what the author uses now
            entry.printed, entry.forms, entry.unknown = number, (number,), False
            entry._worlds.clear()
            self.ledger.changed = True
        if match.notes or match.adopted:  # else the formula has nothing to say that the line does not
            line.formula = self.ledger.recipe(tree, line.quantity.step or 1)
        by_parts = self._is_partly_worked(match, written, line)
        by_parts = by_parts or (match.cost > 0 and self._is_of_told_parts(written))
        if match.cost and self._goes_on_from_slip(written):
            line.formula, line.free = None, True
            return
        if by_parts or (match.cost > FEW_NOTES and match.cost > _most_notes(tree)):
            line.recipe = line.formula
            line.free = True
            return
        line.recipe = self._recipe(tree, match, written, line.quantity.step or 1)
        if match.adopted:
            line.adopted = match.adopted
            line.numbers = [
                (node, match.leaves[node.span]) for node in written.walk() if node.span in match.leaves
            ]
        notes = [n for n in match.notes if n.what != "omitted factor" or not _holds_nothing(written)]
        if notes:
            line.operand_slips = operand_slips(notes, self.ledger, line.quantity, line.name, span)

    def _is_partly_worked(self, match: Match, written: Expr, line: "Line") -> bool:
        """Whether terms or factors were put together in the head, ``1.4 - 0.5`` for ``1 + 0.4 - 0.5``: nothing is left out then.

        Nor is a constant factor wrong where fractions come to the very value of the formula, ``7/12 · 2``.
        """
        kinds = {note.what for note in match.notes}
        if line.formula is None or not any(kind == "factor" or "omitted" in kind for kind in kinds):
            return False
        literal = value_of(written)
        if not literal and not any("omitted" in kind for kind in kinds):
            return False  # any factor leaves 0 as it is
        return any(value == literal for _, value in worlds(None, line.formula))

    def _recipe(self, tree: Expr, match: Match, written: Expr, step: int) -> Recipe | None:
        """The written expression with its numbers replaced by the quantities they stand for."""
        operands: dict[Symbol, Entry] = {}
        adopted = {entry.quantity: entry for entry in reversed(match.adopted)}
        for part in match.leaves.values():
            for symbol in (part,) if isinstance(part, Symbol) else part.symbols:
                entry = self.matcher.entry_of(symbol)
                if entry is None:
                    return None
                operands[symbol] = adopted.get(entry.quantity, entry) if adopted else entry
        if match.is_formula:
            return Recipe(tree, operands, self.ledger.effort)
        instead: dict[Span, Expr] = {}
        for k, note in enumerate(match.notes):
            source = source_of(note, self.ledger, step)
            if source is not None and note.span is not None and note.written is not None:
                symbol = Symbol("instead", (k,))
                operands[symbol] = source
                turned = (value_of(note.written) or 0) * source.value() < 0
                instead[note.span] = Negative(symbol) if turned else symbol
        matcher = self.matcher.settled()
        return Recipe(lambda: _put(written, match, matcher, instead), operands, self.ledger.effort)

    def _value(self, line: "Line", link: Link, written: Written) -> None:
        """A value: right in one of the worlds, or a slip with its explanation."""
        judged = line.judged
        judged.value_span = link.span
        if line.values and self._rounds_before(line, link, written):
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
        if found is None and line.adopted and line.expression and self._fits_printed(line, written):
            self._not_adopted(line)
        harmless = (
            bool(line.operand_slips)
            and (found is None or found.how == "cut")
            and self._fits_formula(line, written)
        )
        if found is not None and not harmless:
            self._right(line, link, written, found)
        elif harmless:
            line.harmless = True
            line.recipe = line.formula
            judged.status = Status.RIGHT
        elif line.values:
            self._wrong_rounding(line, link, written)
        elif self._at_the_jump(line, written):
            judged.status = Status.RIGHT
        elif not self._carried_beside_a_slip(line, written) and not self._behind_a_slip(line, written):
            self._wrong(line, link, written)
        line.values.append(written)
        judged.value = written

    def _fits_printed(self, line: "Line", written: Written) -> bool:
        """Whether a value fits the formula with the numbers as they were printed, slips and all."""
        return line.formula is not None and fit(written, None, line.formula, never) is not None

    def _not_adopted(self, line: "Line") -> None:
        """Take a number for miscopied that could have been the right one: the value was worked from what is printed."""
        quantities = {entry.quantity for entry in line.adopted}
        step = line.quantity.step or 1
        notes = [
            Note("replaced", node.span, part, node, value_of(node))
            for node, part in line.numbers
            if isinstance(part, Symbol) and quantity_of(part, step) in quantities
        ]
        if notes:
            line.adopted = []
            span = notes[0].span or line.claim.span
            line.operand_slips = operand_slips(notes, self.ledger, line.quantity, line.name, span)

    def _at_the_jump(self, line: "Line", written: Written) -> bool:
        """Whether it is one of the two outputs of a step that jumps just here, and nothing says which of them it is to be."""
        outputs = (1, 0, _LOWER.get(self.exercise.activation))
        known = "jump" in self.walk.understood.stated
        return written.value in outputs and not known and self._jumps(line)

    def _jumps(self, line: "Line") -> bool:
        """Whether it is the output of a step whose net input was told to be just where it jumps."""
        if line.quantity.role is not Role.OUTPUT or self.exercise.activation not in _LOWER:
            return False
        told = self.ledger.entries.get(line.quantity._replace(role=Role.NET_INPUT))
        return told is not None and told.printed is not None and told.printed.value == 0

    def _carried_beside_a_slip(self, line: "Line", written: Written) -> bool:
        """Whether a value is off by its last digit only, with a wrong operand whose unrounded digits nobody can know."""
        values = [value for _, value in worlds(line.literal, line.recipe)]
        close = any(2 * abs(written.value - value) <= 3 * written.unit for value in values)
        return bool(line.operand_slips) and close

    def _behind_a_slip(self, line: "Line", written: Written) -> bool:
        """Whether the digits that an author who carries them has behind a printed slip explain a last place."""
        if line.recipe is None or line.operand_slips or not any(self.walk.worlds[w] for w in CARRIED):
            return False
        if not behind_slips(written, line.recipe, self.walk.is_short):
            return False
        line.judged.status = Status.RIGHT_ROUNDED
        return True

    def _plain_formula(self, quantity: Quantity) -> Recipe | None:
        if quantity.role not in self.ledger.system:
            return None
        return self.ledger.recipe(self.ledger.formula(quantity), quantity.step or 1)

    def _rounds_before(self, line: "Line", link: Link, written: Written) -> bool:
        """Whether a value only rounds the one before it in the chain."""
        before = line.values[-1]
        if written.value == before.value:
            return True
        if written.places > before.places:
            return False
        links = line.claim.links
        before_it = next(k for k, each in enumerate(links) if each.span == link.span) - 1
        if _turns_sign(links[before_it].expr) and self.walk.is_short(written, before.value):
            return False  # -(-0.8000) = 1 is worked, as any other line
        if is_rounding(written.value, before.value, written.places) or is_rounding_to_figures(
            written, before.value
        ):
            return True
        if is_truncation(written.value, before.value, written.places):
            message = f"{line.name} is cut off rather than rounded: {plain(written)}."
            self.walk.cuts += 1
            self.remarks.append((line.claim.span, "remark.truncated", message))
            return True
        return False

    def _fit(self, line: "Line", written: Written) -> Fit | None:
        found = fit(written, line.literal, line.recipe, self.walk.is_short)
        if found is not None and found.how == "carried" and self.walk.cuts and line.literal is not None:
            cut = is_truncation(written.value, line.literal, written.places)  # this author cuts off elsewhere
            found = Fit("cut", World.PRINTED, line.literal) if cut else found
        if (
            found is not None
            and found.how == "cut"
            and found.world is not World.PRINTED
            and not self.walk.cuts
        ):
            found = None  # carried, and cut off as well, by an author of whom it is not known
        if found is not None and found.how != "cut":
            return found
        for reading in line.readings:
            other = fit(written, reading, None, self.walk.is_short)
            if other is not None and other.how != "cut":
                return other._replace(how="reading")
        return found

    def _adopting(self, line: "Line", written: Written) -> Fit | None:
        """Whether the author goes on with the right value after a printed slip.

        Not where the wrong number stands in an expression on this line: then the line itself is wrong.
        """
        found = None if line.expression else adopted(written, line.recipe, self.walk.is_short)
        if found is None or line.recipe is None:
            return None
        right = {id(entry): entry.repaired or entry.righted() for entry in found[1]}
        line.adopted = [entry for entry in right.values() if entry is not None]
        line.recipe = line.recipe.with_operands(lambda entry: right.get(id(entry)) or entry)
        return Fit("adopted", World.PRINTED, found[0])

    def _right(self, line: "Line", link: Link, written: Written, found: Fit) -> None:
        judged = line.judged
        if judged.status is not Status.SLIP:
            judged.status = Status.RIGHT if found.how == "exact" else Status.RIGHT_ROUNDED
        judged.fits_printed = found.world is World.PRINTED and found.how != "adopted"
        self.walk.worlds[found.world] += 1
        printed = line.literal
        self.walk.cuts += found.how == "cut"
        if found.how == "cut":
            self.remarks.append(
                (
                    link.span,
                    "remark.truncated",
                    f"{line.name} is cut off rather than rounded: {plain(written)}.",
                )
            )
        elif found.how == "carried" and printed is not None and not self._may_be_cut(written, printed, found):
            text = shown(printed, self.usual_places)
            longer = shown(found.value, self.usual_places + 2)
            if is_truncation(written.value, printed, written.places):
                self.walk.perhaps_cut.add(link.span)
            self.remarks.append(
                (
                    link.span,
                    "remark.carried-unrounded",
                    f"From the printed numbers {line.name} is {text}; {plain(written)} is right {found.world.value} ({longer}).",
                )
            )
        elif found.how == "reading":
            self.remarks.append(
                (
                    link.span,
                    "remark.possible-misread",
                    f"{line.name} is right if the expression is read the other way round.",
                )
            )

    def _may_be_cut(self, written: Written, printed: Fraction, found: Fit) -> bool:
        """Whether a carried value could as well be cut off, by an author of whom neither is known yet."""
        return self.walk.worlds[found.world] < 2 and is_truncation(written.value, printed, written.places)

    def _fits_formula(self, line: "Line", written: Written) -> bool:
        """Whether a value fits the formula with the right operands."""
        if line.formula is None:
            return False
        recipes = [line.formula]
        if line.adopted:
            adopted = {entry.quantity: entry for entry in line.adopted}
            recipes.append(line.formula.with_operands(lambda entry: adopted.get(entry.quantity, entry)))
        if any(entry.repaired for entry in line.formula.operands.values()):
            recipes.append(line.formula.with_operands(lambda entry: entry.repaired or entry))
        return any(fit(written, None, recipe, never) for recipe in recipes)

    def _free_value(self, line: "Line", link: Link, written: Written) -> None:
        """An expression of another build than the formula: only its values can be compared."""
        judged = line.judged
        literal_fit = fit(written, line.literal, None, self.walk.is_short)
        formula_fit = fit(written, None, line.formula, never)
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
            by_slip = line.written is not None and self._goes_on_from_slip(line.written)
            if (
                literal_fit is not None and not by_slip
            ):  # from where the numbers come is all that is not known
                judged.status = Status.RIGHT if literal_fit.how == "exact" else Status.RIGHT_ROUNDED
                judged.reason = ""
            elif literal_fit is None and line.literal is not None:
                self._wrong(line, link, written)
        elif literal_fit is not None and self._is_of_told_parts(line.written):
            judged.status, judged.reason = Status.UNCHECKED, "it goes on from what is worked above by itself"
        elif literal_fit is not None:
            line.operand_slips = [self._other_formula(line, "is not what the formula asks for")]
        else:
            line.operand_slips = [self._other_formula(line, "is not what the formula asks for")]
            self._wrong(line, link, written)

    def _goes_on_from_slip(self, written: Expr) -> bool:
        """Whether an expression takes the wrong result of a line that is about no quantity: it was charged there."""
        wrong = {
            abs(value.value)
            for item in self.judged
            if item.quantity is None and item.status is Status.SLIP and item.claim.links
            if (value := as_number(item.claim.links[-1].expr)) is not None
        }
        if not wrong:
            return False
        numbers = {abs(node.value) for node in written.walk() if isinstance(node, Number)}
        return any(number in wrong for number in numbers if number.denominator != 1)

    def _is_of_told_parts(self, written: Expr | None) -> bool:
        """Whether an expression only scales a sum that is worked above by itself, such as the one below a column."""
        if written is None or any(isinstance(node, Sum) for node in written.walk()):
            return False
        numbers = [abs(node.value) for node in written.walk() if isinstance(node, Number)]
        if not 0 < len(numbers) <= MOST_SCALES + 1:
            return False
        told = {
            abs(value.value)
            for item in self.judged
            if item.quantity is None and any(_adds_up(link.expr) for link in item.claim.links[:-1])
            if (value := as_number(item.claim.links[-1].expr)) is not None
        }
        return any(number in told for number in numbers if number not in (0, 1))

    def _other_formula(self, line: "Line", why: str) -> OperandSlip:
        link = next(link for link in line.claim.links if is_numeric(link.expr))
        return OperandSlip(
            link.span,
            Kind.FORMULA,
            "formula.rule",
            f"The expression for {line.name} {why}.",
            as_it_stands(self.document.source, link.span),
            "",
        )

    def _wrong(self, line: "Line", link: Link, written: Written) -> None:
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
            as_expected(expected, written, found.kind, self.usual_places),
        )
        self.slips.append(line.wrong)

    def _wrong_rounding(self, line: "Line", link: Link, written: Written) -> None:
        """A later value of a chain that is no rounding of the one before."""
        before = line.values[-1]
        case = Case(written, before.value, (before.value,), self.usual_places, line.name, plain(before))
        found = explain(case)
        line.judged.status = Status.SLIP
        line.judged.expected = before.value
        places = self.usual_places if found.code == "rounding.short" else written.places
        expected = as_expected(before.value, written, found.kind, places)
        line.wrong = FoundSlip(
            link.span,
            found.kind,
            found.code,
            found.message,
            line.quantity,
            line.name,
            plain(written),
            expected,
        )
        line.factor = found.factor
        self.slips.append(line.wrong)

    def _expected(self, line: "Line") -> tuple[Fraction | None, tuple[Fraction, ...]]:
        """Value from the author's own numbers, and under every way of carrying."""
        values = [value for _, value in worlds(line.literal, line.recipe)]
        if not values:
            return None, ()
        return values[0], tuple(dict.fromkeys(values))

    def _enter(self, line: "Line") -> None:
        """Tell operand slips, and enter the claim's value."""
        self._settle_step(line)
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
                    slip.message
                    + (" The value fits the right one, so nothing follows." if line.harmless else ""),
                    quantity,
                    line.name,
                    slip.written,
                    slip.expected,
                    None if line.harmless else entry,
                    slip.operand,
                    line.harmless,
                    source=slip.source,
                )
            )
        if line.wrong is not None:
            line.wrong.entry = entry
        slipped = line.wrong is not None or (bool(line.operand_slips) and not line.harmless)
        entry.adrift = slipped or (line.recipe is not None and is_adrift(line.recipe))
        if (
            printed is not None
            and right is not None
            and not line.harmless
            and (line.wrong or line.operand_slips)
        ):
            places = (
                max(printed.places, self.usual_places)
                if printed.value.denominator != 1 or printed.places < 1
                else printed.places
            )
            value = rounded(right, places)
            entry.repaired = repaired(
                entry, Written(decimal_text(value, max(places, 0)), value, places), right
            )
            entry.repaired.forms += self._carried(line, places)
            other = self._right_value(line, mended=True)
            if other is not None and rounded(other, places) != value:
                value = rounded(other, places)
                shown_so = Written(decimal_text(value, max(places, 0)), value, places)
                entry.repaired.repaired = repaired(entry, shown_so, other)
        if line.adopted and printed is not None:
            names = ", ".join(
                dict.fromkeys(named(e.quantity) for e in line.adopted if e.quantity is not None)
            )
            told_line = self.document.source.told_line
            lines = ", ".join(
                str(number) for number in dict.fromkeys(told_line(e.line) for e in line.adopted if e.line)
            )
            if not line.wrong and not line.operand_slips:
                where = f" (line {lines})" if lines else ""
                self.remarks.append(
                    (
                        line.claim.span,
                        "remark.adopted",
                        f"{line.name} goes on with the right value of {names}, not with the slip printed for it{where}: nothing follows from that slip here.",
                    )
                )

    def _carried(self, line: "Line", places: int) -> tuple[Written, ...]:
        """What a slip should be from digits that were carried: an author who goes on from the right value may have those."""
        recipe, found = line.formula or line.recipe, []
        for world in CARRIED if recipe is not None else ():
            try:
                value = recipe.value(lambda entry, world=world: entry.value(world))  # type: ignore[misc, union-attr]  # asked only where there is one
            except (KeyError, ZeroDivisionError, DeltaruleError):
                continue
            found.append(
                Written(decimal_text(rounded(value, places), max(places, 0)), rounded(value, places), places)
            )
        return tuple(found)

    def _right_value(self, line: "Line", mended: bool = False) -> Fraction | None:
        """What the quantity should be given the author's own operands; `mended`: given the right ones of slips before."""
        recipe = line.formula if line.operand_slips else line.recipe if mended else None
        if recipe is None:
            return None if mended else line.judged.expected
        adopted = {entry.quantity: entry for entry in line.adopted}
        if mended and not any(entry.repaired for entry in recipe.operands.values()):
            return None
        try:
            if mended:
                return recipe.value(lambda entry: (entry.repaired or entry).value())
            return recipe.value(lambda entry: adopted.get(entry.quantity, entry).value())
        except (KeyError, ZeroDivisionError, DeltaruleError):
            return None


class Line:
    """What has been found on one claim so far."""

    def __init__(self, claim: Claim, quantity: Quantity, name: str, judged: Judged) -> None:
        self.claim, self.quantity, self.name, self.judged = claim, quantity, name, judged
        self.written: Expr | None = None  # the expression that was held against the formula
        self.literal: Fraction | None = None
        self.literal_before: Fraction | None = None
        self.literal_expr: Expr | None = None
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
        self.numbers: list[tuple[Expr, Expr]] = []  # written ones, and what each stands for
        self.wrong: FoundSlip | None = None
        self.altered: tuple[FoundSlip, Fraction] | None = (
            None  # a step that changes the value, and that value
        )
        self.factor = ONE


def _without_remark(line: Line, link: Link) -> Link:
    """``1.88 (9.33)`` behind a working that comes to 1.88: the number in brackets is a remark."""
    remarked = without_remark(link.expr, link.readings) if line.literal is not None else None
    if remarked is None or value_of(link.expr) == line.literal:
        return link
    return replace(link, expr=remarked, readings=())


def _adds_up(expr: Expr) -> bool:
    """Whether an expression adds up numbers, one of each sample."""
    if not isinstance(expr, Sum) or not is_numeric(expr):
        return False
    return len(expr.terms) >= FEWEST_ADDED or any(as_number(term) is None for term in expr.terms)


def _put(written: Expr, match: Match, matcher: Worth, instead: Mapping[Span, Expr]) -> Expr:
    """The written tree with numbers replaced by what they stand for, keeping the sign they are written with."""
    if written.span is not None and written.span in instead:
        return instead[written.span]
    stands_for = match.leaves.get(written.span) if written.span is not None else None
    if isinstance(written, Symbol) or (stands_for is None and isinstance(written, Number)):
        return written
    if stands_for is None:
        return written.map(lambda part: _put(part, match, matcher, instead))
    literal = value_of(written)
    if not literal:
        return stands_for
    nearest = matcher.value(stands_for)
    if not nearest:
        # of what shows as 0 the sign is that of a value carried; which one, only the number that is written tells
        values = (matcher.carried(stands_for), matcher.carried(stands_for, through=True))
        nearest = min(
            (carried for carried in values if carried),
            key=lambda carried: abs(abs(carried) - abs(literal)),
            default=None,
        )
    turned = nearest is not None and (nearest.numerator < 0) == (literal.numerator > 0)
    return Negative(stands_for) if turned else stands_for


def _is_factor_alone(match: Match, written: Combination) -> bool:
    """Whether all numbers stand for something, and only the constant is wrong: no order of the terms mends that."""
    if match.cost != 1 or match.notes[0].what != "factor" or match.loose or match.adopted:
        return False
    places = {factor.expr.span for term in written.terms for factor in term.factors}
    left = [place for place in places if place is None or not any(place.holds(span) for span in match.leaves)]
    return len(left) < 2  # the constant stands for nothing


def _is_bracket(match: Match) -> bool:
    """Whether all that is wrong is one bracket that a quantity should be: what is wrong inside may be plain."""
    note = match.notes[0]
    return note.what == "replaced" and isinstance(note.expected, Symbol) and isinstance(note.written, Sum)


def _holds_nothing(expr: Expr) -> bool:
    """Whether all products are of nothing, ``0.5 - 1/4 · 0``: what else was to be in them cannot be told."""
    terms = expr.terms if isinstance(expr, Sum) else (expr,)
    products = [term for term in terms if as_number(term) is None]
    return bool(products) and all(value_of(term) == 0 for term in products)


def _turns_sign(expr: Expr) -> bool:
    """Whether a number is worked out of another one: ``-(-0.5)``."""
    return isinstance(expr, Negative) and not isinstance(expr.arg, Number)


def _most_notes(tree: Expr) -> int:
    """Beyond about one note a term a line is of another build than the formula."""
    return max(FEW_NOTES, (len(combination(tree).terms) + 1) // 2 + 1)
