"""Symbols and their spellings, shared by writer and reader.

One row a role: how deltarule writes it in LaTeX and in text, and what other people call it. The
names are those that the reader produces: Latin letters and words in lower case except where the
capital tells things apart, Greek letters by their English names, ``hat:y`` for an accent.
"""

from collections.abc import Mapping
from functools import lru_cache

from deltarule.algebra.expr import Symbol
from deltarule.formulas import Role
from deltarule.records import record


@record
class Notation:
    """How a role is written, and by which names it is known."""

    role: Role
    latex: str
    text: str
    names: frozenset[str]


def _row(role: Role, latex: str, text: str, names: str) -> Notation:
    return Notation(role, latex, text, frozenset(names.split()))


# names of what is told in words alone
TOLD_MOMENTUM, TOLD_DECAY, TOLD_FACTOR = "told:momentum", "told:decay", "told:factor"

TABLE: tuple[Notation, ...] = (
    _row(
        Role.FEATURE,
        "x",
        "x",
        "x X xs Xs input in inp xb feature features entrada entradas entrée eingabe masukan",
    ),
    _row(
        Role.TARGET,
        "y",
        "y",
        "y Y ys Ys t T d target targets tgt desired label expected actual truth soll ytrue y_true y_real yd Yd y_d Y_d desired_output desiredoutput true_output correct_output target_output expected_output wanted_output correct_answer right_answer true_answer true_label true_class correct_class actual_class target_class true_value correct_value target_value objetivo alvo cible ziel sasaran esperado esperada attendu atteso erwartet beklenen 目标 期望 saída_esperada saída_desejada saida_esperada saida_desejada salida_esperada salida_deseada sortie_désirée sortie_attendue hedef istenen valor_esperado valor_deseado valor_desejado tavoite doelwaarde gewenst cél célérték țintă ціль στόχος लक्ष्य",
    ),
    _row(
        Role.WEIGHT,
        "w",
        "w",
        "w W weight theta Theta weights gewicht gewichte peso pesos poids bobot вес веса 权重 重み 가중치 waga ağırlık bold:w vec:w omega paino vikt vekt váha súly pondere вага βάρος",
    ),
    _row(
        Role.BIAS,
        "b",
        "b",
        "b B bias w0 theta0 Theta0 intercept umbral sesgo biais viés vies смещение 偏置 バイアス 편향",
    ),
    _row(
        Role.NET_INPUT,
        "z",
        "z",
        "z Z net Net NET s S u v V y_in yin Yin Y_in netinput net_input sum a h in_j zin nets i_j bar:y soma somme summe suma somma сумма sumatoria somatório somatorio sommatoria sumă toplam entrada_líquida entrada_liquida entrada_neta entrée_nette net_girdi summa toplamı súčet součet összeg zbroj сума άθροισμα 加权和 重み付き和 総和 가중합 netto",
    ),
    _row(
        Role.OUTPUT,
        "a",
        "a",
        "a hat:y yhat y_hat o O out OUT Out output y_pred ypred pred p h g:z f:net sigma phi A hat:o g hat:p prediction predictions predicciones previsioni previsões prédictions vorhersagen prédiction predicción previsão vorhersage salida saída saida sortie ausgabe keluaran выход предсказание 输出 预测 出力 予測 출력 예측 uscita previsione tahmin çıkış çıktı y_out yp saída_predita saída_prevista saída_obtida saida_predita saida_prevista saida_obtida salida_predicha salida_obtenida sortie_obtenue sortie_prédite tulos uitvoer uitgang utdata utgång wyjście výstup kimenet ieșire iesire вихід έξοδος",
    ),
    _row(
        Role.ERROR,
        "e",
        "e",
        "e error errors Error err ERR E_i delta fehler errores erreurs errori erros residuals erro error_i epsilon eps r residual diff erreur galat ошибка 误差 誤差 오차 błąd hata errore d-y virhe fel feil fejl fout chyba hiba eroare похибка помилка σφάλμα त्रुटि",
    ),
    _row(Role.DELTA, "\\delta", "δ", ""),  # by its letter alone it is an error: see `reading.used_names`
    _row(
        Role.OUTPUT_SLOPE, "\\frac{\\partial L}{\\partial a}", "∂L/∂a", ""
    ),  # by any name: `reading.chain_names`
    _row(Role.ACTIVATION_SLOPE, "\\frac{\\partial a}{\\partial z}", "∂a/∂z", ""),
    _row(
        Role.LOSS,
        "L",
        "L",
        "L E J MSE mse SSE sse cost loss losses Loss C Cost LMS lms RSS rss error_total BCE CE bce ce Q total_error perte pérdida perda verlust coste costo custo потери 损失 损失函数 代价 損失 손실 strata",
    ),
    _row(
        Role.GRADIENT,
        "\\frac{\\partial L}{\\partial w}",
        "∂L/∂w",
        "dL/dw g grad gradient nabla dw_grad gradiente gradients градиент 梯度 勾配 기울기 gradyan",
    ),
    _row(Role.BIAS_GRADIENT, "\\frac{\\partial L}{\\partial b}", "∂L/∂b", "dL/db"),
    _row(Role.CHANGE, "\\Delta w", "Δw", "dw deltaw Deltaw change"),
    _row(Role.BIAS_CHANGE, "\\Delta b", "Δb", "db deltab Deltab dtheta"),
    _row(Role.VELOCITY, "v", "v", ""),  # by its letter alone it is anything: see `reading.descent`
    _row(Role.BIAS_VELOCITY, "v_b", "v_b", ""),
    _row(Role.MOMENTUM, "\\beta", "β", TOLD_MOMENTUM),
    _row(Role.DECAY, "\\lambda", "λ", TOLD_DECAY),
    _row(Role.RATE_FACTOR, "\\gamma", "γ", TOLD_FACTOR),
    _row(
        Role.LEARNING_RATE,
        "\\eta",
        "η",
        "eta alpha lr LR mu rate learning_rate learningrate learnrate learn_rate gamma c rho lernrate schrittweite step_size stepsize lernschrittweite tasa taux taxa tasso leersnelheid скорость_обучения швидкість_навчання współczynnik_uczenia szybkość_uczenia öğrenme_oranı öğrenme_hızı laju_pembelajaran rychlost_učení 학습률 学习率 学習率 學習率 oran",
    ),
    _row(Role.COUNT, "n", "n", "n N m M"),
    _row(Role.THRESHOLD, "\\theta", "θ", "theta threshold"),
    _row(Role.PREDICTION, "\\hat{y}", "ŷ", "class predicted"),
)

