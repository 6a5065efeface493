"""Where things stand on a page: a line a claim, several in a sentence, aligned blocks, lists of steps, tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.marking.arithmetic import Quantity, Sum, Times, Use
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
    """A way of writing a solution down.

    Attributes
    ----------
    table : bool
        What is worked for each sample stands in a table; with its expressions if `formulas`.
    vectors : bool
        The weights are written as one vector.
    """

    name: str
    medium: int
    write: Callable[[Solution, Page], None]
    names: tuple[Names, ...] = NAMES
    table: bool = False
    formulas: bool = False
    vectors: bool = False


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
    start = [Quantity("eta"), *([Quantity("k")] if task.constant else [])]
    start += [*(Quantity("w", 0, j) for j in range(1, task.d + 1)), Quantity("b")]
    if task.rule == "momentum":
        start += [*(Quantity("v", 0, j) for j in range(1, task.d + 1)), Quantity("vb")]
    settings = [
        f"{notation.symbol(quantity)} = {notation.number(entries[quantity].text)}" for quantity in start
    ]
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
        return f"{words.sample} {batch[0]}" + (
            _shown(solution, batch[0]) if solution.notation.habits.shows_data else ""
        )
    if len(task.batches()) > 1:
        return f"{words.batch} {task.batches().index(list(batch)) + 1} ({words.sample} {', '.join(map(str, batch))})"
    return ""


def _label(solution: Solution, batch: tuple[int, ...], name: str) -> str:
    """What to call a block of claims."""
    words = solution.words
    if not batch:
        return words.result
    named = {"gradient": words.gradient, "update": words.update, "loss": "Loss"}.get(name)
    if named is not None:
        return named
    heading = update_heading(solution, batch) if solution.task.batch == 1 else ""
    return heading or f"{words.sample} {name.removeprefix('sample ')}"


def _shown(solution: Solution, i: int) -> str:
    """The numbers of a sample, in brackets."""
    notation, task = solution.notation, solution.task
    entries = givens(task)
    given = [Quantity("x", 0, j, i) for j in range(1, task.d + 1)] + [Quantity("y", 0, 0, i)]
    names = [notation.indexed(notation.base(q.role), str(q.feature) if q.feature else "") for q in given]
    pairs = [f"{name} = {notation.number(entries[q].text)}" for name, q in zip(names, given, strict=True)]
    if notation.medium == LATEX:
        return f" (${', '.join(pairs)}$)"
    return f" ({'; '.join(pairs) if notation.habits.comma else ', '.join(pairs)})"


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
                _line(solution, page, k, "", "")


def _line(solution: Solution, page: Page, k: int, before: str, after: str) -> None:
    """A claim on a line, or on two."""
    notation, worked = solution.notation, solution.worked[k]
    if notation.is_broken(worked):
        head, value = notation.parts(worked)
        page.begin(before + head + after, [k])
        page.add(f"{before}{' ' * 4 * (not before)}{value}{after}", [k])
    else:
        page.add(before + notation.claim(worked) + after, [k])


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
                if len(pair) == 1 and solution.notation.is_broken(solution.worked[pair[0]]):
                    head, value = solution.notation.parts(solution.worked[pair[0]])
                    page.begin(f"$${head}$$", pair)
                    page.blank()
                    page.add(f"$${value}$$", pair)
                else:
                    body = " \\quad ".join(solution.notation.claim(solution.worked[k]) for k in pair)
                    page.add(f"$${body}{solution.notation.habits.stop}$$", pair)
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
            for name, block in blocks(solution, claims):
                label = "" if name == "loss" else _label(solution, batch, name)
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
                _environment(solution, page, block)


def _environment(solution: Solution, page: Page, block: Sequence[int]) -> None:
    """A block of formulas in its environment."""
    notation = solution.notation
    name = notation.habits.environment
    align = "" if name == "gathered" else "&"
    outside = "" if name in ("align*", "align") else "$$"
    page.add(f"{outside}\\begin{{{name}}}")
    for k in block:
        end = "" if k == block[-1] else " \\\\"
        worked = solution.worked[k]
        if notation.is_broken(worked):
            head, value = notation.parts(worked, align)
            page.begin(head + " \\\\", [k])
            page.add(align + value + end, [k])
        else:
            page.add(notation.claim(worked, align) + end, [k])
    page.add(f"\\end{{{name}}}{outside}")


def steps(solution: Solution, page: Page) -> None:
    """Numbered steps with a list of claims under each."""
    opening(solution, page, "$")
    number = 0
    latex = solution.notation.medium == LATEX
    for epoch, group in epochs(solution, range(len(solution.worked))):
        page.blank()
        page.add(f"## {epoch_heading(solution.words, epoch)}")
        for batch, claims in updates(solution, group):
            for name, block in blocks(solution, claims):
                number += 1
                label = _label(solution, batch, name)
                page.blank()
                page.add(f"{number}. {label}")
                for k in block:
                    text = solution.notation.claim(solution.worked[k])
                    page.add(f"   - ${text}$" if latex else f"   - {text}", [k])


def _table(form: str, formulas: bool = False) -> Callable[[Solution, Page], None]:
    """A layout of work in tables: ``pipe``, ``tab`` or ``tabular``, its cells with or without their expressions."""

    def write(solution: Solution, page: Page) -> None:
        opening(solution, page, "$" if solution.notation.medium == LATEX else "")
        for epoch, group in epochs(solution, range(len(solution.worked))):
            page.blank()
            page.add(epoch_heading(solution.words, epoch))
            for batch, claims in updates(solution, group) if solution.task.batch > 1 else [((1,), group)]:
                _work_table(solution, page, batch, claims, form, formulas)

    return write


def tabled(task: Task, worked: Worked) -> bool:
    """Whether a claim's value stands in a table, without its expression."""
    claim = worked.claim
    return not claim.restated and (task.batch == 1 or claim.quantity.role in ("z", "a", "e"))


