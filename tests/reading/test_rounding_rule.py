"""What a document says of its rounding."""

import pytest

from deltarule import api
from deltarule.reading.rounding_rule import cuts_off, told_figures
from deltarule.written import RoundingMode


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Values are rounded to 1 significant figure, ties away from zero.", 1),
        ("We keep three significant digits throughout.", 3),
        ("Auf 4 signifikante Stellen gerundet.", 4),
        ("Arrondi à 3 chiffres significatifs.", 3),
        ("Two significant figures here, 3 significant figures there.", None),
        ("a significant improvement of 12 percent", None),
        ("Rounded to 2 decimal places.", None),
        ("Wszystkie wyniki zaokrąglono do 3 cyfr znaczących.", 3),
        ("Tüm sonuçlar 4 anlamlı basamağa yuvarlanmıştır.", 4),
        ("Все результаты округлены до 3 значащих цифр.", 3),
        ("Semua hasil dibulatkan sampai 5 angka penting.", 5),
        ("结果保留 4 位有效数字。", 4),
    ],
)
def test_told_figures(text: str, figures: int | None) -> None:
    """A count of significant figures is taken where one and only one is told."""
    assert told_figures(text) == figures


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("Values are rounded to 3 decimal places, further digits cut off.", True),
        ("Nach 4 Nachkommastellen wird abgeschnitten.", True),
        ("On tronque à 4 décimales.", True),
        ("Лишние знаки отбрасываются, оставлено 4.", True),
        ("3 ondalıktan sonrası atılmıştır.", True),
        ("Angka dipotong setelah 4 desimal.", True),
        ("Po 4 miejscach obcięto.", True),
        ("只保留 4 位小数,其余截去。", True),
        ("Semua hasil dibulatkan sampai 3 desimal.", False),
        ("All results are truncated to two decimal places.", True),
        ("Weitere Stellen werden abgeschnitten.", True),
        ("Nach der 3. Nachkommastelle wird abgeschnitten.", True),
        ("On tronque après la 4e décimale.", True),
        ("Se trunca después del decimal 3.", True),
        ("Os valores são truncados na 4ª casa decimal.", True),
        ("Cyfry po 3. miejscu po przecinku obcięto.", True),
        ("Цифры после 4-го знака отбрасываются.", True),
        ("Virgülden sonra 4. basamaktan sonrası atılır.", True),
        ("Angka setelah 4 desimal dipotong.", True),
        ("小数点后第 4 位之后舍去。", True),
        ("小数第4位以下は切り捨てる。", True),
        ("소수점 아래 넷째 자리에서 버림한다.", True),
        ("舍去负根。", False),
        ("Le bruit tronque le signal.", False),
        ("Отбрасываем константу и находим знак градиента.", False),
        ("Stopień wielomianu obcięto do 2.", False),
        ("Weights are drawn from a truncated normal distribution.", False),
        ("The display was cut off at the top.", False),
        ("Values are rounded to 3 decimal places, ties away from zero.", False),
    ],
)
def test_cuts_off(text: str, cuts: bool) -> None:
    """Digits are cut off where it is said of digits, values or places."""
    assert cuts_off(text) is cuts


def test_the_exercise_knows_how_a_document_rounds() -> None:
    """Figures and mode that a worked solution tells are those of the exercise that is read from it."""
    text = "| x_1 | y |\n|---|---|\n| 2 | 1 |\n\n$w_1 = 0.5$, $b = 0$, $\\eta = 0.1$\n\n"
    text += "Rounded to 3 significant figures, further digits cut off.\n\n$z_1 = 0.5 \\cdot 2 + 0 = 1$\n"
    precision = api.check(text).exercise.precision
    assert (precision.places, precision.figures, precision.mode) == (None, 3, RoundingMode.TRUNCATE)


def test_zeros_that_figures_ask_for_may_be_left_out() -> None:
    """To three figures -1.003 is -1.00, which many write as -1; without the sentence digits are missing."""
    data = "x | y\n--|--\n1 | 0.25\n2 | -0.66\n3 | 0.5\n\nw = 0.113, b = 0.117, η = 0.1\n\n"
    lines = (
        "z_1 = 0.113·1 + 0.117 = 0.230\n\nz_2 = 0.113·2 + 0.117 = 0.343\n\nz_3 = 0.113·3 + 0.117 = 0.456\n\n"
        "e_1 = 0.25 - 0.230 = 0.020\n\ne_2 = -0.66 - 0.343 = -1\n\ne_3 = 0.5 - 0.456 = 0.044\n"
    )
    told = "All results are rounded to 3 significant figures.\n\n"
    assert [slip.code for slip in api.check(data + lines).report.slips] == ["rounding.short"]
    assert not api.check(told + data + lines).report.slips


def test_a_list_that_counts_is_no_value() -> None:
    """``s = 0, 1, 2, ...`` says which steps there are, though s may be a net input."""
    data = "x | y\n--|--\n1 | 1\n2 | 0\n\nw = 0.5, b = 0, η = 0.1\n\n"
    report = api.check(data + "η_s = η / (1 + 2s), s = 0, 1, 2, ...\n\nz_1 = 0.5·1 + 0 = 0.5\n").report
    assert not report.slips
    assert all(verdict.line != 8 for verdict in report.verdicts if verdict.written == "0")
