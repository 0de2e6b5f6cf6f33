"""What can go wrong when the simulator is steered.

SimulatorError
├── CorpusUnusable    the folder given with --corpus lacks a file or holds no row
└── RequestRefused    a control request names a fault, category or value that is not known
"""


class SimulatorError(Exception):
    """Base of the simulator's errors; the message says what and what to do."""

    exit_code = 2


class CorpusUnusable(SimulatorError):
    """The folder holds no corpus."""


class RequestRefused(SimulatorError):
    """A control request cannot be followed; nothing was changed."""
