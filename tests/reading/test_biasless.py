"""Neurons without a bias: in words of many languages, or by the formula of their net input; errors that are called E."""

import pytest

from deltarule import api
from deltarule.reading import read_document
from deltarule.reading.biasless import DENIED
from deltarule.reading.problem import understand
from deltarule.spans import Source

# w = (0.5, 1): z = 0.5·2 + 1·1 = 2, E = 1 - 2 = -1, w1 = 0.5 + 0.1·(-1)·2 = 0.3, w2 = 1 - 0.1 = 0.9
TEXT = """\
{said}

$z = {formula}$, $E_i = {error}$, $L = \\frac{{1}}{{2}} \\sum_i E_i^2$, $w_j' = w_j + \\eta E x_j$

$\\eta = 0.1$, $w_1 = 0.5$, $w_2 = 1$

| $x_1$ | $x_2$ | $t$ |
|---|---|---|
| 2 | 1 | 1 |
| 1 | 3 | 2 |

Sample 1:

$z = 0.5 \\cdot 2 + 1 \\cdot 1 = 2$

$E = {worked}$

$w_1' = 0.5 + 0.1 \\cdot (-1) \\cdot 2 = 0.3$

$w_2' = {second} = 0.9$
"""


def _slips(said: str, **parts: str) -> list[str]:
    text = TEXT.format(
        **{
            "said": said,
            "formula": "w_1 x_1 + w_2 x_2",
            "error": "t_i - z_i",
            "worked": "1 - 2 = -1",
            "second": "1 + 0.1 \\cdot (-1) \\cdot 1",
        }
        | parts
    )
    lines = text.splitlines()
    return [lines[slip.line - 1] for slip in api.check(Source("", text)).report.slips]


@pytest.mark.parametrize(
    "said",
    [
        "A neuron without a bias.",
        "Ein Bias wird nicht verwendet.",
        "Non c'è bias.",
        "Не учитываем смещение.",  # only the formula says it in words that we do not know
        "We leave the bias out.",
        "没有偏置。",
    ],
)
def test_the_formula_has_no_bias(said: str) -> None:
    """The exercise is known, so that a number of another row and an error the wrong way round are found."""
    assert _slips(said) == []
    wrong = "1 + 0.1 \\cdot (-1) \\cdot 3"
    assert _slips(said, second=wrong) == [f"$w_2' = {wrong} = 0.9$"]
    assert _slips(said, worked="2 - 1 = 1") == ["$E = 2 - 1 = 1$"]


def test_a_formula_of_vectors_may_hold_a_bias() -> None:
    """``w^T x`` says nothing of what is in w, nor does a formula with too few inputs."""
    for formula in ("\\mathbf{w}^T \\mathbf{x}", "w_1 x_1", "w_1 x_1 + w_2 x_2 + b"):
        text = TEXT.format(
            said="With a bias.", formula=formula, error="t_i - z_i", worked="1 - 2 = -1", second="0.9"
        )
        exercise = understand(read_document(Source("", text))).exercise
        assert exercise.missing == ("bias",), formula


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("No hay sesgo.", True),
        ("Il n'y a pas de biais.", True),
        ("Bez biasu.", True),
        ("Bias yoktur.", True),
        ("Смещения нет.", True),
        ("バイアスは使わない。", True),
        ("편향은 없다.", True),
        ("Der Bias wird nach jedem Muster angepasst.", False),
        ("The bias is the weight of a constant input.", False),
        ("Смещение обновляется.", False),
    ],
)
def test_words_that_deny_a_bias(text: str, denied: bool) -> None:
    """A bias is denied by *no* and *not used*, not by being spoken of."""
    assert (DENIED.search(text) is not None) is denied


RATE = """\
$z = w x$, $e = t - z$, $w' = w + \\eta e x$, $\\eta_k = \\eta_0 \\gamma^k$

No bias; $\\eta_0 = 0.4$, $\\gamma = 0.5$, $w = 1$

| $x$ | $t$ |
|---|---|
| 1 | 2 |

Epoch 1: $z = 1 \\cdot 1 = 1$, $e = 2 - 1 = 1$, $w' = 1 + 0.4 \\cdot 1 \\cdot 1 = 1.4$

Epoch 2: $\\eta_1 = 0.4 \\cdot 0.5^1 = 0.2$, $z = 1.4 \\cdot 1 = 1.4$, $e = 2 - 1.4 = 0.6$, $w' = 1.4 + 0.2 \\cdot 0.6 \\cdot 1 = 1.52$

Epoch 3: $\\eta_2 = {rate}$, $z = 1.52 \\cdot 1 = 1.52$, $e = 2 - 1.52 = 0.48$, $w' = 1.52 + {new}$
"""


@pytest.mark.parametrize(
    ("rate", "new", "wrong"),
    [
        ("0.4 \\cdot 0.5^2 = 0.1", "0.1 \\cdot 0.48 \\cdot 1 = 1.568", 0),
        ("0.2 \\cdot 0.5 = 0.1", "0.1 \\cdot 0.48 \\cdot 1 = 1.568", 0),
        ("0.4 \\cdot 0.5^2 = 0.2", "0.2 \\cdot 0.48 \\cdot 1 = 1.616", 1),
        ("0.4 \\cdot 0.5^2 = 0.1", "0.2 \\cdot 0.48 \\cdot 1 = 1.616", 1),
    ],
)
def test_a_rate_worked_from_the_first_one(rate: str, new: str, wrong: int) -> None:
    """0.4·0.5² = 0.1 is the rate from there on."""
    assert len(api.check(Source("", RATE.format(rate=rate, new=new))).report.slips) == wrong
