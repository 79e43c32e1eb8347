"""Our own music as it is offered: six tracks. How they sound is in `render.audio.music`."""

from dataclasses import dataclass
from typing import Final, Literal

Mood = Literal["upbeat", "calm", "corporate", "warm", "electronic", "festive"]


@dataclass(frozen=True, slots=True)
class Track:
    """A track as it is offered; `names` are by UI language. A document names it `music:<id>`."""

    id: str
    mood: Mood
    names: dict[str, str]


TRACKS: Final = (
    Track("bright-morning", "upbeat", {"zh-Hans": "明亮的早晨", "zh-Hant": "晨光正好", "en": "Bright Morning", "th": "เช้าสดใส"}),
    Track("quiet-water", "calm", {"zh-Hans": "静水", "zh-Hant": "靜水", "en": "Quiet Water", "th": "สายน้ำสงบ"}),
    Track("steady-ground", "corporate", {"zh-Hans": "稳步向前", "zh-Hant": "穩步前行", "en": "Steady Ground", "th": "ก้าวอย่างมั่นคง"}),
    Track("warm-afternoon", "warm", {"zh-Hans": "午后暖阳", "zh-Hant": "午後暖陽", "en": "Warm Afternoon", "th": "บ่ายอันอบอุ่น"}),
    Track("night-signal", "electronic", {"zh-Hans": "夜间信号", "zh-Hant": "夜色電波", "en": "Night Signal", "th": "สัญญาณยามค่ำคืน"}),
    Track("lantern-feast", "festive", {"zh-Hans": "灯火节庆", "zh-Hant": "燈火佳節", "en": "Lantern Feast", "th": "งานโคมไฟ"}),
)
