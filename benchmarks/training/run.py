"""Speed of training, as ratios measured side by side in one run, and the table of ``docs/training-speed.md``.

    python -m benchmarks.training.run                    print the figures
    python -m benchmarks.training.run --write            put them into the page as well
    python -m benchmarks.training.run --only batches     some of them only

Each group of figures runs in a fresh process. A rival that is not installed is said to be so; what misses its target is printed as it is.
"""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from math import isnan
from os import cpu_count, getloadavg
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.training.turns import Row  # noqa: E402 - only found from the root

PAGE = ROOT / "docs" / "training-speed.md"
BEGIN, END = "<!-- generated: make bench-training -->", "<!-- end of generated -->"
AT_MOST = "(at most)"  # in the words of a figure that is better when it is smaller
GROUPS = ("full_batch", "batches", "statistics", "rivals", "files", "starting")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training.run", description="Measure training."
    )
    parser.add_argument(
        "--only", choices=GROUPS, action="append", help="measure this group only; may be repeated"
    )
    parser.add_argument("--write", action="store_true", help="write docs/training-speed.md")
    parser.add_argument(
        "--json", action="store_true", help="print rows as JSON; how a group's own process is called"
    )
    options = parser.parse_args(arguments)
    if options.json:
        for row in import_module(f"benchmarks.training.{options.only[0]}").rows():
            print(json.dumps(row), flush=True)
        return 0
    lines = [
        "| what | measured | must | aim | |", "|---|--:|--:|--:|---|",
    ]  # fmt: skip
    print("\n".join(lines))
    for group in options.only or GROUPS:
        for row in _group(group):
            lines.append(_line(row))
            print(lines[-1], flush=True)
    if options.write:
        _write("\n".join(lines))
    return 0


def _group(name: str) -> list[Row]:
    """Figures of one group, from a process of its own."""
    if find_spec(f"benchmarks.training.{name}") is None:
        return []
    command = [sys.executable, "-m", "benchmarks.training.run", "--only", name, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    rows: list[Row] = [(what, measured, must, aim, note) for what, measured, must, aim, note in found]
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        nothing = float("nan")
        rows.append((f"{name}: not all was measured", nothing, nothing, nothing, last))
    return rows


def _line(row: Row) -> str:
    what, measured, must, aim, note = row
    return f"| {what} | {_verdict(what, measured, must)} | {_number(must)} | {_number(aim)} | {note} |"


def _verdict(what: str, measured: float, must: float) -> str:
    """The figure, in bold where it reaches what it must, and said to miss where not."""
    text = _number(measured)
    if isnan(measured) or isnan(must):
        return text
    reached = measured <= must if AT_MOST in what else measured >= must
    return f"**{text}**" if reached else f"{text} (misses)"


def _number(value: float) -> str:
    return "-" if isnan(value) else f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _write(table: str) -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"# Speed of training\n\n{BEGIN}\n{END}\n"
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    load = f"load {getloadavg()[0]:.1f} at the end"
    machine = f"Python {platform.python_version()}, {cpu_count()} cores, {platform.system()} {platform.machine()}, {load}."
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(f"{before}{BEGIN}\n\n{machine}\n\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
