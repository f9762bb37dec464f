# The command, from outside.  Sorted.
