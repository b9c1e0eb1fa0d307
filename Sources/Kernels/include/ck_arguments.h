// What the process was started with, and whether its output has arrived.
#pragma once

// The number of arguments, the program's name included.
int ck_argument_count(void);

// The arguments, with a NULL behind the last.
char **ck_arguments(void);

// Writes out what is buffered for standard output; 0, or the errno value of what went wrong, now or before.
int ck_flush_output(void);

// The path the program was started by; NULL where the system does not say.
const char *ck_program(void);
