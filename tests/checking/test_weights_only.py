r"""Pages that show little but the weights after each step, held against the exact run of the author's own last numbers.

By hand, η = 0.5 from (0.2, 0.5): x_1 = (1, 0.4), d_1 = 1 has y = 0.4, so w_1 = (0.2 + 0.3, 0.5 + 0.12) = (0.5, 0.62).
x_2 = (-0.2, 1), d_2 = 0.5 has y = 0.52, so w_2 = (0.5 + 0.002, 0.62 - 0.01) = (0.502, 0.61).
x_3 = (0.6, -1), d_3 = -1 has y = 0.3012 - 0.61 = -0.3088, so w_3 = (0.502 - 0.2074, 0.61 + 0.3456) = (0.295, 0.956).
"""

import pytest

from deltarule.api import check
from deltarule.spans import Source

VECTORS = r"""Use $\mathbf w \leftarrow \mathbf w + \eta (d - \mathbf w^T \mathbf x) \mathbf x$ with $\eta = 0.5$ on

- $\mathbf x_1 = (1, 0.4)$, $d_1 = 1$
- $\mathbf x_2 = (-0.2, 1)$, $d_2 = 0.5$
- $\mathbf x_3 = (0.6, -1)$, $d_3 = -1$

from $\mathbf w_0 = (0.2, 0.5)$. We get

"""
SUPERSCRIPTS = r"""Нейрон $y = \mathbf w^T \mathbf x$, $\eta = 0{,}5$, правило $\mathbf w \leftarrow \mathbf w + \eta (d - y) \mathbf x$.

- $\mathbf x_1 = (1;\ 0{,}4)$, $d_1 = 1$
- $\mathbf x_2 = (-0{,}2;\ 1)$, $d_2 = 0{,}5$
- $\mathbf x_3 = (0{,}6;\ -1)$, $d_3 = -1$

$\mathbf w^{(0)} = (0{,}2;\ 0{,}5)$

"""
# σ(0.5 - 0.5) = 0.5, δ = 0.5·0.5·0.5 = 0.125, times 2 is 0.25: w = (0.5 + 0.25, -0.25 + 0.5), b = 0.25
BARE = """logistic neuron, E = 1/2 (t - y)^2, learning rate = 2
x = (1, 2)  w = (0.5, -0.25)  b = 0  t = 1

y = sigmoid(w1 x1 + w2 x2 + b) = {0}
delta = (t - y) y (1 - y) = {1}
so w1 = {2}, w2 = {3}, b = {4}
"""
COUNTED = """Minimise f(w) = w^2 with the decaying rate α_k = α_0/(1 + 0.25 k), α_0 = 0.3, w_0 = 2.

- k = 0: α_0 = 0.3/(1 + 0.25*0) = 0.3; f'(w_0) = 2*2 = 4; w_1 = 2 - 0.3*4 = 0.8
- k = 1: α_1 = {0}; f'(w_1) = 2*0.8 = 1.6; w_2 = 0.8 - {1}*1.6 = {2}
- k = 2: α_2 = 0.3/(1 + 0.25*2) = 0.2; f'(w_2) = 2*{2} = {3}; w_3 = {2} - 0.2*{3} = {4}
"""
# (1 - 0.1·0.5)·0.4 + 0.5·0.2·2 = 0.38 + 0.2 = 0.58; then 0.551 - 0.79 = -0.239
KEPT = r"""Linear neuron $y = wx$, no bias, $w = 0.4$, $\eta = 0.5$, $\lambda = 0.1$. Rule: $w \leftarrow (1 - \lambda\eta) w + \eta (t - y) x$.

1. sample ($x = 2$, $t = 1$): $y = {0} = {1}$, $t - y = 1 - {1} = 0.2$, new weight $w = 0.95 \cdot 0.4 + 0.5 \cdot 0.2 \cdot 2 = 0.58$.

2. sample ($x = 1$, $t = -1$): $y = 0.58 \cdot 1 = 0.58$, $t - y = -1 - 0.58 = -1.58$, new weight $w = {2}$.
"""


def _slips(text: str) -> list[tuple[int, str]]:
    report = check(Source("a.md", text)).report
    return sorted((slip.line, slip.written.replace(",", ".")) for slip in report.slips)


def _vectors(*vectors: str) -> str:
    return VECTORS + "\n".join(rf"$$\mathbf w_{k} = ({each})$$" for k, each in enumerate(vectors, 1)) + "\n"