def _work_table(
    solution: Solution, page: Page, batch: tuple[int, ...], claims: Sequence[int], form: str, formulas: bool
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
            + [_cell(notation, worked[k], formulas) for k in members]
        )
        numbers.append(members)
    if notation.habits.comma:
        rows = [[cell.replace("{,}", ",") for cell in row] for row in rows]
    if header and form == "pipe":
        _pipe(page, [f"${name}$" for name in header] if notation.medium == LATEX else header, rows, numbers)
    elif header and form == "tabular":
        _tabular(page, header, rows, numbers)
    elif header:
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


def _cell(notation: Notation, worked: Worked, formulas: bool) -> str:
    value = notation.number(worked.entry.text)
    if not formulas or isinstance(worked.claim.node, Use):
        return value
    return f"{notation.expression(worked.node, worked.operands)} {notation.value(worked)}"


def _tabular(
    page: Page, header: Sequence[str], rows: Sequence[Sequence[str]], claims: Sequence[Sequence[int]]
) -> None:
    page.add("\\begin{tabular}{" + "|c" * len(header) + "|}")
    page.add("\\hline")
    page.add(" & ".join(f"${name}$" for name in header) + " \\\\ \\hline")
    for row, members in zip(rows, claims, strict=True):
        page.add(" & ".join(f"${cell}$" for cell in row) + " \\\\ \\hline", members)
    page.add("\\end{tabular}")


def vectors(solution: Solution, page: Page) -> None:
    """Weights as vectors: one equation an update, the bias on a line of its own."""
    latex = solution.notation.medium == LATEX
    opening(solution, page, "$$" if latex else "")
    dollars = "$$" if latex else ""
    for epoch, group in epochs(solution, range(len(solution.worked))):
        page.blank()
        page.add(
            f"## {epoch_heading(solution.words, epoch)}" if latex else epoch_heading(solution.words, epoch)
        )
        for batch, claims in updates(solution, group):
            page.blank()
            page.add(update_heading(solution, batch) or solution.words.update)
            if latex:
                page.blank()
            together = [k for k in claims if is_vector(solution.worked[k])]
            for k in claims:
                if k in together[1:]:
                    continue
                if k in together:
                    page.add(f"{dollars}{_vector_claim(solution, together)}{dollars}", together)
                else:
                    _line(solution, page, k, dollars, dollars)
                if latex:
                    page.blank()


def is_vector(worked: Worked) -> bool:
    """Whether a claim is one component of a vector equation."""
    return worked.claim.quantity.role == "w" and not worked.claim.restated


def _vector_claim(solution: Solution, together: Sequence[int]) -> str:
    notation, worked = solution.notation, [solution.worked[k] for k in together]
    node, texts = worked[0].node, worked[0].operands
    assert isinstance(node, Sum)
    sign, change = node.terms[1]
    assert isinstance(change, Times)
    scale = notation.expression(Times(change.factors[:-1]), texts)
    olds, inputs = [], []
    for item in worked:
        assert isinstance(item.node, Sum)
        step = item.node.terms[1][1]
        assert isinstance(step, Times)
        olds.append(notation.expression(item.node.terms[0][1], item.operands))
        inputs.append(notation.expression(step.factors[-1], item.operands))
    parts = [
        _vector(notation, numbers)
        for numbers in (olds, inputs, [notation.number(w.entry.text) for w in worked])
    ]
    letter = notation.base("w")
    bold = "\\mathbf" if letter == "w" else "\\boldsymbol"
    name = f"{bold}{{{letter}}}" if notation.medium == LATEX else letter
    times = f" {notation.habits.times} " if notation.medium == LATEX else notation.habits.times
    return f"{name} = {parts[0]} {'+' if sign > 0 else notation.minus} {scale}{times}{parts[1]} = {parts[2]}"


def _vector(notation: Notation, numbers: Sequence[str]) -> str:
    if notation.medium == LATEX:
        form = notation.habits.matrix
        return f"\\begin{{{form}}} " + " \\\\ ".join(numbers) + f" \\end{{{form}}}"
    return "[" + ("; " if notation.habits.comma else ", ").join(numbers) + "]"


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
        Style("pipe table", UNICODE, _table("pipe"), TABLE_NAMES, table=True),
        Style("tab table", ASCII, _table("tab"), TABLE_NAMES, table=True),
        Style("LaTeX table", LATEX, _table("tabular"), TABLE_NAMES, table=True),
        Style(
            "formula table", UNICODE, _table("pipe", formulas=True), TABLE_NAMES, table=True, formulas=True
        ),
        Style("LaTeX vectors", LATEX, vectors, vectors=True),
        Style("ASCII vectors", ASCII, vectors, vectors=True),
    )
}
