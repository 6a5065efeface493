"""Marking: walks the claims of a document, judges each link, enters it in the ledger, and proves what follows.

One walk, in this order for every claim: which quantity it is about (`alignment`), whether its operands are the ones the
formula asks for (`matching`), whether its value is right in one of the author's possible worlds (`values`), why not
(`explanations`); afterwards what each slip does to later lines (`replay`).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Sum, Symbol
from deltarule.checking.alignment import tells_ends
from deltarule.checking.alone import forgive, judge_alone
from deltarule.checking.bounds import judge_bound
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.conclusions import contradicted, denied
from deltarule.checking.formulas import judge_definition, judge_formulas
from deltarule.checking.judging import Judge
from deltarule.checking.ledger import Entry
from deltarule.checking.left_open import (
    ask_columns,
    ask_counts,
    ask_curves,
    ask_lines,
    ask_points,
    ask_recursions,
    ask_rows,
    ask_tables,
)
from deltarule.checking.matrix_products import of_samples
from deltarule.checking.misreads import set_aside
from deltarule.checking.net_classes import off_side
from deltarule.checking.of_inputs import is_other_function, is_other_input, of_input
from deltarule.checking.origins import trace_origins
from deltarule.checking.pool import Pool
from deltarule.checking.programs import printed_rightly
from deltarule.checking.recaps import unlike_recaps
from deltarule.checking.refit import is_hopeless, refitted
from deltarule.checking.replay import follow
from deltarule.checking.restarts import first_label, given_anew, restarts, tells_again, tells_from_start
from deltarule.checking.restating import (
    before_update,
    class_named,
    given_again,
    loss_again,
    rate_from_the_start,
    slip_again,
    weight_again,
)
from deltarule.checking.row_again import row_again
from deltarule.checking.row_counts import settle_counts
from deltarule.checking.sides import as_number
from deltarule.checking.summed_slopes import of_slope
from deltarule.checking.telling import Telling
from deltarule.checking.tried import is_start_again, is_tried
from deltarule.checking.trust import is_borne_out, is_known, is_trusted
from deltarule.checking.unlocated import COMPARISONS, judge_comparison, simple_slip
from deltarule.checking.unreached import unreached
from deltarule.checking.walk import Walk, begin
from deltarule.checking.wording import named, plain
from deltarule.document import Claim, Document, Heading, Item, Sentence, Understood
from deltarule.exercise import Exercise
from deltarule.findings import Kind, Status
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.naming import ACTIVATION_NAMES, Reference
from deltarule.rarely import rarely
from deltarule.report import ExactRun, Report
from deltarule.trace import Quantity

MAX_SLIPS = 400  # beyond so many the exercise is not the one that the document works
MANY_PARTS = 12  # exercises of one document, each of which is then looked at once only for what fits it best
MAX_EFFORT = 8_000  # values worked out anew, in all the ways in which the author may have carried digits
_NUMBER = rarely(r"(?<![\w.^])\.?\d")  # that is no index
_STEPS = frozenset({"sign", "step"})
_OF_NET_INPUT = frozenset({Role.OUTPUT, Role.ACTIVATION_SLOPE})
_OF_INPUT = frozenset({Role.NET_INPUT, Role.OUTPUT, Role.PREDICTION})
_GIVEN = frozenset(
    {
        Role.FEATURE,
        Role.TARGET,
        Role.COUNT,
        Role.THRESHOLD,
        Role.LEARNING_RATE,
        Role.MOMENTUM,
        Role.DECAY,
        Role.RATE_FACTOR,
    }
)


def mark(
    document: Document,
    understood: Understood,
    exact: Callable[[Exercise], ExactRun] | None = None,
    parts: int = 1,
    pool: Pool | None = None,
) -> Report:
    """Mark a document.

    Parameters
    ----------
    document : Document
        What was read.
    understood : Understood
        The exercise found in it, or given beside it.
    exact : callable or None
        Gives the exact run of an exercise, for the true values, and the evidence to hold the author's conclusions against.
    parts : int
        How many exercises of one document are marked one by one: they share what may be worked out for it.
    pool : Pool or None
        What the walks over all of them may cost together.
    """
    pool = pool or Pool()
    if understood.untold is not None:
        return _mark_told(document, understood, exact, parts, pool)
    run = None if exact is None else exact(understood.exercise)
    walk = _walk(document, understood, parts, pool)
    pool.take_claims(len(walk.judged))
    return _mark(document, walk, run, parts)


def _mark_told(
    document: Document,
    told: Understood,
    exact: Callable[[Exercise], ExactRun] | None,
    parts: int,
    pool: Pool,
) -> Report:
    """Mark a document with data that are told without a table, in the first way of taking them that its lines bear out."""
    ways: list[Understood] = [told]
    while (rest := ways[-1].untold) is not None:
        ways.append(rest)
    shares = parts * len(ways)  # all of them together may cost what one exercise may
    plain = _walk(document, ways.pop(), shares, pool)
    for way in ways:
        if is_known(way.exercise):
            walk = _walk(document, way, shares, pool)
            if walk.placed and is_borne_out(walk, plain):
                pool.take_claims(len(walk.judged))
                return _mark(document, walk, None if exact is None else exact(way.exercise), parts)
    pool.take_claims(len(plain.judged))
    return _mark(document, plain, None, parts, told.exercise)


def _never(walk: Walk) -> bool:
    return False


def _walk(document: Document, understood: Understood, parts: int, pool: Pool) -> Walk:
    """The walk over a document under the reading of its exercise that fits best.

    Where the pool runs out, which reading that is stays open, and each link is only arithmetic.
    """
    exercise = understood.exercise
    known = is_known(exercise) and not tells_ends(document.items, exercise, understood.names)
    anew = partial(walked, document, understood, pool=pool)
    if not known:
        return anew(understood.exercise, placed=False, effort=MAX_EFFORT // parts)
    walk = None
    if not pool.is_empty:
        walk = anew(understood.exercise, given_up=is_hopeless, effort=MAX_EFFORT // parts)
    looks = (False, True) if parts <= MANY_PARTS else (False,)
    for thorough in looks:
        if walk is None or pool.is_empty:
            break

        def again(exercise: Exercise, most: int | None, worst: int | None, thorough: bool = thorough) -> Walk:
            effort = MAX_EFFORT // parts // (2 if thorough else 1)
            whole = most is None
            given_up = is_hopeless if whole else _never
            return anew(
                exercise, most, worst=worst, thorough=thorough or whole, effort=effort, given_up=given_up
            )

        walk = refitted(walk, again)
        if is_trusted(walk) and not is_hopeless(walk) and not pool.is_empty:
            return walk
    plain = anew(understood.exercise, placed=False, effort=MAX_EFFORT // parts)
    if pool.is_empty and not pool.is_told:
        pool.is_told = plain.is_beyond_pool = True
    return plain


def _mark(
    document: Document, walk: Walk, exact: ExactRun | None, parts: int, told: Exercise | None = None
) -> Report:
    """What a walk leaves is settled, traced, followed and told; data that were `told` may confirm a value."""
    forgive(walk)
    exercise = walk.exercise
    if told is not None and not exercise.features:  # whose rows a label may count
        exercise = replace(exercise, features=told.features, targets=told.targets)
    items = [_supposed(item) if item.span in walk.tried else item for item in document.items]
    walk.judged, walk.slips = ask_rows(document, items, walk.judged, walk.slips, walk.names, exercise)
    walk.judged, by_statement, cleared = ask_tables(document, walk.judged, walk.names, exercise, parts)
    walk.slips = [slip for slip in walk.slips if slip.span not in cleared] + by_statement
    walk.judged, miscounted = settle_counts(document.items, walk.judged, walk.names)
    walk.slips += miscounted
    walk.judged, walk.slips = trace_origins(
        document, walk.judged, walk.names, walk.exercise, walk.slips, told, parts
    )
    walk.judged, otherwise = ask_lines(document, walk.judged)
    walk.slips += otherwise
    walk.judged, walk.slips = printed_rightly(document, walk.judged, walk.slips)
    walk.judged, miscarried = ask_recursions(document, walk.judged, walk.names)
    walk.slips += miscarried
    walk.judged, miscounts = ask_counts(document, walk.judged, walk.names)
    walk.slips += miscounts
    walk.judged, off_curve = ask_curves(document, walk.judged)
    walk.slips += off_curve
    walk.judged, walk.slips = ask_columns(document, walk.judged, walk.slips, walk.names, exercise, parts)
    walk.judged = ask_points(document, walk.judged, walk.names, exercise)
    walk.judged, unlike = unlike_recaps(document, walk.judged, walk.names)
    walk.slips += unlike
    walk.judged, walk.slips = off_side(
        document, walk.judged, walk.slips, walk.names, walk.exercise.activation
    )
    walk.slips, doubtful = set_aside(document.confidences, walk.judged, walk.slips)
    walk.remarks += doubtful
    walk.left = follow(walk.judged, walk.slips, max(walk.usual_places, walk.kept_places) if walk.slips else 0)
    walk.slips = _vectors_once(walk)
    _cancelling(walk)
    _contradictions(walk)
    _denied(walk, exact)
    walk.judged += walk.unreached
    return Telling(walk, exact).report()


def _supposed(item: Item) -> Item:
    """What is only tried is nothing that a row works with."""
    return replace(item, supposed=True) if isinstance(item, Claim) else item


_OF_VECTORS = frozenset({"copying.row", "copying.old", "formula.updated-weight"})


def _vectors_once(walk: Walk) -> list[FoundSlip]:
    """The slips, with a vector that was taken for another one told once, and not for each of its components."""
    listed = {
        id(item.entry): item.claim for item in walk.judged if item.claim.part is not None and item.entry
    }
    first: dict[tuple[object, ...], FoundSlip] = {}
    done: list[FoundSlip] = []
    for slip in walk.slips:
        claim = listed.get(id(slip.entry))
        if claim is None or slip.code not in _OF_VECTORS or slip.operand is None:
            done.append(slip)
            continue
        told = first.setdefault((claim.span, slip.code, slip.operand.role, slip.source), slip)
        if told is slip:
            done.append(slip)
        else:
            told.affects |= slip.affects
    return done


def walked(
    document: Document,
    understood: Understood,
    exercise: Exercise,
    most: int | None = None,
    placed: bool = True,
    worst: int | None = None,
    given_up: Callable[[Walk], bool] = _never,
    effort: int = MAX_EFFORT,
    thorough: bool = True,
    pool: Pool | None = None,
) -> Walk:
    """One walk over a document, with the exercise taken so.

    Over the first `most` claims only, up to `worst` slips, until it is `given_up`, or its `effort` is spent, or what is in the `pool`. Not `placed`, each link is only
    arithmetic: the document works another exercise than the one understood. Not `thorough`, an expression is held only against the forms
    that are near.
    """
    walk = begin(document, understood, exercise)
    walk.placed = placed
    judge = Judge(walk, quick=not thorough)
    for position, item in enumerate(document.items):
        if walk.placed and not (isinstance(item, Claim) and len(item.links) > 1):  # what works goes on
            _begun_anew(walk, document.items, position)
        if isinstance(item, Heading):
            walk.aligner.enter(item)
            walk.elsewhere, walk.restarted = False, item.start and walk.begun
        elif isinstance(item, Claim) and position not in understood.statements:
            _claim(walk, judge, item)
            if len(item.links) > 1 and item.given is None:
                judge_bound(walk, item)
        if most is not None and len(walk.judged) >= most:
            break
        if pool is not None:
            pool.take(walk.ledger.effort)
            if pool.is_empty and walk.placed:
                break
        if (worst is not None and len(walk.slips) > worst) or given_up(walk):
            break
        if len(walk.slips) > MAX_SLIPS or walk.ledger.effort.spent > effort:
            behind = range(position + 1, len(document.items))
            walk.unreached = list(
                unreached(document.items[at] for at in behind if at not in understood.statements)
            )
            break
    return walk


def _begun_anew(walk: Walk, items: Sequence[Item], position: int) -> None:
    """Take in that another exercise begins with an item, or the same run once more."""
    item = items[position]
    if restarts(walk, item) or given_anew(walk, items, position):
        walk.placed = False
    elif isinstance(item, Claim):
        return
    elif tells_again(walk, items, position):
        walk.aligner.begin_again(first_label(items, position))
    elif (line := tells_from_start(walk, items, position)) is not None:
        walk.aligner.begin_again(1)
        walk.start_line = line


def _claim(walk: Walk, judge: Judge, claim: Claim) -> None:
    if claim.given is not None:
        return
    if claim.supposed:
        if claim.links:
            judge_alone(walk, claim)
        return
    named = of_input(walk, claim) if walk.placed else claim
    if named is not claim:
        start = len(walk.judged)
        _claim(walk, judge, named)
        for judged in walk.judged[start:]:
            judged.claim = claim if judged.claim == named else judged.claim
        return
    if walk.placed:
        claim = of_slope(walk, of_samples(walk, _with_error(walk, _with_activation(walk, claim))))
    claim = _without_condition(claim)
    subject = claim.subject
    reference = walk.names.reference(subject) if subject is not None else None
    if isinstance(subject, Apply) and not is_numeric(subject.arg) and not _is_worked(walk, claim, subject):
        if walk.placed and is_other_function(walk, claim):
            walk.placed = False
        judge_definition(walk, claim, subject)
        if len(claim.in_numbers) > 1:
            judge_alone(walk, claim)
        return
    if reference is not None and claim.links and not claim.in_numbers:
        if reference.role is Role.FEATURE:  # x_2 = -0.2 x_1 + 1.6 is a line of the plane
            judge_alone(walk, claim)
        elif walk.placed:
            judge_formulas(walk, claim, reference)
        return
    if not walk.placed:
        compared = next(
            (k for k, link in enumerate(claim.links) if link.relation in COMPARISONS), len(claim.links)
        )
        if compared:
            judge_alone(walk, replace(claim, links=claim.links[:compared]))
        return
    bare = reference if len(claim.links) == 1 else None  # of what only tells
    if bare is not None and is_tried(walk, claim, bare):
        walk.tried_line = claim.line
    if walk.restarted or claim.line in (walk.start_line, walk.tried_line):
        judge_alone(walk, claim)
        return
    if bare is not None and (
        before_update(walk, claim, bare)
        or is_start_again(walk, claim, bare)
        or weight_again(walk, claim, bare)
    ):
        return
    if reference is not None and row_again(walk, claim, reference):
        return
    if is_other_input(walk, claim):
        judge_alone(walk, claim)
        return
    if reference is not None and reference.role is Role.FEATURE:
        walk.elsewhere = _is_new_input(walk, claim)
        walk.aligner.tell_input(claim, reference)
    elif walk.elsewhere and (reference is None or reference.role in _OF_INPUT):
        judge_alone(walk, claim)
        return
    if _is_rule(walk, claim):
        return
    quantity = walk.aligner.locate(claim)
    if not claim.links:
        _poison(walk, quantity)
    elif any([link.relation in COMPARISONS for link in claim.links]):
        _compared(walk, judge, claim, quantity)
    elif reference is not None and _rate_worked(walk, claim, reference):
        judge.judge(claim, Quantity(Role.LEARNING_RATE))
    elif reference is not None and reference.role in _GIVEN:
        given_again(walk, claim, reference)
    elif reference is not None and reference.role is Role.PREDICTION:
        class_named(walk, claim, reference)
    elif quantity is None:
        judge_alone(walk, claim)
    elif (quantity.role is Role.LOSS and loss_again(walk, claim, quantity)) or slip_again(
        walk, claim, quantity
    ):
        return
    else:
        judge.judge(claim, quantity)


def _is_rule(walk: Walk, claim: Claim) -> bool:
    """``z >= 0`` where no z has been told yet, what the output depends on; or a formula that could not be read."""
    if not claim.links:
        told = walk.document.source.text[claim.span.start : claim.span.end]
        if "=" not in told:
            told = walk.document.source.line_text(claim.line)
        if not walk.begun and told.rstrip()[-1:].isalpha():
            return True  # L = 0.5*sum over the batch, before anything is worked
        return _NUMBER.search(told, told.find("=") + 1) is None
    if not isinstance(claim.subject, Symbol) or claim.links[0].relation not in COMPARISONS:
        return False
    return not walk.aligner.has_told(claim.subject)


def _is_new_input(walk: Walk, claim: Claim) -> bool:
    """``x = 2.5`` where no row of the data has it: what follows is worked for a new input.

    ``x_0 = 1`` is the input of the bias and none of the data.
    """
    if isinstance(claim.subject, Symbol) and claim.subject.index == (0,) and walk.names.first_feature == 1:
        return False
    written = as_number(claim.links[-1].expr) if claim.links else None
    rows = walk.exercise.features
    if written is None or walk.exercise.n_features != 1:
        return False
    return written.value not in {number.value for row in rows for number in row}


def _rate_worked(walk: Walk, claim: Claim, reference: Reference) -> bool:
    """``η = 0.9·0.2 = 0.18``: the learning rate of a new epoch, where it decays."""
    return (
        reference.role is Role.LEARNING_RATE
        and Role.LEARNING_RATE in walk.exercise.system
        and len(claim.links) > 1
        and not claim.formulas
        and not rate_from_the_start(walk, claim)
    )


def _without_condition(claim: Claim) -> Claim:
    """``a = w_1 x_1 + b > 0``, where a rule says when: the formula in it, and no value."""
    first = next((k for k, link in enumerate(claim.links) if link.relation in COMPARISONS), 0)
    if not first or any(is_numeric(link.expr) for link in claim.links[:first]):
        return claim
    return replace(claim, links=claim.links[:first], concluded=None)


def _is_worked(walk: Walk, claim: Claim, subject: Apply) -> bool:
    """Whether the output, or the slope of the activation, is worked out by its name as a function of the net input."""
    if not walk.placed or not isinstance(subject.arg, Symbol) or len(claim.in_numbers) < 2:
        return False
    reference = walk.names.reference(subject)
    return (
        reference is not None
        and reference.role in _OF_NET_INPUT
        and reference.role in walk.exercise.system
        and walk.names.role(subject.arg.name) is Role.NET_INPUT
    )


def _with_activation(walk: Walk, claim: Claim) -> Claim:
    """``f(0.3)`` and ``\\sigma(0.3)`` on the right of a claim by the name of the neuron's activation."""
    for link in claim.links:
        if link.expr.has_functions:
            break
    else:
        return claim
    links = tuple(
        replace(link, expr=_applying(walk, link.expr)) if is_numeric(link.expr) else link
        for link in claim.links
    )
    return replace(claim, links=links)


