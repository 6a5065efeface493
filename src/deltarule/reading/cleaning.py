"""What is no mathematics is blanked out before reading, and what holds for a whole document is decided.

Every change keeps the length of the text, so that places stay true.

The whole text is searched here, so a pattern begins with what it looks for and looks behind that then: a search
skips to where a sign or a kind of sign stands, and asks everywhere what is behind it. What a text seldom holds is asked
for by a part that it cannot be without, before the pattern is.
"""

import re

from deltarule.rarely import rarely
from deltarule.reading.token import Habits

_STRUCK = re.compile(  # with the arrow to what stands instead of it
    r"(?:~~[^~\n]{1,400}~~|<!--[^>]{0,400}-->|<(del|s|strike)>[^<\n]{0,400}</(?:del|s|strike)>)"
    r"(?:[ \t]{0,3}(?:→|⟶|->|=>)(?=[ \t]{0,3}[-+−(\d]))?",
    re.IGNORECASE,
)
_ADDRESS = rarely(r"\b[a-z]{3,10}://[^\s)>\]]{1,2000}")
_CANCELLED = re.compile(r"\\(?:cancel|xcancel|bcancel|sout|st)\s?\{[^{}\n]{0,200}\}")
_TAG = re.compile(
    r"</?(?:p|br|div|span|td|tr|th|table|tbody|thead|b|i|em|strong|code|pre|a|img|font|u|ul|ol|li|details|summary|h[1-6]|hr"
    r"|small|big|center|kbd|mark|var|tt|caption|section|article|blockquote|sup|sub|math)(?:\s[^<>\n]{0,300})?/?>",
    re.IGNORECASE,
)
_PROGRAM_TAG = rarely(r"<(script|style)(?![^<>]{0,200}math/)[^<>]{0,400}>", re.IGNORECASE)
_FORMULA_TAG = rarely(
    r'<span(\s)class="math (inline|display)">(\s{0,4})([^<]{1,4000})</span>'
)  # of a page made by pandoc
_SCRIPT_TAG = re.compile(r"<(sub|sup)>([^<>\n]{1,20})</(?:sub|sup)>", re.IGNORECASE)
_BOLD = rarely(r"(?<![\w)\]*])\*{2,3}(?=[^\s*])|(?<=[^\s*])\*{2,3}(?![\w(\[.*-])")
_UNDERLINED = rarely(  # __0.4__, and not __init__
    r"(?<![\w\\])__(?=[^\s_])([^_\n]{0,120}[^\w\n][^_\n]{0,120}|[\d.,]{1,40})__(?!\w)"
)
_ITALIC = rarely(r"(?<![\w)\]*\\])\*(?=[^\s*])([^*\n]{1,200}[^*\s\\])\*(?![\w(*])")
_BRACED_SIGN = re.compile(
    r"\{(?<![\^_]\{)(?<!phantom\{)([-+=])\}"
)  # a{=}b, which closes the gap around the sign
_TICK = rarely(r"(?<!`)`(?!`)")
_AND_BEHIND_CODE = rarely(r"`(?<=\S.)(?<!``) [yeoiи] (?=`|[^\W\d_]{2})")  # `w1 = 0.5` y `w2 = 0.2`
_TEMPLATE = rarely(r"\{`(?!`)|`(?<!``)\}")  # <pre>{`z = 0.5`}</pre>, as web programs have it
_ESCAPED_INDEX = rarely(r"(?<=[A-Za-z}])\\_(?=[\d{]|[a-z](?![^\W_]))")  # x\_1, as Markdown wants it
_NOT_NEWLINE = re.compile(r"[^\n]")
_COMMENT = rarely(r"(?<!\\)%[^\n]*")
_LATEX_DOCUMENT = rarely(r"\\(?:documentclass|begin\{document\}|section\*?\{|usepackage)")
_DOUBLED = re.compile(
    r"\\\\(?=(?:frac|cdot|times|partial|Delta|eta|alpha|left|right|text|mathrm|approx|hat|sum|begin|end)\b|[()])"
)
_SINGLE = rarely(
    r"(?<!\\)\\(?=(?:frac|cdot|times|partial|Delta|eta|alpha|left|right|text|mathrm|approx|hat|sum)\b)"
)
_MODULE = rarely(  # np.array([1, 2]), np.dot(...)
    r"(?<![\w.])(?:np|numpy|torch|tf|math)\.(?:(?:array|asarray|tensor|constant|matrix)(?=\())?(?=[\w(])"
)
_NAMED_DOT = rarely(  # np.dot(inputs[i], weights)
    r"(?<![\w.])(?:np|numpy)\.dot\( ?([A-Za-z_]\w{0,30})(?:\[[a-z]\])? ?, ?([A-Za-z_]\w{0,30})(?:\[[a-z]\])? ?\)"
)
_REMARK_IN_LIST = rarely(
    r"[\[\],][ \t]{1,8}(?:#|//)[^\n]{0,200}(?=\n[ \t]{0,16}[\[\]\d.+-])"
)  # [0, 1],  # first
_REMARK = rarely(  # = 0.4  // new weight; one with a number in it may say what comes out
    r"/\*(?:[^*\n]|\*(?!/)){0,200}\*/|(?<=[\d)\];] )[ ]{0,20}//[ ]{0,4}(?=[^\W\d_])(?:[^\d\n]|(?<=[^\W\d])\d){0,200}$",
    re.MULTILINE,
)
_REMARK_OF_OCTAVE = rarely(
    r"(?<=[\d)\];] )[ ]{1,20}%[ ]{0,3}(?=[^\W\d_])[^\d\n]{0,200}$", re.MULTILINE
)  # = 0.4  % new weight
_TYPE_OF_ARRAY = rarely(r", {0,2}(?:dtype|requires_grad|device) ?= ?[\w.'\"]{1,20}(?=\s?[,)])")
_STRING_LINE = rarely(  # 'Epoch 1: w = 0.5',
    r"^([ \t]{0,40})'([^'\n]{3,300})'(?=,?[ \t]{0,8}$)", re.MULTILINE
)
_INDEXED_WORDS = r"net|err|error|eps|bias|theta|eta|alpha|lr"
_NAMED = rf"(\\(?:theta|delta|eta|alpha|hat\{{y\}}|(?:text|mathrm)\{{(?:{_INDEXED_WORDS})\}})|[wWbBxXtdyezouvsaθηαδβ]|{_INDEXED_WORDS})"
_PLACED = r"(_\{?\d{1,2}\}?|_?\d{1,2}|[₀-₉]{1,2})?"
_COUNTED_SIDE = rarely(rf"(?<![\w\\}}]){_NAMED}{_PLACED}\((\d{{1,3}})\)\s?&?\s?(?:=|≈|←|:=|\\approx)")
_COUNTED = rarely(rf"(?<![\w\\}}]){_NAMED}{_PLACED}\((\d{{1,3}})\)")  # w_1(0), b(2)
_COUNTING = rarely(  # s = 0, 1, 2, ...
    r"(?<![\w}\\])[a-zA-Z] ?= ?\d{1,3}(?:, ?\d{1,3}){1,3}, ?(?:\.\.\.|…|\\[lc]?dots(?![A-Za-z]))(?:, ?\w{1,4})?"
)
_OPTIMISER = rarely(  # opt = torch.optim.SGD([x, y], lr=0.1)
    r"^[^\n]{0,120}\bSGD\([^\n]{0,160}?\b((?:lr|learning_rate) ?= ?\d[\d.]{0,12}(?:e-?\d{1,3})?)(?![\w.])[^\n]*",
    re.MULTILINE,
)
_PARTED_LOG = rarely(  # loss: 0.52 - accuracy: 0.75, words with numbers that a dash parts; of letters it may be a minus sign
    r"(: {0,4}[-−]?\d[\d.]{0,20}(?:[eE][-+]?\d{1,3})?%? )[-–—]"
    r"(?= {1,3}(?:[^\W\d_]{2}[\w()@' ]{0,40}: {0,4}[-−]?\.?\d|[^\W\d_]{3,20} \d))"
)
_RULE = rarely(  # =======10:25:31 and ===== 2/16 =====, between what a program prints
    r"^={4,}[ \t]{0,4}\d{1,4} {0,2}(?::\d{2}(?::\d{2})?|/ {0,2}\d{1,4})[ \t]{0,4}={0,120}[ \t]*$",
    re.MULTILINE,
)
_ROW_OF_ARRAY = rarely(r"(?<=\w)s?\[[a-z]\](?= ?[:=] ?\[)")  # inputs[i]: [0 1]
_MODULES = ("np.", "numpy.", "torch.", "tf.", "math.")
_CAPITAL_SLOPE = rarely(r"(?<![A-Za-z0-9_])D([A-Z]) ?/ ?D([A-Z]\d?)(?![A-Za-z_])")  # DF/DX
_ELEMENTWISE = rarely(r"(?<=[\w)\]])\.(?=[*^/])")  # x.^2, of each number of a list
_LEADING_MARKS = ("new_", "old_", "updated_", "prev_", "next_", "neu_", "alt_")
_LEADING_MARK = rarely(
    r"(?<![\w\\])(new|old|updated|prev|next|neu|alt)_([A-Za-z]_\d{1,2}|(?:[A-Za-z]_)?[A-Za-z]{1,12}\d{0,2})(?![\w(])"
)  # new_w1
_CHANGE_OF_WEIGHT = rarely(r"(?:Δ|\\Delta|delta_)[ {]{0,2}[wW]")
_CHANGE_OF_THETA = rarely(r"(Δ_?|\\Delta[ {]{0,2}|delta_)(θ|\\theta|theta)(?![A-Za-z])")
_DOUBLED_ANY = rarely(r"\\\\(?=[A-Za-z()\[\]{},;!])")
_SPLIT_INDEX = rarely(r"(?<![\w.)])(?<![\d)] )([WwXx]) ([1-9])(?![\w.,])")  # W 1, as a PDF gives it
_SPLIT_NAMED = re.compile(r"[WwXx](?<![\w.)].) [1-9] ?=")
_SPLIT_COMMA = rarely(r"(?<![\w.,])(0) ?, ?(\d{1,4})(?![\w.,]| ?[\])])")  # 0 , 8
_SPLIT_DECIMAL = rarely(r"[^\W\d_] ?= ?0 , ?\d{1,4}(?![\w.,])")
_SPLIT_POINT = rarely(r"(?<![\w.,])(\d{1,9}) \. (\d{1,18})(?!\d|[.,]\d)")  # 0 . 8
_SPLIT_DIGITS = rarely(  # 0 . 0 2 5, as a formula read from a picture has it
    r"(?<![\d.,])(?<![\d.,] )\d(?: \d){0,8} \. \d(?: \d){0,17}(?! ?[\d.,]\d)"
)
FEWEST_SPLIT = 2  # names or decimals with a blank in them, before it is taken for a habit
FEWEST_STRINGS = 2  # lines that are strings of a program, one a line
FEWEST_SCALED = 3  # numbers with a letter for thousands, before it is taken for a habit
FEWEST_MIXED = 2  # numbers with a comma among those with a point
# UTF-8 that was read as Latin-1: what it shows, and what it was
_MOJIBAKE = {
    "Â·": " *", "Â±": " ±", "Â½": " ½", "Â²": " ²", "Â³": " ³", "Ã—": " *", "Ã·": " /", "âˆ’": "  -", "â€“": "  -", "â€”": "  -",
    "â‰ˆ": "  ≈", "â‰¥": "  ≥", "â‰¤": "  ≤", "â†’": "  →", "â‡’": "  ⇒", "Î·": " η", "Î±": " α", "Î”": " Δ", "Î´": " δ", "Ïƒ": " σ", "âˆ‚": "  ∂",
    "Â\u00a0": "  ", "Å·": " ŷ", "âˆ‘": "  ∑",
}  # fmt: skip
# braces that were destroyed behind a command that is written with them
_INSIDE = r"\ufffd([^\ufffd{}\\\n]{1,60})\ufffd"
_LOST_PAIRS = rarely(r"(\\[dtc]?frac)" + 2 * _INSIDE)
_LOST_BRACES = rarely(
    r"(\\(?:sqrt|hat|widehat|bar|vec|mathbf|mathrm|text|operatorname|boldsymbol))" + _INSIDE
)
_ENTITY = re.compile(r"&[A-Za-z]{2,8};")
_MOJIBAKE_SIGN = rarely("|".join(re.escape(sign) for sign in _MOJIBAKE))

