"""What a program's statements give, as the comments behind them say."""

import pytest

from deltarule import api
from deltarule.findings import Status
from deltarule.spans import Source

_PYTHON = """\
```python
x = -2
y = 3
h = 0.001
xph = x + h  # {first}
out = x * y  # -6
out2 = forward(xph, y)  # output is -5.997
slope = (out2 - out) / h  # {slope}
lr = 0.1  # 0.01 is too small
x = x + lr * slope  # x becomes -1.7
```
"""


def _marked(text: str) -> tuple[list[int], list[tuple[int, str]]]:
    report = api.check(Source("", text)).report
    right = [(each.line, each.written) for each in report.verdicts if each.status is Status.RIGHT]
    return [slip.line for slip in report.slips], right


def test_comments_of_statements() -> None:
    """-2 + 0.001, (-5.997 + 6)/0.001 = 3, -2 + 0.1·3; what a rate might be otherwise is no value of it."""
    slips, right = _marked(_PYTHON.format(first="-1.999", slope="3.0"))
    assert slips == []
    assert {(5, "-1.999"), (6, "-6"), (8, "3.0"), (10, "-1.7")} <= set(right)
    slips, right = _marked(_PYTHON.format(first="-1.989", slope="3.0"))
    assert (5, "-1.989") not in right


@pytest.mark.parametrize("comment", ["// -12", "// f is -12", "// output is -12, up from -13!"])
def test_other_languages(comment: str) -> None:
    """A declaration in front, a semicolon behind, and a comment of two strokes: (-2 + 5)·(-4)."""
    text = f"```javascript\nvar x = -2, y = 5, z = -4;\nvar q = x + y; // q is 3\nvar f = q * z; {comment}\n```\n"
    slips, right = _marked(text)
    assert slips == []
    assert {(3, "3"), (4, "-12")} <= set(right)


def test_a_comment_that_states_another_name() -> None:
    """``// a*x + b*y = 5`` stands for its line."""
    text = "a = 1, b = 2, x = -1, y = 3\n\n```js\n  by = mul.forward(b, y); // b*y = 6\n  s = add.forward(ax, by); // a*x + b*y = {}\n```\n"
    assert (5, "5") in _marked(text.format("5"))[1]
    assert (5, "4") not in _marked(text.format("4"))[1]


_TENSORS = """\
y = m x + b, m = 0.5, b = 0.25

x
tensor(3.)

Step 1: yhat
tensor([{yhat}], grad_fn=<AddBackward0>)

t
tensor(2.7500)

2*x*(yhat.item()-t)
tensor({slope})
"""


def test_numbers_printed_below_what_was_entered() -> None:
    """0.5·3 + 0.25 = 1.75 and 2·3·(1.75 - 2.75) = -6, with a function of the program around a number or not."""
    slips, right = _marked(_TENSORS.format(yhat="1.7500", slope="-6.0000"))
    assert slips == []
    assert {(7, "1.7500"), (13, "-6.0000")} <= set(right)
    _, right = _marked(_TENSORS.format(yhat="1.7500", slope="-5.0000"))
    assert (13, "-5.0000") not in right