def _with_error(walk: Walk, claim: Claim) -> Claim:
    """``ŷ_1 - y_1 = 1 - 2 = -1`` as a claim about the error, where that is the way round in which it is taken."""
    match claim.subject:
        case Sum(terms=(Symbol() as first, Negative(arg=Symbol() as second))) if _is_worked_out(claim):
            left, right = walk.names.reference(first), walk.names.reference(second)
        case _:
            return claim
    roles = (_as_output(walk, left), _as_output(walk, right))
    wanted = (
        (Role.TARGET, Role.OUTPUT) if walk.exercise.error == "target-output" else (Role.OUTPUT, Role.TARGET)
    )
    if roles != wanted or walk.names.role("e") is not Role.ERROR:
        return claim
    index = next((s.index or s.upper for s in (first, second) if s.index or s.upper), ())
    if not index and claim.part is not None:
        index = (claim.part + 1,)
    return replace(claim, subject=Symbol("e", index, span=claim.subject.span))


def _as_output(walk: Walk, reference: Reference | None) -> Role | None:
    """A role; the net input of a linear neuron is its output."""
    role = None if reference is None else reference.role
    return Role.OUTPUT if role is Role.NET_INPUT and walk.exercise.activation == "identity" else role


def _is_worked_out(claim: Claim) -> bool:
    return bool(claim.links) and not claim.formulas