_BETWEEN_DIGITS = re.compile(r",(?:(?<=\d,)|\}(?<=\d\{,\}))\d")  # 0,5 or 0{,}5
_POINT_NUMBER = rarely(r"\d(?<![\d.,].)\d*\.\d+(?![\d.])|\.(?<![\w.].)\d")
_COMMA_NUMBER = rarely(r"\d(?<![\d.,(\[].)(?<!,-.)\d*(?:,|\{,\})\d+(?![\d,])")
_SURE_COMMA = rarely(
    r"\d(?<![\d.,(\[].)(?<!,-.)(?:(?<=0),\d+|\d*,\d{1,2})(?![\d,])"
)  # 0,2 or 17,84: no group of thousands
_TOLD_COMMA = rarely(r"= ?0,\d{1,4} ?(?:;|\n)")  # η = 0,5; of one number alone
_SURE_BRACED = rarely(r"(?<!\d)0\{,\}\d|\{,\}\d{1,2}(?!\d)")  # no group of thousands
_COMMA_AMONG_POINTS = rarely(
    r"0(?<![\w.,(\[{].),[01]{0,20}[2-9]\d{0,20}(?!\d|[.,]\d)"
    r"|[-+−*·×] \d{1,6},\d{1,2} ?[+*·×=]"
)
_COMMA_CELL = rarely(r"[\t|&$][ $]{0,3}[-−]?\d{1,9},\d{1,9}[ $]{0,3}[\t|&]")  # alone in its cell: a decimal
_COMMA_NUMBER_PLAIN = rarely(r"\d(?<![\d.,(\[].)(?<!,-.)\d*,\d+(?![\d,])")
_BRACED_NUMBER = rarely(r"\d\{,\}\d")
_BRACED_THOUSANDS = rarely(r"[1-9](?<!\d.)\d{0,2}(?:\{,\}\d{3})+(?!\d)")
_PLAIN_THOUSANDS = rarely(r"[1-9](?<![\d.,].)\d{0,2}(?:,\d{3})+(?![\d,])")
_WHOLE_PRODUCT = rarely(
    r"(?<![\d.,])\d{1,6} ?(?:[*·×+x]|\\times|\\cdot) ?\d{1,6} ?= ?[1-9]\d{0,2},\d{3}(?![\d,])"
)
_X_VARIABLE = re.compile(r"x(?<![\w\\].)(?<![\w.)] .)\s?(?:=|≈|←|:=)")
_OF_X = re.compile(r"\(x\)(?:(?<=[A-Za-z]...)|(?<=[A-Za-z]\s...))")
_DOT_AND_NAME = re.compile(r"\.[wxXe]")
_X_NUMBERED = re.compile(r"x[1-9](?<![\w.)]..)(?<![\w.)] ..)(?![\w.])")  # x1, and not 3 x 1
_DOTTED_PRODUCT = rarely(r"(?<![\w.])(?:[wxX]_?\d{0,2}|e_?\d{1,2})\.(?:[wxX]_?\d{0,2}|e_?\d{1,2})(?![\w.])")
_DOTTED_COMMAS = rarely(r"(?<![\w.,])(?:0,\d{1,6}|\d{1,6},\d{1,2})\.\d{1,6}(?![\d.])")  # 0,3.1: no thousands
_BRACKETS_DOTTED = re.compile(r"\)\.(?<=\d..)[(\d]")  # (0.1).(1), (0.2).1
_SCALE = re.compile(r"[kKM](?<=\d.)")
_SCALED = rarely(r"(?<![\w.])\d{1,3}(?:[.,]?\d{1,3}){0,3}[kKM](?![\w({^_])")
_SCALE_NAMED = rarely(r"(?<![\w.])[kKM]\s?(?:=|:=|≈|←|[+\-*/^])|[_^({]\s?[kKM](?!\w)")
_SPACED_SCRIPT = re.compile(r"[_^] \{ ")


