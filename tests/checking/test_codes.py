r"""One line of an honest solution written otherwise: what it is called, and what is none of our business.

The document below is right in every line (worked by hand with fractions); each case puts another line in the place of
one of them. The lines after it go on with the right values.
"""

import pytest

from deltarule import api
from deltarule.findings import Status
from deltarule.written import is_rounding, parse_number

DOCUMENT = r"""
x_1	x_2	y
2	1	3
1	3	1
4	2	2

$$\eta = 0.1, \quad w_1 = 0.5, \quad w_2 = -0.4, \quad b = 0.3$$

$$L = \frac{1}{n} \sum_{i=1}^n e_i^2$$

Epoch 1

$$z_1 = 0.5 \cdot 2 - 0.4 \cdot 1 + 0.3 = 0.9$$
$$z_2 = 0.5 \cdot 1 - 0.4 \cdot 3 + 0.3 = -0.4$$
$$z_3 = 0.5 \cdot 4 - 0.4 \cdot 2 + 0.3 = 1.5$$
$$e_1 = 3 - 0.9 = 2.1$$
$$e_2 = 1 - (-0.4) = 1.4$$
$$e_3 = 2 - 1.5 = 0.5$$
$$L = \frac{1}{3} (2.1^2 + 1.4^2 + 0.5^2) \approx 2.207$$
$$\frac{\partial L}{\partial w_1} = -\frac{2}{3} (2.1 \cdot 2 + 1.4 \cdot 1 + 0.5 \cdot 4) \approx -5.067$$
$$\frac{\partial L}{\partial w_2} = -\frac{2}{3} (2.1 \cdot 1 + 1.4 \cdot 3 + 0.5 \cdot 2) \approx -4.867$$
$$\frac{\partial L}{\partial b} = -\frac{2}{3} (2.1 + 1.4 + 0.5) \approx -2.667$$
$$\Delta w_1 = -0.1 \cdot (-5.067) \approx 0.507$$
$$\Delta w_2 = -0.1 \cdot (-4.867) \approx 0.487$$
$$\Delta b = -0.1 \cdot (-2.667) \approx 0.267$$
$$w_1 = 0.5 + 0.507 = 1.007$$
$$w_2 = -0.4 + 0.487 = 0.087$$
$$b = 0.3 + 0.267 = 0.567$$

Epoch 2

$$z_1 = 1.007 \cdot 2 + 0.087 \cdot 1 + 0.567 = 2.668$$
""".lstrip()

G1, G2, GB = (rf"\frac{{\partial L}}{{\partial {name}}}" for name in ("w_1", "w_2", "b"))


def _line(start: str, occurrence: int = 0) -> int:
    """Number of the line that begins with `start`."""
    numbers = [n for n, line in enumerate(DOCUMENT.split("\n"), 1) if line.startswith(f"$${start} = ")]
    return numbers[occurrence]


def _check(line: int, text: str) -> api.Marking:
    lines = DOCUMENT.split("\n")
    lines[line - 1] = f"$${text}$$"
    return api.check("\n".join(lines))


def test_the_document_is_right() -> None:
    """As it stands, nothing is found."""
    marking = api.check(DOCUMENT)
    assert (marking.slips, marking.remarks, marking.unread, marking.follow_through) == ((), (), (), ())
    assert {v.status for v in marking.report.verdicts} == {Status.RIGHT, Status.RIGHT_ROUNDED}
    assert len(marking.report.verdicts) == 18


