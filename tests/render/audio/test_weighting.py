import numpy as np

from render.audio.weighting import Meter


def test_a_meter_comes_to_rest_in_silence():
    meter = Meter(2)
    noise = np.random.default_rng(1).standard_normal((2, 4_800)).astype(np.float32)

    assert meter.step_energy(noise, 48).all()
    fading = meter.step_energy(np.zeros((2, 48_000), np.float32), 48)

    assert fading[0]
    assert not fading[-1]
    assert not np.any(meter._states)