@pytest.mark.parametrize(
    ("vectors", "slips"),
    [
        (("0.5, 0.62", "0.502, 0.61", "0.295, 0.956"), []),
        (("0.500, 0.620", "0.502, 0.610", "0.295, 0.956"), []),
        # y_3 = 0.2754 - 0.61 = -0.3346: (0.459 - 0.1996, 0.61 + 0.3327)
        (("0.500, 0.620", "0.459, 0.610", "0.259, 0.943"), [(10, "0.459")]),
        (("0.500, 0.620", "0.502, 0.610", "0.295, 0.264"), [(11, "0.264")]),
        # the first from the vector at the start; y_2 = -0.1 - 0.62: (0.5 - 0.122, -0.62 + 0.61), y_3 = 0.2268 + 0.01
        (("0.500, -0.620", "0.378, -0.010", "0.007, 0.608"), [(9, "-0.620")]),
        # other numbers throughout: another exercise
        (("0.43, 0.71", "0.38, 0.83", "0.21, 0.57"), []),
    ],
)
def test_weights_told_as_vectors(vectors: tuple[str, ...], slips: list[tuple[int, str]]) -> None:
    """What does not come out of the author's last vector is wrong; what is wrong is gone on with."""
    found = _slips(_vectors(*vectors))
    assert [(line, float(number)) for line, number in found] == [
        (line, float(number)) for line, number in slips
    ]


def test_weights_by_steps_above() -> None:
    """Counted above the name, with decimal commas."""
    right = ("0{,}5;\\ 0{,}62", "0{,}502;\\ 0{,}61", "0{,}295;\\ 0{,}956")
    wrong = (*right[:2], "0{,}295;\\ 0{,}856")
    texts = [
        SUPERSCRIPTS + "\n".join(rf"$\mathbf w^{{({k})}} = ({each})$" for k, each in enumerate(some, 1))
        for some in (right, wrong)
    ]
    assert not _slips(texts[0])
    assert [line for line, _ in _slips(texts[1])] == [11]


@pytest.mark.parametrize(
    ("numbers", "slips"),
    [
        (("0.500", "0.125", "0.750", "0.250", "0.250"), []),
        (("0.500", "0.125", "0.750", "0.350", "0.250"), [(6, "0.350")]),
        (("0.500", "0.135", "0.750", "0.250", "0.250"), [(5, "0.135")]),
        (("0.500", "0.125", "0.750", "0.350", "0.350"), []),  # two: another rule may be meant
        (("0.500", "0.125", "0.625", "0.000", "0.125"), []),  # the rate is taken for 1
    ],
)
def test_one_sample_without_steps(numbers: tuple[str, ...], slips: list[tuple[int, str]]) -> None:
    """One number beside all the others of a step that come out."""
    assert _slips(BARE.format(*numbers)) == slips


@pytest.mark.parametrize(
    ("numbers", "slips"),
    [
        (("0.3/(1 + 0.25*1) = 0.24", "0.24", "0.416", "0.832", "0.2496"), []),
        (("0.3/1.25 = 0.24", "0.24", "0.416", "0.832", "0.2496"), []),
        (("0.3/(1 + 1) = 0.15", "0.15", "0.56", "1.12", "0.336"), [(4, "0.15")]),
    ],
)
def test_a_rate_by_the_count(numbers: tuple[str, ...], slips: list[tuple[int, str]]) -> None:
    """A rate worked without the factor of its formula, which the others have."""
    assert _slips(COUNTED.format(*numbers)) == slips


@pytest.mark.parametrize(
    ("numbers", "slips"),
    [
        ((r"0.4 \cdot 2", "0.8", r"0.95 \cdot 0.58 + 0.5 \cdot (-1.58) \cdot 1 = -0.239"), []),
        ((r"0.4 \cdot 2", "0.8", r"0.58 + 0.5 \cdot (-1.58) \cdot 1 = -0.21"), [(5, "-0.21")]),
    ],
)
def test_a_share_of_the_weight_is_kept(numbers: tuple[str, ...], slips: list[tuple[int, str]]) -> None:
    """Weight decay as what multiplies the weight: (1 - η λ) w."""
    text = KEPT
    for k, each in enumerate(numbers):
        text = text.replace("{" + str(k) + "}", each)
    assert [line for line, _ in _slips(text)] == [line for line, _ in slips]
