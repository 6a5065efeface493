"""Labels that place what follows: epochs and samples, in several languages."""

import re
from collections.abc import Container, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.document import Heading, Item
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.spans import Span

# stems, lower case; a word counts if it starts with one
EPOCH_STEMS = (
    "epoch", "époque", "epoque", "époc", "epoc", "époka", "эпох", "эпоха", "iterat", "itérat", "iterac", "iteraz", "итерац",
    "iterasi", "yineleme", "schritt", "durchlauf", "durchgang", "round", "runde", "pass", "cycle", "ciclo", "zyklus",
    "эпоша", "epoka", "epok", "devir", "update", "迭代", "轮", "回合", "世代", "エポック", "에포크", "step", "paso", "passo", "étape",
    "etape", "шаг", "langkah", "adım", "adim", "步", "第", "vòng", "lặp", "반복", "이터", "反復", "イテレ", "iterác", "ітерац", "ronde", "runda", "putaran",
    "επανάλ", "εποχ", "تكرار",
)  # fmt: skip
# words that begin the heading of a column that counts steps, and in prose a thing to do
COUNTING_STEMS = (
    *EPOCH_STEMS, "bước", "lần", "krok", "단계", "스텝", "회차", "횟수", "ステップ", "回数", "回目", "次数", "lépés", "steg", "skridt", "trinn", "stap",
    "крок", "стъпка", "korak", "askel", "βήμα", "iter.", "passi", "pași", "خطوة",
)  # fmt: skip
# of these the words that mean a pass over all data, and nothing smaller
_WHOLE_STEMS = (
    "epoch",
    "époque",
    "epoque",
    "époc",
    "epoc",
    "époka",
    "эпох",
    "эпоша",
    "epoka",
    "epok",
    "世代",
    "エポック",
    "에포크",
)
# and the words for a thing to do: "Step 1: Predict", "Step 2: Find the error"
_TASK_STEMS = (
    "step",
    "schritt",
    "paso",
    "passo",
    "étape",
    "etape",
    "шаг",
    "langkah",
    "adım",
    "adim",
    "步",
    "bước",
    "krok",
)
_TITLE = rarely(r"[^\W\d_]{3,}|[\u3040-\u9fff\uac00-\ud7af]{2,}")
SAMPLE_STEMS = (
    "sample", "example", "instance", "pattern", "muster", "beispiel", "образ", "пример", "ejemplo", "exemple", "exemplo",
    "amostra", "muestra", "échantillon", "样本", "样例", "data point", "point", "row", "record", "observation", "input", "örnek", "ornek",
    "contoh", "data", "datum", "stichprobe", "zeile", "patrón", "patron", "padrão", "vector", "item",
)  # fmt: skip

# whom or what a row of data is about: a number behind it, or in a column of its own, is its name
NAMED_ROWS = frozenset(
    {
        "patient", "student", "customer", "person", "house", "employee", "applicant", "subject", "case", "observation", "point",
        "paciente", "estudiante", "alumno", "cliente", "casa", "observación", "punto", "aluno", "estudante", "observação", "ponto",
        "schüler", "kunde", "haus", "punkt", "étudiant", "élève", "client", "maison", "mahasiswa", "siswa", "pasien", "пациент",
        "студент", "клиент", "学生", "样本", "hasta", "öğrenci",
    }
)  # fmt: skip

_LISTED = frozenset(
    {"update", "updates", "pass"}
)  # "2. Update" is the second thing to do, not the second update

