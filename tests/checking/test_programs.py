"""Programs that stand in a document: what they print confirms what the document says, and nothing else does."""

import contextlib
import io
import json
import sys

import pytest

from deltarule.api import check
from deltarule.checking.programs import printed_rightly
from deltarule.checking.programs.cells import programs
from deltarule.checking.programs.machine import MAX_WORK, Machine
from deltarule.findings import Status
from deltarule.reading import read_document
from deltarule.spans import Source

# Each program here is run by Python itself, and what it prints is put below it.
PROGRAMS = {
    "a loop over samples, formatted strings": """
X = [0.5, 1.5, 2.5]
Y = [1.0, 2.0, 2.9]
w, b, lr = 0.1, 0.0, 0.05
for epoch in range(4):
    total = 0
    for x, y in zip(X, Y):
        e = w * x + b - y
        w -= lr * 2 * e * x
        b -= lr * 2 * e
        total += e ** 2
    print(f"Epoch {epoch + 1}: w = {w:.4f}, b = {b:.4f}, loss = {total / len(X):.6f}")
print("w:", w, "b:", b)
""",
    "a class of a perceptron, old-style formats": """
class Perceptron:
    def __init__(self, size, rate=0.1):
        self.weights = [0.0] * size
        self.bias = 0.0
        self.rate = rate

    def predict(self, x):
        total = self.bias
        for k in range(len(x)):
            total += self.weights[k] * x[k]
        return 1 if total >= 0 else 0

    def learn(self, x, target):
        error = target - self.predict(x)
        for k, value in enumerate(x):
            self.weights[k] += self.rate * error * value
        self.bias += self.rate * error
        return error

p = Perceptron(2)
data = [([0, 0], 0), ([0, 1], 0), ([1, 0], 0), ([1, 1], 1)]
for epoch in range(3):
    errors = 0
    for x, target in data:
        errors += abs(p.learn(x, target))
    print("epoch %d: %d errors, w1=%.2f w2=%.2f bias=%.2f" % (epoch, errors, p.weights[0], p.weights[1], p.bias))
""",
    "a sigmoid of the module math, the method format": """
import math

def sigmoid(z):
    return 1 / (1 + math.exp(-z))

w = -0.4
rate = 0.5
step = 0
while step < 5:
    out = sigmoid(w * 1.5)
    grad = (out - 1) * out * (1 - out) * 1.5
    w = w - rate * grad
    step += 1
    print("step {0}: out={1:.5f} grad={2:.5f} w={3:.5f}".format(step, out, grad, w))
""",
    "a descent with a lambda and a stop": """
f = lambda x: x ** 2 - 4 * x + 1
df = lambda x: 2 * x - 4
x, alpha = 5.0, 0.2
history = []
for i in range(100):
    g = df(x)
    if abs(g) < 1:
        break
    x = x - alpha * g
    history.append(round(x, 4))
    print(i, round(x, 4), round(f(x), 4))
print(history)
""",
}


