"""Polarity: yes and no in all their colours, and what leaves the answer open."""