MAX_TITLE = 80
FEWEST_TASKS = 2
_PAIR = re.compile(r"([^\W\d_]{1,20})\s{0,3}(?:#|№|nr\.?|no\.?|n°)?\s{0,3}(\d{1,4})(?![\d.,]*\d)")
_ORDINAL_FIRST = re.compile(r"(\d{1,4})(?:\.|st|nd|rd|th|er|ère|e|ª|º|-?я|-?й)\s{1,2}([^\W\d_]{3,20})")
_VALUE_BEHIND = re.compile(r"[ `*]{0,3}:[ `*]{0,4}[-+−]?(?:\d|\.\d)")
_DECORATION = re.compile(r"[\s#*_>=:\-–—.()\[\]|]*")
_RELATION = re.compile(r"[=≈<>≤≥]")
_DATUM = r"[+-]?\d{1,3}(?:\.\d{1,4})?(?![.\d])"
_DATA = rarely(rf"[\s:*$`(\[]{{0,8}}({_DATUM}(?:\s?[,–]\s?{_DATUM}){{1,5}})")
_TO_TARGET = rarely(
    rf"[\s*$`)\]]{{0,6}}(?:→|->|=>|\\to|\\rightarrow)[\s*$`]{{0,4}}({_DATUM})"
    r"(?!\s{0,2}(?:[*·×+/=(→-]|\\(?:cdot|times|to|rightarrow)))"  # 1*0.2 + 0.1 is worked out
)
_TO_NAME = rarely(
    r"[\s$)]{0,4}(?:→|->|=>|\\to|\\rightarrow)[\s$`*]{0,4}(?:\\?\([\s$]{0,3})?(?:\\hat\{?)?[^\W\d_][\w{}]{0,9}\$?\s?="
)
_SAMPLE_DATA = re.compile(r"([^\W\d_]{4,20})\s{0,3}:?\s{0,3}(?=[(\[+\-\d])")
_LEGEND = re.compile(
    r"\(\s?\$?x[^()\n]{1,30},\s?\$?(?:t|target|y|d|label|class|desired)\$?\s?\)", re.IGNORECASE
)


def nested(items: Sequence[Item], text: str) -> Sequence[Item]:
    """Items with steps and iterations within epochs as what they are, parts of an epoch: ``Epoch 0``, ``Iteration 2``.

    So are the steps of a document that counts iterations beside them, ``Step 2: Predict (iteration 1)``.
    """
    words = {
        at: _word_of(item, text)
        for at, item in enumerate(items)
        if isinstance(item, Heading) and item.epoch is not None and item.sample is None
    }
    counted = any(_counts_iterations(word) for word in words.values())
    inside = False
    done: list[Item] = []
    tasks = _tasks(items, text)
    for at, item in enumerate(items):
        if item in tasks and not _counts_iterations(words.get(at, "")):
            continue
        if at in words and isinstance(item, Heading):
            word = words[at]
            whole = word.startswith(_WHOLE_STEMS)
            inside |= whole
            part = counted and word.startswith(_TASK_STEMS) and not _counts_iterations(word)
            part = part and _RELATION.search(text, item.span.end, _end_of_line(text, item.span.end)) is None
            if part or (inside and not whole and word.startswith(EPOCH_STEMS)):
                item = replace(item, epoch=None, ordinal=item.epoch)
        done.append(item)
    return done


def _word_of(label: Heading, text: str) -> str:
    """The word that a label counts by, in lower case."""
    return text[label.span.start : label.span.end].lstrip("#*_ >-+•▪◦–([").lower()


def _tasks(items: Sequence[Item], text: str) -> Container[Item]:
    """Labels of steps that are the parts of one calculation, each with a title of its own: they count nothing."""
    titles: dict[Item, str] = {}
    for item in items:
        if not isinstance(item, Heading) or item.epoch is None or item.sample is not None:
            continue
        if _word_of(item, text).startswith(_TASK_STEMS):
            end = text.find("\n", item.span.end)
            rest = text[item.span.end : end if end >= 0 else len(text)][:MAX_TITLE]
            titles[item] = " ".join(_TITLE.findall(rest.partition("=")[0])).lower()
    distinct = len(set(titles.values()))
    if len(titles) < FEWEST_TASKS or "" in titles.values() or 3 * distinct < 2 * len(titles):
        return ()
    return titles