def unmangled(text: str) -> str:
    """Return `text` with signs that were decoded wrongly as what they were, padded with blanks.

    Of what was destroyed altogether, only braces come back, and only where a command cannot be without them.
    """
    if "\ufffd" in text and "\\" in text:
        text = _LOST_PAIRS.sub(r"\1{\2}{\3}", text)
        text = _LOST_BRACES.sub(r"\1{\2}", text)
    if "&" in text:
        text = _ENTITY.sub(_sign_of_entity, text)
    if "Â" in text or "â" in text or "Ã" in text or "Î" in text or "Å" in text or "Ï" in text:
        return _MOJIBAKE_SIGN.sub(lambda match: _MOJIBAKE[match[0]], text)
    return text


def blanked(text: str) -> str:
    """Return `text` with what is struck through, comments, tags and emphasis blanked out; places stay."""
    if "://" in text:
        text = _ADDRESS.sub(_blank, text)
    if "\n> " in text or "\n>\n" in text:
        from deltarule.reading.quotes import unquoted

        text = unquoted(text)
    if "~~" in text or "<" in text:
        if "</script" in text or "</style" in text:
            text = _without_programs(text)
        if 'class="math' in text:
            text = _FORMULA_TAG.sub(_formula, text)
        text = _STRUCK.sub(_blank, text)
        text = _SCRIPT_TAG.sub(_script, text)
        if '<span class="math ' in text:
            from deltarule.reading.components import with_dollars

            text = with_dollars(text)
        text = _TAG.sub(_blank, text)
        if "<" in text:  # tags with attributes are left
            from deltarule.reading.components import without_components

            text = without_components(text)
        if "`}" in text:
            text = _TEMPLATE.sub("  ", text)
    if "%" in text and _LATEX_DOCUMENT.search(text):
        text = _COMMENT.sub(_blank, text)
    if "\\" in text:
        text = _CANCELLED.sub(_blank, text)
        if _DOUBLED.search(text) and not _SINGLE.search(text):
            text = _DOUBLED_ANY.sub(" \\\\", text)
        text = _BRACED_SIGN.sub(r" \1 ", text)
        if "\\_" in text:
            text = _ESCAPED_INDEX.sub(" _", text)
        if "$" in text or "\\(" in text:
            from deltarule.reading.latex_groups import without_groups

            text = without_groups(text)
    text = text.replace("\u200b", " ")
    if ":" in text and (" - " in text or " – " in text or " — " in text):
        text = _PARTED_LOG.sub(r"\1;", text)
    if "====" in text:
        text = _RULE.sub(_blank, text)
    if ".dot(" in text:
        text = _NAMED_DOT.sub(_product, text)
    if "//" in text or "/*" in text:
        text = _REMARK.sub(_blank, text)
    if "  %" in text or "; %" in text:
        text = _REMARK_OF_OCTAVE.sub(_blank, text)
    if "]" in text:
        text = _ROW_OF_ARRAY.sub(_blank, text)
    if "]" in text and ("#" in text or "//" in text):
        text = _REMARK_IN_LIST.sub(lambda match: match[0][0] + _blank(match)[1:], text)
    if "dtype" in text or "requires_grad" in text:
        text = _TYPE_OF_ARRAY.sub(_blank, text)
    if "SGD(" in text:
        text = _OPTIMISER.sub(_rate, text)
    if text.count("'") >= 2 * FEWEST_STRINGS and len(_STRING_LINE.findall(text)) >= FEWEST_STRINGS:
        text = _STRING_LINE.sub(r"\1 \2 ", text)
    if "dots" in text or "..." in text or "…" in text:
        text = _COUNTING.sub(_blank, text)
    if "(0)" in text or "(1)" in text:
        text = _counted(text)
    if any(module in text for module in _MODULES):
        text = _MODULE.sub(_blank, text)
    if "@(" in text and "." in text:
        text = _ELEMENTWISE.sub(" ", text)
    if "/D" in text or "/ D" in text:
        text = _CAPITAL_SLOPE.sub(lambda match: match[0].replace("D", "d"), text)
    if any(mark in text for mark in _LEADING_MARKS):
        text = _LEADING_MARK.sub(r"\2_\1", text)
    if ("θ" in text or "theta" in text) and _CHANGE_OF_WEIGHT.search(text):
        text = _CHANGE_OF_THETA.sub(_change_of_bias, text)
    if "**" in text:
        text = _BOLD.sub(lambda match: " " * len(match[0]), text)
    if "__" in text:
        text = _UNDERLINED.sub(r"  \1  ", text)
    if "*" in text:
        text = _ITALIC.sub(_plain, text)
    if "`" in text:
        text = _AND_BEHIND_CODE.sub("  , ", text)
        text = _TICK.sub(" ", text)
    return text


