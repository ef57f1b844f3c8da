"""omeviz, a terminal explorer for exported audit records of the encrypted message portal."""

__version__ = "0.1.0"
