"""Slopes of the chain rule, by the letters of many hands."""

import pytest

from deltarule.api import check
from deltarule.formulas import Role

TELLS = "x = 2, t = 0, w = 0.1, b = 0.3, η = 0.5, E = ½(OUT − t)²\n\n"
FORTH = "NET = 0.1·2 + 0.3 = 0.5\n\nOUT = σ(NET) = 1/(1 + e^(−0.5)) = 0.6225\n\n"
BACK = "BYOUT = 0.6225 − 0 = 0.6225\n\nSLOPE = 0.6225·(1 − 0.6225) = 0.2350\n\n"
ENDS = "∂E/∂w = 0.6225·0.2350·2 = 0.2926\n\n∂E/∂b = 0.6225·0.2350 = 0.1463\n\nw = 0.1 − 0.5·0.2926 = −0.0463\n\nb = 0.3 − 0.5·0.1463 = 0.2269\n"


def _document(net: str, out: str, by_out: str, slope: str) -> str:
    text = TELLS + FORTH + BACK + ENDS
    for name, written in (("NET", net), ("BYOUT", by_out), ("SLOPE", slope), ("OUT", out)):
        text = text.replace(name, written)
    return text


@pytest.mark.parametrize(
    ("net", "out", "by_out", "slope"),
    [
        ("z", "a", "∂E/∂a", "∂a/∂z"),
        ("z", "ŷ", "∂E/∂ŷ", "∂ŷ/∂z"),
        ("z", "y\u0302", "∂E/∂y\u0302", "∂y\u0302/∂z"),  # under a combining hat
        ("z", "y_hat", "dE/dy_hat", "dy_hat/dz"),
        ("net", "o", "∂E/∂o", "∂o/∂net"),
        ("z", "$\\hat{y}$", "$\\frac{\\partial E}{\\partial \\hat{y}}$", "$\\frac{\\partial \\hat{y}}{\\partial z}$"),
        ("z", "a", "dE/da", "σ'(z)"),
        ("net", "o", "dE/do", "f'(net)"),
    ],
)  # fmt: skip
def test_both_slopes_are_placed(net: str, out: str, by_out: str, slope: str) -> None:
    """That of the loss by the output and that of the activation are quantities of the run."""
    report = check(_document(net, out, by_out, slope)).report
    assert not report.slips
    roles = {verdict.quantity.role for verdict in report.verdicts if verdict.quantity is not None}
    assert {Role.OUTPUT_SLOPE, Role.ACTIVATION_SLOPE} <= roles


def test_a_slope_of_the_net_input_is_no_slope_of_the_activation() -> None:
    """``∂z/∂w = x`` is the input."""
    text = _document("z", "a", "∂E/∂a", "∂a/∂z").replace("∂E/∂w", "∂z/∂w = x = 2\n\n∂E/∂w")
    assert not check(text).report.slips


def test_a_loss_by_a_letter_of_its_own_is_one() -> None:
    """``l`` is what slopes by the weight are taken of, and stated in output and target; its factor counts."""
    text = _document("z", "a", "∂l/∂a", "∂a/∂z").replace("½(a", "(a").replace("E", "l")
    text = text.replace("∂l/∂a = 0.6225 − 0 = 0.6225", "∂l/∂a = 2(0.6225 − 0) = 1.2450")
    text = text.replace("0.6225·0.2350·2 = 0.2926", "1.2450·0.2350·2 = 0.5852").replace("0.2926", "0.5852")
    text = text.replace("0.6225·0.2350 = 0.1463", "1.2450·0.2350 = 0.2926").replace("0.1463", "0.2926")
    text = text.replace("−0.0463", "−0.1926").replace("0.2269", "0.1537")
    assert not check(text).report.slips
    half = text.replace("2(0.6225 − 0) = 1.2450", "0.6225 − 0 = 0.6225")
    assert [slip.line for slip in check(half).report.slips][:1] == [7]


def test_several_neurons_keep_their_slopes_to_themselves() -> None:
    """Indices tell the neurons of a layer: these are no steps of one neuron, and nothing is held against them."""
    text = (
        "∂E/∂o1 = 0.7 − 1 = −0.3\n\n∂o1/∂net1 = 0.7·(1 − 0.7) = 0.21\n\n∂E/∂o2 = 0.4 − 0 = 0.4\n\n"
        "∂o2/∂net2 = 0.4·(1 − 0.4) = 0.24\n\n∂E/∂w1 = −0.3·0.21·0.5 = −0.0315\n"
    )
    assert not check(text).report.slips
