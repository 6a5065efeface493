"""Speed of deltarule, as ratios measured side by side, and the table of ``docs/speed.md``.

    python benchmarks/run.py            print the figures
    python benchmarks/run.py --write    put them into the page as well

Whole processes are started in turns, so that a busy machine slows all of them alike; the fastest of each is kept.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.marking.generate import document  # noqa: E402 - only found from the root

PAGE = ROOT / "docs" / "speed.md"
BEGIN, END = "<!-- generated: make bench -->", "<!-- end of generated -->"
HOMEWORK = ROOT / "examples" / "diverging-neuron" / "solution.md"
EXERCISE = ROOT / "examples" / "diverging-neuron" / "exercise.toml"
CLAIMS = range(25, 36)
ROUNDS = 3
# bytecode is kept, as it is for anybody who installs the package
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks/run.py", description="Measure start-up and throughput."
    )
    parser.add_argument("--rounds", type=int, default=7, help="times each process is started")
    parser.add_argument(
        "--documents", type=int, default=60, help="documents of about 30 claims to mark in one process"
    )
    parser.add_argument("--write", action="store_true", help="write docs/speed.md")
    options = parser.parse_args(arguments)
    text = f"{_processes(options.rounds)}\n\n{_throughput(options.documents)}\n"
    print(text)
    if options.write:
        _write(text)
    return 0


def _processes(rounds: int) -> str:
    """Table of whole processes."""
    python = [sys.executable]
    commands: Mapping[str, list[str]] = {
        "bare Python": [*python, "-c", "pass"],
        "`import numpy`": [*python, "-c", "import numpy"],
        "`deltarule --help`": [*python, "-m", "deltarule", "--help"],
        "`deltarule check` of the example homework": [*python, "-m", "deltarule", "check", str(HOMEWORK)],
        "`deltarule solve` of the example": [*python, "-m", "deltarule", "solve", str(EXERCISE)],
    }
    usable = {name: command for name, command in commands.items() if _starts(command)}
    best = dict.fromkeys(usable, float("inf"))
    for _ in range(rounds):
        for name, command in usable.items():
            best[name] = min(best[name], _seconds(command))
    bare, heavy = best["bare Python"], best.get("`import numpy`")
    lines = ["| process | seconds | times bare Python | times `import numpy` |", "|---|--:|--:|--:|"]
    for name, seconds in best.items():
        ratio = f"{seconds / heavy:.2f}" if heavy else "-"
        lines.append(f"| {name} | {seconds:.3f} | {seconds / bare:.1f} | {ratio} |")
    return "\n".join(lines)


def _starts(command: Sequence[str]) -> bool:
    """Whether a command can be measured here: NumPy may be missing. Slips end `check` with status 1."""
    return _run(command) in (0, 1) and (command[-1] != "import numpy" or _run(command) == 0)


def _run(command: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as elsewhere:
        return subprocess.run(
            command, cwd=elsewhere, env=_ENVIRONMENT, capture_output=True, check=False
        ).returncode


def _seconds(command: Sequence[str]) -> float:
    start = perf_counter()
    _run(command)
    return perf_counter() - start


def _throughput(documents: int) -> str:
    """Documents a second in one process, and claims a second.

    Each round marks documents that no round before has seen: what is remembered from one document helps with the
    next as far as it does for a user, and no further. The fastest round counts.
    """
    from deltarule.api import check

    made = (document(0, number) for number in count())
    fitting = (one for one in made if len(one.claims) in CLAIMS)
    check(next(fitting).text)  # what is loaded on first use is loaded now
    best, claims = float("inf"), 0
    for _ in range(ROUNDS):
        chosen = [next(fitting) for _ in range(documents)]
        start = perf_counter()
        for one in chosen:
            check(one.text)
        seconds = perf_counter() - start
        if seconds < best:
            best, claims = seconds, sum(len(one.claims) for one in chosen)
    return (
        "| in one process | |\n|---|--:|\n"
        f"| documents | {documents} |\n"
        f"| claims a document | {claims / documents:.1f} |\n"
        f"| documents a second | {documents / best:.0f} |\n"
        f"| claims a second | {claims / best:.0f} |"
    )


def _write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"# Speed\n\n{BEGIN}\n{END}\n"
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}."
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(f"{before}{BEGIN}\n\n{machine}\n\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
