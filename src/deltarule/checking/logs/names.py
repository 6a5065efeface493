"""What the words of a log usually stand for: the names of `notation`, with what programs and people put around them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product

from deltarule.algebra.expr import Symbol
from deltarule.checking.logs.lines import Key
from deltarule.formulas import Role
from deltarule.notation import roles_of

MAX_WAYS = 6
MAX_WORDS = 4  # of a name
_NEW = r"(?:new|next|updated|final|neue?[rs]?|nuev[oa]|nov[oa]|nouveaux?|nuov[oa]|curr(?:ent)?)"
_AROUND = re.compile(rf"^{_NEW}[ _]|[ _]{_NEW}$| is(?: now)?$| now$|'$")
_INDEX = re.compile(r"(.*[^\W\d])(?:_?(\d)|\[(\d)\])")
# beside the names of `notation`, which are for symbols rather than for words
_STEPS = frozenset(["step", "pas", "paso", "passo", "krok", "шаг"])  # also what counts
_RATES = frozenset(
    [
        *(
            "η",
            "α",
            "l_rate",
            "скорость",
            "步长",
            "taux_d'apprentissage",
            "tasso_di_apprendimento",
            "tasa_aprendizaje",
        ),
        *(
            "taxa_aprendizado",
            "taxa_aprendizagem",
            "taxa_de_aprendizado",
            "taxa_de_aprendizagem",
            "tasa_de_aprendizaje",
        ),
    ]
)
_MOMENTA = frozenset(["momentum", "mom", "beta", "β", "mu", "μ", "gamma", "γ", "momento", "момент", "moment"])
_VELOCITIES = ("v", "m", "vel", "mom", "dw", "db", "delta", "δ", "step", "d", "buf", "geschw", "скор")
_TARGETS = frozenset(
    [
        "resposta_correta",
        "respuesta_correcta",
        "correct",
        "want",
        "wanted",
        "true",
        "soll",
        "sollwert",
        "цель",
    ]
)
_LINES = frozenset(
    ["a", "m", "k", "slope", "steigung", "pente", "pendiente", "beta", "β", "θ"]
)  # y = m x + c
_ENDS = frozenset(
    ["c", "q", "offset", "b0", "b_0", "w0", "w_0", "θ0", "θ_0", "theta_0", "beta0", "beta_0", "β0", "β_0"]
)


def is_rate(key: Key, value: Fraction) -> bool:
    """Whether a number is told to be a learning rate."""
    if key.part or key.is_after or value <= 0:
        return False
    is_named, may_count = _as_rate(key.label)
    return is_named or (may_count and value.denominator > 1)


def is_momentum(key: Key) -> bool:
    """Whether a number is told to be the share of the last step that is kept."""
    if key.part or key.is_after:
        return False
    last = key.label.split(" ")[-1]
    return last in _MOMENTA or Role.MOMENTUM in roles_of(last)[:1]


def may_be_velocity(key: Key) -> bool:
    """Whether a key may tell a velocity, which has many names, but none of those that other numbers have."""
    own = bare(key.label)
    match = _INDEX.fullmatch(own)
    name = own if match is None else match[1]
    return name.startswith(_VELOCITIES) or Role.VELOCITY in roles_of(name)


@lru_cache(maxsize=1024)
def _as_rate(label: str) -> tuple[bool, bool]:
    """Whether a name ends in one of a learning rate, or in a word that is also one of what counts."""
    words = label.split(" ")[-MAX_WORDS:]
    ends = {"_".join(words[at:]).replace("-", "_") for at in range(len(words))}
    is_named = any(end in _RATES or roles_of(end)[:1] == (Role.LEARNING_RATE,) for end in ends)
    return is_named, not ends.isdisjoint(_STEPS)


def _is(label: str, role: Role, also: frozenset[str] = frozenset()) -> bool:
    """Whether a name, less its index and what says that it is the new one, is a usual one for a role."""
    name = bare(label).replace(" ", "_")
    match = _INDEX.fullmatch(name)
    names = {name} if match is None else {name, match[1]}
    return any(each in also or role in roles_of(each) for each in names)


def features_of(keys: Iterable[Key]) -> tuple[Key, ...]:
    """The keys of one sample's inputs, in order."""
    found = [key for key in keys if not key.is_after and _is(key.label, Role.FEATURE)]
    labels = {key.label for key in found}
    return tuple(found) if len(labels) == 1 or len(labels) == len(found) else ()


def targets_of(keys: Iterable[Key]) -> list[Key]:
    """The keys that may be a sample's target, the likeliest first."""
    found = [key for key in keys if not key.part and _is(key.label, Role.TARGET, _TARGETS)]
    return sorted(found, key=lambda key: key.label == "y")  # y is the output where a target has its own name


def parameters(keys: Sequence[Key], size: int, has_bias: bool) -> Iterator[tuple[Key, ...]]:
    """The ways in which keys may be so many weights, and a bias behind them; those that an arrow leads to where one does."""
    free = _led(keys)
    biases = [key for key in free if not key.part and (bare(key.label) in _ENDS or _is(key.label, Role.BIAS))]
    sure = [key for key in free if key not in biases and _is(key.label, Role.WEIGHT)]
    likely = [key for key in free if key not in biases and _is(key.label, Role.WEIGHT, _LINES)]
    if not has_bias:
        likely += [key for key in biases if key.label == "b" and not likely]  # y = b x
    last: Sequence[tuple[Key, ...]] = [(key,) for key in biases] if has_bias else [()]
    for chosen in (sure, likely) if sure != likely else (likely,):
        lists = [
            tuple(chosen[at : at + size]) for at in range(len(chosen) - size, -1, -1)
        ]  # what is new stands behind
        for count, (some, bias) in enumerate(product(lists, last)):
            if count < MAX_WAYS:
                yield (*some, *bias)


def variables(keys: Sequence[Key], symbols: Sequence[Symbol]) -> Iterator[tuple[Key, ...]]:
    """The ways in which keys may be the variables of a function: under their own names, or the only one under a usual name of a place."""
    free = _led(keys)
    found: list[list[Key]] = []
    for at, symbol in enumerate(symbols):
        spelled = _spellings(symbol)
        named = [key for key in free if bare(key.label) in spelled]
        named += [key for key in free if key.part == at and bare(key.label) == symbol.name.casefold()]
        found.append(list(dict.fromkeys(named)))
    if len(symbols) == 1 and not found[0]:
        found[0] = [key for key in free if bare(key.label) in ("x", "w", "theta", "θ")]
    for count, some in enumerate(product(*(reversed(each) for each in found))):
        if count < MAX_WAYS and len(set(some)) == len(some):
            yield some


def _led(keys: Sequence[Key]) -> list[Key]:
    """The keys but those that an arrow leads away from."""
    left = {key._replace(is_after=False) for key in keys if key.is_after}
    return [key for key in keys if key not in left]


def _spellings(symbol: Symbol) -> set[str]:
    index = "".join(map(str, symbol.index or symbol.upper))
    name = symbol.name.casefold()
    return {name, f"{name}{index}", f"{name}_{index}", f"{name}[{index}]"} if index else {name}


def bare(label: str) -> str:
    """A name without what says that it is the new one."""
    return _AROUND.sub("", label)
