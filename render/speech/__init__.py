"""The embedded speech engine: text becomes sound with word, phoneme and viseme times."""
