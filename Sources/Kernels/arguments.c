// What the process was started with, and whether its output has arrived. Swift's runtime reads the one from /proc, which
// need not be there, and does not look at the other.
#include "include/ck_arguments.h"

#include <errno.h>
#include <stdio.h>
#include <sys/auxv.h>

static int argument_count;
static char **arguments;

// glibc hands constructors what main gets.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  argument_count = count;
  arguments = values;
}

int ck_argument_count(void) { return argument_count; }

char **ck_arguments(void) { return arguments; }

int ck_flush_output(void) {
  errno = 0;
  if (fflush(stdout) != 0) return errno ? errno : EIO;
  return ferror(stdout) ? EIO : 0;
}

const char *ck_program(void) { return (const char *)getauxval(AT_EXECFN); }