def _sign_of_entity(match: re.Match[str]) -> str:
    """``&theta;`` as the sign that it names, padded with blanks."""
    from html.entities import html5  # a large table, for the few pages that need it

    sign = html5.get(match[0][1:], "")
    if sign.isspace():  # &nbsp;
        return " " * len(match[0])
    return sign.ljust(len(match[0])) if len(sign) == 1 and sign.isprintable() else match[0]


def rejoined(text: str) -> str:
    """Return `text` with indices and decimals put together that a PDF's formulas have lost to blanks; places stay but for these."""
    if len(_SPLIT_NAMED.findall(text)) >= FEWEST_SPLIT:
        text = _SPLIT_INDEX.sub(r"\1\2 ", text)
    if "0 ," in text and len(_SPLIT_DECIMAL.findall(text)) >= FEWEST_SPLIT:
        text = _SPLIT_COMMA.sub(_decimal, text)
    if " . " in text and len(_SPLIT_POINT.findall(text)) > FEWEST_SPLIT:
        if _SPACED_SCRIPT.search(text):
            text = _SPLIT_DIGITS.sub(lambda match: match[0].replace(" ", "").ljust(len(match[0])), text)
        text = _SPLIT_POINT.sub(lambda match: f"{match[1]}.{match[2]}".ljust(len(match[0])), text)
    return text


