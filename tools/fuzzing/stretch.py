"""Texts of a megabyte made of few pieces: ``python -m tools.fuzzing.stretch --work FOLDER [--texts N] [--every]``.

What grows faster than its text shows here, not in a fuzzer's short inputs. Each text is marked in a process of its own and
measured: processor time and peak memory, start-up left out. ``--every`` stretches every word of the vocabulary in every
manner; otherwise texts are drawn. ``FOLDER/stretched.json`` says what was done.
"""

import argparse
import itertools
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deltarule import api
from deltarule.errors import InputError
from deltarule.spans import Source
from tools.fuzzing import words
from tools.fuzzing.run import ROOT, seeds

SIZE = 1_000_000  # bytes, the promise's
SECONDS, MEGABYTES = 3.0, 300
GUARD = 30  # seconds of processor time after which a text is given up
HEAD = (ROOT / "tests" / "fuzz_corpus" / "head.md").read_text("utf-8")
BETWEEN = ("", " ", "\n", "\n\n")


@dataclass(frozen=True)
class Measured:
    """What one text cost."""

    name: str
    seconds: float
    megabytes: float
    status: int


def filled(pieces: list[str], between: str, headed: bool, size: int = SIZE) -> str:
    """Pieces over and over until the text has `size` bytes."""
    unit = between.join(pieces) + between
    start = HEAD if headed else ""
    many = max(1, (size - len(start.encode())) // max(1, len(unit.encode("utf-8", "replace"))))
    return start + unit * many


def every() -> Iterator[tuple[str, str]]:
    """Each word of the vocabulary, in every manner."""
    for word, between, headed in itertools.product(words.ALL, BETWEEN, (False, True)):
        yield f"{word!r} between {between!r}, headed {headed}", filled([word], between, headed)


def drawn(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """A few words, lines of worked solutions, or a whole worked solution over and over."""
    rng = random.Random(seed)
    lines = [line for path in seeds() for line in path.read_text("utf-8").split("\n") if line.strip()]
    texts = [path.read_text("utf-8") for path in seeds()]
    for number in range(count):
        source = rng.choice((words.ALL, words.ALL, words.STATEMENTS, lines, texts))
        pieces = [rng.choice(source) for _ in range(rng.choice((1, 1, 2, 3, 5)))]
        between, headed = rng.choice(BETWEEN), rng.random() < 0.5
        yield (
            f"{number} of seed {seed}: {' … '.join(pieces)[:80]!r} between {between!r}",
            filled(pieces, between, headed),
        )


def measure(name: str, text: str, form: str = "json") -> Measured:
    """Mark a text in a child and wait for what it cost."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (GUARD, GUARD))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        status = 0
        try:
            api.check(Source("stretched.md", text)).write(form)
        except InputError:
            status = 2
        except BaseException:
            status = 70
        os._exit(status)
    _, status, usage = os.wait4(child, 0)
    return Measured(
        name,
        round(usage.ru_utime + usage.ru_stime, 2),
        round(usage.ru_maxrss / 1024),
        os.waitstatus_to_exitcode(status),
    )


def main() -> int:
    """Stretch, measure, and end with 1 if a promise is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--form", default="json")
    wanted = parser.parse_args()
    wanted.work.mkdir(parents=True, exist_ok=True)
    api.check(HEAD).write(wanted.form)  # everything is loaded before it is measured
    found: list[Measured] = []
    started = time.time()
    for name, text in every() if wanted.every else drawn(wanted.texts, wanted.seed):
        measured = measure(name, text, wanted.form)
        found.append(measured)
        if measured.seconds > SECONDS or measured.megabytes > MEGABYTES or measured.status not in (0, 2):
            print("BROKEN", measured, flush=True)
            (wanted.work / f"broken-{len(found)}.md").write_text(text, "utf-8", "replace", newline="")
    worst = sorted(found, key=lambda m: -m.seconds)
    record: dict[str, Any] = {
        "texts": len(found),
        "minutes": round((time.time() - started) / 60, 1),
        "broken": [
            asdict(m)
            for m in found
            if m.seconds > SECONDS or m.megabytes > MEGABYTES or m.status not in (0, 2)
        ],
        "slowest": [asdict(m) for m in worst[:20]],
        "peak_mb": max(m.megabytes for m in found),
    }
    (wanted.work / "stretched.json").write_text(json.dumps(record, indent=1, ensure_ascii=False))
    print(json.dumps({**record, "slowest": record["slowest"][:5]}, indent=1, ensure_ascii=False))
    return 1 if record["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
