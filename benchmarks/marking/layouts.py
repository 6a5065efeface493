"""Where things stand on a page: a line a claim, several in a sentence, aligned blocks, lists of steps, tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.marking.arithmetic import Quantity
from benchmarks.marking.authors import Worked, givens
from benchmarks.marking.names import NAMES, TABLE_NAMES, Names
from benchmarks.marking.procedures import Layout
from benchmarks.marking.styles import ASCII, LATEX, UNICODE, Notation, Page, Words, statements
from benchmarks.marking.tasks import Task


@dataclass(frozen=True)
class Solution:
    """What is to be laid out.

    Attributes
    ----------
    stated : bool
        The formulas stand before the work.
    wrong_statement : str
        The one of them that is wrong, if any.
    """

    task: Task
    layout: Layout
    worked: Sequence[Worked]
    notation: Notation
    words: Words
    stated: bool
    wrong_statement: str
    data: str


@dataclass(frozen=True)
class Style:
    """A way of writing a solution down."""

    name: str
    medium: int
    write: Callable[[Solution, Page], None]
    names: tuple[Names, ...] = NAMES
    table: bool = False


# -- what every solution opens with


def opening(solution: Solution, page: Page, dollars: str) -> None:
    """Title, data, settings, formulas."""
    notation, task, words = solution.notation, solution.task, solution.words
    latex = notation.medium == LATEX
    page.add(words.title if notation.medium == ASCII else f"# {words.title}")
    page.blank()
    _data(solution, page)
    page.blank()
    entries = givens(task)
    settings = [f"{notation.symbol(Quantity('eta'))} = {notation.number(entries[Quantity('eta')].text)}"]
    for j in range(1, task.d + 1):
        settings.append(
            f"{notation.symbol(Quantity('w', 0, j))} = {notation.number(entries[Quantity('w', 0, j)].text)}"
        )
    settings.append(f"{notation.symbol(Quantity('b'))} = {notation.number(entries[Quantity('b')].text)}")
    if latex:
        for setting in settings:
            page.add(f"{dollars}{setting}{dollars}")
            page.blank()
    else:
        separator = "; " if notation.habits.comma else ", "
        page.add(separator.join(settings))
    page.blank()
    if solution.stated:
        layout = solution.layout
        for name, text in statements(
            notation, task, layout.gradients, layout.changes, layout.losses, solution.wrong_statement
        ):
            page.stated[name] = page.add(f"{dollars}{text}{dollars}" if latex else text)
            if latex:
                page.blank()
        page.blank()


def _data(solution: Solution, page: Page) -> None:
    notation, task = solution.notation, solution.task
    header = [notation.indexed("x", str(j)) for j in range(1, task.d + 1)] + [notation.base("y")]
    if notation.medium == LATEX:
        header = [f"x_{j}" for j in range(1, task.d + 1)] + [notation.base("y")]
    entries = givens(task)
    rows = [
        [entries[Quantity("x", 0, j, i)].text for j in range(1, task.d + 1)]
        + [entries[Quantity("y", 0, 0, i)].text]
        for i in range(1, task.n + 1)
    ]
    rows = [[notation.number(cell).replace("{,}", ",") for cell in row] for row in rows]
    if solution.data == "array":
        page.add("$$\\begin{array}{" + "c" * len(header) + "}")
        for row in [header, *rows]:
            page.add(" & ".join(row) + " \\\\")
        page.add("\\end{array}$$")
    elif solution.data == "pipe":
        _pipe(page, header, rows)
    else:
        for row in [header, *rows]:
            page.add("\t".join(row))


def _pipe(
    page: Page, header: Sequence[str], rows: Sequence[Sequence[str]], claims: Sequence[Sequence[int]] = ()
) -> None:
    page.add("| " + " | ".join(header) + " |")
    page.add("|" + "---|" * len(header))
    for k, row in enumerate(rows):
        page.add("| " + " | ".join(row) + " |", claims[k] if claims else ())


# -- grouping


def epochs(solution: Solution, numbered: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Claims of each epoch."""
    for epoch, group in groupby(numbered, key=lambda k: solution.worked[k].claim.epoch):
        yield epoch, list(group)


def updates(solution: Solution, numbered: Sequence[int]) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """Claims of each update of an epoch, with its samples; none for what is restated."""
    for batch, group in groupby(numbered, key=lambda k: solution.worked[k].claim.batch):
        yield batch, list(group)


