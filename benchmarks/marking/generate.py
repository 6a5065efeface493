"""Draws whole worked solutions, each with its key: what stands on every line, and which of it is a slip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from benchmarks.marking.authors import AUTHORS, Author, Digits, Slip, Worked, work
from benchmarks.marking.layouts import STYLES, Solution, Style, is_vector, tabled
from benchmarks.marking.mutate import Count, Sheet, plant
from benchmarks.marking.procedures import Claim, Layout, plan
from benchmarks.marking.styles import ASCII, LANGUAGES, LATEX, UNICODE, Habits, Notation, Page
from benchmarks.marking.tasks import RULES, Task, draw_task

MAX_CLAIMS = 110
LARGEST = 10**6
CLEAN = 0.4
_WITH_CONSTANT = ("momentum", "weight decay", "decaying rate")


@dataclass(frozen=True)
class KeyClaim:
    """A claim of the document: its line, its value as plain text, and what should become of it.

    `status` is ``right``, ``right-rounded``, ``follow-through`` or ``slip``. A claim `may_follow` if repairing one slip
    alone changes it and repairing all of them does not, as where two slips cancel: it can be seen either way.
    """

    line: int
    written: str
    status: str
    quantity: str
    may_follow: bool = False


@dataclass(frozen=True)
class KeySlip:
    """A slip that was planted: the lines on which it may be reported, the kinds that name it, the lines that follow."""

    lines: tuple[int, ...]
    code: str
    kinds: frozenset[str]
    harmless: bool
    affects: tuple[int, ...]
    quantity: str


@dataclass(frozen=True)
class Document:
    """A worked solution with its key and where it comes from."""

    name: str
    text: str
    style: str
    author: str
    rule: str
    names: str
    language: str
    claims: tuple[KeyClaim, ...]
    slips: tuple[KeySlip, ...]
    drawn: int
    set_aside: int


def document(seed: int, number: int) -> Document:
    """One document of a seed; the same each time."""
    draw = Random(f"{seed}/{number}")
    author = AUTHORS[number % len(AUTHORS)]
    while True:
        try:
            made = _attempt(draw, f"{seed}/{number}", author)
        except ValueError:  # the numbers, or those of a replay, leave what can be worked by hand
            continue
        if made is not None:
            return made


def _attempt(draw: Random, name: str, author: Author) -> Document | None:
    updated = author.prone == "formula.updated-weight"
    rule = "online" if updated else draw.choices(RULES, (6, 5, 2, 3, 3, 2, 2, 1, 1, 1))[0]
    style = STYLES[draw.choices(list(STYLES), (5, 3, 4, 4, 4, 2, 1, 2, 2, 1, 1, 1, 1))[0]]
    if updated and (style.table or style.vectors):
        style = STYLES["ASCII lines"]
    if style.table and rule in _WITH_CONSTANT:
        style = STYLES["Unicode lines"]
    if style.vectors and rule not in ("online", "perceptron"):
        rule = draw.choice(("online", "perceptron"))
    task = draw_task(draw, rule)
    if style.vectors and task.d == 1:
        return None
    layout = _layout(draw, task, style, updated)
    digits = Digits(draw.choices((2, 3, 4), (5, 4, 3))[0], draw.random() < 0.35, draw.random() < 0.25)
    if rule in ("logistic", "sigmoid", "tanh"):
        digits = Digits(max(digits.places, 3), digits.keep_zeros, digits.chain)
    claims = plan(task, layout)
    if len(claims) > MAX_CLAIMS or (
        author.prone == "copying.old" and len({c.quantity.step for c in claims}) < 2
    ):
        return None
    names = draw.choice([n for n in style.names if n.name != "y_in and y" or task.batch == 1])
    language = draw.choices(list(LANGUAGES), (10, *(1 for _ in range(len(LANGUAGES) - 1))))[0]
    habits = _habits(draw, style, task, language)
    stated = draw.random() < 0.8 or style.table or task.rule == "perceptron"  # a step needs to be stated
    count = Count()
    clean = work(task, claims, author, digits, {})
    if any(abs(item.entry.value) > LARGEST or _degenerate(task, item) for item in clean):
        return None
    bare = frozenset(
        k for k, item in enumerate(clean) if style.table and not style.formulas and tabled(task, item)
    )
    vector = frozenset(k for k, item in enumerate(clean) if style.vectors and is_vector(item))
    wanted = 0 if draw.random() < CLEAN else draw.choices((1, 2, 3), (4, 3, 2))[0]
    slips = plant(draw, Sheet(task, author, digits, bare, vector, stated), clean, wanted, count)
    worked = work(task, claims, author, digits, slips, clean[: min(slips, default=len(clean))])
    if any(abs(item.entry.value) > LARGEST * 100 for item in worked) or (wanted and not slips):
        return None
    wrong = "change" if stated and wanted and draw.random() < 0.04 else ""
    notation = Notation(task, names, habits)
    data = draw.choice(("tab", "tab", "pipe", "array") if style.medium == LATEX else ("tab", "pipe"))
    page = Page()
    style.write(Solution(task, layout, worked, notation, LANGUAGES[language], stated, wrong, data), page)
    concluded = _conclude(draw, page, worked, clean, language, notation, wrong_allowed=bool(wanted))
    key_claims, key_slips = key(task, claims, author, digits, slips, worked, page, notation)
    if wrong:
        key_slips = (_statement_slip(page), *key_slips)
    if concluded:
        key_slips = (*key_slips, concluded)
    return Document(
        name,
        "\n".join(page.lines) + "\n",
        style.name,
        author.name,
        task.rule,
        names.name,
        language,
        key_claims,
        key_slips,
        count.drawn,
        count.set_aside,
    )


# what people conclude from losses that fall, and from losses that grow
_FALLS = (
    "The loss falls from epoch to epoch, so the training converges.",
    "As {loss} gets smaller, the neuron is learning.",
    "The error decreases with every epoch.",
)
_GROWS = (
    "The loss grows from epoch to epoch: the training diverges.",
    "As {loss} gets larger, the learning rate is too high.",
    "The error increases with every epoch.",
)


def _conclude(
    draw: Random,
    page: Page,
    worked: Sequence[Worked],
    clean: Sequence[Worked],
    language: str,
    notation: Notation,
    wrong_allowed: bool,
) -> KeySlip | None:
    """A sentence at the end, where the losses leave no doubt; sometimes the wrong one."""
    said, meant = ([w.entry.value for w in run if w.claim.quantity.role == "L"] for run in (worked, clean))
    epochs = [w.claim.epoch for w in worked if w.claim.quantity.role == "L"]
    if (
        language != "English"
        or len(set(epochs)) < 2
        or len(set(epochs)) != len(epochs)
        or draw.random() < 0.5
    ):
        return None
    pairs = [pair for losses in (said, meant) for pair in pairwise(losses)]
    falls = all(10 * after < 9 * before for before, after in pairs)
    grows = all(9 * after > 10 * before for before, after in pairs)
    if not falls and not grows:
        return None
    wrong = wrong_allowed and draw.random() < 0.2
    sentence = draw.choice(_FALLS if falls != wrong else _GROWS)
    page.blank()
    loss = notation.base("L")
    line = page.add(sentence.format(loss=f"${loss}$" if notation.medium == LATEX else loss))
    return (
        KeySlip(
            (line,), "contradiction.conclusion", frozenset({"contradiction"}), False, (), "the conclusion"
        )
        if wrong
        else None
    )


def _degenerate(task: Task, worked: Worked) -> bool:
    """Outputs that round to 0 or 1 leave nothing to work with."""
    return (
        worked.claim.quantity.role == "a"
        and task.activation in ("sigmoid", "tanh")
        and worked.entry.value in (0, 1, -1)
    )


def _layout(draw: Random, task: Task, style: Style, updated: bool) -> Layout:
    online = task.batch == 1
    plain = not style.table and not style.vectors
    inline = updated or (online and task.activation == "identity" and plain and draw.random() < 0.1)
    inline = inline and task.rule not in _WITH_CONSTANT
    gradients = not inline and task.loss != "none" and (not online or (plain and draw.random() < 0.35))
    gradients = gradients or task.rule in ("momentum", "weight decay")
    return Layout(
        outputs=draw.random() < 0.4,
        losses=not inline and (not online or draw.random() < 0.3) and not (style.table and online),
        gradients=gradients,
        changes=not inline and not style.vectors and draw.random() < 0.6,
        interleaved=draw.random() < 0.4,
        inline=inline,
        weight_first=draw.random() < 0.6,
        bias_first=draw.random() < 0.15,
        restated=draw.random() < 0.2,
    )


_TIMES: Mapping[int, tuple[str, ...]] = {
    LATEX: ("\\cdot", "\\cdot", "\\times"),
    UNICODE: ("×", "·", " × ", " · "),
    ASCII: ("*", " * "),
}


def _habits(draw: Random, style: Style, task: Task, language: str) -> Habits:
    medium = style.medium
    continental = language in (
        "German",
        "Spanish",
        "French",
        "Portuguese",
        "Italian",
        "Indonesian",
        "Russian",
    )
    marks = {
        LATEX: ("", "", "", "", "new", "'", "step"),
        UNICODE: ("", "", "", "'", "(new)", "step"),
        ASCII: ("", "", "", "new", "step"),
    }[medium]
    assign = {
        LATEX: ("=", "=", "=", "\\leftarrow", ":="),
        UNICODE: ("=", "=", "=", "←"),
        ASCII: ("=", "=", "=", "<-", ":="),
    }[medium]
    mark = draw.choice(marks)
    if style.vectors or style.table:
        mark = ""
    return Habits(
        medium=medium,
        times=draw.choice(_TIMES[medium]),
        bracket=draw.random() < 0.6,
        juxtaposed=draw.random() < 0.25,
        approx=draw.random() < 0.4,
        comma=continental and draw.random() < 0.4,
        new=mark,
        indexed=task.batch > 1 or task.n == 1 or draw.random() < 0.5,
        superscript=draw.random() < 0.15,
        underscore=draw.random() < 0.4,
        decimal_factor=draw.random() < 0.3,
        assign="=" if mark else draw.choice(assign),
        function=draw.choice(("name", "name", "formula")),
        fraction=draw.choice(("\\frac", "\\frac", "\\frac", "\\dfrac", "\\tfrac")),
        sized=draw.random() < 0.2,
        square=draw.random() < 0.08,
        stop=draw.choice(("", "", "", "", ".", ",")),
        broken=draw.random() < 0.1,
        shows_data=draw.random() < 0.12,
        environment=draw.choice(("aligned", "aligned", "align*", "align", "gathered", "split")),
        matrix=draw.choice(("pmatrix", "bmatrix")),
    )


def _statement_slip(page: Page) -> KeySlip:
    lines = tuple(sorted({page.stated[name] for name in ("change", "weight") if name in page.stated}))
    return KeySlip(lines, "sign.update", frozenset({"sign", "formula"}), False, (), "the stated update")


def key(
    task: Task,
    claims: Sequence[Claim],
    author: Author,
    digits: Digits,
    slips: Mapping[int, Slip],
    worked: Sequence[Worked],
    page: Page,
    notation: Notation,
) -> tuple[tuple[KeyClaim, ...], tuple[KeySlip, ...]]:
    """What should become of every claim, by working the plan again without each slip in turn."""
    places = page.places
    follows: dict[int, set[int]] = {}
    for at in slips:
        repaired = work(
            task, claims, author, digits, {k: slip for k, slip in slips.items() if k != at}, worked[:at]
        )
        follows[at] = {
            k
            for k in range(at + 1, len(claims))
            if places[k] and worked[k].entry.value != repaired[k].entry.value
        }
    clean = work(task, claims, author, digits, {}, worked[: min(slips, default=len(claims))])
    alone = set[int]().union(*follows.values())
    key_claims = []
    for k, item in enumerate(worked):
        changed = item.entry.value != clean[k].entry.value
        status = "right" if item.exact == item.entry.value else "right-rounded"
        status = "slip" if k in slips else "follow-through" if changed else status
        may_follow = status != "slip" and not changed and k in alone
        key_claims.append(
            KeyClaim(places[k], item.entry.text, status, notation.symbol(item.claim.quantity), may_follow)
        )
    key_slips = tuple(
        KeySlip(
            tuple(sorted({page.begun.get(at, places[at]), places[at]})),
            slip.code,
            slip.kinds,
            slip.harmless,
            tuple(sorted({places[k] for k in follows[at]})),
            notation.symbol(worked[at].claim.quantity),
        )
        for at, slip in sorted(slips.items())
    )
    return tuple(key_claims), key_slips
