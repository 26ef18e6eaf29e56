"""E-mail addresses read aloud: the words they are made of, the domain, and the part before the "at"."""
