"""Dates, times, moments and lengths of time as callers say them: words in, candidate values out.

`lexer` turns text into classed items, `lexicon` compiles the word lists and rules of a language (data in
`languages/<tag>/calendar.toml`), `grammar` finds mentions, `mending` drops what the caller took back, and `dates`,
`clock`, `lengths` and `moments` give mentions their values. `speaking` says a value back.
"""
