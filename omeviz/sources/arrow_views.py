"""Columns of texts that stand in buffers of ours, handed to Polars without a copy.

Arrow's string views say where each text stands, in any order, so a value inside a longer text takes no memory of its
own. Polars takes them through Arrow's PyCapsule interface; NanoArrow 0.9 would spare us the structures here, but
corrupts memory where an array of views has buffers.

Source: https://arrow.apache.org/docs/format/CDataInterface.html and its PyCapsule page; views in
https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from omeviz.sources.arrays import Bytes, Flags

Views = npt.NDArray[np.uint32]
"""Texts as Arrow's string views (n, 4): the length; then up to twelve bytes, or the first four, the number of a buffer
and the place there."""

INLINE = 12
"""Bytes of a text that stand in its view."""

_NULLABLE = 2


class _Schema(ctypes.Structure):
    """`ArrowSchema`."""


class _Array(ctypes.Structure):
    """`ArrowArray`."""


_ReleaseSchema = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))
_ReleaseArray = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))

_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", _ReleaseSchema),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", _ReleaseArray),
    ("private_data", ctypes.c_void_p),
]

_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi)
)

_lent: dict[int, tuple[object, ...]] = {}
"""What Polars points into, by the number in `private_data`, until it says that it no longer does."""

_numbers = count(1)


def _schema_released(schema: Any) -> None:
    schema.contents.release = _ReleaseSchema()


def _array_released(array: Any, lent: dict[int, tuple[object, ...]] = _lent) -> None:
    lent.pop(array.contents.private_data, None)
    array.contents.release = _ReleaseArray()


_release_schema, _release_array = _ReleaseSchema(_schema_released), _ReleaseArray(_array_released)
for _callback in (_release_schema, _release_array):
    # A column may outlive this module when the interpreter ends.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_callback))


class _Lent:
    """An array that is to be taken once.

    Args:
        format_: Arrow's letter for its type.
        length: Of how many values.
        nulls: How many of them are not there.
        buffers: By the type's layout.
    """

    def __init__(self, format_: bytes, length: int, nulls: int, buffers: Sequence[npt.NDArray[Any] | None]) -> None:
        self._format = format_
        self._length = length
        self._nulls = nulls
        self._buffers = buffers

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        buffers = self._buffers
        places = (ctypes.c_void_p * len(buffers))(*(None if each is None else each.ctypes.data for each in buffers))
        number = next(_numbers)
        schema = _Schema(self._format, b"", None, _NULLABLE, 0, None, None, _release_schema, None)
        array = _Array(self._length, self._nulls, 0, len(buffers), 0, places, None, None, _release_array, number)
        _lent[number] = (buffers, places, schema, array)
        return (
            _capsule(ctypes.addressof(schema), b"arrow_schema", None),
            _capsule(ctypes.addressof(array), b"arrow_array", None),
        )


def text_column(texts: Views, present: Flags | None, *buffers: Bytes) -> pl.Series:
    """A column of texts that stand in buffers, without copying them.

    Args:
        texts: Their views.
        present: Which of them are there; None: all.
        buffers: UTF-8 where the texts are, contiguous; they must not change any more.
    """
    nulls = 0 if present is None else len(present) - int(np.count_nonzero(present))
    bits = None if present is None else np.packbits(present, bitorder="little")
    sizes = np.array([len(buffer) for buffer in buffers], np.int64)
    return pl.Series(_Lent(b"vu", len(texts), nulls, [bits, np.ascontiguousarray(texts), *buffers, sizes]))


def flags_column(flags: Flags) -> pl.Series:
    """A column of truth values, which Polars itself would make more slowly."""
    return pl.Series(_Lent(b"b", len(flags), 0, [None, np.packbits(flags, bitorder="little")]))


def is_utf8(signs: Bytes) -> bool:
    """Whether bytes are UTF-8. They must not change meanwhile."""
    if len(signs) <= INLINE:
        try:
            signs.tobytes().decode()
        except UnicodeDecodeError:
            return False
        return True
    view = np.concatenate((np.array([len(signs)], np.uint32), signs[:4].view(np.uint32), np.zeros(2, np.uint32)))
    whole = pl.Series(_Lent(b"vz", 1, 0, [None, view, signs, np.array([len(signs)], np.int64)]))
    try:
        return not whole.cast(pl.String, strict=False).null_count()
    except pl.exceptions.ComputeError:  # what Polars 2 says instead of giving null
        return False


def lent_count() -> int:
    """How many columns Polars still holds."""
    return len(_lent)
