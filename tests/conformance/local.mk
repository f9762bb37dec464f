# One contract, every backend, every kind of memory.
