"""What a perceptron's points say of weights that are told without working, and other values that lines beside them explain."""

from deltarule import api
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.reading import read_document
from deltarule.spans import Source

_LOG = """\
x = [[2, 3], [4, 3], [1, 1]], y = [1, 1, -1], η = 1, w = 0, b = 0.

    Epoch 1, weight = [2 3], b = 1, formula: 2*x1 + 3*x2 + 1 = 0
    Epoch 2, weight = [1 2], b = 0, formula: x1 + 2*x2 = 0
    Epoch 3, weight = [0 1], b = -1, formula: 0*x1 + x2 - 1 = 0
    Epoch 4, weight = [-1 0], b = -2, formula: {line}
    Epoch 5, weight = {fifth}, b = -1, formula: x1 + 3*x2 - 1 = 0
"""


def _right(text: str, line: int) -> list[str]:
    report = api.check(Source("", text)).report
    fine = (Status.RIGHT, Status.RIGHT_ROUNDED)
    return [each.written for each in report.verdicts if each.line == line and each.status in fine]


def _slips(text: str) -> list[int]:
    return [slip.line for slip in api.check(Source("", text)).report.slips]


def test_each_step_is_a_misclassified_point() -> None:
    """(2, 3) with 1, then (1, 1) with -1 three times: 1·2 + 1·3 + 1 = 6, 3, 0 are not below 0; then -2 - 2 < 0 and (2, 3) again."""
    text = _LOG.format(line="-1*x1 + 0*x2 - 2 = 0", fifth="[1 3]")
    assert _slips(text) == []
    for line, numbers in ((3, ["2", "3", "1", "2", "3", "1"]), (7, ["1", "3", "-1", "3", "1"])):
        assert sorted(_right(text, line)) == sorted(numbers)
    assert _right(text, 6).count("2") == 1  # of the line; the bias is told with its sign


def test_what_no_point_explains_is_not_called_right_or_wrong() -> None:
    """(2, 3) instead of (1, 3) is no step from (-1, 0); the line is that of the right weights."""
    text = _LOG.format(line="-1*x1 + 0*x2 - 3 = 0", fifth="[2 3]")
    assert _slips(text) == []
    assert "2" not in _right(text, 7)
    assert "3" not in _right(text, 6)


def test_a_pair_several_updates_on() -> None:
    """After w_2 = (1, 1), b_2 = 0 of (2, 2) and (1, 1), the first misclassified point is (1, 1) twice, then (2, 2) ...: w_4 = (-1, -1) + (2, 2)."""
    text = (
        "正实例点是$x_1=(2,2)^T$，$x_2=(4,3)^T$，负实例点是$x_3=(1,1)^T$。$\\eta=1$，$w_0=0$，$b_0=0$\n\n"
        "$$\nw_1=w_0+y_1x_1=(2,2)^T,\\ b_1=b_0+y_1=1\n$$\n\n"
        "$$\nw_2=w_1+y_3x_3=(1,1)^T,\\quad b_2=b_1+y_3=0\n$$\n\n"
        "如此继续，直到\n$$\nw_4=(%s)^T,\\quad b_4=0\n$$\n\n$$\nw_4 \\cdot x+b_4=2x^{(1)}+2x^{(2)}+0\n$$\n"
    )
    # by w_2: (1, 1) gives 2, which is not below 0: w_3 = (0, 0), b_3 = -1; then (2, 2) gives -1: w_4 = (2, 2), b_4 = 0
    assert _right(text % "2,2", 13) == ["2", "2", "0"]
    assert "3" not in _right(text % "2,3", 13)
    assert _slips(text % "2,3") == []


def test_a_start_that_is_the_neighbours() -> None:
    """b_1 was 1.5: who begins with the 0.7 of b_0 has copied it; the result fits what is written."""
    text = "B0 = 0.7, B1 = 1.5.\n\nB0 = 0.7 - 0.02*0.25*6.8\n\nB0 = 0.666\n\nB1 = {} - 0.02*0.25*24.6\n\nB1 = {}\n"
    slips = api.check(Source("", text.format("0.7", "0.577"))).report.slips
    assert [(slip.line, slip.code, slip.expected) for slip in slips] == [(7, "copying.operand", "1.5")]
    assert _slips(text.format("1.5", "1.377")) == []


def test_a_gradient_in_a_table_of_places() -> None:
    """∇E of (3 - b)^2 + (4 - (2a + b))^2 at (0, 1): -4·3 and -4 - 6; at (1, 1): -4·1 and -4 - 2."""
    text = (
        "$E(a,b) = (3-b)^2 + (4-(2a+b))^2$, $(a_0,b_0) = (0,1)$.\n\n"
        "$$\n\\begin{array}{c|c|c|c}\n"
        "k & (a_k,b_k) & \\grad E(a_k,b_k) & E(a_k,b_k) \\\\ \\hline\n"
        "0 & (0, 1) & (-12, -10) & 13 \\\\\n1 & (1, 1) & (-4, -6) & 5 \\\\\n2 & (1, 2) & (0, -2) & 1 \\\\\n"
        "\\end{array}\n$$\n\nDone.\n"
    )
    assert _slips(text) == []
    assert _right(text, 6)[-3:] == ["-12", "-10", "13"]
    assert _right(text, 7)[-3:] == ["-4", "-6", "5"]


def test_letters_that_are_words() -> None:
    """*y* between a value and a name that is told one is a conjunction."""
    document = read_document(Source("", "Dato: pesos: [5.0, 3.0] y sesgo: 2.0\n\nw = 0.5 e bias: 0.2\n"))
    told = [item for item in document.items if isinstance(item, Claim)]
    assert [(item.line, len(item.links)) for item in told] == [(1, 1), (1, 1), (1, 1), (3, 1), (3, 1)]


def test_names_with_their_verb_glued_on() -> None:
    """``w是 [3 3] , b是 1``."""
    document = read_document(
        Source("", "采用误分类点 0 更新后的权重为:w是 [3 3] , b是 1\n\n误差等于0.1，a为 0.5\n")
    )
    told = [item for item in document.items if isinstance(item, Claim)]
    assert [(item.line, getattr(item.subject, "name", "")) for item in told] == [
        (1, "w"), (1, "w"), (1, "b"), (3, "误差"), (3, "a"),
    ]  # fmt: skip


def test_the_line_that_the_last_weights_make() -> None:
    """``2 x_1 + 0.5 x_2 - 1 = 0`` behind w = (2, 0.5), b = -1, and ``y = 1.2 + 0.4 x``; of other numbers nothing is said."""
    given = "w_1 = 2, w_2 = 0.5, b = -1.\n\nBoundary: $2 x_1 + {} x_2 - 1 = 0$\n"
    assert _right(given.format("0.5"), 3)[:3] == ["2", "0.5", "-1"]
    assert _right(given.format("0.7"), 3) == []
    assert _slips(given.format("0.7")) == []
    fitted = "| x | y |\n|---|---|\n| 1 | 2 |\n| 2 | 3 |\n\nw = 0.5 - 0.1*1 = 0.4\n\nb = 1 + 0.2 = 1.2\n\n$y = {} + 0.4 x$\n"
    assert _right(fitted.format("1.2"), 10) == ["1.2", "0.4"]
    assert _right(fitted.format("1.3"), 10) == []
