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
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from math import isnan
from os import cpu_count, getloadavg
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.training.turns import Row  # noqa: E402 - only found from the root

PAGE = ROOT / "docs" / "training-speed.md"
AT_MOST = "(at most)"  # in the words of a figure that is better when it is smaller
GROUPS = {
    "full_batch": "Full batches",
    "batches": "Mini-batches",
    "statistics": "Every learning rate from one pass",
    "rivals": "Beside oneDAL",
    "files": "Files larger than memory, checkpoints",
    "starting": "Starting",
}
HEAD = "| what | measured | must | aim | |\n|---|--:|--:|--:|---|"

INTRODUCTION = """# Speed of training

What is measured here is a ratio: rivals take turns in one process, round by round, so that a busy machine slows all of them alike. The
figure is that of the fastest rounds; the median of the rounds' own ratios stands beside it, with absolute numbers, and with how busy the
machine was: *quiet* where other processes took less than 8 % of a core in the rounds that count, else how many cores they took. A figure
in bold reaches what it must; the aim is what was hoped for. Figures that miss are listed with the reason below their table.

- Read bandwidth is that of a vectorised sum over the same array, by the same threads in the same blocks, just before. Memory is faster at
  one moment than at another, and in one place than in another, by half on a shared machine. So each table is made three times, only rounds
  are compared with themselves, and the figure is the middle one of their ratios. The fastest rounds of both stand beside it, which need not be the same ones.
- GB/s are billions of bytes of X and y a second (the target is read too, 8 bytes a row).
- "Against" means how many times as long the other one takes. PyTorch runs its ordinary loop: a linear layer, a loss, its gradient and
  an optimizer. scikit-learn's time of an epoch is that of a fit of three epochs less that of one, over two.

`python -m benchmarks.training.run --write` renews this page, in about ten minutes on a quiet machine. It compares with what is
installed; in an environment of its own: `pip install -e '.[train]' scikit-learn mlxtend torch vowpalwabbit scikit-learn-intelex`.
"""


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
    started, sections = perf_counter(), []
    for group in options.only or GROUPS:
        print(f"\n## {GROUPS[group]}\n\n{HEAD}", flush=True)
        rows = _group(group)
        print("\n".join(map(_line, rows)), flush=True)
        sections.append(_section(GROUPS[group], rows))
    if options.write:
        _write(sections, perf_counter() - started)
    return 0


def _section(title: str, rows: Sequence[Row]) -> str:
    """A table, and under it what misses and why."""
    missing = [
        f"- {what}: {_reason(what, note)}"
        for what, measured, must, _, note in rows
        if _misses(what, measured, must)
    ]
    below = ["", "What misses, and why:", "", *missing] if missing else []
    return "\n".join([f"## {title}", "", HEAD, *map(_line, rows), *below])


def _reason(what: str, note: str) -> str:
    """Why a figure misses what it must."""
    if what.startswith("checkpoints"):
        return "each waits until the disk has it, and the disk was slow then."
    if "others took" in note:
        return f"the machine was busy ({note.rpartition('; ')[2]})."
    if what.startswith("log loss") and "d = 5" in what:
        return (
            "arithmetic, not memory, is the limit: an exponential, a logarithm and two divisions a row take longer than reading "
            "so few numbers does."
        )
    if "read bandwidth" in what:
        return "not known; where the table lies, reading it is faster than elsewhere, and the epoch is not."
    if "statistics pass" in what and "Parquet" in what:
        return (
            "the file is decoded on one core and summed on the other, which takes about as long; "
            "what one of them waits for the other is lost."
        )
    return "not known."


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
    return f"{text} (misses)" if _misses(what, measured, must) else f"**{text}**"


def _misses(what: str, measured: float, must: float) -> bool:
    return measured > must if AT_MOST in what else measured < must


def _number(value: float) -> str:
    return "-" if isnan(value) else f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _write(sections: Sequence[str], seconds: float) -> None:
    machine = (
        f"Measured in {seconds / 60:.0f} min with Python {platform.python_version()}, {_versions()}; {cpu_count()} cores "
        f"({_processor()}), {platform.system()} {platform.machine()}, load {getloadavg()[0]:.1f} at the end."
    )
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text("\n\n".join([INTRODUCTION + "\n" + machine, *sections]) + "\n", encoding="utf-8")


def _versions() -> str:
    """The packages that were compared, as far as they are installed."""
    found = []
    for package in (
        "numpy", "numba", "pyarrow", "scikit-learn", "mlxtend", "torch", "vowpalwabbit", "scikit-learn-intelex"
    ):  # fmt: skip
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"no {package}")
    return ", ".join(found)


def _processor() -> str:
    """What the system calls the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


if __name__ == "__main__":
    sys.exit(main())
