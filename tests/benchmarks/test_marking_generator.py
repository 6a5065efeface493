"""The generator of worked solutions: its keys, held against calculations by hand and against derivatives."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from benchmarks.marking.arithmetic import (
    Mode,
    Quantity,
    Sum,
    Use,
    evaluate,
    function,
    may_print_as,
    plain,
    rounded,
)
from benchmarks.marking.authors import AUTHORS, Author, Digits, Slip, known, work
from benchmarks.marking.generate import document, key
from benchmarks.marking.measure import Marked, compare
from benchmarks.marking.mutate import Count, Sheet, plant
from benchmarks.marking.names import NAMES
from benchmarks.marking.procedures import Layout, plan
from benchmarks.marking.styles import ASCII, Habits, Notation, Page
from benchmarks.marking.tasks import RULES, Task, draw_task

F = Fraction
PRINTS, LINE, EPOCH, RUN = AUTHORS[:4]


def two_samples(**changes: object) -> Task:
    """x = 3, 1 with targets 2, 0; w = 0.4, b = 0.2, rate 0.1: worked by hand in the tests below."""
    task = Task(
        "full batch",
        ((F(3),), (F(1),)),
        (F(2), F(0)),
        (F(4, 10),),
        F(2, 10),
        F(1, 10),
        "identity",
        "squared",
        "mean",
        reversed_error=False,
        batch=2,
        epochs=1,
    )
    return replace(task, **changes)  # type: ignore[arg-type]  # each case names fields of the task


def texts(
    task: Task, layout: Layout, author: Author, digits: Digits, slips: dict[int, Slip] | None = None
) -> list[str]:
    """Values as they are printed."""
    return [item.entry.text for item in work(task, plan(task, layout), author, digits, slips or {})]


def test_full_batch_by_hand() -> None:
    """One epoch comes out as worked on paper: z, e, loss, gradients, changes, weights."""
    # z1 = 0.4·3 + 0.2, e1 = 2 - 1.4, z2 = 0.4 + 0.2, e2 = -0.6, L = (0.36 + 0.36)/2,
    # g = -2/2 (0.6·3 - 0.6), gb = -(0.6 - 0.6), changes 0.12 and 0, w = 0.52, b = 0.2
    assert texts(two_samples(), Layout(), PRINTS, Digits()) == [
        "1.4", "0.6", "0.6", "-0.6", "0.36", "-1.2", "0", "0.12", "0", "0.52", "0.2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("convention", "gradient"),
    [("mean", "-1.2"), ("half-mean", "-0.6"), ("sum", "-2.4"), ("half-sum", "-1.2")],
)
def test_conventions_by_hand(convention: str, gradient: str) -> None:
    """Each convention has its own factor: 2/n, 1/n, 2, 1 before 0.6·3 - 0.6·1."""
    assert texts(two_samples(convention=convention), Layout(), PRINTS, Digits())[5] == gradient


def test_perceptron_by_hand() -> None:
    """AND with a step: the second sample is wrong, and only then the weights move."""
    task = two_samples(
        rule="perceptron", activation="step", loss="none", features=((F(1),), (F(0),)), targets=(F(1), F(0)),
        weights=(F(1),), bias=F(0), rate=F(1, 2), batch=1,
    )  # fmt: skip
    # sample 1: z = 1, o = 1, e = 0; sample 2: z = 0, step(0) = 1, e = -1, db = -0.5
    assert texts(task, Layout(gradients=False), PRINTS, Digits()) == [
        "1", "1", "0", "0", "0", "1", "0", "0", "1", "-1", "0", "-0.5", "1", "-0.5",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "perceptron"])
@pytest.mark.parametrize("number", range(4))
def test_gradients_are_the_slope_of_the_loss(rule: str, number: int) -> None:
    """What the plan calls a gradient is the difference quotient of what it calls the loss."""
    task = draw_task(Random(f"{rule}{number}"), rule)
    task = replace(task, epochs=1, batch=task.n)
    claims = plan(task, Layout())
    exact = {item.claim.quantity: item for item in work(task, claims, RUN, Digits(40), {})}

    def loss(changed: Task) -> Fraction:
        done = work(changed, plan(changed, Layout()), RUN, Digits(40), {})
        return next(item.entry.run for item in done if item.claim.quantity.role == "L")

    h = F(1, 10**15)
    for j in range(1, task.d + 1):
        weights = list(task.weights)
        weights[j - 1] += h
        quotient = (loss(replace(task, weights=tuple(weights))) - loss(task)) / h
        assert abs(quotient - exact[Quantity("g", 0, j)].entry.run) < F(1, 10**9)
    quotient = (loss(replace(task, bias=task.bias + h)) - loss(task)) / h
    assert abs(quotient - exact[Quantity("gb")].entry.run) < F(1, 10**9)


def test_carrying_by_hand() -> None:
    """Three times a third that was printed as 0.33 is 0.99, and 1 for those who carry digits that far."""
    task = two_samples(
        features=((F(1),), (F(1),), (F(1),)),
        targets=(F(1), F(0), F(0)),
        weights=(F(0),),
        bias=F(0),
        batch=3,
        rate=F(3),
        convention="half-mean",
    )
    # e = 1, 0, 0; g = gb = -1/3; dw = db = 3/3 or 3·0.33; nobody's calculator still shows g when dw is worked out
    changes = [
        texts(task, Layout(losses=False), author, Digits())[8] for author in (PRINTS, LINE, EPOCH, RUN)
    ]
    assert changes == ["0.99", "0.99", "1", "1"]


def test_one_line_back_by_hand() -> None:
    """z = 1/3 is printed as 0.33, and -3 times what the calculator shows is -1; the next line has only the print."""
    task = two_samples(
        features=((F(1, 3),),),
        targets=(F(0),),
        weights=(F(1),),
        bias=F(0),
        batch=1,
        rate=F(3),
        convention="half-sum",
    )
    layout = Layout(losses=False, gradients=False, changes=True)
    # z = 1/3, e = -1/3 (0.33, -0.33), dw = 3·e·(1/3): e still shown, -0.33; db = 3·e: e is print by then, -0.99
    assert texts(task, layout, LINE, Digits())[:4] == ["0.33", "-0.33", "-0.33", "-0.99"]
    assert texts(task, layout, RUN, Digits())[:4] == ["0.33", "-0.33", "-0.33", "-1"]


def test_epoch_carrying_starts_again_at_printed_weights() -> None:
    """Who carries within an epoch goes on from the weights as printed; who carries through the run does not."""
    task = two_samples(
        features=((F(3),),),
        targets=(F(1),),
        weights=(F(0),),
        bias=F(0),
        batch=1,
        rate=F(1, 7),
        epochs=2,
        convention="half-sum",
    )
    layout = Layout(losses=False, gradients=False, changes=False)
    # w = 3/7 = 0.43, b = 1/7 = 0.14; z = 3·0.43 + 0.14 = 1.43, or 10/7 = 1.43 and e = -0.4286; with w, b to 1 place: 0.4·3 + 0.1 = 1.3
    assert texts(task, layout, EPOCH, Digits(1))[4] == "1.3"
    assert texts(task, layout, RUN, Digits(1))[4] == "1.4"


@pytest.mark.parametrize(
    ("value", "mode", "expected"),
    [
        ("0.125", Mode.HALF_UP, "0.13"),
        ("0.125", Mode.HALF_EVEN, "0.12"),
        ("-0.129", Mode.CUT, "-0.12"),
        ("-0.125", Mode.HALF_UP, "-0.13"),
    ],
)
def test_rounding_modes(value: str, mode: Mode, expected: str) -> None:
    """Ties and cutting off go where each mode sends them."""
    assert rounded(F(value), 2, mode) == F(expected)


def test_what_an_honest_author_may_print() -> None:
    """Both sides of a tie and cutting off are honest; one unit off is not."""
    assert [may_print_as(F(text), F("0.125"), 2) for text in ("0.12", "0.13", "0.14", "0.11")] == [
        True,
        True,
        False,
        False,
    ]
    assert may_print_as(F("0.12"), F("0.1299"), 2)


def test_functions_agree_with_known_values() -> None:
    """Sigmoid and tanh to twenty digits, and the logarithm as the inverse of the exponential behind them."""
    assert abs(function("sigmoid", F(1)) - F("0.73105857863000487925")) < F(1, 10**19)
    assert abs(function("tanh", F(1, 2)) - F("0.46211715726000975850")) < F(1, 10**19)
    assert abs(function("ln", 1 / function("sigmoid", F(2)) - 1) + 2) < F(1, 10**50)


def _key(
    task: Task, slips: dict[int, Slip], author: Author = PRINTS
) -> tuple[list[str], list[tuple[int, ...]]]:
    """Statuses, and what each slip affects, with every claim on the line of its own number."""
    claims = plan(task, Layout())
    notation = Notation(task, NAMES[0], Habits(ASCII, "*"))
    worked = work(task, claims, author, Digits(), slips)
    page = Page()
    page.places = {k: k for k in range(len(claims))}
    claims_key, slips_key = key(task, claims, author, Digits(), slips, worked, page, notation)
    return [claim.status for claim in claims_key], [slip.affects for slip in slips_key]


def test_key_of_a_carried_slip_by_hand() -> None:
    """z_1 = 1.5 instead of 1.4: e_1, the loss, both gradients, changes and weights follow; sample 2 does not."""
    slip = Slip(0, "arithmetic.value", frozenset({"arithmetic"}), add=F(1, 10))
    statuses, affects = _key(two_samples(), {0: slip})
    # e1 = 0.5, L = (0.25 + 0.36)/2, g = -(1.5 - 0.6) = -0.9, gb = -(0.5 - 0.6) = 0.1, dw = 0.09, db = -0.01, w = 0.49, b = 0.19
    assert affects == [(1, 4, 5, 6, 7, 8, 9, 10)]
    assert statuses[:4] == ["slip", "follow-through", "right", "right"]


def test_key_of_an_adopting_author() -> None:
    """Who goes on with the right value leaves nothing that follows."""
    slip = Slip(0, "arithmetic.value", frozenset({"arithmetic"}), add=F(1, 10), adopted=True)
    statuses, affects = _key(two_samples(), {0: slip})
    assert affects == [()]
    assert "follow-through" not in statuses


def test_key_of_two_slips_is_made_apart() -> None:
    """What follows from the second slip alone is not charged to the first."""
    first = Slip(0, "arithmetic.value", frozenset({"arithmetic"}), add=F(1, 10))
    second = Slip(8, "sign.value", frozenset({"sign"}), times=F(-1))
    _, affects = _key(two_samples(), {0: first, 8: second})
    # the change of the bias: -0.01 printed as 0.01, so b = 0.21; without the first slip it would be 0 and b = 0.2
    assert affects == [(1, 4, 5, 6, 7, 8, 9, 10), (10,)]


def test_harmless_slip_keeps_the_value() -> None:
    """A miswritten operand beside the right value changes no number at all."""
    task = two_samples()
    claims = plan(task, Layout())
    node = claims[0].node
    assert isinstance(node, Sum)
    wrong = Sum((node.terms[0], (1, Use(Quantity("b"), F(3, 10)))))
    slip = Slip(0, "copying.digit", frozenset({"copying"}), node=wrong, harmless=True)
    worked = work(task, claims, PRINTS, Digits(), {0: slip})
    assert worked[0].operands[Use(Quantity("b"), F(3, 10))] == "0.5"
    assert [item.entry.text for item in worked] == texts(task, Layout(), PRINTS, Digits())


def test_miscopied_value_is_carried_with_all_its_digits() -> None:
    """Who carries everything and copies 0.33 as 0.43 goes on with 0.4333..., not with 0.43."""
    task = two_samples(
        features=((F(1, 3),),), targets=(F(0),), weights=(F(1),), bias=F(0), batch=1, convention="half-sum"
    )
    claims = plan(task, Layout(outputs=True, losses=False, gradients=False, changes=False))
    output = claims[1].node
    assert isinstance(output, Use)
    slip = Slip(1, "copying.digit", frozenset({"copying"}), node=Use(output.quantity, F(1, 10)))
    worked = work(task, claims, RUN, Digits(), {1: slip})
    assert worked[1].entry.text == "0.43"
    assert worked[1].entry.run == F(1, 3) + F(1, 10)
    assert worked[2].entry.run == -F(1, 3) - F(1, 10)


@pytest.mark.parametrize("number", range(40))
def test_planted_slips_are_not_honest(number: int) -> None:
    """A planted value is no rounding of what the right expression gives under any way of carrying."""
    draw = Random(number)
    task = draw_task(draw, RULES[number % len(RULES)])
    claims = plan(task, Layout())
    author, digits = AUTHORS[number % 7], Digits(3)
    try:
        clean = work(task, claims, author, digits, {})
        slips = plant(draw, Sheet(task, author, digits), clean, wanted=2, count=Count())
        worked = work(task, claims, author, digits, slips)
    except ValueError:
        pytest.skip("its numbers leave what is worked by hand")
    for at, slip in slips.items():
        item = worked[at]
        if slip.changes_value and slip.places is None:
            assert not item.admits(item.entry.value, item.entry.places)
        elif slip.node is not None:
            entries = {quantity: entry.value for quantity, entry in known(task, worked[:at]).items()}
            assert evaluate(slip.node, entries.__getitem__) != evaluate(item.claim.node, entries.__getitem__)


@pytest.mark.parametrize("number", range(60))
def test_keys_point_at_what_is_written(number: int) -> None:
    """Every claim's value stands on the line that the key names."""
    made = document(0, number)
    lines = made.text.split("\n")
    for claim in made.claims:
        line = lines[claim.line - 1].replace("−", "-").replace("{,}", ".").replace(",", ".")
        assert claim.written in line


