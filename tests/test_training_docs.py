"""The page on training shows what the commands really print, on real tables."""

import re
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import deltarule
from deltarule.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "training.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n((?:.*\n)*?)```", PAGE)
BLOCKS = re.findall(r"```text\n\$ deltarule (.+)\n((?:.*\n)*?)```", PAGE)


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """scikit-learn's tables as CSV files."""
    datasets = pytest.importorskip("sklearn.datasets")
    cancer: Any = datasets.load_breast_cancer(as_frame=True)
    named = cancer.data.assign(diagnosis=cancer.target_names[cancer.target])
    named.to_csv(tmp_path / "breast_cancer.csv", index=False)
    datasets.load_diabetes(as_frame=True, scaled=False).frame.to_csv(tmp_path / "diabetes.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_is_output_to_compare() -> None:
    """Five commands are shown."""
    assert len(BLOCKS) == 5


@pytest.mark.parametrize(("command", "shown"), BLOCKS)
def test_shown_output_is_real(
    command: str, shown: str, tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every line shown is printed, in this order; three dots stand for what is left out."""
    status = main(shlex.split(command))
    out, err = capsys.readouterr()
    printed = (out + err).splitlines()
    at = 0
    for line in shown.splitlines():
        if line in ("...", ""):
            continue
        if line.endswith(" ..."):
            assert any(each.startswith(line.removesuffix(" ...")) for each in printed)
            continue
        # rows of a table are compared up to the blanks between columns
        rest = [" ".join(each.split()) for each in printed[at:]]
        assert " ".join(line.split()) in rest, line
        at += rest.index(" ".join(line.split())) + 1
    assert status == (1 if "0.1" in command else 2 if "diagnosys" in command else 0)


def test_the_python_lines_are_true(tables: Path) -> None:
    """What the comments say."""
    training = deltarule.train("diabetes.csv", "target", standardize=True, epochs=10_000)
    assert training.outcome == "converged"
    assert round(training.weights["bmi"], 3) == 5.605
    rows = pd.read_csv("diabetes.csv").drop(columns="target")[:3]
    assert len(training.model.predict(rows)) == 3


def test_the_path_is_what_the_comments_say(tables: Path) -> None:
    """Each value shown beside an expression, to its digits; the other lines run."""
    names: dict[str, Any] = {}
    shown = 0
    for block in (block for block in PYTHON if "GradientPath" in block):
        for line in block.splitlines():
            code, _, value = line.partition("  # ")
            if value and " = " not in code:
                assert f"{eval(code, names):.4g}" == value, line
                shown += 1
            else:
                exec(code, names)
    assert shown >= 10
    assert names["losses"].shape == (2, 11)