def blocks(solution: Solution, numbered: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """Claims of an update by what they belong to: a sample, the loss, the gradients, the update."""

    def block(k: int) -> str:
        quantity = solution.worked[k].claim.quantity
        if quantity.role in ("z", "a", "e"):
            return f"sample {quantity.sample}"
        return {"L": "loss", "g": "gradient", "gb": "gradient"}.get(quantity.role, "update")

    for name, group in groupby(numbered, key=block):
        yield name, list(group)


def epoch_heading(words: Words, epoch: int) -> str:
    """``Epoch 2``."""
    return words.epoch.format(epoch) if "{}" in words.epoch else f"{words.epoch} {epoch}"


def update_heading(solution: Solution, batch: tuple[int, ...]) -> str:
    """``Sample 3`` or ``Batch (1, 2)``; nothing where an epoch is one update."""
    words, task = solution.words, solution.task
    if not batch:
        return words.result
    if task.batch == 1 and task.n > 1:
        return f"{words.sample} {batch[0]}"
    if len(task.batches()) > 1:
        return f"{words.batch} {task.batches().index(list(batch)) + 1} ({words.sample} {', '.join(map(str, batch))})"
    return ""


# -- layouts


def lines(solution: Solution, page: Page) -> None:
    """A claim a line, in text."""
    opening(solution, page, "")
    for epoch, group in epochs(solution, range(len(solution.worked))):
        page.blank()
        page.add(
            epoch_heading(solution.words, epoch)
            if solution.notation.medium == ASCII
            else f"## {epoch_heading(solution.words, epoch)}"
        )
        for batch, claims in updates(solution, group):
            heading = update_heading(solution, batch)
            if heading:
                page.blank()
                page.add(heading + ":")
            for k in claims:
                page.add(solution.notation.claim(solution.worked[k]), [k])


def display(solution: Solution, page: Page) -> None:
    """Display formulas with empty lines between them, as OCR delivers pages of handwriting."""
    opening(solution, page, "$$")
    for epoch, group in epochs(solution, range(len(solution.worked))):
        page.blank()
        page.add(epoch_heading(solution.words, epoch))
        page.blank()
        for batch, claims in updates(solution, group):
            heading = update_heading(solution, batch)
            if heading:
                page.add(heading)
                page.blank()
            for pair in _pairs(solution, claims):
                body = " \\quad ".join(solution.notation.claim(solution.worked[k]) for k in pair)
                page.add(f"$${body}$$", pair)
                page.blank()


def _pairs(solution: Solution, claims: Sequence[int]) -> Iterator[list[int]]:
    """A change and its weight share a line where they follow one another."""
    held: list[int] = []
    for k in claims:
        role = solution.worked[k].claim.quantity.role
        if held and not (solution.layout.interleaved and role in ("w", "b") and solution.layout.changes):
            yield held
            held = []
        held.append(k)
    if held:
        yield held


def inline(solution: Solution, page: Page) -> None:
    """Formulas within sentences."""
    opening(solution, page, "$")
    notation = solution.notation
    for epoch, group in epochs(solution, range(len(solution.worked))):
        page.blank()
        page.add(f"**{epoch_heading(solution.words, epoch)}.**")
        page.blank()
        for batch, claims in updates(solution, group):
            heading = update_heading(solution, batch)
            for name, block in blocks(solution, claims):
                label = {
                    "gradient": solution.words.gradient,
                    "update": solution.words.update,
                    "loss": "",
                }.get(name, heading if solution.task.batch == 1 else f"{solution.words.sample} {name[7:]}")
                if not batch:
                    label = solution.words.result
                for at in range(0, len(block), 3):
                    part = block[at : at + 3]
                    body = ", ".join(f"${notation.claim(solution.worked[k])}$" for k in part)
                    page.add(f"{label}: {body}." if label else body + ".", part)
            page.blank()


def aligned(solution: Solution, page: Page) -> None:
    """Blocks of formulas aligned at their first relation."""
    opening(solution, page, "$$")
    for epoch, group in epochs(solution, range(len(solution.worked))):
        page.blank()
        page.add(f"## {epoch_heading(solution.words, epoch)}")
        for batch, claims in updates(solution, group):
            heading = update_heading(solution, batch)
            if heading:
                page.blank()
                page.add(heading)
            for _, block in blocks(solution, claims):
                page.blank()
                page.add("$$\\begin{aligned}")
                for k in block:
                    end = "" if k == block[-1] else " \\\\"
                    page.add(solution.notation.claim(solution.worked[k], align="&") + end, [k])
                page.add("\\end{aligned}$$")


def steps(solution: Solution, page: Page) -> None:
    """Numbered steps with a list of claims under each."""
    opening(solution, page, "$")
    number = 0
    latex = solution.notation.medium == LATEX
    for epoch, group in epochs(solution, range(len(solution.worked))):
        page.blank()
        page.add(f"## {epoch_heading(solution.words, epoch)}")
        for batch, claims in updates(solution, group):
            heading = update_heading(solution, batch)
            for name, block in blocks(solution, claims):
                number += 1
                label = {
                    "gradient": solution.words.gradient,
                    "update": solution.words.update,
                    "loss": "Loss",
                }.get(name, heading if solution.task.batch == 1 else f"{solution.words.sample} {name[7:]}")
                page.blank()
                page.add(f"{number}. {label if batch else heading}")
                for k in block:
                    text = solution.notation.claim(solution.worked[k])
                    page.add(f"   - ${text}$" if latex else f"   - {text}", [k])


def _table(pipes: bool) -> Callable[[Solution, Page], None]:
    def write(solution: Solution, page: Page) -> None:
        opening(solution, page, "$" if solution.notation.medium == LATEX else "")
        for epoch, group in epochs(solution, range(len(solution.worked))):
            page.blank()
            page.add(epoch_heading(solution.words, epoch))
            for batch, claims in updates(solution, group) if solution.task.batch > 1 else [((1,), group)]:
                _work_table(solution, page, batch, claims, pipes)

    return write


def tabled(task: Task, worked: Worked) -> bool:
    """Whether a claim's value stands in a table, without its expression."""
    claim = worked.claim
    return not claim.restated and (task.batch == 1 or claim.quantity.role in ("z", "a", "e"))


def _work_table(
    solution: Solution, page: Page, batch: tuple[int, ...], claims: Sequence[int], pipes: bool
) -> None:
    """One table for an epoch worked sample by sample, or for the forward pass of a batch; then the rest in lines."""
    notation, task, worked = solution.notation, solution.task, solution.worked
    heading = update_heading(solution, batch) if task.batch > 1 else ""
    page.blank()
    if heading:
        page.add(heading)
        page.blank()
    inside = [k for k in claims if tabled(task, worked[k])]
    by_row: dict[int, list[int]] = {}
    for k in inside:
        by_row.setdefault(worked[k].claim.quantity.sample or worked[k].claim.batch[0], []).append(k)
    rows, numbers, header = [], [], list[str]()
    entries = givens(task)
    for i, members in sorted(by_row.items()):
        given = [Quantity("x", 0, j, i) for j in range(1, task.d + 1)] + [Quantity("y", 0, 0, i)]
        if not header:
            header = [
                notation.indexed("x", str(q.feature)) if q.role == "x" else notation.base("y") for q in given
            ]
            header += [_column(notation, worked[k].claim.quantity) for k in members]
        rows.append(
            [notation.number(entries[q].text) for q in given]
            + [notation.number(worked[k].entry.text) for k in members]
        )
        numbers.append(members)
    if notation.habits.comma:
        rows = [[cell.replace("{,}", ",") for cell in row] for row in rows]
    if header:
        if pipes:
            if notation.medium == LATEX:
                header = [f"${name}$" for name in header]
            _pipe(page, header, rows, numbers)
        else:
            page.add("\t".join(header))
            for row, members in zip(rows, numbers, strict=True):
                page.add("\t".join(row), members)
    page.blank()
    for k in claims:
        if k not in inside:
            text = notation.claim(worked[k])
            page.add(f"${text}$" if notation.medium == LATEX else text, [k])
            if notation.medium == LATEX:
                page.blank()


def _column(notation: Notation, quantity: Quantity) -> str:
    return notation.base(quantity.role) if quantity.role in ("z", "a", "e") else notation.symbol(quantity)


STYLES: Mapping[str, Style] = {
    style.name: style
    for style in (
        Style("display LaTeX", LATEX, display),
        Style("inline LaTeX", LATEX, inline),
        Style("aligned LaTeX", LATEX, aligned),
        Style("Unicode lines", UNICODE, lines),
        Style("ASCII lines", ASCII, lines),
        Style("step list", UNICODE, steps),
        Style("LaTeX step list", LATEX, steps),
        Style("pipe table", UNICODE, _table(pipes=True), TABLE_NAMES, table=True),
        Style("tab table", ASCII, _table(pipes=False), TABLE_NAMES, table=True),
    )
}
