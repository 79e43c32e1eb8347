"""Figures in Chinese text: prices, percents, dates, times, ranges, telephone numbers and units, as Mandarin says them."""

import re
from collections.abc import Callable
from typing import Final

from render.speech.numerals import cardinal, counted, decimal, one_by_one

UNITS: Final = {
    "km/h": "公里每小时", "m/s": "米每秒", "mah": "毫安时", "kwh": "千瓦时", "km²": "平方公里", "m²": "平方米", "m2": "平方米",
    "㎡": "平方米", "m³": "立方米", "m3": "立方米", "kg": "公斤", "mg": "毫克", "μg": "微克", "ug": "微克", "g": "克", "ml": "毫升",
    "cl": "厘升", "l": "升", "km": "公里", "cm": "厘米", "mm": "毫米", "nm": "纳米", "μm": "微米", "m": "米", "kw": "千瓦", "w": "瓦",
    "v": "伏", "khz": "千赫", "mhz": "兆赫", "ghz": "吉赫", "hz": "赫兹", "db": "分贝", "℃": "摄氏度", "°c": "摄氏度", "℉": "华氏度",
    "°f": "华氏度", "°": "度", "min": "分钟", "h": "小时", "s": "秒", "ms": "毫秒", "kcal": "千卡", "kj": "千焦", "oz": "盎司", "lb": "磅",
}  # fmt: skip
CURRENCIES: Final = {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑", "₩": "韩元", "₹": "卢比"}
CODES: Final = {"rmb": "元", "cny": "元", "usd": "美元", "eur": "欧元", "hkd": "港元", "jpy": "日元", "thb": "泰铢"}
SIGNS: Final = {"+": "加", "=": "等于", "×": "乘", "÷": "除以", "±": "正负", "≈": "约等于", "≤": "小于等于", "≥": "大于等于", "&": "和"}

_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TO: Final = r"\s?[-~–—]{1,2}\s?"
_MONEY: Final = "|".join(re.escape(sign) for sign in CURRENCIES)
_LETTERS: Final = "gmshLlWwVv"
"""Units of one letter: in the wrong case they are something else (5G, 4K, 3M)."""

_LONG_UNITS: Final = sorted((unit for unit in UNITS if len(unit) > 1 or not unit.isascii()), key=len, reverse=True)
_UNIT: Final = "|".join(re.escape(unit) for unit in _LONG_UNITS) + f"|(?-i:[{_LETTERS}])"
_EDGE: Final = r"(?<![\d.])"
_END: Final = r"(?![\d])"

Reading = Callable[[re.Match[str]], str]


def _money(match: re.Match[str]) -> str:
    sign, low, high, scale = match["sign"], match["low"], match["high"], match["scale"] or ""
    name = CURRENCIES[sign] if sign in CURRENCIES else CODES[sign.lower()]
    upper = "到" + counted(high, scale or name) if high else ""
    return counted(low, scale or name) + upper + scale + name


def _percent(match: re.Match[str]) -> str:
    of = "千分之" if match["of"] == "‰" else "百分之"
    parts = [of + ("百" if part == "100" else decimal(part)) for part in (match["low"], match["high"]) if part]
    return _signed(match["sign"], "负") + "到".join(parts)


def _measure(match: re.Match[str]) -> str:
    unit = UNITS[re.sub(r"\s", "", match["unit"].lower())]
    below = "零下" if "氏度" in unit else "负"
    upper = "到" + counted(match["high"], unit) if match["high"] else ""
    return _signed(match["sign"], below) + counted(match["low"], unit) + upper + unit


def _date(match: re.Match[str]) -> str:
    return f"{one_by_one(match['year'])}年{cardinal(match['month'])}月{cardinal(match['day'])}日"


def _years(match: re.Match[str]) -> str:
    return "到".join(one_by_one(year) for year in re.findall(r"\d{4}", match[0]))


def _time(match: re.Match[str]) -> str:
    return "到".join(_clock(*part) for part in re.findall(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", match[0]))


def _clock(hour: str, minute: str, second: str) -> str:
    hours = "两点" if int(hour) == 2 else cardinal(hour) + "点"  # noqa: PLR2004 - two o'clock
    minutes = "" if not int(minute) and not second else _two_figures(minute) + "分"
    return hours + minutes + (_two_figures(second) + "秒" if second else "")


def _two_figures(figures: str) -> str:
    return ("零" if figures.startswith("0") else "") + (cardinal(figures) if int(figures) else "")


def _telephone(match: re.Match[str]) -> str:
    return one_by_one(match[0], telephone=True)


def _ratio(match: re.Match[str]) -> str:
    return cardinal(match["left"]) + "比" + cardinal(match["right"])


def _fraction(match: re.Match[str]) -> str:
    return cardinal(match["below"]) + "分之" + cardinal(match["above"])


def _range(match: re.Match[str]) -> str:
    following = match.string[match.end() :]
    return counted(match["low"], following) + "到" + counted(match["high"], following)


def _long(match: re.Match[str]) -> str:
    return one_by_one(match[0])


def _number(match: re.Match[str]) -> str:
    following = match.string[match.end() :].lstrip()
    more = "多" if match["more"] else ""
    before = match.string[: match.start()].rstrip()
    number = decimal(match["number"]) if before.endswith("第") else counted(match["number"], following)
    return _signed(match["sign"], "负") + number + more


def _sign(match: re.Match[str]) -> str:
    return SIGNS[match[0]]


def _signed(sign: str | None, said: str) -> str:
    return said if sign else ""


_MINUS: Final = r"(?P<sign>(?<![\w\-])-)?"
_SPAN: Final = rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?"
_AMOUNT: Final = rf"(?P<low>{_NUMBER})(?:{_TO}(?:{_MONEY})?(?P<high>{_NUMBER}))?"
_CLOCK: Final = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"
_CODE: Final = "|".join(CODES)

READINGS: Final[tuple[tuple[re.Pattern[str], Reading], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), reading)
    for pattern, reading in (
        (
            rf"(?P<sign>{_MONEY}|(?<![a-z])(?:{_CODE})\s?){_AMOUNT}(?P<scale>[百千万亿]?)(?:元(?!素))?",
            _money,
        ),
        (rf"{_EDGE}(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?(?P<scale>[百千万亿]?)\s?(?P<sign>{_CODE})(?![a-z])", _money),
        (rf"{_EDGE}{_MINUS}(?P<low>{_NUMBER})%?(?:{_TO}(?P<high>{_NUMBER}))?\s?(?P<of>[%‰])", _percent),
        (rf"{_EDGE}(?P<year>(?:19|20)\d\d)([-/.])(?P<month>1[0-2]|0?[1-9])\2(?P<day>3[01]|[12]\d|0?[1-9]){_END}", _date),
        (rf"{_EDGE}(?:1[3-9]\d[\s-]?\d{{4}}[\s-]?\d{{4}}|[48]00[\s-]?\d{{3}}[\s-]?\d{{4}}|0\d{{2,3}}-\d{{7,8}}){_END}", _telephone),
        (rf"{_EDGE}\d{{4}}(?:{_TO}\d{{4}})?(?=年(?!以|之|前|后|来|间))", _years),
        (rf"{_EDGE}{_CLOCK}(?:{_TO}{_CLOCK})?{_END}", _time),
        (rf"{_EDGE}(?P<left>\d{{1,3}}):(?P<right>\d{{1,3}}){_END}", _ratio),
        (rf"{_EDGE}(?P<above>\d{{1,2}})/(?P<below>\d{{1,3}})(?![\d/])", _fraction),
        (rf"{_EDGE}{_MINUS}{_SPAN}\s?(?P<unit>{_UNIT})(?![a-z\d])", _measure),
        (rf"{_EDGE}(?:0\d+|\d{{9,}})(?![\d.,])", _long),
        (rf"{_EDGE}(?P<low>{_NUMBER}){_TO}(?P<high>{_NUMBER}){_END}", _range),
        (rf"{_MINUS}(?P<number>{_NUMBER})(?P<more>\+)?", _number),
        (r"[+=×÷±≈≤≥&]", _sign),
    )
)


def figure_at(text: str, at: int) -> tuple[int, str] | None:
    """The figure that begins at `at` of a plain text: where it ends and how it is said; None where there is none."""
    for pattern, reading in READINGS:
        match = pattern.match(text, at)
        if match:
            return match.end(), reading(match)
    return None
