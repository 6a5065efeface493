"""Whole processes: importing the package, and a first small fit.

python -m benchmarks.training.run --only starting
"""

import subprocess
import sys

from benchmarks.training.turns import Row, take_turns

IMPORT = "import deltarule"
FIT = """
import numpy as np
from deltarule import {name}
rng = np.random.default_rng(0)
X = rng.normal(size=(100, 5))
{name}().fit(X, {target})
"""


def rows(rounds: int = 7) -> list[Row]:
    """Seconds of whole processes, in turns with one that does nothing."""
    programs = {
        "nothing": "pass",
        "numpy": "import numpy",
        "import": IMPORT,
        "regressor": FIT.format(name="DeltaRuleRegressor", target="X @ np.arange(5.0)"),
        "classifier": FIT.format(name="DeltaRuleClassifier", target="X[:, 0] > 0"),
    }

    def process(program: str) -> object:
        return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    turns = take_turns({name: lambda text=text: process(text) for name, text in programs.items()}, rounds)  # type: ignore[misc]  # the loop's own text
    note = f"Python alone {turns.best('nothing'):.3f}, `import numpy` {turns.best('numpy'):.3f}; {turns.note}"
    return [
        ("`import deltarule`, seconds of a process (at most)", turns.best("import"), 0.15, 0.05, note),
        ("`DeltaRuleRegressor().fit` on 100 x 5, seconds of a process (at most)", turns.best("regressor"), 0.6, 0.2, note),
        ("`DeltaRuleClassifier().fit` on 100 x 5, seconds of a process (at most)", turns.best("classifier"), 0.6, 0.2, note),
    ]  # fmt: skip
