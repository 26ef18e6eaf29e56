"""Names of people: the word tables, how names are written, and the reading of what callers say about them.

An utterance is cut into mentions (`mentions`): a name after a cue, a part of a name ("last name Lee"), a bare name,
a spelling. What is said about a name is a remark (`remarks`). All mentions together make one name (`whole`).
"""
