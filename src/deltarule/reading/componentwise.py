"""Claims about vectors and matrices, taken apart into one claim a component."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Symbol, Vector
from deltarule.document import Claim, Link
from deltarule.reading.token_words import FUNCTIONS
from deltarule.reading.vectors import ShapeError, components, entries, holds_vector, is_formula, named, number

FEWEST_SIDES = 2  # of a chain of matrices


def componentwise(claim: Claim, numbered: Mapping[str, set[int]]) -> tuple[Claim, ...]:
    """A claim about a vector as one claim a component; `numbered` are the indices that names have elsewhere.

    Raises
    ------
    ShapeError
        Its sides do not fit together.
    """
    subject = claim.subject
    vectors = False
    for link in claim.links:
        if Vector in link.expr.holds:
            vectors = True
            break
    if not vectors and (subject is None or isinstance(subject, Apply) or not holds_vector(subject)):
        return (claim,)  # f(x, y) is one number
    rest = [link.expr for link in claim.links if not _at_a_point(link.expr)]
    if len(rest) < len(claim.links) and not any(map(holds_vector, (*rest, *((subject,) if subject else ())))):
        return (claim,)  # and so is φ(t) = f(1 - t, 2 t) = 3 t
    listed = [components(link.expr) for link in claim.links]
    left = components(subject) if subject is not None else None
    sizes = {len(parts) for parts in (*listed, left) if parts is not None}
    if not sizes:
        links = tuple(replace(link, expr=number(link.expr), readings=()) for link in claim.links)
        return (replace(claim, subject=subject and number(subject), links=links),)
    if len(sizes) > 1:
        raise ShapeError("its sides are vectors of different sizes")
    count = sizes.pop()
    if left is None and subject is not None and not is_formula(subject):
        raise ShapeError("a vector is set equal to a number")
    first = _first_index(subject, count, numbered) if isinstance(subject, Symbol) else 1
    done: list[Claim] = []
    for k in range(count):
        about: Expr | None = None
        if left is not None:
            about = left[k]
        elif isinstance(subject, Symbol):
            about = _component_subject(subject, k + first - 1)
        elif subject is not None:
            about = named(subject, k + first - 1)
        links = tuple(
            _component_link(link, parts, k, first) for link, parts in zip(claim.links, listed, strict=True)
        )
        whole = subject if subject is not None and left is None and not isinstance(subject, Symbol) else None
        done.append(replace(claim, subject=about, links=links, part=k, formula=claim.formula or whole))
    return tuple(done)


def entrywise(claim: Claim) -> tuple[Claim, ...]:
    """A chain of matrices in numbers, ``X^T X = [[1, 1], [1, 2]]·[[1, 1], [1, 2]] = [[2, 3], [3, 5]]``, as one claim an entry.

    Raises
    ------
    ShapeError
        Its sides do not fit together.
    """
    sides = [] if claim.subject is None or not is_numeric(claim.subject) else [entries(claim.subject)]
    links = [link for link in claim.links if is_numeric(link.expr)]
    listed = [*sides, *(entries(link.expr) for link in links)]
    known = [each for each in listed if each is not None]
    if len(known) < max(len(listed), FEWEST_SIDES):
        return ()
    if len({shape for shape, _ in known}) > 1:
        raise ShapeError("its sides are matrices of different sizes")
    relations = [*("=" for _ in sides), *(link.relation for link in links)]
    spans = [*(claim.span for _ in sides), *(link.span for link in links)]
    return tuple(
        replace(
            claim,
            subject=None,
            label=None,
            links=tuple(
                Link(relation, parts[k], parts[k].span or span)
                for (_, parts), relation, span in zip(known, relations, spans, strict=True)
            ),
        )
        for k in range(len(known[0][1]))
    )


def namewise(claim: Claim) -> tuple[Claim, ...]:
    """``W = [[w_1, w_2], [w_3, w_4]] = [[0.3, 0.2], [0.2, 0.3]]``: what each name in a matrix is told in the one behind it."""
    sides = [each for each in (claim.subject, *(link.expr for link in claim.links)) if each is not None]
    listed = [entries(side) for side in sides if not isinstance(side, Symbol)]
    known = [each for each in listed if each is not None]
    if len(listed) != FEWEST_SIDES or len(known) < len(listed):
        return ()
    (shape, names), (other, numbers) = known
    if (
        shape != other
        or not all(isinstance(name, Symbol) for name in names)
        or not all(map(is_numeric, numbers))
    ):
        return ()
    return tuple(
        replace(claim, subject=name, label=None, links=(Link("=", value, value.span or claim.span),))
        for name, value in zip(names, numbers, strict=True)
    )


def _at_a_point(expr: Expr) -> bool:
    """``f(1, 2)``: a function of several numbers; the usual ones are taken of each."""
    return (
        isinstance(expr, Apply) and isinstance(expr.arg, Vector) and expr.function not in FUNCTIONS.values()
    )


_BY_WEIGHTS = frozenset({"dL/dw", "dw", "dL/dtheta", "dtheta", "nabla", "g", "v"})


def _first_index(subject: Symbol, count: int, numbered: Mapping[str, set[int]]) -> int:
    """The index of a vector's first component: 0 where the document has a ``w_0`` in it, and where x has ``x_0`` with it."""
    indices = numbered.get(subject.name, set())
    if not indices and subject.name in _BY_WEIGHTS:  # as many as there are weights
        indices = numbered.get("w", set()) | numbered.get("theta", set())
    if 0 not in indices:
        return 1
    if subject.name != "x":
        return int(max(indices) == count)  # w_0 may stand apart from w_1 to w_n
    weights = numbered.get("w", set()) | numbered.get("theta", set())
    return int(bool(subject.index) or weights != set(range(count)))


def continued(links: Sequence[Link], count: int) -> list[tuple[Link, ...]]:
    """Links that go on with `count` claims, one for each component."""
    if count == 1:
        return [tuple(replace(link, expr=number(link.expr)) for link in links)]
    listed = [components(link.expr) for link in links]
    if any(parts is not None and len(parts) != count for parts in listed):
        raise ShapeError("its sides are vectors of different sizes")
    return [
        tuple(_component_link(link, parts, k) for link, parts in zip(links, listed, strict=True))
        for k in range(count)
    ]


def _component_subject(subject: Symbol, k: int) -> Symbol:
    """The component of a vector's name: ``w`` gives ``w_1``; an index of the vector itself goes up."""
    if not subject.index:
        return replace(subject, index=(k + 1,))
    return replace(subject, index=(k + 1,), upper=(*subject.index, *subject.upper))


def _component_link(link: Link, parts: Sequence[Expr] | None, k: int, first: int = 1) -> Link:
    if parts is None and not is_formula(link.expr):
        raise ShapeError("a vector is set equal to a number")
    if parts is None:
        part = named(link.expr, k + first - 1)
        return Link(link.relation, part, part.span or link.span, whole=link.expr)
    return Link(link.relation, parts[k], parts[k].span or link.span)
