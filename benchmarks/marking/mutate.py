"""Plants slips of every kind in a worked solution.

A slip is kept only if nothing honest explains what is then written: no way of carrying (printed, one line back, epoch,
run), no rounding, tie or cutting off, no shorter value with two significant digits, no second rounding. What is not
kept is counted, and the share is published.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from benchmarks.marking.arithmetic import (
    Call,
    Minus,
    Node,
    Quantity,
    Ratio,
    Square,
    Sum,
    Times,
    Use,
    decimals,
    evaluate,
    may_print_as,
    replaced,
    rounded,
    significant,
    walk,
)
from benchmarks.marking.authors import Author, Digits, Entry, Slip, Worked, known, work
from benchmarks.marking.tasks import Task

EVERY_KIND = frozenset(
    {"arithmetic", "sign", "place-value", "copying", "formula", "rounding", "omission", "contradiction"}
)


@dataclass(frozen=True)
class Scene:
    """One claim as it stands before a slip: what was worked, the numbers known by then, and how it is shown.

    `bare` is a value without its expression, as in a table; `stated` where the formulas are stated before.
    """

    worked: Worked
    entries: Mapping[Quantity, Entry]
    task: Task
    bare: bool
    stated: bool

    @property
    def node(self) -> Node:
        """The right expression."""
        return self.worked.claim.node

    def value(self, node: Node) -> Fraction:
        """Value of an expression from the printed numbers."""
        return evaluate(node, lambda quantity: self.entries[quantity].value)


Planter = Callable[[Random, Scene, int], Slip | None]


def _slip(at: int, code: str, *more: str, **fields: object) -> Slip:
    return Slip(at, code, frozenset({code.split(".")[0], *more}), **fields)  # type: ignore[arg-type]  # the names are fields of the record


# -- wrong values


def _also(scene: Scene, value: Fraction, places: int) -> set[str]:
    """Kinds that explain a tampered value as well as the one that it was tampered with."""
    kinds: set[str] = set()
    for right in scene.worked.right:
        if value and may_print_as(-value, right, places):
            kinds.add("sign")
        for power in (-2, -1, 1, 2):
            scaled = value / Fraction(10) ** power
            if value and may_print_as(scaled, right, places + power):
                kinds.add("place-value")
        ends = decimals(right)
        if 2 * abs(value - right) <= 3 * Fraction(10) ** -places and (ends is None or ends > places):
            kinds.add("rounding")
    return kinds


def arithmetic_value(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A digit of the result is wrong."""
    entry = scene.worked.entry
    shift = _digit(draw, entry.text, entry.places)
    if shift is None or entry.value + shift == 0:
        return None
    return _slip(
        at, "arithmetic.value", *_also(scene, entry.value + shift, entry.places), *_copied(scene), add=shift
    )


def _copied(scene: Scene) -> tuple[str, ...]:
    """A value that is only copied from the line before may as well be miscopied."""
    return ("copying", "contradiction") if isinstance(scene.node, Use) else ()


def _digit(draw: Random, text: str, places: int) -> Fraction | None:
    """What a changed digit adds to a number; never one unit of the last place."""
    spots = [k for k, sign in enumerate(text) if sign.isdigit()]
    spot = draw.choice(spots)
    after = len(text.partition(".")[2]) if "." in text else 0
    digits_after = len(text) - 1 - spot - (1 if "." in text and spot < text.index(".") else 0)
    old = int(text[spot])
    new = draw.choice([k for k in range(10) if k != old])
    if (digits_after == 0 and after == places and abs(new - old) < 2) or (new == 0 and spot == spots[0]):
        return None
    shift = Fraction(new - old) * Fraction(10) ** (digits_after - after)
    return -shift if text.startswith("-") else shift


