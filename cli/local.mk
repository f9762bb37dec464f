# The command.  All but main.c is a library so that the tests can link it.