def _applying(walk: Walk, expr: Expr) -> Expr:
    """An expression with the neuron's activation where it applies one of no other name."""
    name = walk.exercise.activation
    done = expr.map(lambda part: _applying(walk, part))
    if isinstance(done, Apply) and done.function in walk.names.of_inputs:
        return done
    if isinstance(done, Apply) and done.function in _STEPS and name in _STEPS:
        return replace(done, function=name)  # sign(z) = 0: many call any step so
    if isinstance(done, Apply) and done.function in ACTIVATION_NAMES and done.function not in ACTIVATIONS:
        return done.arg if name == "identity" else replace(done, function=name)
    return done


def _poison(walk: Walk, quantity: Quantity | None) -> None:
    """A claim that could not be read makes its quantity unknown until the author uses it again."""
    if quantity is not None:
        walk.ledger.record(Entry(quantity, None, unknown=True))


def _compared(walk: Walk, judge: Judge, claim: Claim, quantity: Quantity | None) -> None:
    """A chain that ends in a comparison: ``a_1 = G(9.5) = 0.99 >= 0.5`` is a claim, then a comparison."""
    first = next(k for k, link in enumerate(claim.links) if link.relation in COMPARISONS)
    if first and quantity is not None:
        judge.judge(replace(claim, links=claim.links[:first], concluded=None), quantity)
    elif first and claim.subject is not None and is_numeric(claim.subject):
        judge_alone(walk, replace(claim, links=claim.links[:first], concluded=None))
    if first:
        claim = replace(claim, subject=claim.links[first - 1].expr, links=claim.links[first:])
    judge_comparison(walk, claim)


