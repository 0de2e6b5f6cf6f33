"""Exit codes of commands; the README's table says what to do about each."""

DONE = 0
USAGE = 2
INCOMPLETE = 3
DAMAGE = 4
FAULT = 70
"""A fault of Griffie itself (EX_SOFTWARE of sysexits.h); the log has the traceback."""
TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h."""
INTERRUPTED = 130
"""Ended by Ctrl-C, as shells report it."""

ALL = frozenset({DONE, USAGE, INCOMPLETE, DAMAGE, FAULT, TRY_LATER, INTERRUPTED})
