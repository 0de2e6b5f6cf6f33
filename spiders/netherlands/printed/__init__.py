"""How Dutch parliamentary papers are written and printed: their XML, mastheads, feet and dates."""