SLIPS = [
    # line, what stands there, code, expected
    ("z_3", r"z_3 = 0.5 \cdot 4 - 0.4 \cdot 2 + 0.3 = 1.7", "arithmetic.value", "1.5"),
    ("z_1", r"z_1 = 0.5 \cdot 2 - 0.4 \cdot 1 + 0.3 = 0.8", "arithmetic.value", "0.9"),  # exact, so not rounding
    ("z_1", r"z_1 = 0.8", "arithmetic.value", "0.9"),
    ("e_1", r"e_1 = 3 - 0.9 = 2.2", "arithmetic.value", "2.1"),
    ("w_1", r"w_1 = 0.5 + 0.507 = 1.07", "arithmetic.value", "1.007"),
    ("z_2", r"z_2 = 0.5 \cdot 1 - 0.4 \cdot 3 + 0.3 = 0.4", "sign.value", "-0.4"),
    (G1, rf"{G1} = -\frac{{2}}{{3}} (2.1 \cdot 2 + 1.4 \cdot 1 + 0.5 \cdot 4) \approx 5.067", "sign.value", "-5.067"),
    ("e_2", r"e_2 = 1 - (-0.4) = -1.4", "sign.value", "1.4"),
    ("z_2", r"z_2 = 0.5 \cdot 1 + 0.4 \cdot 3 + 0.3 = 2", "sign.term", None),
    ("e_2", r"e_2 = 1 - 0.4 = 0.6", "sign.term", None),
    ("e_1", r"e_1 = 0.9 - 3 = -2.1", "sign.difference", None),
    ("e_2", r"e_2 = -0.4 - 1 = -1.4", "sign.difference", None),
    (G2, rf"{G2} = -\frac{{2}}{{3}} (2.1 \cdot 1 + 1.4 \cdot 3 + 0.5 \cdot 2) \approx -48.667", "place-value.shift", "-4.867"),
    (r"\Delta w_1", r"\Delta w_1 = -0.1 \cdot (-5.067) \approx 5.067", "place-value.shift", "0.507"),
    (r"\Delta w_2", r"\Delta w_2 = -0.1 \cdot (-4.867) \approx 0.0487", "place-value.shift", "0.487"),
    ("z_3", r"z_3 = 0.5 \cdot 4 - 0.4 \cdot 3 + 0.3 = 1.1", "copying.row", "2"),
    (G1, rf"{G1} = -\frac{{2}}{{3}} (1.4 \cdot 2 + 1.4 \cdot 1 + 0.5 \cdot 4) \approx -4.133", "copying.row", "2.1"),
    ("z_3", r"z_3 = 0.5 \cdot 4 - 0.4 \cdot 2 + 0.85 = 2.05", "copying.operand", "0.3"),
    (r"\Delta w_2", r"\Delta w_2 = -0.1 \cdot (-4.876) \approx 0.488", "copying.digit", "-4.867"),
    ("e_3", r"e_3 = 2 - 1.7 = 0.3", "copying.digit", "1.5"),
    (GB, rf"{GB} = -2 (2.1 + 1.4 + 0.5) = -8", "formula.factor", None),
    (GB, rf"{GB} = -\frac{{1}}{{3}} (2.1 + 1.4 + 0.5) \approx -1.333", "formula.factor", None),
    ("L", r"L = \frac{1}{6} (2.1^2 + 1.4^2 + 0.5^2) \approx 1.103", "formula.factor", None),
    ("L", r"L = \frac{1}{3} (2.1^2 + 1.4^2 + 0.5^2) \approx 2.208", "rounding.last-place", "2.207"),
    ("L", r"L = \frac{1}{3} (2.1^2 + 1.4^2 + 0.5^2) \approx 2", "rounding.short", "2.207"),
    ("z_1", r"z_1 = 0.5 \cdot 2 - 0.4 \cdot 1 = 0.6", "omission.term", None),
    (G1, rf"{G1} = -\frac{{2}}{{3}} (2.1 \cdot 2 + 1.4 \cdot 1) \approx -3.733", "omission.term", None),
    (G1, rf"{G1} = -\frac{{2}}{{3}} (2.1 \cdot 2 + 1.4 + 0.5) \approx -4.067", "omission.factor", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "text", "code", "expected"),
    SLIPS,
    ids=[f"{c}-{s[-3:]}-{k}" for k, (s, _, c, _) in enumerate(SLIPS)],
)
def test_a_slip_has_its_code(start: str, text: str, code: str, expected: str | None) -> None:
    """One wrong line is one slip: on that line, with that code, and with the value that is right."""
    line = _line(start)
    marking = _check(line, text)
    assert [(slip.line, slip.code) for slip in marking.slips] == [(line, code)], [
        slip.message for slip in marking.slips
    ]
    (slip,) = marking.slips
    if expected is not None:
        shown = parse_number(slip.expected).value
        assert is_rounding(abs(parse_number(expected).value), abs(shown), parse_number(expected).places)
    assert slip.kind == code.partition(".")[0]
    assert not slip.harmless
    assert slip.epoch == 1
    assert marking.unread == ()


