"""The public page of every kind, code and status: what it means, why it happens, an example put right.

The table is the one place where a code is explained; ``deltarule explain``, the rules of a SARIF
log and the notes of an HTML report are read from it. Most examples belong to one small neuron, so that
they can be followed from page to page: two samples x = (3, 1) with targets y = (2, 0), start
w = 0.4 and b = 0.2, learning rate η = 0.1, mean squared error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from textwrap import fill, indent

from deltarule.errors import UsageError
from deltarule.findings import Kind

WIDTH = 88


@dataclass(frozen=True)
class Page:
    """What there is to say about one kind, code or status.

    Attributes
    ----------
    code : str
        ``copying``, ``copying.row``, ``remark.truncated``, ``follow-through``, ...
    title : str
        A few words, without a full stop.
    means, why : str
        What it says about a line, and how people come to write it.
    wrong, right : str
        A tiny example gone wrong, and the same put right; one line or several.
    """

    code: str
    title: str
    means: str
    why: str
    wrong: str
    right: str

    @property
    def kind(self) -> str:
        """First part of the code: ``copying`` for ``copying.row``."""
        return self.code.partition(".")[0]

    def __str__(self) -> str:
        """The page as plain text."""
        return "\n".join(
            (
                f"{self.code}: {self.title}",
                "",
                fill(self.means, WIDTH),
                "",
                fill(f"Why it happens: {self.why}", WIDTH),
                "",
                "Gone wrong:",
                indent(self.wrong, "    "),
                "Put right:",
                indent(self.right, "    "),
            )
        )


_SLIPS = (
    Page(
        "arithmetic.value",
        "the sum does not come out",
        "The numbers written down are the right ones, but working them out gives something else.",
        "A carry forgotten, a product misremembered, a key not pressed. It is the most human of all slips.",
        "z = 0.4 · 3 + 0.2 = 1.6",
        "z = 0.4 · 3 + 0.2 = 1.4",
    ),
    Page(
        "sign.value",
        "right size, wrong sign",
        "The result has the right digits and the opposite sign.",
        "Two minus signs meet and one of them gets lost, most often where a negative gradient is subtracted.",
        "Δw = -0.1 · (-1.2) = -0.12",
        "Δw = -0.1 · (-1.2) = 0.12",
    ),
    Page(
        "sign.term",
        "one term with the wrong sign",
        "One term of a sum is written with the opposite sign; the others are right.",
        "A negative number was put into a sum without its bracket, and the minus was taken for a dash or forgotten.",
        "∂L/∂w = -2/2 · (0.6 · 3 + 0.6 · 1) = -2.4",
        "∂L/∂w = -2/2 · (0.6 · 3 + (-0.6) · 1) = -1.2",
    ),
    Page(
        "sign.difference",
        "a difference the wrong way round",
        "The two sides of a difference changed places, so its sign is turned.",
        "Both error = target - output and error = output - target are in use; inside one solution it has to stay the same.",
        "e_1 = 1.4 - 2 = -0.6",
        "e_1 = 2 - 1.4 = 0.6",
    ),
    Page(
        "sign.update",
        "the rule climbs instead of descending",
        "As it is stated, the update moves the weights along the gradient, which makes the loss larger. "
        "Descent goes against it.",
        "The minus of the rule is easily left out, since people often carry it in the number instead.",
        "Δw = η · ∂L/∂w",
        "Δw = -η · ∂L/∂w",
    ),
    Page(
        "place-value.shift",
        "the decimal point moved",
        "The digits are right, but the value is ten, a hundred, ... times too large or too small.",
        "Multiplying by 0.1 is moving a point, and it is easy to move it twice, not at all, or the other way.",
        "Δw = -0.1 · (-1.2) = 1.2",
        "Δw = -0.1 · (-1.2) = 0.12",
    ),
    Page(
        "copying.operand",
        "another number was copied",
        "A number in the expression is not the one that belongs there. If the value fits the right one all the "
        "same, the slip is harmless: only the writing is wrong.",
        "The eye takes the neighbouring number, most often when several similar lines are written one below the other.",
        "z_1 = 0.4 · 2 + 0.2 = 1",
        "z_1 = 0.4 · 3 + 0.2 = 1.4",
    ),
    Page(
        "copying.row",
        "a number from another row",
        "The number belongs to the same column of the table, but to another sample.",
        "Reading across a table without a ruler, the eye slips by one row.",
        "z_2 = 0.4 · 3 + 0.2 = 1.4",
        "z_2 = 0.4 · 1 + 0.2 = 0.6",
    ),
    Page(
        "copying.old",
        "a number from before the update",
        "A weight, a bias or another value is used as it was earlier, although a newer one was already worked out.",
        "The start weights stand in the exercise, large and clear; the new ones are somewhere in the working.",
        "w = 0.4 + 0.12 = 0.52\nz_1 = 0.4 · 3 + 0.2 = 1.4",
        "w = 0.4 + 0.12 = 0.52\nz_1 = 0.52 · 3 + 0.2 = 1.76",
    ),
    Page(
        "copying.digit",
        "one digit changed in copying",
        "The number differs in one digit, or in two that changed places, from the one that belongs there.",
        "A 1 looks like a 7, a 6 like a 0, and 52 becomes 25.",
        "z_1 = 0.25 · 3 + 0.2 = 0.95",
        "z_1 = 0.52 · 3 + 0.2 = 1.76",
    ),
    Page(
        "copying.value",
        "a number carried over from elsewhere",
        "What stands here is a number of the solution, but that of another quantity.",
        "Lines that look alike are often written by copying the one above and changing it; one number was not changed.",
        "e_1 = 2 - 1.4 = 0.6\ne_2 = 0 - 1.4 = -1.4",
        "e_1 = 2 - 1.4 = 0.6\ne_2 = 0 - 0.6 = -0.6",
    ),
    Page(
        "formula.factor",
        "a constant factor is wrong",
        "The formula is right but for a constant in front of it, such as 1/n or 2.",
        "The factor depends on how the loss is defined: the mean of the squares gives 2/n, half of it gives 1/n, "
        "the plain sum gives 2. One of them was mixed with another.",
        "∂L/∂w = -2 · (0.6 · 3 + (-0.6) · 1) = -2.4",
        "∂L/∂w = -2/2 · (0.6 · 3 + (-0.6) · 1) = -1.2",
    ),
    Page(
        "formula.rule",
        "another formula was used",
        "The line works out a different rule from the one the exercise asks for: the activation is skipped, its slope "
        "is the wrong one, the change takes the target where the error belongs.",
        "Several learning rules look alike, and one of them was remembered for the other.",
        "δ = 0.3 · 0.6 · (1 + 0.6) = 0.288",
        "δ = 0.3 · 0.6 · (1 - 0.6) = 0.072",
    ),
    Page(
        "formula.direction",
        "a step that goes the wrong way",
        "The change of a parameter has the opposite sign: the gradient is added instead of subtracted, so the loss is "
        "climbed and not descended.",
        "The rule is written with a minus for the gradient and with a plus for the error, and the two are easily mixed.",
        "w = 0.4 + 0.1 · (-1.2) = 0.28",
        "w = 0.4 - 0.1 · (-1.2) = 0.52",
    ),
    Page(
        "formula.updated-weight",
        "a new weight used within the same step",
        "All weights of a step are changed together, from the values before it. This line already uses a weight "
        "that the same step has just changed.",
        "On paper the new weight is the last thing written, so it is the one at hand.",
        "w = 0.4 + 0.12 = 0.52\ne_2 = 0 - (0.52 · 1 + 0.2) = -0.72",
        "w = 0.4 + 0.12 = 0.52\ne_2 = 0 - (0.4 · 1 + 0.2) = -0.6",
    ),
    Page(
        "formula.stated",
        "a stated formula is not the exercise's",
        "The formula, before any number is put in, is not the one that the exercise's loss and activation lead to.",
        "A factor, a square or a slope was left behind when the formula was derived or looked up.",
        "L = 1/n · Σ (y_i - a_i)",
        "L = 1/n · Σ (y_i - a_i)^2",
    ),
    Page(
        "rounding.last-place",
        "the last digit is not rounded well",
        "Everything is right up to the last written digit, and no way of rounding, nor digits carried from earlier "
        "lines, explain that one.",
        "It was rounded twice: 0.4449 became 0.445, and that became 0.45.",
        "z = 0.1483 · 3 = 0.4449 ≈ 0.45",
        "z = 0.1483 · 3 = 0.4449 ≈ 0.44",
    ),
    Page(
        "rounding.short",
        "digits were dropped",
        "The value is rounded to fewer digits than the solution keeps elsewhere, and the rest is lost for the later lines.",
        "A small number looks as if it could be left out, and 0.04 becomes 0.",
        "Δw = -0.1 · (-0.38) = 0.038 ≈ 0",
        "Δw = -0.1 · (-0.38) = 0.038 ≈ 0.04",
    ),
    Page(
        "omission.term",
        "a term is missing",
        "One term of the sum was left out, most often the bias.",
        "The bias has no input to remind you of it.",
        "z_1 = 0.4 · 3 = 1.2",
        "z_1 = 0.4 · 3 + 0.2 = 1.4",
    ),
    Page(
        "omission.factor",
        "a factor is missing",
        "One factor of a product was left out, most often the learning rate.",
        "The gradient is the hard part; once it is there, the small number in front of it is forgotten.",
        "w = 0.4 - (-1.2) = 1.6",
        "w = 0.4 - 0.1 · (-1.2) = 0.52",
    ),
    Page(
        "contradiction.value",
        "two places say different things",
        "The same quantity stands in two places with two different values.",
        "One of them was corrected and the other one was not.",
        "a_1 = 1.4\ne_1 = 2 - 1.5 = 0.5",
        "a_1 = 1.4\ne_1 = 2 - 1.4 = 0.6",
    ),
    Page(
        "contradiction.conclusion",
        "the conclusion contradicts the numbers",
        "What is said in words does not agree with what the lines above show.",
        "A conclusion is often written from what one expects, before looking at the figures again.",
        "L = 0.36, then L = 0.98: the loss falls from epoch to epoch.",
        "L = 0.36, then L = 0.98: the loss grows from epoch to epoch.",
    ),
)

_REMARKS = (
    Page(
        "remark.loose-index",
        "an index is missing or loose",
        "The formula is meant rightly, but one of its indices is missing, so that strictly it says something else.",
        "On paper the row and the column are clear from the table beside it.",
        "∂L/∂w_j = -2/n · Σ_i e_i · x_i",
        "∂L/∂w_j = -2/n · Σ_i e_i · x_ij",
    ),
    Page(
        "remark.carried-unrounded",
        "right with all digits kept",
        "The line does not recompute from the rounded numbers printed on it, but it is right if the earlier digits were kept.",
        "A calculator remembers more than it shows.",
        "Δw = 0.1 · 1.26 ≈ 0.13\nw = 0.4 + 0.13 ≈ 0.526",
        "Δw = 0.1 · 1.26 = 0.126\nw = 0.4 + 0.126 = 0.526",
    ),
    Page(
        "remark.truncated",
        "cut off, not rounded",
        "The digits after the last one were cut off. It is noted where nobody says how to round; where the document says that digits are cut off, it is right.",
        "The display was copied up to where the space ended.",
        "e = 0.2 · 0.44 = 0.088 ≈ 0.08",
        "e = 0.2 · 0.44 = 0.088 ≈ 0.09",
    ),
    Page(
        "remark.double-rounding",
        "rounded twice",
        "The value fits if it was rounded to one more digit first and then again. Rounding once gives another last digit.",
        "An intermediate result was already rounded when it was rounded again.",
        "1.2 · 0.1204 = 0.14448 ≈ 0.1445 ≈ 0.145",
        "1.2 · 0.1204 = 0.14448 ≈ 0.144",
    ),
    Page(
        "remark.string-of-equals",
        "a string of equals signs",
        "Each step is right as a note of what was done next, but the equals signs join things that are not equal.",
        "Working along one line is quick: multiply, write =, add the next, write = again.",
        "0.4 · 3 = 1.2 + 0.2 = 1.4",
        "0.4 · 3 + 0.2 = 1.2 + 0.2 = 1.4",
    ),
    Page(
        "remark.possible-misread",
        "perhaps only misread",
        "The line would be right if one character were another one that looks much like it. It may be the scan, not you.",
        "Programs that read handwriting take 1 for 7, 0 for O, and lose small points and strokes.",
        "z_1 = 0.4 · 8 + 0.2 = 1.4",
        "z_1 = 0.4 · 3 + 0.2 = 1.4",
    ),
    Page(
        "remark.other-convention",
        "right under another convention",
        "The line is right for another common definition of the loss or of the error than the one this exercise uses.",
        "Textbooks define the loss with and without 1/2 and 1/n, and the error with either sign.",
        "∂L/∂w = -1/2 · (0.6 · 3 + (-0.6) · 1) = -0.6",
        "∂L/∂w = -2/2 · (0.6 · 3 + (-0.6) · 1) = -1.2",
    ),
    Page(
        "remark.constant-factor",
        "only a constant factor apart",
        "The stated loss and the stated gradient differ by a constant factor. The stated gradient is followed: "
        "the factor only rescales the learning rate.",
        "The 1/2 that makes the derivative tidy is written in one formula and not in the other.",
        "L = 1/n · Σ e_i^2 and ∂L/∂w = -1/n · Σ e_i · x_i",
        "L = 1/n · Σ e_i^2 and ∂L/∂w = -2/n · Σ e_i · x_i",
    ),
    Page(
        "remark.provenance",
        "where a number comes from was not checked",
        "The arithmetic of the line was checked, but not whether its numbers are the ones that belong there.",
        "The quantity could not be told from the text, or an earlier line could not be read.",
        "0.4 · 3 + 0.2 = 1.4",
        "z_1 = 0.4 · 3 + 0.2 = 1.4",
    ),
    Page(
        "remark.adopted",
        "you went on with the right value",
        "The printed value holds a slip, but the later lines use the right one, so nothing follows from it.",
        "The slip was only made in writing it down, or it was noticed and put right in silence.",
        "z_1 = 0.4 · 3 + 0.2 = 1.5\ne_1 = 2 - 1.4 = 0.6",
        "z_1 = 0.4 · 3 + 0.2 = 1.4\ne_1 = 2 - 1.4 = 0.6",
    ),
    Page(
        "remark.cancels",
        "two slips cancel",
        "Two slips undo each other, so that what comes after them is right. Both are still slips.",
        "A point lost in one line is put back in the next, since the size of the result looked odd.",
        "∂L/∂w = -2/2 · (0.6 · 3 + (-0.6) · 1) = -0.12\nΔw = -0.1 · (-0.12) = 0.12",
        "∂L/∂w = -2/2 · (0.6 · 3 + (-0.6) · 1) = -1.2\nΔw = -0.1 · (-1.2) = 0.12",
    ),
    Page(
        "remark.contradiction",
        "a figure in the text disagrees with a line",
        "A figure named in words is not the one that was worked out. The remark says which of them is right.",
        "The figure was written from memory, or the line was changed later.",
        "L = 1/2 · (0.6^2 + (-0.6)^2) = 0.36. The loss is 3.6.",
        "L = 1/2 · (0.6^2 + (-0.6)^2) = 0.36. The loss is 0.36.",
    ),
    Page(
        "remark.fewer-places",
        "fewer digits than elsewhere",
        "The value is right as far as it goes, but it is written with fewer digits than the others.",
        "A zero at the end was left out, or a long number was cut short in passing.",
        "0.4 · 1.76 = 0.704 ≈ 0.7",
        "0.4 · 1.76 = 0.704 ≈ 0.70",
    ),
    Page(
        "remark.budget",
        "not everything was looked at",
        "The document is larger than deltarule is willing to work on; what comes after this line was not checked.",
        "Several solutions were joined into one file, or a file of another sort was taken for a solution.",
        "all-students.md, with 40 000 lines",
        "one file for each solution: deltarule check solutions/",
    ),
)

_STATUSES = (
    Page(
        "follow-through",
        "right, given an earlier slip",
        "The line is worked rightly from your own earlier numbers. It would be another value only because an "
        "earlier slip is in them. It is never counted as a slip.",
        "Once a wrong number is carried on, everything that uses it comes out differently. That is one slip, not many.",
        "z_1 = 0.4 · 3 + 0.2 = 1.5\ne_1 = 2 - 1.5 = 0.5",
        "z_1 = 0.4 · 3 + 0.2 = 1.4\ne_1 = 2 - 1.4 = 0.6",
    ),
    Page(
        "unread",
        "could not be read",
        "There is a number and a relation sign, but deltarule could not tell what is meant. That never means wrong.",
        "An unusual notation, a scan that went wrong, or a bracket that is never closed.",
        "z_1 = (0.4 · 3 + 0.2 = 1.4",
        "z_1 = (0.4 · 3 + 0.2) = 1.4",
    ),
    Page(
        "unchecked",
        "read, but not checked",
        "The line was read, but what it is about, or a number that it needs, is not known.",
        "The exercise does not say the learning rate, or a name is used that is explained nowhere.",
        "q = 0.36 · k",
        "q = 0.36 · 0.5 = 0.18",
    ),
)

_EXAMPLES: Mapping[str, Page] = {entry.code: entry for entry in _SLIPS}


def _kind(kind: Kind, title: str, means: str, why: str, example: str) -> Page:
    """Page of a whole kind, with the example of one of its codes."""
    return Page(kind.value, title, means, why, _EXAMPLES[example].wrong, _EXAMPLES[example].right)


_KINDS = (
    _kind(
        Kind.ARITHMETIC,
        "a sum or product does not come out",
        "The right numbers are written, and the value is not what they give.",
        "Working by hand, every line is a chance to slip. Working it once more in another order finds most of them.",
        "arithmetic.value",
    ),
    _kind(
        Kind.SIGN,
        "a plus for a minus",
        "Something has the wrong sign: a value, one term, a whole difference, or the rule itself.",
        "Errors, gradients and changes all turn signs. Brackets around negative numbers are the best help.",
        "sign.value",
    ),
    _kind(
        Kind.PLACE_VALUE,
        "the decimal point in the wrong place",
        "The digits are right, and the value is a power of ten off.",
        "A point is small, and nothing in the digits shows where it belongs; a quick estimate of the size does.",
        "place-value.shift",
    ),
    _kind(
        Kind.COPYING,
        "a number was miscopied",
        "A number in the line is not the one that the data or an earlier line holds. Where the value fits the right "
        "number, the slip is harmless.",
        "Copying is the most frequent act in work by hand. A finger under the row helps.",
        "copying.operand",
    ),
    _kind(
        Kind.FORMULA,
        "not the formula of this exercise",
        "The line follows another formula, or the right one with another factor.",
        "Learning rules look alike, and losses come in several conventions.",
        "formula.factor",
    ),
    _kind(
        Kind.ROUNDING,
        "a digit lost in rounding",
        "Right up to the last digit, or rounded to fewer digits than the solution keeps.",
        "Rounding a number that was rounded already is the usual cause.",
        "rounding.last-place",
    ),
    _kind(
        Kind.OMISSION,
        "something was left out",
        "A term or a factor that belongs into the line is missing.",
        "The bias and the learning rate are small and quiet, and so they are forgotten first.",
        "omission.term",
    ),
    _kind(
        Kind.CONTRADICTION,
        "two things that cannot both be true",
        "The document says two different things of one quantity, or concludes what its numbers deny.",
        "One place was changed and the other one was not.",
        "contradiction.value",
    ),
    Page(
        "remark",
        "worth saying, and not a slip",
        "A remark is about how something is written, or helps to understand it. It never counts as a slip.",
        "Good work holds loose indices and short cuts that no reader minds; it is still good to know them.",
        _REMARKS[4].wrong,
        _REMARKS[4].right,
    ),
)

PAGES: Mapping[str, Page] = {entry.code: entry for entry in (*_KINDS, *_SLIPS, *_REMARKS, *_STATUSES)}


def codes(kind: str) -> tuple[Page, ...]:
    """Pages of all codes of a kind (``remark`` included), in the order of the table."""
    return tuple(entry for entry in PAGES.values() if entry.kind == kind and entry.code != kind)


def page(name: str) -> Page:
    """Page of a kind, a code or a status.

    Raises
    ------
    UsageError
        There is none; names the nearest ones.

    >>> page("copying.row").title
    'a number from another row'
    """
    wanted = name.strip().lower()
    if wanted in PAGES:
        return PAGES[wanted]
    near = (
        get_close_matches(wanted, PAGES, n=3, cutoff=0.5) or [c for c in PAGES if wanted and wanted in c][:3]
    )
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose from {_all_kinds()}"
    shown = name if len(name) <= 40 else name[:40] + "..."
    raise UsageError(f"there is no page for {shown!r}; {hint}")


def _all_kinds() -> str:
    """Every page but those of single codes."""
    return ", ".join(entry.code for entry in PAGES.values() if entry.code == entry.kind)


def overview() -> str:
    """List every page by its title, kind by kind, as plain text."""
    lines: list[str] = []
    for entry in PAGES.values():
        if entry.code != entry.kind:
            continue
        lines += ["", f"{entry.code}: {entry.title}"]
        lines += [f"    {code.code:<26} {code.title}" for code in codes(entry.kind)]
    return "\n".join(lines[1:])
