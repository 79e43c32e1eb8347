"""From high dynamic range to ours: one 3-D table for a film, baked from the transfer functions of ITU-R BT.2100 (PQ and HLG).

Light is counted in units of diffuse white (203 cd/m², ITU-R BT.2408). Above half of it, it is rolled off so that 1,000 cd/m² is white,
by the largest of the three colours, which keeps hues. The result is for a display with a gamma of 2.4 (ITU-R BT.1886).
"""

from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Transfer = Literal["pq", "hlg"]
Floats = NDArray[np.float64]

SIZE: Final = 33
WHITE_NITS: Final = 203.0
PEAK_NITS: Final = 1_000.0
_KNEE: Final = 0.5
_GAMMA: Final = 2.4
_LUMA_2020: Final = np.array([0.2627, 0.6780, 0.0593])
_RGB709_FROM_2020: Final = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
"""ITU-R BT.2087, table 3 inverted, rounded to four places."""


def write_table(path: Path, transfer: Transfer) -> None:
    """Write the table as a `.cube` file, as libavfilter's lut3d reads it."""
    rows = table(transfer).reshape(-1, 3)
    lines = "\n".join(f"{red:.5f} {green:.5f} {blue:.5f}" for red, green, blue in rows)
    path.write_text(f"LUT_3D_SIZE {SIZE}\n{lines}\n", "ascii")


def table(transfer: Transfer) -> Floats:
    """R'G'B' of BT.709 for every R'G'B' of BT.2020 on the grid: (blue, green, red, 3), 0 to 1; red runs fastest."""
    steps = np.linspace(0.0, 1.0, SIZE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return mapped(np.stack([red, green, blue], axis=-1), transfer)


def mapped(signal: Floats, transfer: Transfer) -> Floats:
    """Colours (…, 3) of BT.2020 in this transfer as BT.709 colours for an SDR display, all 0 to 1."""
    light = (_pq_nits(signal) if transfer == "pq" else _hlg_nits(signal)) / WHITE_NITS
    brightest = light.max(axis=-1, keepdims=True)
    light = light * (_rolled_off(brightest) / np.maximum(brightest, 1e-9))
    narrow = np.clip(light @ _RGB709_FROM_2020.T, 0.0, 1.0)
    return np.asarray(narrow ** (1 / _GAMMA))


def _rolled_off(light: Floats) -> Floats:
    """The identity up to the knee, then with the same slope on to 1 at the peak (Reinhard's extended curve)."""
    peak = (PEAK_NITS / WHITE_NITS - _KNEE) / (1 - _KNEE)
    over = np.clip((light - _KNEE) / (1 - _KNEE), 0.0, peak)
    bent = _KNEE + (1 - _KNEE) * over * (1 + over / peak**2) / (1 + over)
    return np.where(light <= _KNEE, light, bent)


def _pq_nits(signal: Floats) -> Floats:
    """The PQ EOTF (ITU-R BT.2100, table 4)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = signal ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1))


def _hlg_nits(signal: Floats) -> Floats:
    """The HLG inverse OETF and OOTF for a display of 1,000 cd/m² (ITU-R BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)  # noqa: PLR2004 - where the two parts meet
    luminance = (scene @ _LUMA_2020)[..., None]
    return np.asarray(PEAK_NITS * np.maximum(luminance, 1e-9) ** 0.2 * scene)
