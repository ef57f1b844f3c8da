"""omeviz, a terminal explorer for exported audit records of the encrypted message portal."""

import os

__version__ = "0.1.0"

# Polars' allocator (jemalloc, on Linux) keeps freed memory for a while; giving it back at once costs hardly any time
# and keeps the peak of a large load hundreds of megabytes lower. It is read when Polars is imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