HARMLESS = [
    ("z_2", r"z_2 = 0.5 \cdot 1 + 0.4 \cdot 3 + 0.3 = -0.4", "sign.term"),
    ("z_3", r"z_3 = 0.5 \cdot 4 - 0.4 \cdot 3 + 0.3 = 1.5", "copying.row"),
    (r"\Delta w_2", r"\Delta w_2 = -0.1 \cdot (-4.876) \approx 0.487", "copying.digit"),
    ("w_1", r"w_1 = 0.85 + 0.507 = 1.007", "copying.operand"),
    (GB, rf"{GB} = -2 (2.1 + 1.4 + 0.5) \approx -2.667", "formula.factor"),
    ("z_1", r"z_1 = 0.5 \cdot 2 - 0.4 \cdot 1 = 0.9", "omission.term"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "text", "code"), HARMLESS)
def test_a_miswritten_line_whose_value_is_right_is_harmless(start: str, text: str, code: str) -> None:
    """The value fits what should stand there: the slip is told, called harmless, and nothing follows."""
    line = _line(start)
    marking = _check(line, text)
    assert [(slip.line, slip.code, slip.harmless) for slip in marking.slips] == [(line, code, True)]
    assert marking.follow_through == ()
    assert marking.slips[0].affects == ()


def test_an_old_weight_in_the_next_epoch() -> None:
    """The weight before the update, used after it, is told as such; also when all of them are old."""
    line = _line("z_1", 1)
    marking = _check(line, r"z_1 = 0.5 \cdot 2 + 0.087 \cdot 1 + 0.567 = 1.654")
    assert [(slip.line, slip.code, slip.expected, slip.epoch) for slip in marking.slips] == [
        (line, "copying.old", "1.007", 2)
    ]
    marking = _check(line, r"z_1 = 0.5 \cdot 2 - 0.4 \cdot 1 + 0.3 = 0.9")
    assert [(slip.line, slip.code) for slip in marking.slips] == [(line, "copying.old")]


RIGHT = [
    ("z_1", r"z_1 = 2 \cdot 0.5 + 1 \cdot (-0.4) + 0.3 = 0.9"),  # factors the other way round
    ("z_1", r"z_1 = 0.3 + 0.5 \cdot 2 + (-0.4) \cdot 1 = 0.9"),  # terms in another order
    ("z_1", r"z_1 = 1 - 0.4 + 0.3 = 0.9"),  # products worked out
    ("z_1", r"z_1 = 0.9"),
    ("z_1", r"z_1 = w_1 x_1 + w_2 x_2 + b = 0.5 \cdot 2 - 0.4 \cdot 1 + 0.3 = 0.9"),
    ("z_1", r"z_1 = 0.5(2) - 0.4(1) + 0.3 = 1 - 0.4 + 0.3 = 0.90"),
    ("e_2", r"e_2 = 1 + 0.4 = 1.4"),
    ("L", r"L = \frac{2.1^2 + 1.4^2 + 0.5^2}{3} = \frac{6.62}{3} \approx 2.207"),
    ("L", r"L = \frac{1}{3} (4.41 + 1.96 + 0.25) = 2.2067 \approx 2.207"),
    ("L", r"L = \frac{1}{3} (2.1^2 + 1.4^2 + 0.5^2) \approx 2.21"),  # fewer places are a remark at most
    ("L", r"L = \frac{1}{3} (2.1^2 + 1.4^2 + 0.5^2) = 2.206666\ldots \approx 2.207"),
    (G1, rf"{G1} = -\frac{{2}}{{3}} \cdot 7.6 \approx -5.067"),
    (G1, rf"{G1} = -0.6667 (2.1 \cdot 2 + 1.4 \cdot 1 + 0.5 \cdot 4) \approx -5.067"),
    (G1, rf"{G1} = \frac{{-2}}{{3}} (4.2 + 1.4 + 2) = -\frac{{15.2}}{{3}} \approx -5.067"),
    (G1, rf"{G1} = \frac{{2}}{{3}} (-2.1 \cdot 2 - 1.4 \cdot 1 - 0.5 \cdot 4) \approx -5.067"),
    (G1, rf"{G1} = \frac{{2}}{{3}} ((0.9 - 3) \cdot 2 + (-0.4 - 1) \cdot 1 + (1.5 - 2) \cdot 4) \approx -5.067"),
    (r"\Delta w_1", r"\Delta w_1 = 0.1 \cdot 5.067 = 0.5067 \approx 0.507"),
    (r"\Delta w_1", r"\Delta w_1 = -\eta \cdot \frac{\partial L}{\partial w_1} = 0.507"),
    ("w_1", r"w_1 = 0.5 - 0.1 \cdot (-5.067) = 1.0067 \approx 1.007"),
    ("w_1", r"w_1 = 0.5 - (-0.507) = 1.007"),
    ("w_1", r"w_1^{neu} = 0.5 + 0.507 = 1.007"),
    ("w_2", r"w_2 = 0.487 - 0.4 = 0.087"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "text"), RIGHT, ids=[f"{k}-{start[-4:]}" for k, (start, _) in enumerate(RIGHT)]
)
def test_another_way_to_write_it_is_right(start: str, text: str) -> None:
    """Other orders, steps left out or put in, other signs at other places: all of it is right."""
    line = _line(start)
    marking = _check(line, text)
    assert [(slip.line, slip.message) for slip in marking.slips] == []
    assert marking.unread == ()
    assert [
        v.status for v in marking.report.verdicts if v.status not in (Status.RIGHT, Status.RIGHT_ROUNDED)
    ] == []


