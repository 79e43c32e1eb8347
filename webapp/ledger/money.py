"""Discounts, as Chinese contracts write them: 折 is tenths of the list price. Here in hundredths of a 折, so that 1000 is the full price.

Everything is integer arithmetic; halves are rounded up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FULL: Final = 1000


@dataclass(frozen=True, slots=True)
class Priced:
    """`count` times a list price, in the minor unit of a currency."""

    list_price: int
    count: int

    @property
    def total(self) -> int:
        """At the list price."""
        return self.list_price * self.count


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, rounded to the nearest whole, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def discount_of(contract_total: int, lines: Sequence[Priced]) -> int:
    """折 = 10 × contract total ÷ Σ(list × quantity), half-up to two decimals; in hundredths."""
    listed = sum(line.total for line in lines)
    return half_up(FULL * contract_total, listed) if listed else FULL


def cost(line: Priced, discount: int) -> int:
    """What a line costs at a discount, half-up to the minor unit."""
    return half_up(line.total * discount, FULL)


def shares(contract_total: int, lines: Sequence[Priced]) -> tuple[int, ...]:
    """The contract's total, spread over its lines by list price so that nothing is lost: the largest remainders get what is left over."""
    listed = sum(line.total for line in lines)
    if not listed:
        return (0,) * len(lines)
    exact = [divmod(contract_total * line.total, listed) for line in lines]
    left = contract_total - sum(whole for whole, _ in exact)
    first = sorted(range(len(lines)), key=lambda index: (-exact[index][1], index))[:left]
    return tuple(whole + (index in first) for index, (whole, _) in enumerate(exact))


def told(amount: int) -> str:
    """Minor units as plain digits: 1234 is 12.34. Every currency of ours has hundredths."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}"