def _counts_iterations(word: str) -> bool:
    """Whether the text of a heading counts iterations, maybe behind the step that it is."""
    return any(
        _stem(pair[1], EPOCH_STEMS) and not _stem(pair[1], _TASK_STEMS) for pair in _PAIR.finditer(word)
    )


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def targets_last(text: str) -> bool:
    """Whether a document says that the last number of its patterns is the target: ``(x1, x2, target)``."""
    return _LEGEND.search(text) is not None


def with_data(found: Heading, text: str, at: int, end: int, last_is_target: bool) -> Heading:
    """A heading with the data that stand behind it: ``Sample 2: (0, 1) -> 1``."""
    data = _DATA.match(text, at, min(end, at + 80))
    if data is None:
        return found
    numbers = [Fraction(part.strip()) for part in re.split("[,–]", data[1])]
    target = _TO_TARGET.match(text, data.end(), min(end, data.end() + 40))
    if target is not None:
        return replace(found, features=tuple(numbers), targets=(Fraction(target[1]),))
    if last_is_target:
        return replace(found, features=tuple(numbers[:-1]), targets=(numbers[-1],))
    return replace(found, features=tuple(numbers))


def _of_data(text: str, begin: int, end: int, line: int, last_is_target: bool) -> tuple[Heading, int] | None:
    """``Pattern 0,1,1``: a sample that is told by its data only."""
    match = _SAMPLE_DATA.match(text, begin, end)
    if match is None or not _stem(match[1], SAMPLE_STEMS) or _stem(match[1], ("input", "data")):
        return None
    found = with_data(Heading(Span(begin, match.end()), line), text, match.end(), end, last_is_target)
    return (found, match.end()) if found.features else None


_LONE_DATA = re.compile(
    rf"(?:(?:for|für|pour|para|per|untuk|input|entrada|eingabe|entrée|case|masukan)\s{{1,2}})?\$?\(\s?({_DATUM}(?:\s?,\s?{_DATUM}){{1,5}})\s?\)\$?\s{{0,2}}(?=[:→]|->|\\to|\\rightarrow)",
    re.IGNORECASE,
)


def _lone_data(
    text: str, begin: int, end: int, line: int, last_is_target: bool
) -> tuple[Heading, int] | None:
    """``(0, 1): z = ...``: a sample that is told by its data only, in front of what is worked of it."""
    start = begin
    while start > 0 and text[start - 1] in "($":
        start -= 1
    match = _LONE_DATA.match(text, start, min(end, start + 80))
    if match is None or "=" not in text[match.end() : end]:
        return None
    label = Heading(Span(begin, match.end()), line)
    found = with_data(label, text, match.start(1), end, last_is_target)
    if not found.features:
        return None
    target = _TO_TARGET.match(text, match.end(), min(end, match.end() + 40))
    named = _TO_NAME.match(text, match.end(), end) is not None  # (0, 1) → z = -0.1
    if target is None and not named and text[match.end() : match.end() + 1] != ":":
        return None  # (0, 1) → 0.3·1 - 0.4 = -0.1: what comes out for it
    return found, target.end() if target is not None and found.targets else match.end()


_FOR_DATA = rarely(
    rf"(?:[^\W\d_]{{2,8}}\s{{1,2}}){{0,3}}(?:input|inputs|entrada|entradas|eingabe|entrée|masukan|вход|вход[аы])\s{{1,2}}"
    rf"\$?\(\s?({_DATUM}(?:\s?,\s?{_DATUM}){{1,5}})\s?\)\$?\s{{0,2}}:?[\s*]{{0,4}}$",
    re.IGNORECASE,
)


def _for_data(text: str, begin: int, end: int, line: int, last_is_target: bool) -> tuple[Heading, int] | None:
    """``But for input (1, 0):`` alone in its line: whose working follows."""
    match = _FOR_DATA.match(text[begin : min(end, begin + 120)]) if end - begin <= 120 else None
    if match is None:
        return None
    span = Span(begin, begin + match.end())
    found = with_data(Heading(span, line), text, begin + match.start(1), end, last_is_target)
    return (found, end) if found.features else None


def _stem(word: str, stems: tuple[str, ...]) -> bool:
    return word.lower().startswith(stems)