def _decimal(match: re.Match[str]) -> str:
    """A decimal without its blanks, as long as before."""
    return f"0,{match[2]}".ljust(len(match[0]))


def _counted(text: str) -> str:
    """``w_1(0)`` as ``w_1[0]`` where such a name is given a value for several numbers in brackets, which so count steps or samples."""
    numbers: dict[str, set[str]] = {}
    for name, _, number in _COUNTED_SIDE.findall(text):
        numbers.setdefault(name, set()).add(number)
    names = {name for name, found in numbers.items() if len(found) > 1 or "0" in found}
    if not names:
        return text

    def bracketed(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2] or ''}[{match[3]}]" if match[1] in names else match[0]

    return _COUNTED.sub(bracketed, text)


def _blank(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])


def _rate(match: re.Match[str]) -> str:
    """Of the call that makes an optimiser, the learning rate alone."""
    return " " * (match.start(1) - match.start()) + match[1].ljust(match.end() - match.start(1))


def _product(match: re.Match[str]) -> str:
    """``np.dot(x, w)`` as ``x * w``, each name in its place."""
    found = [" "] * len(match[0])
    for group in (1, 2):
        start = match.start(group) - match.start()
        name = match[group].removesuffix("s") if match[group] == "inputs" else match[group]
        found[start : start + len(name)] = name
    found[match[0].index(",")] = "*"
    return "".join(found)