def _cancelling(walk: Walk) -> None:
    """Two slips that cancel are both told, and it is said that they cancel."""
    by_entry = {id(slip.entry): slip for slip in walk.slips if slip.entry is not None}
    for slip in walk.slips:
        entry = slip.entry
        if entry is None or entry.recipe is None or entry.factor == 1:
            continue
        for operand in entry.recipe.operands.values():
            earlier = by_entry.get(id(operand))
            if earlier is not None and operand.factor * entry.factor == 1:
                line = walk.document.source.place(earlier.span).line
                walk.remarks.append(
                    (
                        slip.span,
                        "remark.cancels",
                        f"This slip and the one on line {line} cancel: what comes after is right again.",
                    )
                )


def _denied(walk: Walk, exact: ExactRun | None) -> None:
    """Conclusions that the figures above them deny."""
    sentences = [item for item in walk.document.items if isinstance(item, Sentence)]
    for sentence, message in denied(sentences, walk.ledger, exact):
        judged = Judged(
            Claim(sentence.span, sentence.line, None, ()), None, Status.SLIP, name="the conclusion"
        )
        simple_slip(walk, sentence.span, Kind.CONTRADICTION, "contradiction.conclusion", message, judged)


def _contradictions(walk: Walk) -> None:
    sentences = [
        item for item in walk.document.items if isinstance(item, Sentence) and item.topic == "loss-figure"
    ]
    for sentence, quantity, entry, _ in contradicted(sentences, walk.ledger):
        assert sentence.figure is not None
        assert entry.printed is not None
        walk.remarks.append(
            (
                sentence.span,
                "remark.contradiction",
                f"{sentence.figure.text} here contradicts {plain(entry.printed)} on line "
                f"{walk.document.source.told_line(entry.line)} for "
                f"{named(quantity)}; {sentence.figure.text} is the right one.",
            )
        )
    for span, message in walk.understood.contradictions:
        walk.remarks.append((span, "remark.contradiction", message + "."))
    for span, message in walk.understood.damaged:
        walk.remarks.append((span, "remark.provenance", f"The data cannot be used: {message}."))