def test_the_same_seed_gives_the_same_document() -> None:
    """A document is known by its seed and number."""
    assert document(0, 7) == document(0, 7)


def test_a_perfect_checker_scores_one() -> None:
    """Verdicts taken from the key itself reach every figure; silence and noise do not."""
    made = next(made for made in (document(0, k) for k in range(50)) if len(made.slips) > 1)
    claims = frozenset((claim.line, F(claim.written)) for claim in made.claims)
    follow = frozenset((c.line, F(c.written)) for c in made.claims if c.status == "follow-through")
    perfect = Marked([(slip.lines[0], min(slip.kinds)) for slip in made.slips], follow, claims, readable=True)
    tally = compare(made, perfect)
    assert (tally.recall, tally.precision, tally.kinds, tally.once, tally.first_slip) == (1, 1, 1, 1, 1)
    assert (tally.unread, tally.false_alarms) == (0, 0)
    silent = compare(made, Marked([], frozenset(), frozenset(), readable=True))
    assert (silent.recall, silent.first_slip, silent.unread) == (0, 0, 1)
    noisy = compare(made, replace(perfect, slips=[(1, "sign"), *perfect.slips]))
    assert noisy.first_slip == 0
    assert noisy.counts["false alarms"] == 1


def test_plain_text_of_numbers() -> None:
    """Zeros are kept or not, and nothing is ever written as minus nothing."""
    assert [plain(F(-1, 1000), 2, True), plain(F(-3, 2), 2, True), plain(F(-3, 2), 2, False)] == [
        "0.00",
        "-1.50",
        "-1.5",
    ]
