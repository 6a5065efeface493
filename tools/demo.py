"""Solve the example exercise, check the example homework, and say whether every known slip was found.

Ends with status 0 exactly when ``deltarule check`` ends with 1 (slips found) and its slips are those of
``expected.json``: each one once, and no other. On a line listed under ``optional_lines`` one may or may
not be reported.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = Path("examples/diverging-neuron")
COMMAND = Path(sys.executable).with_name("deltarule")


@dataclass(frozen=True)
class Expected:
    """A slip that must be found once, on one of its lines and under one of its kinds."""

    lines: tuple[int, ...]
    kinds: tuple[str, ...]
    what: str

    def fits(self, slip: tuple[int, str]) -> bool:
        """Whether a reported (line, kind) can be this slip."""
        line, kind = slip
        return line in self.lines and kind in self.kinds

    def __str__(self) -> str:
        places = " or ".join(str(line) for line in self.lines)
        return f"line {places}: {' or '.join(self.kinds)} ({self.what})"


def paired(expected: list[Expected], found: list[tuple[int, str]]) -> dict[int, int]:
    """Pair as many found slips as possible with an expected one each: index found -> index expected."""
    owner: dict[int, int] = {}

    def place(wanted: int, tried: set[int]) -> bool:
        for index, slip in enumerate(found):
            if index in tried or not expected[wanted].fits(slip):
                continue
            tried.add(index)
            if index not in owner or place(owner[index], tried):
                owner[index] = wanted
                return True
        return False

    for wanted in range(len(expected)):
        place(wanted, set())
    return owner


def differences(expected: list[Expected], optional: set[int], found: list[tuple[int, str]]) -> list[str]:
    """One sentence for each slip that is missing, and for each that should not have been reported."""
    owner = paired(expected, found)
    missing = [f"missing: {entry}" for i, entry in enumerate(expected) if i not in owner.values()]
    known_lines = {line for entry in expected for line in entry.lines}
    extra = [
        f"not a slip, or reported twice: line {slip[0]}: {slip[1]}"
        for i, slip in enumerate(found)
        if i not in owner
        and not (slip[0] in optional and (slip[0] not in known_lines or any(e.fits(slip) for e in expected)))
    ]
    return missing + extra


def show(*arguments: str) -> int:
    """Run the command for the reader's eyes; its exit status."""
    print(f"$ deltarule {' '.join(arguments)}", flush=True)
    status = subprocess.run([COMMAND, *arguments], cwd=ROOT, check=False).returncode
    print(flush=True)
    return status


def checked(path: str) -> dict[str, Any]:
    """What the command reports about one document, for programs."""
    command = [str(COMMAND), "check", path, "--format", "json"]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8")
    lines = run.stdout.splitlines()
    if len(lines) != 1:
        sys.exit(f"demo: expected one JSON object for {path}, got {len(lines)} lines.\n{run.stderr}")
    report: dict[str, Any] = json.loads(lines[0])
    return report


def main() -> int:
    """Run the demonstration; 0 when it shows what it should."""
    if not COMMAND.exists():
        sys.exit(f"demo: {COMMAND} is not installed; `make demo` sets it up.")
    exercise, solution = str(EXAMPLE / "exercise.toml"), str(EXAMPLE / "solution.md")
    solved, marked = show("solve", exercise), show("check", solution)

    key = json.loads((ROOT / EXAMPLE / "expected.json").read_text(encoding="utf-8"))
    expected = [Expected(tuple(e["lines"]), tuple(e["kinds"]), e["what"]) for e in key["slips"]]
    found = [(slip["line"], slip["kind"]) for slip in checked(solution)["slips"]]

    problems = differences(expected, set(key["optional_lines"]), found)
    if solved != 0:
        problems.insert(0, f"`deltarule solve` ended with status {solved} instead of 0")
    if marked != 1:
        problems.insert(0, f"`deltarule check` ended with status {marked} instead of 1")
    if problems:
        print("demo: not as expected", *problems, sep="\n  ")
        return 1
    print(f"demo: all {len(expected)} known slips were found, each once, and nothing else was called a slip.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
