"""Figures: numbers in words and digits, counts and amounts, and which of them are no values."""