def printed(code: str) -> str:
    """What Python prints for a program."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})  # the programs above, run by Python
    return out.getvalue()


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("fenced", [True, False])
def test_what_a_program_prints_is_right(name: str, fenced: bool) -> None:
    """Every line of output with decimals is confirmed, nothing is a slip."""
    code = PROGRAMS[name].strip("\n")
    output = printed(code)
    text = (
        f"```python\n{code}\n```\n\nIt prints\n\n```\n{output}```\n"
        if fenced
        else f"In [1]:\n{code}\n\nOutput:\n{output}"
    )
    first = text.count("\n", 0, text.index(output)) + 1
    report = check(Source("a.md", text)).report
    decimals = {
        line for line in range(first, first + output.count("\n")) if "." in text.split("\n")[line - 1]
    }
    told = {each.line for each in report.verdicts if each.status in (Status.RIGHT, Status.RIGHT_ROUNDED)}
    assert not report.slips
    assert decimals <= told
    assert not [each for each in report.verdicts if each.line >= first and each.status is Status.UNCHECKED]


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_code_of_a_notebook_confirms_its_outputs(name: str) -> None:
    """Code cells stand in no line of the text that is marked; what they print is held against the outputs all the same."""
    code = PROGRAMS[name].strip("\n")
    output = printed(code)
    stream = {"output_type": "stream", "name": "stdout", "text": output}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Training"},
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": code, "outputs": [stream]},
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    report = check(Source("a.ipynb", notebook)).report
    assert code not in report.source.text
    decimals = {n for n, line in enumerate(report.source.text.split("\n"), 1) if "." in line}
    told = {
        report.source.line(each.span.start)
        for each in report.verdicts
        if each.status in (Status.RIGHT, Status.RIGHT_ROUNDED)
    }
    assert not report.slips
    assert decimals <= told


def test_a_line_that_is_not_printed_is_not_confirmed() -> None:
    """A changed number gets no word from the program."""
    code = PROGRAMS["a loop over samples, formatted strings"].strip("\n")
    output = printed(code)
    third = output.split("\n")[2]
    value = third.split("loss = ")[1]
    text = f"```python\n{code}\n```\n\n```\n{output.replace(value, '0.7' + value[3:])}```\n"
    line = text.split("\n").index(third.replace(value, "0.7" + value[3:])) + 1
    report = check(Source("a.md", text)).report
    assert not [
        each
        for each in report.verdicts
        if each.line == line and each.written == "0.7" + value[3:] and each.status is not Status.UNCHECKED
    ]


def test_output_that_looks_like_an_assignment_is_none() -> None:
    """A printed value does not take the place of the one that was worked out."""
    text = "w = 1.0\nfor k in range(3):\n    w = w * 1.21\nprint('w =', w)\n\nw = 1.771561\n"
    statements, _ = programs(text)
    machine = Machine()
    machine.run(statements)
    assert str(machine.names["w"]) == "1.771561000000"[: len(str(machine.names["w"]))]


def test_prose_is_no_program() -> None:
    """Lines of working are no code."""
    assert programs("w = 0.5\nb = 0.1\nThe loss (f) is 3.\nw = w - 0.1 * 2 = 0.3\n") == ([], set())


HOSTILE = {
    "for ever": "while True:\n    pass\nprint(1.25)",
    "powers of powers": "x = 9\nfor k in range(99):\n    x = x ** 99\nprint(x)",
    "lists that double": "a = [1.5]\nfor k in range(99):\n    a = [a, a]\nprint(a)",
    "lists that hold themselves": "a = [1.5]\nfor k in range(9):\n    a.append(a)\nprint(a)",
    "functions that call themselves": "def f(x):\n    return f(x) + f(x)\nprint(f(1.5))",
    "a long range": "for k in range(10 ** 12):\n    print(k * 1.5)",
    "deep brackets": "print(" + "(" * 900 + "1" + ")" * 900 + ")",
    "large sizes": "import numpy as np\na = np.zeros((400, 400))\nprint(a.dot(a))",
    "texts that double": "s = 'a'\nfor k in range(40):\n    s = s + s\nprint(s)",
    "texts in texts": "s = 'a'\nfor k in range(40):\n    s = f'{s}{s}'\nprint(s)",
    "rows joined to columns": "import numpy as np\na, b = np.zeros((400, 1)), np.zeros((1, 400))\nfor k in range(99):\n    c = a + b\nprint(c)",
    "products over and over": "import numpy as np\na, b = np.ones((20, 100)), np.ones((100, 20))\nfor k in range(999):\n    c = np.dot(a, b)\nprint(c)",
    "one line without end": "for k in range(9000):\n    print(k, end='')",
    "one array, many names": "import numpy as np\na = np.ones((20, 100))\nfor k in range(9000):\n    b = a\nprint(b)",
    "statements that never end": "import x\n" + "def f(:\n    (\n" * 3000,
    "many printed lines": "for k in range(1900):\n    print(k, k + 1, k + 2, k + 3)\n```\n"
    + "x = 1.25 and 7.5\n" * 3000
    + "```",
}
MAX_CALLS = 8_000_000  # of functions: a few seconds of work


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_programs_end(name: str) -> None:
    """Work, sizes and depths are bounded: calls of functions are counted, which are the same on any machine."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")
        assert calls < MAX_CALLS

    sys.setprofile(count)
    try:
        printed_rightly(read_document(Source("a.md", f"```python\n{HOSTILE[name]}\n```\n\n1.25\n")), [], [])
    finally:
        sys.setprofile(None)


def test_work_is_counted() -> None:
    """A loop without end uses up its work."""
    statements, _ = programs("x = 1.5\nwhile x > 0:\n    x = x + 0.5\nprint(x)")
    machine = Machine()
    machine.run(statements)
    assert machine.work == -1 < MAX_WORK
    assert not machine.printed


COMMENTED = """def slope(w, x, t):
    return 2 * (w * x - t) * x

def main():
    x, t = 1.5, 4.0
    w = 0.5
    a = w * x
    # print(a) # 0.75
    g = slope(w, x, t)  # -9.75
    w -= 0.1 * g        # => {told}
    print(w, a)         # 1.475 0.75

if __name__ == "__main__":
    main()
"""


def test_comments_behind_statements_are_confirmed() -> None:
    """What a statement works out or prints stands in the comment behind it; a comment that tells anything else gets no word."""
    for told, confirmed in (("1.475", {8, 9, 10, 11}), ("1.745", {8, 9, 11})):
        code = COMMENTED.replace("{told}", told)
        report = check(Source("a.md", f"```python\n{code}```\n")).report
        right = {each.line - 1 for each in report.verdicts if each.status.value.startswith("right")}
        assert right & {8, 9, 10, 11} == confirmed  # whether by the program or by the formula on the line
        assert not report.slips


IN_WORDS = """weight = 0.5
signal = 4
wanted = 3
guess = weight * signal  # the guess (0.5*4=2)
miss = guess - wanted  # the miss is -1
print("slope", 2 * miss * signal)  # prints {told}
print(f"weight {weight} gives", guess)  # shows 2.0
"""


def test_comments_in_words_are_confirmed_by_their_last_numbers() -> None:
    """Behind words stands what the statement gives; a comment that tells anything else gets no word."""
    for told, confirmed in (("-8", {4, 5, 6, 7}), ("-9", {4, 5, 7})):
        code = IN_WORDS.replace("{told}", told)
        report = check(Source("a.md", f"```python\n{code}```\n")).report
        right = {each.line - 1 for each in report.verdicts if each.status.value.startswith("right")}
        assert right == confirmed
        assert not report.slips
