"""What is not shown follows what is told: it is worked out anew when what it rests on is, and kept when it is not."""

from fractions import Fraction

from deltarule.checking.ledger import Entry, Ledger
from deltarule.exercise import Exercise
from deltarule.formulas import Role
from deltarule.trace import Quantity
from deltarule.written import Written, parse_number


def _numbers(*texts: str) -> tuple[Written, ...]:
    return tuple(parse_number(text) for text in texts)


def _ledger() -> Ledger:
    """``z = 2 x + 1`` for inputs of 3 and 5, wanted 4 and 6; no epoch was worked yet."""
    return Ledger(
        Exercise(
            features=(_numbers("3"), _numbers("5")),
            targets=_numbers("4", "6"),
            weights=_numbers("2"),
            bias=parse_number("1"),
        )
    )


def _tell(ledger: Ledger, role: Role, sample: int, text: str) -> None:
    written = parse_number(text)
    ledger.record(Entry(Quantity(role, None, sample, 1), written, (written,)))


def _hidden(ledger: Ledger, role: Role, sample: int) -> Entry:
    entry = ledger.find(Quantity(role, None, sample, 1))
    assert entry is not None
    assert entry.hidden
    return entry


def test_an_error_that_is_not_shown_follows_the_net_input_that_is_told() -> None:
    """e_1 = y_1 - z_1: 4 - 7 from the weights, then 4 - 7.5 from the author's own net input."""
    ledger = _ledger()
    assert _hidden(ledger, Role.ERROR, 1).value() == -3
    _tell(ledger, Role.NET_INPUT, 1, "7.5")
    assert _hidden(ledger, Role.ERROR, 1).value() == Fraction(-7, 2)
    _tell(ledger, Role.NET_INPUT, 1, "7")
    assert _hidden(ledger, Role.ERROR, 1).value() == -3


def test_another_sample_leaves_it_as_it_is() -> None:
    """What is told of the second sample says nothing of the first one's error."""
    ledger = _ledger()
    before = _hidden(ledger, Role.ERROR, 1)
    _tell(ledger, Role.NET_INPUT, 2, "12")
    assert _hidden(ledger, Role.ERROR, 1) is before
    assert _hidden(ledger, Role.ERROR, 2).value() == 6 - 12


def test_a_gradient_that_is_not_shown_follows_errors_that_are_not_shown_either() -> None:
    """-2/2 (e_1 x_1 + e_2 x_2) = -(-3*3 + -5*5) = 34; with 8 told for z_1 it is -(-4*3 - 25) = 37."""
    ledger = _ledger()
    gradient = Quantity(Role.GRADIENT, 1, None, 1)
    found = ledger.find(gradient)
    assert found is not None
    assert found.value() == 34
    _tell(ledger, Role.NET_INPUT, 1, "8")
    again = ledger.find(gradient)
    assert again is not None
    assert again.value() == 37
