"""The README shows what the commands really print."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from deltarule.cli import cli

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"```text\n\$ deltarule (.+)\n((?:.*\n)*?)```", (ROOT / "README.md").read_text(encoding="utf-8")
)


def test_there_is_output_to_compare() -> None:
    """Both commands are shown with what they print."""
    assert [command.split()[0] for command, _ in BLOCKS] == ["check", "solve"]


@pytest.mark.parametrize(("command", "shown"), BLOCKS)
def test_shown_output_is_real(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line shown is printed, in this order; three dots stand for what is left out."""
    monkeypatch.chdir(ROOT)
    printed = CliRunner().invoke(cli, command.split()).output.splitlines()
    at = 0
    for line in shown.splitlines():
        if line in ("...", ""):
            continue
        assert line in printed[at:], line
        at = printed.index(line, at) + 1
