"""`python -m omeviz`."""

import sys

from omeviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
