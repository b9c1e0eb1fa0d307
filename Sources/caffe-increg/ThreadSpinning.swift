import Glibc

/// Starts the program again with a limit on how long idle OpenMP threads spin, unless the user has set one.
///
/// By default they spin for milliseconds at the end of every parallel loop. Where another process holds a core, that
/// makes small nets more than ten times slower; a short spin costs nothing on a quiet machine. libgomp reads the limit
/// before `main`, so it has to be in the environment of a new start. If that fails, the program goes on as it is.
func limitThreadSpinning() {
  guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
  setenv("GOMP_SPINCOUNT", "1000", 1)
  execv("/proc/self/exe", CommandLine.unsafeArgv)
}
