"""Hold the checker against worked examples that other people published.

For every document of a folder that has a key beside it (``name.key.json``): how many of the key's claims were
read and judged, which slips were found, how many lines were called slips that are none.

    python tools/published.py tests/solutions/published/dev
    python tools/published.py --write      both halves, as the table of docs/accuracy.md
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Negative, Number, Quotient
from deltarule.api import check
from deltarule.checking.sides import value_of
from deltarule.document import Claim, Document, Place
from deltarule.errors import DeltaruleError
from deltarule.findings import Status
from deltarule.reading import read_document
from deltarule.report import Report
from deltarule.spans import Source
from deltarule.written import parse_number

FRACTION = re.compile(r"\\[td]?frac(?:\{(-?[\d.,{}]+)\}\{(-?[\d.]+)\}|\s?(\d)\s?(\d))")
REPEATING = re.compile(r"^(-?\d+\.\d*)\\overline\{(\d+)\}$")
SPACING = re.compile(r"\\(?:phantom\{[^{}]*\}|[,;!:])")
WITHIN = re.compile(r"[-−–]?\s?(?:\d+(?:(?:\{,\}|[.,])\d+)*|\.\d+)")  # a number among what stands around it
RELATIONS = re.compile(r"[=≈:←]")
SCALES = {"k": 1_000, "M": 1_000_000}
SUFFIXES = (".md", ".txt", ".tex", ".mmd", ".ipynb", ".rst")
ROOT = Path(__file__).resolve().parents[1]
HALVES = {"for development": "dev", "set aside": "heldout"}
PAGE = ROOT / "docs" / "accuracy.md"
BEGIN, END = "<!-- generated: python tools/published.py --write -->", "<!-- end of published -->"


@dataclass
class Score:
    """What became of one document, or of all of them.

    `claims` counts the key's checkable claims, `read` those whose number stands in any claim that was read, `judged` those with a verdict on their value, `seen` those whose
    number stands in a link that was judged (a chain has one verdict and several numbers).
    """

    claims: int = 0
    read: int = 0
    judged: int = 0
    seen: int = 0
    slips: int = 0
    found: int = 0
    kinds: int = 0
    false: int = 0
    honest: int = 0
    unread: int = 0
    crashes: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Add another document's figures."""
        for name in (
            "claims",
            "read",
            "judged",
            "seen",
            "slips",
            "found",
            "kinds",
            "false",
            "honest",
            "unread",
            "crashes",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def row(self) -> str:
        """One line of the table."""
        share = self.judged / self.claims if self.claims else 1.0
        wide = self.seen / self.claims if self.claims else 1.0
        per_thousand = 1000 * self.false / self.honest if self.honest else 0.0
        read = self.read / self.claims if self.claims else 1.0
        return (
            f"{self.claims:5} {read:5.2f} {self.judged:6} {share:6.2f} {wide:6.2f} {self.slips:5} {self.found:5} {self.kinds:5} "
            f"{self.false:5} {per_thousand:7.1f} {self.unread:6}{' CRASH' * (self.crashes > 0)}"
        )


HEADER = f"{'document':44} claims  read judged  share   seen slips found kinds false  /1000 unread"


def meanings(text: str) -> set[Fraction]:
    """Values of a number as a key writes it: a comma may part thousands, a letter may stand for them."""
    if text.rstrip("$ ").endswith("%"):  # 48 % and 0.48
        return {value * scale for value in meanings(text.rstrip("$ \\%")) for scale in (1, Fraction(1, 100))}
    found = {value for value in (number(text), number(text.replace(",", ""))) if value is not None}
    if not found:
        inside = WITHIN.findall(RELATIONS.split(text)[-1])  # = **1.3**, ŷ₁ = 0, "9 +", "2.1 and"
        return meanings(inside[0]) if len(inside) == 1 and inside[0] != text else set()
    scale = SCALES.get(text.strip()[-1:])
    plain = number(text.strip()[:-1].replace(",", "")) if scale else None
    return found | ({plain * scale} if scale and plain is not None else set())


def number(text: str) -> Fraction | None:
    """Value of a number as a key writes it, or None."""
    plain = (
        FRACTION.sub(
            lambda match: "/".join(part for part in match.groups() if part), SPACING.sub("", text.strip())
        )
        .replace("−", "-")
        .replace("–", "-")
        .replace(" ", "")
        .strip("$[]()")
    )
    repeating = REPEATING.match(plain)
    if repeating is not None:  # 18.6\overline{6}
        begin, again = repeating.groups()
        longer = (number(begin + again * times) for times in (0, 1))
        first, second = (value for value in longer if value is not None)
        return first + (second - first) / (1 - Fraction(1, 10 ** len(again)))
    for candidate in (plain, plain.replace("{,}", "."), plain.replace(",", "."), plain.replace(",", "")):
        try:
            return parse_number(candidate).value
        except DeltaruleError:
            continue
    if plain.count("/") == 1:
        above, below = (number(part) for part in plain.split("/"))
        return above / below if above is not None and below else None
    return None


def leaves(expr: Expr) -> set[Fraction]:
    """Every number of an expression, with and without its sign."""
    found: set[Fraction] = set()
    for node in expr.walk():
        if isinstance(node, Number):
            found |= {node.value, -node.value}
        elif isinstance(node, Negative) and isinstance(node.arg, Number):
            found.add(-node.arg.value)
        elif isinstance(node, Quotient) and isinstance(node.numerator, Number | Negative):
            value = value_of(node) if is_numeric(node) else None
            found |= {value, -value} if value is not None else set()
    return found


def score(path: Path, key: dict[str, Any], detail: bool) -> Score:
    """Figures of one document."""
    text = path.read_text(encoding="utf-8")
    source = Source(path.name, text)
    result = Score()
    document = read_document(source)
    result.claims = sum(claim["verdict"] != "uncheckable" for claim in key["claims"])
    try:
        report = check(source).report
    except Exception as error:  # a crash is the worst figure there is, and must not hide the others
        result.notes.append(f"    CRASH {type(error).__name__}: {error}")
        result.crashes = 1
        result.slips = len({slip["line"] for slip in key["slips"]})
        return result
    result.unread = len(report.unread)
    judged, seen = verdict_values(report), seen_values(report, document)
    read = read_values(document)
    for line, known in judged:  # a number in prose is read where it is known what it tells again
        read.setdefault(line, set()).add(known)
    for claim in key["claims"]:
        if claim["verdict"] != "uncheckable":
            here = bool(meanings(claim["written"]) & read.get(claim["line"], set()))
            result.read += here
            if detail and not here:
                result.notes.append(f"    UNREAD {claim['line']}: {claim['quantity']} = {claim['written']}")
    for claim in key["claims"]:
        if claim["verdict"] == "uncheckable":
            continue
        values, line = meanings(claim["written"]), claim["line"]
        value = next((each for each in values if judged[line, each] > 0), None)
        hit = value is not None
        if value is not None:
            judged[line, value] -= 1
        wide = hit or bool(values & seen.get(line, set()))
        result.judged += hit
        result.seen += wide
        if detail and not hit:
            mark = "chain" if wide else "LOST "
            result.notes.append(f"    {mark} {line}: {claim['quantity']} = {claim['written']}")
    compare_slips(report, key, result)
    return result


def verdict_values(report: Report) -> Counter[tuple[int, Fraction]]:
    """Line and value of everything that was judged."""
    found: Counter[tuple[int, Fraction]] = Counter()
    for verdict in report.verdicts:
        if verdict.status is not Status.UNCHECKED:
            for value in meanings(verdict.written):
                found[verdict.line, value] += 1
    return found


def read_values(document: Document) -> dict[int, set[Fraction]]:
    """Numbers that stand on a line in any claim."""
    found: dict[int, set[Fraction]] = {}
    for item in document.items:
        if isinstance(item, Claim):
            for link in item.links:
                found.setdefault(document.source.place(link.span).line, set()).update(leaves(link.expr))
        elif isinstance(item, Place) and len(item.numbers) > 1:
            for expr in item.numbers:
                found.setdefault(document.source.told_line(item.line), set()).update(leaves(expr))
    return found


def seen_values(report: Report, document: Document) -> dict[int, set[Fraction]]:
    """Numbers that stand on a line in links of claims that were judged."""
    found: dict[int, set[Fraction]] = {}
    good = [verdict.span for verdict in report.verdicts if verdict.status is not Status.UNCHECKED]
    starts = {(span.start, span.end) for span in good}
    for item in document.items:
        if not isinstance(item, Claim):
            continue
        reaches = {(link.span.start, link.span.end) for link in item.links} | {
            (item.span.start, item.span.end)
        }
        if starts & reaches:
            for link in item.links:
                found.setdefault(report.source.place(link.span).line, set()).update(leaves(link.expr))
    return found


def compare_slips(report: Report, key: dict[str, Any], result: Score) -> None:
    """Slips of the key that were found, and slips that the key does not know."""
    doubtful = set(key.get("doubtful_lines", ()))
    listed: dict[int, set[str]] = {}
    for slip in key["slips"]:
        listed.setdefault(slip["line"], set()).update(slip["kinds"])
    result.slips = len(listed)
    reported: dict[int, set[str]] = {}
    for found in report.slips:
        reported.setdefault(found.line, set()).add(found.kind.value)
        if found.line not in listed and found.line not in doubtful:
            result.false += 1
            result.notes.append(f"    FALSE {found.line}: {found.code} {found.message[:150]}")
    for line, kinds in listed.items():
        if line in reported:
            result.found += 1
            result.kinds += bool(kinds & reported[line])
            if not kinds & reported[line]:
                result.notes.append(f"    KIND  {line}: {reported[line]} instead of {kinds}")
        else:
            result.notes.append(f"    MISS  {line}: {kinds}")
    honest = [c for c in key["claims"] if c["line"] not in listed and c["verdict"] != "uncheckable"]
    result.honest = len(honest)


def documents(folder: Path, only: str = "") -> Iterator[tuple[Path, dict[str, Any]]]:
    """Documents of a folder with their keys."""
    for path in sorted(folder.iterdir()):
        beside = path.with_name(path.stem + ".key.json")
        if path.suffix in SUFFIXES and beside.exists() and only in path.name:
            yield path, json.loads(beside.read_text(encoding="utf-8"))


def write_page() -> None:
    """Measure both halves, and put the table between the markers of the page."""
    lines = [
        "| half | documents | claims | read | read and judged | lines with slips | found | with an accepted kind "
        "| false alarms | for each 1,000 honest claims |",
        "|---|" + "--:|" * 9,
    ]
    for half, folder in HALVES.items():
        total, count = Score(), 0
        for path, key in documents(ROOT / "tests" / "solutions" / "published" / folder):
            total.add(score(path, key, detail=False))
            count += 1
        lines.append(
            f"| {half} | {count} | {total.claims} | {total.read / total.claims:.3f} | {total.seen / total.claims:.3f} "
            f"| {total.slips} | {total.found / total.slips:.2f} | {total.kinds / total.slips:.2f} "
            f"| {total.false} | {1000 * total.false / total.honest:.1f} |"
        )
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join(lines)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")
    print(table)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--write", action="store_true", help=f"measure both halves, and write {PAGE.name}")
    parser.add_argument("--only", default="", help="documents whose name holds this")
    parser.add_argument(
        "--detail", action="store_true", help="list what was lost, missed and falsely called a slip"
    )
    arguments = parser.parse_args()
    if arguments.write:
        write_page()
        return 0
    if arguments.folder is None:
        parser.error("name a folder, or give --write")
    total = Score()
    print(HEADER)
    for path, key in documents(arguments.folder, arguments.only):
        found = score(path, key, arguments.detail)
        total.add(found)
        print(f"{path.stem[:44]:44} {found.row}")
        if arguments.detail:
            print(*found.notes, sep="\n")
    print(f"{'all':44} {total.row}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
