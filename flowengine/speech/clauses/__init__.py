"""Clauses: whether words are stated, asked about, supposed, told of the past or only mentioned."""
