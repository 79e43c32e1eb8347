"""The fact guard: what a script claims must stand in the brief. It reads every script, whoever wrote it.

A claim is a number with its unit, a price, a percentage, a superlative or a certificate. A claim that the brief does not make is
unsupported and its sentence is dropped. Words that advertising law forbids or restricts (the Advertising Law of the People's
Republic of China, articles 9, 16 to 18 and 28; unfair-advertising rules elsewhere) are flagged even where the brief uses them.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from render.ports.language import ProductBrief

Kind = Literal["number", "superlative", "certificate", "forbidden"]

_HAN_DIGITS: Final = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_HAN_PLACES: Final = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_UNITS: Final = (
    "小时|分钟|秒|天|周|星期|个月|年|岁|元|块钱|块|角|折|斤|公斤|千克|克|毫克|吨|升|毫升|米|厘米|毫米|公里|平方米|度|瓦|伏|毫安|倍|次|件|款|层|"
    "种|档|颗|粒|片|包|盒|瓶|杯|人|位|家|名|万|亿|"
    "hours?|hrs?|minutes?|mins?|seconds?|days?|weeks?|months?|years?|kg|g|mg|ml|l|cm|mm|km|m|inch(?:es)?|oz|lbs?|"
    "dollars?|usd|baht|thb|yuan|rmb|cny|watts?|w|v|mah|gb|tb|times|x"
)
_NUMBER: Final = re.compile(rf"(?P<value>\d+(?:[.,]\d+)*)\s*(?P<unit>%|％|(?:{_UNITS})(?![a-z]))?", re.IGNORECASE)
_HAN_NUMBER: Final = re.compile(
    rf"(?P<value>[零〇一二两三四五六七八九十百千万亿]+)(?P<unit>{_UNITS.split('hours', maxsplit=1)[0].rstrip('|')})"
)
_PERCENT_HAN: Final = re.compile(r"百分之(?P<value>[零〇一二两三四五六七八九十百]+)")

_SUPERLATIVES_HAN: Final = re.compile(
    r"最佳|最好|最优|最强|最高级|最便宜|最低价|最先进|最安全|最大|最新|国家级|"
    r"世界级|全球级|宇宙级|第一|唯一|首个|首选|独家|顶级|顶尖|极品|极致|"
    r"绝对|永久|万能|百分百|根治|治愈|特效|神效|无副作用|零风险|包治|全网最低|"
    r"史上最低|世界领先|国际领先|遥遥领先|领导品牌|王牌|冠军|驰名商标|老字号"
)
_SUPERLATIVES_LATIN: Final = re.compile(
    r"(?<![a-z0-9])(?:the best|best-selling|bestselling|number one|no\. ?1|#1|cheapest|lowest price|guaranteed?|miracle|cures?|risk-free|"
    r"unbeatable|perfect|world'?s first|the only|once in a lifetime|clinically proven|doctor recommended|never fails?)(?![a-z0-9])",
    re.IGNORECASE,
)
_SHORTEST_PLURAL: Final = 3
_MYRIAD: Final = 10_000
_CERTIFICATES: Final = re.compile(
    r"(?<![a-z0-9])(?:ISO ?\d{3,5}|FDA|CE|FCC|RoHS|UL|GMP|HACCP|USDA|SGS|CCC|3C|halal|organic certified|patent(?:ed)?)(?![a-z0-9])"
    r"|专利|认证|检测报告|质检|有机食品|绿色食品",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a text says that needs a fact behind it, in the words it was said."""

    kind: Kind
    text: str
    key: str
    """The same for the same claim in other spelling: 12小时, 十二小时 and １２ 小时."""


def unsupported(text: str, brief: ProductBrief) -> tuple[Claim, ...]:
    """The claims in `text` that the brief does not make, and the forbidden words it uses."""
    known = {claim.key for fact in brief.facts() for claim in claims(fact)}
    missing = tuple(claim for claim in claims(text) if claim.key not in known)
    return missing + tuple(Claim("forbidden", word, word) for word in brief.forbidden if word.strip() and _folded(word) in _folded(text))


def flagged(text: str) -> tuple[Claim, ...]:
    """The words in `text` that advertising law forbids or restricts, for a person to decide on."""
    return tuple(claim for claim in claims(text) if claim.kind in {"superlative", "certificate"})


@lru_cache(maxsize=4_096)
def claims(text: str) -> tuple[Claim, ...]:
    """Every claim in `text`, in the order of its kinds."""
    folded = _folded(text)
    return (*_numbers(folded), *_superlatives(folded), *_certificates(folded))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _numbers(text: str) -> list[Claim]:
    found = [_number(match["value"].replace(",", ""), match["unit"] or "", match[0]) for match in _NUMBER.finditer(text)]
    found += [_number(str(_han_value(match["value"])), match["unit"], match[0]) for match in _HAN_NUMBER.finditer(text)]
    found += [_number(str(_han_value(match["value"])), "%", match[0]) for match in _PERCENT_HAN.finditer(text)]
    return found


def _number(value: str, unit: str, text: str) -> Claim:
    plain = value.rstrip("0").rstrip(".") if "." in value else value
    return Claim("number", text.strip(), f"{plain}{_unit(unit)}")


def _unit(unit: str) -> str:
    """One spelling for a unit: without a plural s, and the same for the two words for yuan."""
    same = {
        "块": "元",
        "块钱": "元",
        "hr": "hour",
        "hrs": "hour",
        "min": "minute",
        "mins": "minute",
        "千克": "kg",
        "公斤": "kg",
        "克": "g",
        "毫升": "ml",
    }
    return same.get(unit) or (unit[:-1] if len(unit) > _SHORTEST_PLURAL and unit.endswith("s") else unit)


def _han_value(numeral: str) -> int:
    """The value of a Chinese numeral below 10^16; a run of digits without places (二零二六) is read digit by digit."""
    if not any(character in _HAN_PLACES for character in numeral):
        return int("".join(str(_HAN_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif (place := _HAN_PLACES[character]) >= _MYRIAD:
            total, section, digit = (total + section + digit) * place, 0, 0
        else:
            section, digit = section + (digit or 1) * place, 0
    return total + section + digit


def _superlatives(text: str) -> list[Claim]:
    patterns = (_SUPERLATIVES_HAN, _SUPERLATIVES_LATIN)
    return [Claim("superlative", match[0], match[0]) for pattern in patterns for match in pattern.finditer(text)]


def _certificates(text: str) -> list[Claim]:
    return [Claim("certificate", match[0], match[0].replace(" ", "")) for match in _CERTIFICATES.finditer(text)]