BY_ROLE: Mapping[Role, Notation] = {row.role: row for row in TABLE}


@lru_cache(maxsize=4096)
def roles_of(name: str) -> tuple[Role, ...]:
    """Roles that a name may have, the usual one first."""
    return tuple(row.role for row in TABLE if name in row.names)


def indices(symbol: Symbol) -> str:
    """Indices as they stand below a symbol: ``2``, ``2,1`` or ``ij``."""
    parts = [str(index) for index in symbol.index]
    return ("," if any(part.isdigit() for part in parts) else "").join(parts)


def latex(symbol: Symbol) -> str:
    """A formula's symbol in LaTeX: ``x_{2, 1}``, ``\\frac{\\partial L}{\\partial w_1}``."""
    below = indices(symbol).replace(",", ", ")  # with the blank it is no decimal comma
    subscript = "" if not below else f"_{below}" if len(below) == 1 else f"_{{{below}}}"
    written = BY_ROLE[Role(symbol.name)].latex
    return f"{written[:-1]}{subscript}}}" if written.startswith("\\frac") else written + subscript


def text(symbol: Symbol) -> str:
    """A formula's symbol in plain text: ``x_2,1``, ``∂L/∂w_1``."""
    below = indices(symbol)
    return BY_ROLE[Role(symbol.name)].text + (f"_{below}" if below else "")


def unicode(symbol: Symbol) -> str:
    """A formula's symbol in text with small indices: ``x₂₁``, ``∂L/∂w₁``; a comma only where it is needed."""
    from deltarule.algebra.text import SUBSCRIPTS  # with all that prints a solution

    below = indices(symbol)
    if "," in below and ("i" in below or len(below) == len("2,1")):
        below = below.replace(",", "")
    return BY_ROLE[Role(symbol.name)].text + "".join(SUBSCRIPTS.get(sign, sign) for sign in below)


def mathml(symbol: Symbol) -> str:
    """A formula's symbol in MathML: a letter with its indices below, a gradient as a fraction."""
    role = Role(symbol.name)
    written = BY_ROLE[role].text
    if role in _GRADIENTS:
        above, below = ("L", written[-1])
        letter = _indexed(f"<mi>{below}</mi>", symbol)
        return f"<mfrac><mrow><mi>∂</mi><mi>{above}</mi></mrow><mrow><mi>∂</mi>{letter}</mrow></mfrac>"
    if role is Role.PREDICTION:
        return _indexed('<mover accent="true"><mi>y</mi><mo>^</mo></mover>', symbol)
    if written.startswith("Δ"):
        return f'<mrow><mi mathvariant="normal">Δ</mi>{_indexed(f"<mi>{written[1:]}</mi>", symbol)}</mrow>'
    return _indexed(f"<mi>{written}</mi>", symbol)


_GRADIENTS = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT})


def _indexed(letter: str, symbol: Symbol) -> str:
    parts = [f"<mn>{index}</mn>" if isinstance(index, int) else f"<mi>{index}</mi>" for index in symbol.index]
    if not parts:
        return letter
    comma = "<mo>,</mo>" if any(isinstance(index, int) for index in symbol.index) else ""
    below = parts[0] if len(parts) == 1 else f"<mrow>{comma.join(parts)}</mrow>"
    return f"<msub>{letter}{below}</msub>"


def name(role: Role, feature: int | None = None, sample: int | None = None) -> str:
    """What to call a quantity in a sentence.

    >>> name(Role.NET_INPUT, sample=3), name(Role.GRADIENT, feature=1), name(Role.BIAS)
    ('z_3', '∂L/∂w_1', 'b')
    """
    return text(Symbol(role.value, tuple(index for index in (sample, feature) if index is not None)))
