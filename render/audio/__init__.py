"""Sound: mixing, ducking, loudness, peaks. Float32 stereo at 48 kHz, (2, n), within -1 to 1."""
