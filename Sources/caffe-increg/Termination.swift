import Glibc

/// Has SIGTERM end the program with a message and exit code 1. Runs that stop in good order, as `train` does, block the signal
/// and so never come here.
///
/// Nothing is tidied up in a handler: temporary files are removed by the next run, as after a kill.
func endOnTermination() {
  signal(SIGTERM) { _ in
    let text: StaticString = "caffe-increg: ended by SIGTERM; files that had their names are whole\n"
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    _exit(EXIT_FAILURE)
  }
}
