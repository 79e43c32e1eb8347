"""Speech: a passage of text becomes sound with word, phoneme and viseme times.

text → pieces (what is said, and where it stands in the text) → sentences → symbols → the network → sound and times
"""
