"""Coverage-guided fuzzing of reader, checker and writers: ``python -m tools.fuzzing.run --minutes 60 --work FOLDER``.

Needs atheris (``pip install atheris``), which is no dependency of the project. Starts from the worked solutions of the
tests and the kept corpus, holds every text against `promises.examine`, and goes on after a broken promise: each
new kind is kept in ``FOLDER/broken`` as a text with its traceback. ``FOLDER/record.json`` says what was done.
"""

import argparse
import importlib
import json
import pkgutil
import random
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tools.fuzzing import mutate, promises, words

ROOT = Path(__file__).resolve().parents[2]
MOST = 6_000  # characters of a text; what takes long at this size takes too long at a megabyte
SLOW = 0.5  # seconds of processor time, with the instrumentation of the fuzzer


def seeds() -> list[Path]:
    """Worked solutions that the tests hold, and the kept corpus; never what is set aside to measure on."""
    solutions = ROOT / "tests" / "solutions"
    folders = (solutions, solutions / "published" / "dev", ROOT / "tests" / "fuzz_corpus")
    return [
        path for folder in folders for path in sorted(folder.glob("*.*")) if path.suffix in (".md", ".txt")
    ]


class Session:
    """One run: what was tried, what was broken, what was slow."""

    def __init__(self, work: Path) -> None:
        self.work, self.started = work, time.time()
        self.tried = self.marked = 0
        self.cpu = 0.0
        self.slowest: list[tuple[float, str]] = []
        self.broken: dict[str, int] = {}
        self.saved = 0.0
        (work / "broken").mkdir(parents=True, exist_ok=True)

    def one(self, data: bytes) -> None:
        """Hold one input against the promises; carry on whatever happens."""
        text = data.decode("utf-8", "replace")
        start = time.process_time()
        try:
            self.marked += promises.examine(text) is not None
            if self.tried % 50 == 0:
                assert promises.examine(text) == promises.examine(text), "two readings differ"
        except Exception as error:
            self._break(text, error)
        spent = time.process_time() - start
        self.tried += 1
        self.cpu += spent
        if spent > SLOW and (len(self.slowest) < 20 or spent > self.slowest[-1][0]):
            self._slow(text, spent)
        if time.time() - self.saved > 5:
            self.save()

    def _break(self, text: str, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        place = next(
            (f for f in reversed(frames) if "deltarule" in f.filename or "promises" in f.filename), frames[-1]
        )
        name = f"{type(error).__name__}-{Path(place.filename).stem}-{place.lineno}"
        self.broken[name] = self.broken.get(name, 0) + 1
        kept = self.work / "broken" / f"{name}.md"
        if not kept.exists() or len(text) < len(kept.read_text("utf-8", "replace")):
            kept.write_text(text, "utf-8", "replace", newline="")
            kept.with_suffix(".log").write_text("".join(traceback.format_exception(error)))

    def _slow(self, text: str, spent: float) -> None:
        name = f"slow-{len(text)}-{abs(hash(text)) % 10**8}.md"
        (self.work / name).write_text(text, "utf-8", "replace", newline="")
        self.slowest = sorted([*self.slowest, (round(spent, 3), name)], reverse=True)[:20]

    def save(self) -> None:
        """Write the record so far."""
        self.saved = time.time()
        record = {
            "minutes": round((self.saved - self.started) / 60, 1),
            "inputs": self.tried,
            "marked": self.marked,
            "cpu_seconds": round(self.cpu, 1),
            "broken": self.broken,
            "slowest": self.slowest,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        (self.work / "record.json").write_text(json.dumps(record, indent=1))


def _prepare(work: Path) -> Path:
    """The corpus to start from, and the dictionary of the byte mutator."""
    corpus = work / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds():
        (corpus / seed.name).write_bytes(seed.read_bytes()[:MOST])
    for number, statement in enumerate(words.STATEMENTS):
        (corpus / f"statement-{number}.md").write_text(statement + "\n", "utf-8")
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "replace")) for word in words.ALL)
    (work / "words.dict").write_text("".join(f'"{word}"\n' for word in quoted))
    return corpus


def main() -> None:
    """Fuzz for so many minutes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--work", type=Path, required=True, help="folder for the corpus and what is found")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["deltarule"]):
        package = importlib.import_module("deltarule")
        for module in pkgutil.walk_packages(package.__path__, "deltarule."):
            if not module.name.startswith(
                (
                    "deltarule.training",
                    "deltarule.api_training",
                    "deltarule.cli",
                    "deltarule.estimators",
                    "deltarule.__",
                )
            ):
                importlib.import_module(module.name)
    session = Session(wanted.work)

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        return mutate.changed(data.decode("utf-8", "replace"), rng, MOST).encode("utf-8", "replace")[:most]

    corpus = _prepare(wanted.work)
    options = [
        f"-max_total_time={round(wanted.minutes * 60)}",
        f"-max_len={3 * MOST}",
        f"-seed={wanted.seed}",
        "-timeout=120",
        f"-artifact_prefix={wanted.work}/",
    ]
    options += [
        "-rss_limit_mb=4096",
        f"-dict={wanted.work / 'words.dict'}",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], session.one, custom_mutator=mutated)
    try:
        atheris.Fuzz()
    finally:
        session.save()


if __name__ == "__main__":
    main()
