"""The voices on offer: those of the model's own that were measured to be well understood."""

from dataclasses import dataclass
from typing import Final, Literal

from render.ports.speech import Voice

_UI_LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en", "th")


def _voice(voice_id: str, sex: Literal["female", "male"], *names: str) -> Voice:
    language = "zh" if voice_id.startswith("z") else "en"
    return Voice(voice_id, language, dict(zip(_UI_LANGUAGES, names, strict=True)), sex)


SPEECH_ENGINE: Final = "kokoro-82m-1.0/b9caec49889f/2"
"""The embedded engine: its model, the first digits of its weights' SHA-256, and the version of its text rules
(raise it when the same text would be said otherwise, or at other times). Part of every speech digest."""

VOICES: Final = (
    _voice("zf_xiaoxiao", "female", "晓晓", "曉曉", "Xiaoxiao", "เสี่ยวเสี่ยว"),
    _voice("zf_xiaobei", "female", "晓北", "曉北", "Xiaobei", "เสี่ยวเป่ย"),
    _voice("zf_xiaoyi", "female", "晓伊", "曉伊", "Xiaoyi", "เสี่ยวอี"),
    _voice("zm_yunxi", "male", "云希", "雲希", "Yunxi", "อวิ๋นซี"),
    _voice("zm_yunyang", "male", "云扬", "雲揚", "Yunyang", "อวิ๋นหยาง"),
    _voice("zm_yunjian", "male", "云健", "雲健", "Yunjian", "อวิ๋นเจี้ยน"),
    _voice("zm_yunxia", "male", "云夏", "雲夏", "Yunxia", "อวิ๋นเซี่ย"),
    _voice("af_heart", "female", "哈特（美音）", "哈特（美音）", "Heart (US)", "ฮาร์ต (อเมริกัน)"),
    _voice("af_bella", "female", "贝拉（美音）", "貝拉（美音）", "Bella (US)", "เบลลา (อเมริกัน)"),
    _voice("af_nicole", "female", "妮可（美音，轻声）", "妮可（美音，輕聲）", "Nicole (US, soft)", "นิโคล (อเมริกัน เสียงนุ่ม)"),
    _voice("af_sarah", "female", "莎拉（美音）", "莎拉（美音）", "Sarah (US)", "ซาราห์ (อเมริกัน)"),
    _voice("am_michael", "male", "迈克尔（美音）", "麥可（美音）", "Michael (US)", "ไมเคิล (อเมริกัน)"),
    _voice("am_fenrir", "male", "芬里尔（美音）", "芬里爾（美音）", "Fenrir (US)", "เฟนเรียร์ (อเมริกัน)"),
    _voice("am_puck", "male", "帕克（美音）", "帕克（美音）", "Puck (US)", "พัค (อเมริกัน)"),
    _voice("bf_emma", "female", "艾玛（英音）", "艾瑪（英音）", "Emma (UK)", "เอ็มมา (อังกฤษ)"),
    _voice("bf_isabella", "female", "伊莎贝拉（英音）", "伊莎貝拉（英音）", "Isabella (UK)", "อิซาเบลลา (อังกฤษ)"),
    _voice("bm_george", "male", "乔治（英音）", "喬治（英音）", "George (UK)", "จอร์จ (อังกฤษ)"),
    _voice("bm_fable", "male", "费布尔（英音）", "費布爾（英音）", "Fable (UK)", "เฟเบิล (อังกฤษ)"),
)
"""Left out: `zf_xiaoni`, of which a listener's transcript loses a quarter, and the voices that the model's author grades D or worse."""

BY_ID: Final = {voice.id: voice for voice in VOICES}


@dataclass(frozen=True, slots=True)
class Style:
    """A manner of speaking, by what is done for it: `rate` per mille, `pitch` in cents, `energy` in tenths of a decibel."""

    id: str
    rate: int = 1_000
    pitch: int = 0
    energy: int = 0


STYLES: Final = (
    Style("standard"),
    Style("soft", rate=950, energy=-40),
    Style("firm", energy=40),
    Style("slow-low", rate=900, pitch=-100),
    Style("quick-high", rate=1_100, pitch=100, energy=20),
)
"""Named for what they do. None of them is a feeling: no voice here was taught any."""


def british(voice_id: str) -> bool:
    """Whether this voice speaks British English."""
    return voice_id.startswith("b")