def heading(
    text: str, start: int, end: int, line: int, last_is_target: bool = False
) -> tuple[Heading, int] | None:
    """A heading at the front of a line, and where it ends; None if there is none.

    `text` is in the common form of characters. What follows a colon is not part of the heading. Where the last
    number of a pattern is its target, `last_is_target`.
    """
    at = _DECORATION.match(text, start, end)
    begin = at.end() if at else start
    stop = min(end, begin + 120)
    relation = _RELATION.search(text, begin, stop)
    reach = relation.start() if relation else stop
    epoch = sample = None
    last = begin
    for match in _PAIR.finditer(text, begin, reach):
        if match.start() - last > 24:
            break
        if match.start() > begin and text.startswith("--", match.start() - 2):
            continue  # python train.py --epochs 2
        if epoch is None and _stem(match[1], EPOCH_STEMS):
            epoch, last = int(match[2]), match.end()
        elif sample is None and (_stem(match[1], SAMPLE_STEMS) or match[1].lower() in NAMED_ROWS):
            sample, last = int(match[2]), match.end()
    if epoch is None and sample is None:
        first = _ORDINAL_FIRST.match(text, begin, reach)
        listed = first and first[2].lower() in _LISTED and text[first.end(1)] == "."
        if first and _stem(first[2], EPOCH_STEMS) and not listed:
            epoch, last = int(first[1]), first.end()
        elif first and _stem(first[2], SAMPLE_STEMS) and first[2].lower() not in ("input", "data", "point"):
            sample, last = int(first[1]), first.end()
        else:
            named = text[begin : begin + 1].isalpha()
            bracketed = text.find("(", start, end) >= 0
            return (
                (_of_data(text, begin, end, line, last_is_target) if named else None)
                or (_lone_data(text, begin, end, line, last_is_target) if bracketed else None)
                or (_for_data(text, begin, end, line, last_is_target) if bracketed and named else None)
                or (_bare(text, begin, end, line) if named else None)
            )
    elif epoch is not None and sample is None and _stem(text[begin:last], _TASK_STEMS):
        for match in _PAIR.finditer(text, last, reach):  # Step 2: Predict (iteration 1)
            if _stem(match[1], EPOCH_STEMS) and not _stem(match[1], _TASK_STEMS):
                epoch, last = int(match[2]), match.end()
                break
    if last < end and relation and text[last : last + 1].isalnum():
        return None
    found = Heading(Span(begin, last), line, epoch, sample)
    return (with_data(found, text, last, end, last_is_target) if sample is not None else found), last


_NAME_OF_SAMPLE = rarely(r"\s{0,8}([^\W\d_]{1,10}\s?\d?)\s{1,3}(?=[^\W\d_]{3,12}\s{1,3}\d)")
_BEHIND_SAMPLE = rarely(r"\s{0,3}(?:\([^\W\d_]{2,8}\))?\s{0,3}=")


def quantity_of_sample(text: str, start: int, stop: int, end: int) -> Span | None:
    """What stands in front of a sample that it is of: the name in ``Net Data 1 = 0``, ``w1 sample 2 (new) = 0.5``.

    The heading stands between `start` and `stop`; `end` is the end of its line.
    """
    match = _NAME_OF_SAMPLE.match(text, start, stop)
    if match is None or _BEHIND_SAMPLE.match(text, stop, end) is None:
        return None
    return Span(match.start(1), match.end(1))


def _bare(text: str, begin: int, end: int, line: int) -> tuple[Heading, int] | None:
    """A short line of one word and a number, in whatever language."""
    match = _PAIR.match(text, begin, end)
    if match and _VALUE_BEHIND.match(text, match.end(), end) and roles_of(match[1]):
        return None  # w1: 0.15
    if match and end - begin <= 40 and not re.search(r"[^\W\d]|[=<>]", text[match.end() : end]):
        return Heading(Span(begin, match.end()), line, None, None, int(match[2])), match.end()
    return None
