"""Speech: from what a recogniser wrote to the values, choices and intents that were meant.

- `text`, `canon`: words; `tables`, `wordtables`, `phraselists`, `languages/`: the word lists, as data;
- `contract`, `types/`, `values`, `custom`: what a slot type is, those that come along, and what they give;
- `corrections`, `negation`, `alternatives`, `clauses/`: what of a caller's words counts, shared by the types;
- `figures/`, `dictation/`, `addresses/`, `calendar/`, `names/`, `choices/`, `polarity/`: the grammar of one subject;
- `intents`, `patterns`, `builtin`: what a caller wants;
- `speaking`: values in words again.
"""
