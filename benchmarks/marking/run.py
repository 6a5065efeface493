"""Measures marking on generated solutions, and writes the tables of ``docs/accuracy.md``.

Even seeds are for development. Odd seeds are never looked at while developing: published figures come from them.

    python -m benchmarks.marking.run --documents 500 --seed 0
    python -m benchmarks.marking.run --documents 5000 --half published --baseline --write
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.marking.baseline import baseline_checker
from benchmarks.marking.generate import Document, document
from benchmarks.marking.measure import Checker, Marked, Tally, by_kind, deltarule_checker, measure, total

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
BEGIN, END = "<!-- generated: python -m benchmarks.marking.run -->", "<!-- end of generated -->"
PUBLISHED_SEED = 3
CHUNK = 25

Result = tuple[Document, Marked, Tally]

COLUMNS: tuple[tuple[str, Callable[[Tally], float | None], str], ...] = (
    ("documents", lambda t: t.counts["documents"], "{:.0f}"),
    ("F1", lambda t: t.f1, "{:.3f}"),
    ("first slip", lambda t: t.first_slip, "{:.3f}"),
    ("called clean", lambda t: t.clean, "{:.3f}"),
    ("recall", lambda t: t.recall, "{:.3f}"),
    ("precision", lambda t: t.precision, "{:.3f}"),
    ("kind", lambda t: t.kinds, "{:.3f}"),
    ("follow-through recall", lambda t: t.follow_recall, "{:.3f}"),
    ("follow-through precision", lambda t: t.follow_precision, "{:.3f}"),
    ("charged once", lambda t: t.once, "{:.3f}"),
    ("false alarms / 1,000", lambda t: t.false_alarms, "{:.2f}"),
    ("unread", lambda t: t.unread, "{:.4f}"),
    ("refused", lambda t: t.refused, "{:.4f}"),
    ("crashed", lambda t: t.counts["crashed"], "{:.0f}"),
    ("documents / s", lambda t: t.speed, "{:.0f}"),
)
KIND_COLUMNS = tuple(column for column in COLUMNS if column[0] in ("recall", "kind", "charged once"))
GROUPS = ("style", "author", "rule", "names", "language")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.marking.run", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--seed", type=int, help="even for development; the published half has its own")
    parser.add_argument("--half", choices=("dev", "published"), default="dev")
    parser.add_argument(
        "--by", choices=(*GROUPS, "kind", "all"), default="all", help="which breakdowns to print"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes; figures of speed are for one")
    parser.add_argument(
        "--baseline", action="store_true", help="also measure the script around latex2sympy2_extended"
    )
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name} (with --half published)")
    options = parser.parse_args(arguments)
    published = options.half == "published"
    seed = options.seed if options.seed is not None else PUBLISHED_SEED if published else 0
    if seed % 2 != int(published):
        parser.error("even seeds are for development, odd ones for --half published")
    if options.write and not published:
        parser.error("only figures of the published half are written")
    results = results_of("deltarule", seed, options.documents, options.jobs)
    others = (
        {"latex2sympy2_extended": results_of("baseline", seed, options.documents, options.jobs)}
        if options.baseline
        else {}
    )
    groups = GROUPS if options.by == "all" else (options.by,)
    text = tables(results, others, groups, with_kinds=options.by in ("all", "kind"))
    print(text)
    if options.write:
        write_page(text, seed, options.documents)
    return 0


def results_of(checker: str, seed: int, documents: int, jobs: int) -> list[Result]:
    """Generate and mark so many documents of a seed."""
    chunks = [range(at, min(at + CHUNK, documents)) for at in range(0, documents, CHUNK)]
    work = partial(_chunk, checker, seed)
    if jobs == 1:
        return [result for chunk in chunks for result in work(chunk)]
    with ProcessPoolExecutor(jobs) as pool:
        return [result for results in pool.map(work, chunks) for result in results]


def _chunk(checker: str, seed: int, numbers: range) -> list[Result]:
    return measure((document(seed, number) for number in numbers), _checker(checker))


def _checker(name: str) -> Checker:
    if name == "deltarule":
        return deltarule_checker
    return baseline_checker


def tables(
    results: Sequence[Result], others: dict[str, list[Result]], groups: Sequence[str], with_kinds: bool
) -> str:
    """All tables as Markdown."""
    rows = [("deltarule", total(tally for _, _, tally in results))]
    rows += [(name, total(tally for _, _, tally in other)) for name, other in others.items()]
    parts = [_table("checker", rows, COLUMNS)]
    drawn, aside = sum(d.drawn for d, _, _ in results), sum(d.set_aside for d, _, _ in results)
    claims = sum(len(d.claims) for d, _, _ in results)
    parts.append(
        f"{claims} claims; {aside} of {drawn} drawn slips ({aside / max(drawn, 1):.1%}) were set aside, because "
        "something honest explains what they write."
    )
    parts += [_table(group, list(_grouped(results, group)), COLUMNS) for group in groups if group in GROUPS]
    if with_kinds:
        kinds = by_kind(results)
        rows = sorted(kinds.items())
        parts.append(
            _table("planted", rows, (("slips", lambda t: t.counts["planted"], "{:.0f}"), *KIND_COLUMNS))
        )
    return "\n\n".join(parts) + "\n"


def _grouped(results: Sequence[Result], group: str) -> Iterator[tuple[str, Tally]]:
    for value in sorted({getattr(made, group) for made, _, _ in results}):
        yield value, total(tally for made, _, tally in results if getattr(made, group) == value)


def _table(
    title: str,
    rows: Sequence[tuple[str, Tally]],
    columns: Sequence[tuple[str, Callable[[Tally], float | None], str]],
) -> str:
    lines = [
        f"| {title} | " + " | ".join(name for name, _, _ in columns) + " |",
        "|---|" + "--:|" * len(columns),
    ]
    for name, tally in rows:
        values = [(figure(tally), form) for _, figure, form in columns]
        lines.append(
            f"| {name} | "
            + " | ".join("-" if value is None else form.format(value) for value, form in values)
            + " |"
        )
    return "\n".join(lines)


def write_page(text: str, seed: int, documents: int) -> None:
    """Put the tables between the markers of the page."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"# Accuracy\n\n{BEGIN}\n{END}\n"
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    said = f"{documents} documents of seed {seed}, which nobody looked at during development.\n\n{text}"
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(f"{before}{BEGIN}\n\n{said}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
