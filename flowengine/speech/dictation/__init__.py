"""Dictation: digits and letters read aloud, corrected, in parts or said twice."""