def test_a_value_cut_off_is_a_remark() -> None:
    """2.206 for 2.2066... is cut off rather than rounded, which is said and is no slip."""
    marking = _check(_line("L"), r"L = \frac{1}{3} (2.1^2 + 1.4^2 + 0.5^2) \approx 2.206")
    assert marking.slips == ()
    assert [remark.code for remark in marking.remarks] == ["remark.truncated"]


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        (r"\Delta w_j = \eta \frac{\partial L}{\partial w_j}", "sign.update"),
        (r"w_j = w_j + \eta \frac{\partial L}{\partial w_j}", "sign.update"),
        (r"\frac{\partial L}{\partial w_j} = -\frac{2}{n} \sum_i e_i", "formula.stated"),
        (r"\frac{\partial L}{\partial w_j} = -\frac{2}{n} \sum_i e_i x_{ij}", None),
        (r"w_j = w_j - \eta \frac{\partial L}{\partial w_j}", None),
        (r"w_{j}(k+1) = w_{j}(k) - \eta \frac{\partial L}{\partial w_{j}}", None),
        (r"w_{j}(k+1) = w_{j}(k) + \eta \frac{\partial L}{\partial w_{j}}", "sign.update"),
        (r"\Delta w_j = -\eta \frac{\partial L}{\partial w_j}", None),
        (r"z_i = \sum_j w_j x_{ij} + b", None),
        (r"e_i = y_i - z_i", None),
    ],
)
def test_stated_formulas(formula: str, code: str | None) -> None:
    """A stated formula is right, climbs, or is another one."""
    text = DOCUMENT.replace("Epoch 1", f"$${formula}$$\n\nEpoch 1")
    marking = api.check(text)
    assert [(slip.line, slip.code) for slip in marking.slips] == ([(10, code)] if code else [])


def test_a_number_of_another_column_is_told_from_where_it_is() -> None:
    """Sample 3 has x_1 = 4 and x_2 = 2; who takes 4 for x_2 is told where the 4 stands."""
    line = r"$$z_3 = 0.5 \cdot 4 - 0.4 \cdot 2 + 0.3 = 1.5$$"
    wrong = DOCUMENT.replace(line, line.replace(r"0.4 \cdot 2", r"0.4 \cdot 4").replace("1.5", "0.7"))
    first = api.check(wrong).slips[0]
    assert first.kind == "copying"
    assert "which is x_1 of the same sample" in first.message