def _change_of_bias(match: re.Match[str]) -> str:
    """The change of a θ that stands beside weights w: the capital is the sign of a bias alone, the small one of weights too."""
    sign = "\\Theta" if match[2].startswith("\\") else "Θ"
    return (match[1] + sign).ljust(len(match[0]))


def _plain(match: re.Match[str]) -> str:
    """Emphasis without its stars; a product such as ``2 *3* 4`` keeps them."""
    before = match.string[max(0, match.start() - 20) : match.start()].rstrip(" ")
    return (
        match[0]
        if before and (before[-1].isalnum() or before[-1] in ")]}") and before[-1] != "."
        else f" {match[1]} "
    )


def _without_programs(text: str) -> str:
    """A page without what stands in it for the browser alone: scripts and styles."""
    kept, at, folded = [], 0, text.lower()
    for match in _PROGRAM_TAG.finditer(text):
        if match.start() < at:
            continue
        end = folded.find(f"</{match[1].lower()}", match.end())
        if end < 0:
            break
        kept += [text[at : match.start()], _NOT_NEWLINE.sub(" ", text[match.start() : end])]
        at = end
    return "".join([*kept, text[at:]])


def _formula(match: re.Match[str]) -> str:
    """A formula between tags as one between dollars; places and ends of lines stay."""
    if match[4].startswith(("\\(", "\\[", "$")):
        return match[0]
    sign = "$" if match[2] == "inline" else "$$"
    opening = match.string[match.start() : match.start(4)]
    opened = _NOT_NEWLINE.sub(" ", opening)[: -len(sign)] + sign
    return opened + match[4] + sign + " " * (len("</span>") - len(sign))


