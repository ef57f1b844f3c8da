"""Names of NumPy arrays over the bytes of lines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

Places = npt.NDArray[np.int64]
"""Offsets of bytes."""

Flags = npt.NDArray[np.bool_]
"""One for each line or byte."""