def sign_value(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The result has the wrong sign."""
    if scene.worked.claim.quantity.role == "a" or isinstance(scene.node, Call):
        return None
    return _slip(at, "sign.value", *_copied(scene), times=Fraction(-1))


def place_value(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The point of the result has moved."""
    if significant(scene.worked.entry.text) < 2:
        return None
    power = draw.choice((-1, 1, 1, 2))
    return _slip(at, "place-value.shift", *_copied(scene), times=Fraction(10) ** power)


def rounding_last(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The last digit is one off."""
    exact, entry = scene.worked.exact, scene.worked.entry
    ends = decimals(exact)
    if entry.places < 1 or (ends is not None and ends <= entry.places):
        return None
    unit = Fraction(10) ** -entry.places
    shift = unit if draw.random() < 0.5 else -unit
    far = 2 * abs(entry.value + shift - exact) > 3 * unit  # from a cut-off value, or one carried along
    more = ("arithmetic",) if far else ()
    return _slip(
        at, "rounding.last-place", *more, *_also(scene, entry.value + shift, entry.places), add=shift
    )


def rounding_short(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A small value loses its digits: 0.04 becomes 0."""
    entry = scene.worked.entry
    if entry.places < 2 or isinstance(scene.node, Use):
        return None
    for places in range(entry.places - 1, -1, -1):
        short = rounded(entry.value, places)
        if short != entry.value and abs(short) * Fraction(10) ** places < 10:
            return (
                _slip(at, "rounding.short", "arithmetic", places=places)
                if short == 0
                else _slip(at, "rounding.short", places=places)
            )
    return None


def activation_skipped(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The net input stands in the output's place."""
    node = scene.node
    if not isinstance(node, Call) or node.name not in ("sigmoid", "tanh"):
        return None
    return _slip(
        at,
        "formula.rule",
        "arithmetic",
        "copying",
        "omission",
        add=scene.value(node.argument) - scene.worked.entry.value,
    )


# -- wrong expressions


def _pick(draw: Random, nodes: Iterator[Node] | Sequence[Node]) -> Node | None:
    found = list(nodes)
    return draw.choice(found) if found else None


def sign_term(draw: Random, scene: Scene, at: int) -> Slip | None:
    """One term of a sum has the wrong sign."""
    total = _pick(draw, (n for n in walk(scene.node) if isinstance(n, Sum) and len(n.terms) > 1))
    if not isinstance(total, Sum):
        return None
    k = draw.randrange(len(total.terms))
    terms = tuple(
        (-sign if at_term == k else sign, child) for at_term, (sign, child) in enumerate(total.terms)
    )
    role = scene.worked.claim.quantity.role
    more = (
        ("formula",) if role in ("w", "b", "a") or any(isinstance(child, Ratio) for _, child in terms) else ()
    )
    return _slip(at, "sign.term", *more, node=replaced(scene.node, total, Sum(terms)))


def sign_difference(draw: Random, scene: Scene, at: int) -> Slip | None:
    """An error is taken the wrong way round."""
    node = scene.node
    if scene.worked.claim.quantity.role != "e" or not isinstance(node, Sum):
        return None
    if not scene.stated and not any(known.role == "e" for known in scene.entries):
        return None  # the first error of a solution that states nothing says which way round it is
    (_, first), (_, second) = node.terms
    return _slip(at, "sign.difference", node=Sum(((1, second), (-1, first))))


def sign_update(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The change has the wrong sign in its expression: the step climbs."""
    node, role = scene.node, scene.worked.claim.quantity.role
    if role in ("d", "db", "g", "gb"):
        return _slip(
            at, "formula.rule", "sign", "omission", node=node.body if isinstance(node, Minus) else Minus(node)
        )
    return None


def _operand(draw: Random, scene: Scene, roles: str) -> Use | None:
    found = _pick(
        draw, (n for n in walk(scene.node) if isinstance(n, Use) and n.quantity.role in roles.split())
    )
    return found if isinstance(found, Use) else None


def _copying(scene: Scene, at: int, code: str, old: Use, new: Use) -> Slip | None:
    """One operand in another's place, if it is seen to be another."""
    if abs(scene.value(old)) == abs(scene.value(new)):
        return None
    if may_print_as(scene.value(new), scene.value(old), max(_places(scene, new), 0)):
        return None  # a shorter writing of the right number
    return _slip(
        at,
        code,
        *(("arithmetic", "contradiction") if old is scene.node else ()),
        node=replaced(scene.node, old, new),
    )


def _places(scene: Scene, use: Use) -> int:
    return decimals(scene.value(use)) or 0


def copying_row(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A feature of another sample."""
    old = _operand(draw, scene, "x y")
    if old is None or scene.task.n < 2:
        return None
    other = draw.choice([i for i in range(1, scene.task.n + 1) if i != old.quantity.sample])
    return _copying(scene, at, "copying.row", old, Use(old.quantity._replace(sample=other)))


def copying_old(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A weight or bias from before the last update."""
    old = _operand(draw, scene, "w b")
    if old is None or old.quantity.step < 1:
        return None
    return _copying(scene, at, "copying.old", old, Use(old.quantity._replace(step=old.quantity.step - 1)))


def copying_digit(draw: Random, scene: Scene, at: int) -> Slip | None:
    """One digit of an operand changes."""
    return _copied_digit(draw, scene, at, "x y w b z a e g gb d db eta v vb k")


def _copied_digit(draw: Random, scene: Scene, at: int, roles: str) -> Slip | None:
    old = _operand(draw, scene, roles)
    if old is None:
        return None
    entry = scene.entries[old.quantity]
    shift = _digit(draw, entry.text, entry.places)
    if shift is None or entry.value + shift == 0:
        return None
    return _copying(scene, at, "copying.digit", old, Use(old.quantity, shift))


def copying_component(draw: Random, scene: Scene, at: int) -> Slip | None:
    """One digit of a weight or feature changes."""
    return _copied_digit(draw, scene, at, "x w")


def copying_value(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The number of another quantity of the same sort."""
    old = _operand(draw, scene, "w z a e g d")
    if old is None:
        return None
    q = old.quantity
    axis = "sample" if q.role in ("z", "a", "e") else "feature"
    others = [
        k
        for k in scene.entries
        if k.role == q.role and k.step == q.step and getattr(k, axis) != getattr(q, axis)
    ]
    if not others:
        return None
    return _copying(scene, at, "copying.value", old, Use(draw.choice(others)))


def formula_factor(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The constant before a sum is another one."""
    if scene.worked.claim.quantity.role in ("z", "a", "e") or not scene.stated:
        return None  # where nothing is stated, another constant may be another convention
    old = _pick(
        draw,
        (f for n in walk(scene.node) if isinstance(n, Times) for f in n.factors[:1] if isinstance(f, Ratio)),
    )
    if not isinstance(old, Ratio):
        return None
    choices = [
        Ratio(1, old.bottom),
        Ratio(2, old.bottom),
        Ratio(old.top),
        Ratio(1, 2 * old.bottom),
        Ratio(old.top, old.bottom + 1),
    ]
    new = draw.choice([r for r in choices if Fraction(r.top, r.bottom) != Fraction(old.top, old.bottom)])
    more = ("omission",) if new.bottom == 1 else ()
    return _slip(at, "formula.factor", *more, node=replaced(scene.node, old, new))


def formula_square(draw: Random, scene: Scene, at: int) -> Slip | None:
    """The squares of a loss are left out."""
    if scene.worked.claim.quantity.role != "L" or not any(isinstance(n, Square) for n in walk(scene.node)):
        return None
    node = scene.node
    for square in [n for n in walk(node) if isinstance(n, Square)]:
        node = replaced(node, square, square.base)
    return _slip(at, "formula.rule", "omission", node=node)


def updated_weight(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A weight that the same step has already changed."""
    role, step = scene.worked.claim.quantity.role, scene.worked.claim.quantity.step
    if role not in ("w", "b", "d", "db"):
        return None
    now = step - 1 if role in ("w", "b") else step
    own = scene.worked.claim.quantity.feature
    uses = [
        n
        for n in walk(scene.node)
        if isinstance(n, Use)
        and n.quantity.role == "w"
        and n.quantity.step == now
        and n.quantity.feature != own
        and n.quantity._replace(step=now + 1) in scene.entries
    ]
    if not uses:
        return None
    node = scene.node
    for use in uses:
        node = replaced(node, use, Use(use.quantity._replace(step=now + 1)))
    return _slip(at, "formula.updated-weight", "copying", node=node)


def omission_term(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A term is left out, most often the bias."""
    if scene.worked.claim.quantity.role not in ("z", "g", "gb", "L"):
        return None
    total = _pick(
        draw,
        (
            n
            for n in walk(scene.node)
            if isinstance(n, Sum) and len(n.terms) > 1 and not isinstance(n.terms[0][1], Ratio)
        ),
    )
    if not isinstance(total, Sum):
        return None
    k = draw.randrange(len(total.terms))
    if scene.worked.claim.quantity.role == "z" and draw.random() < 0.6:
        k = next(at_term for at_term, (_, child) in enumerate(total.terms) if isinstance(child, Use))
    left = total.terms[:k] + total.terms[k + 1 :]
    if len(left) == 1 and isinstance(left[0][1], Use) and scene.value(left[0][1]) == 0:
        return None  # a bare 0 does not show that anything was left out
    new: Node = left[0][1] if len(left) == 1 and left[0][0] > 0 and total is scene.node else Sum(left)
    return _slip(at, "omission.term", node=replaced(scene.node, total, new))


def omission_factor(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A factor is left out, most often the learning rate."""
    if scene.worked.claim.quantity.role in ("z", "L"):
        return None
    product = _pick(draw, (n for n in walk(scene.node) if isinstance(n, Times) and len(n.factors) > 1))
    if not isinstance(product, Times):
        return None
    droppable = [
        f for f in product.factors if isinstance(f, Use) and f.quantity.role in ("eta", "x", "e")
    ] + [f for f in product.factors if isinstance(f, Sum) and isinstance(f.terms[0][1], Ratio)]
    if not droppable:
        return None
    dropped = next((f for f in droppable if _is_rate(f)), None) or draw.choice(droppable)
    left = tuple(f for f in product.factors if f is not dropped)
    more = ("formula",) if isinstance(dropped, Sum) else ()
    if _is_rate(dropped) and len(left) == 1 and decimals(1 / scene.value(dropped)) == 0:
        more = ("place-value",)  # with a rate of 0.1, only the point has not moved
    return _slip(
        at,
        "omission.factor",
        *more,
        node=replaced(scene.node, product, Times(left) if len(left) > 1 else left[0]),
    )


def _is_rate(node: Node) -> bool:
    return isinstance(node, Use) and node.quantity.role == "eta"


def restated_value(draw: Random, scene: Scene, at: int) -> Slip | None:
    """A number that is said once more, and differently."""
    if not scene.worked.claim.restated or not isinstance(scene.node, Use):
        return None
    shift = _digit(draw, scene.worked.entry.text, scene.worked.entry.places)
    if not shift or scene.worked.entry.value + shift == 0:
        return None
    return _slip(
        at,
        "contradiction.value",
        "copying",
        node=Use(scene.node.quantity, shift),
        adopted=draw.random() < 0.6,
    )


PLANTERS: tuple[tuple[Planter, int], ...] = (
    (arithmetic_value, 6),
    (sign_value, 3),
    (place_value, 3),
    (rounding_last, 4),
    (rounding_short, 1),
    (activation_skipped, 1),
    (sign_term, 3),
    (sign_difference, 2),
    (sign_update, 1),
    (copying_row, 3),
    (copying_old, 3),
    (copying_digit, 3),
    (copying_component, 1),
    (copying_value, 3),
    (formula_factor, 3),
    (formula_square, 1),
    (updated_weight, 4),
    (omission_term, 3),
    (omission_factor, 3),
    (restated_value, 3),
)
# what can go wrong in one component of a vector equation without touching the others
VECTOR_PLANTERS = frozenset(
    {arithmetic_value, sign_value, place_value, rounding_last, copying_row, copying_old, copying_component}
)
_PRONE: Mapping[str, tuple[tuple[Planter, int], ...]] = {
    "copying.old": ((copying_old, 1),),
    "copying.row": ((copying_row, 1),),
    "formula.updated-weight": ((updated_weight, 1),),
}


@dataclass
class Count:
    """How many slips were drawn, and how many of them something honest explains."""

    drawn: int = 0
    set_aside: int = 0


@dataclass(frozen=True)
class Sheet:
    """What is being worked, by whom, and how it will be shown.

    `bare` are claims without expressions, `vector` those that are components of one; `stated` says whether the
    formulas stand before the work.
    """

    task: Task
    author: Author
    digits: Digits
    bare: frozenset[int] = frozenset()
    vector: frozenset[int] = frozenset()
    stated: bool = True


def plant(draw: Random, sheet: Sheet, clean: Sequence[Worked], wanted: int, count: Count) -> dict[int, Slip]:
    """Slips for a clean solution, by the claim they happen at."""
    claims = [worked.claim for worked in clean]
    slips: dict[int, Slip] = {}
    done: Sequence[Worked] = clean
    first = 0
    for left in range(wanted, 0, -1):
        if first >= len(claims):
            break
        done = work(sheet.task, claims, sheet.author, sheet.digits, slips, done[: max(first - 1, 0)])
        slip = _somewhere(draw, sheet, done, range(first, _last(len(claims), first, left)), count)
        if slip is None:
            break
        slips[slip.at] = slip
        first = slip.at + 1
    return slips


def _last(claims: int, first: int, left: int) -> int:
    """Where the next slip is to be found at the latest, so that there is room for those that are left."""
    return claims if left == 1 else first + max(1, (claims - first) * 2 // (left + 1))


def _carried(scene: Scene, node: Node) -> bool:
    """Whether an operand that was put in is another way of writing the right one: its carried digits, rounded or cut."""
    pairs = zip(walk(scene.node), walk(node), strict=False)
    old, new = next(((a, b) for a, b in pairs if a != b), (node, node))
    if not isinstance(old, Use) or not isinstance(new, Use):
        return False
    entry, written = scene.entries[old.quantity], scene.value(new)
    behind = (entry.own, entry.shown, entry.epoch, entry.run)
    return any(may_print_as(written, exact, max(_places(scene, new), 0)) for exact in behind)


def _somewhere(draw: Random, sheet: Sheet, done: Sequence[Worked], room: range, count: Count) -> Slip | None:
    """A slip at the first of some claims, in random order, where one of its sort can happen."""
    prone = sheet.author.prone
    for _ in range(8):
        table = _PRONE[prone] if prone and draw.random() < 0.9 else PLANTERS
        planter = draw.choices([p for p, _ in table], [weight for _, weight in table])[0]
        for at in draw.sample(room, min(len(room), 25)):
            if (planter is restated_value) != done[at].claim.restated:
                continue
            if at in sheet.vector and planter not in VECTOR_PLANTERS:
                continue
            scene = Scene(done[at], known(sheet.task, done[:at]), sheet.task, at in sheet.bare, sheet.stated)
            try:
                slip = planter(draw, scene, at)
                slip = None if slip is None else _settled(draw, scene, slip, sheet.author, count)
            except ValueError:
                slip = None
            if slip is not None:
                return slip
    return None


def _settled(draw: Random, scene: Scene, slip: Slip, author: Author, count: Count) -> Slip | None:
    """The slip with its consequences, or None if something honest explains what is written."""
    worked, places = scene.worked, scene.worked.entry.places
    node = slip.node
    if node is not None:
        if scene.value(node) == scene.value(scene.node):
            return None
        count.drawn += 1
        if _carried(scene, node):
            count.set_aside += 1
            return None
        if scene.bare:
            slip = replace(slip, kinds=EVERY_KIND)
            written = rounded(scene.value(node), places)
            if worked.admits(written, places) or written == 0:
                count.set_aside += 1
                return None
        elif not worked.claim.restated and not isinstance(scene.node, Use) and draw.random() < 0.3:
            slip = replace(slip, harmless=True)
        elif author.adopts:
            slip = replace(slip, adopted=True)
        return slip
    count.drawn += 1
    if slip.places is not None:
        written, places = rounded(worked.entry.value, slip.places), slip.places
        if written == worked.entry.value:
            return None
        if worked.admits(written, worked.entry.places):  # 0.6 for 0.6006, cut off after three places
            count.set_aside += 1
            return None
        return replace(slip, adopted=author.adopts)
    written = worked.entry.value * slip.times + slip.add
    if written == worked.entry.value or written == 0:
        return None
    shown = decimals(written) or 0
    twice = any(
        may_print_as(written, rounded(right, places + more), places)
        for right in worked.right
        for more in (1, 2)
    )
    if (
        worked.admits(written, places)
        or twice
        or any(may_print_as(written, right, shown) for right in worked.right)
    ):
        count.set_aside += 1
        return None
    return replace(slip, adopted=author.adopts)