def _script(match: re.Match[str]) -> str:
    """``<sub>1</sub>`` as an index, ``<sup>2</sup>`` as a power."""
    mark = "_" if match[1].lower() == "sub" else "^"
    return (mark + "{" + match[2] + "}").ljust(len(match[0]))


_GIVEN_WORD = re.compile(r"^[ \t]{0,16}([A-Za-z]{3,20})[ ]?=[ ]?(?=[^=\s])", re.MULTILINE)
_USED_WORD = rarely(
    r"[-+*/(=][ ]?([A-Za-z]{3,20})\b(?![\w(])|\b([A-Za-z]{3,20})[ ]?(?:[-+*/]|:[ ]{0,4}[-+]?[.]?\d)"
)


def habits_of(text: str) -> Habits:
    """What holds for the whole document; `text` is in the common form of characters."""
    comma = braced = False
    between = _BETWEEN_DIGITS.search(text) is not None
    if between:
        comma = _decimal_comma(text)
        braced = len(_BRACED_NUMBER.findall(text)) > 2 * len(_COMMA_NUMBER_PLAIN.findall(text))
    return Habits(
        comma,
        _X_VARIABLE.search(text) is None and _OF_X.search(text) is None,
        _SPACED_SCRIPT.search(text) is not None,
        _BRACKETS_DOTTED.search(text) is not None
        or (comma and _DOTTED_COMMAS.search(text) is not None)
        or (_DOT_AND_NAME.search(text) is not None and _DOTTED_PRODUCT.search(text) is not None),
        _is_scaled(text),
        braced and not _COMMA_CELL.search(text),
        "{,}" in text and _SURE_BRACED.search(text) is not None,
        _own_names(text),
        _X_NUMBERED.search(text) is not None,
        between and not comma and len(_COMMA_AMONG_POINTS.findall(text)) >= FEWEST_MIXED,
    )


def _is_scaled(text: str) -> bool:
    """Whether thousands and millions are written with a letter that names nothing else."""
    if _SCALE.search(text) is None or len(_SCALED.findall(text)) < FEWEST_SCALED:
        return False
    return _SCALE_NAMED.search(text) is None


def _own_names(text: str) -> frozenset[str]:
    """Words that lines begin with, are given values there, and are calculated with elsewhere, as in programs."""
    given = set(_GIVEN_WORD.findall(text))
    if not given:
        return frozenset()
    used = {left or right for left, right in _USED_WORD.findall(text)}
    return frozenset(given & used)


def _decimal_comma(text: str) -> bool:
    """Whether numbers of this document have a decimal comma; decided once for all of them."""
    points = len(_POINT_NUMBER.findall(text))
    grouped = _PLAIN_THOUSANDS.findall(text)
    round_ones = 2 * sum(number.endswith("00") for number in grouped)
    if not points and round_ones > len(_COMMA_NUMBER.findall(text)) and not _SURE_COMMA.search(text):
        return False  # 150,000 and 22,500: groups of thousands, for decimals are seldom round
    if not points and grouped and _WHOLE_PRODUCT.search(text) and not _SURE_COMMA.search(text):
        return False  # 64 × 28 = 1,792: whole numbers make no decimal
    commas = len(_COMMA_NUMBER.findall(text)) - (len(_PLAIN_THOUSANDS.findall(text)) if points else 0)
    braced = len(_BRACED_NUMBER.findall(text)) - (len(_BRACED_THOUSANDS.findall(text)) if points else 0)
    alone = commas == 1 and not points and _TOLD_COMMA.search(text) is not None
    return alone or (commas >= 2 and commas > 3 * points) or (braced > points)
