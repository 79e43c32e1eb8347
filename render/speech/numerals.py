"""Chinese numerals: how figures are said in Mandarin."""

from typing import Final

DIGITS: Final = "零一二三四五六七八九"
_PLACES: Final = ("", "十", "百", "千")
_GROUPS: Final = ("", "万", "亿", "万亿")
LONGEST: Final = 4 * len(_GROUPS)
"""Figures with more digits than this are read one by one."""

MEASURES: Final = frozenset(
    "个件款只支瓶盒包袋片块杯份台双对套张把条颗粒种位名家间层次遍倍天年周岁元斤克公吨米升度点分秒步千万亿百毫厘小人美欧港英韩"
)
"""Before these a lone 2 is 两. 月, 号, 日 and 楼 are left out: they name things, and 2 stays 二."""


def one_by_one(figures: str, *, telephone: bool = False) -> str:
    """Each figure by itself; 1 is 幺 in a telephone number."""
    said = "".join(DIGITS[int(figure)] for figure in figures if figure.isdigit())
    return said.replace("一", "幺") if telephone else said


def cardinal(figures: str) -> str:
    """A number: `12` 十二, `2000` 两千, `10500` 一万零五百. `figures` is ASCII digits only."""
    number = figures.lstrip("0")
    if not number:
        return "零"
    if len(number) > LONGEST:
        return one_by_one(figures)
    groups, said = _split(number), ""
    for group, name in zip(groups, _GROUPS[len(groups) - 1 :: -1], strict=True):
        said += _joined(said, group, name)
    return said


def decimal(number: str) -> str:
    """A number with or without a decimal part and thousands' commas: `29.90` 二十九点九零, `1,280` 一千二百八十."""
    whole, _, part = number.replace(",", "").partition(".")
    return cardinal(whole or "0") + ("点" + one_by_one(part) if part else "")


def counted(number: str, following: str) -> str:
    """`number` before the words `following`: a lone 2 before a measure is 两."""
    return "两" if number == "2" and following[:1] in MEASURES else decimal(number)


def _split(number: str) -> list[str]:
    """Groups of four figures, the highest first."""
    first = len(number) % 4 or 4
    return [number[:first]] + [number[at : at + 4] for at in range(first, len(number), 4)]


def _joined(before: str, group: str, name: str) -> str:
    if not int(group):
        return ""
    gap = "零" if before and group.startswith("0") else ""
    said = "两" if group == "2" and name else _below_ten_thousand(group.lstrip("0"), leading=not before)
    return gap + said + name


def _below_ten_thousand(figures: str, *, leading: bool) -> str:
    said, gap = "", False
    for place, figure in zip(range(len(figures) - 1, -1, -1), figures, strict=True):
        if figure == "0":
            gap = bool(said)
            continue
        name = "两" if figure == "2" and place == 3 else DIGITS[int(figure)]  # noqa: PLR2004 - the place of the thousands
        said, gap = said + ("零" if gap else "") + name + _PLACES[place], False
    return said.removeprefix("一") if leading and said.startswith("一十") else said
