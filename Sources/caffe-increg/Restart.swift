import Base
import Engine
import Glibc

/// Starts the program again, once, for two things that have to be settled before `main`.
///
/// Idle OpenMP threads get a limit on how long they spin, unless the user has set one: by default they spin for
/// milliseconds at the end of every parallel loop. Where another process holds a core, that makes small nets up to four
/// times slower. A limit that is too low costs time where a core is taken away for moments, as on shared hosts:
/// threads that fell asleep have to be woken. libgomp reads the limit before `main`.
///
/// SIGINT, SIGTERM, SIGUSR1 and SIGHUP are blocked in the threads that libraries start before `main`: one that is not
/// would be killed by them, and with it a run that wants to be stopped in good order. A new start inherits what is
/// blocked, and this thread lets them through again.
///
/// If starting again fails, the program goes on as it is.
func restartPrepared() {
  var signals = sigset_t()
  var before = sigset_t()
  sigemptyset(&signals)
  for signal in [SIGINT, SIGTERM, SIGUSR1, SIGHUP] { sigaddset(&signals, signal) }
  pthread_sigmask(SIG_BLOCK, &signals, &before)
  let isLimited = getenv("GOMP_SPINCOUNT") != nil || getenv("OMP_WAIT_POLICY") != nil
  if sigismember(&before, SIGINT) == 0 || !isLimited {
    if !isLimited { setenv("GOMP_SPINCOUNT", "4000", 1) }
    startAgain()
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}

/// Starts the program again, once, so that OpenMP binds its threads: it learns that before `main`, too. A user who has
/// set OMP_PROC_BIND has decided.
func restartBound() {
  guard getenv("OMP_PROC_BIND") == nil, !DNNLBackend.bindsThreads else { return }
  setenv("OMP_PROC_BIND", "spread", 1)
  startAgain()
}

private func startAgain() {
  // OpenMP would take the one place of this thread for all that there are.
  DNNLBackend.unbindCallingThread()
  guard let arguments = ProcessArguments.pointers else { return }
  execv("/proc/self/exe", arguments)
  // Where there is no /proc, the path that the program was started by leads to it, unless the working directory has
  // changed.
  if let program = ProcessArguments.program { execv(program, arguments) }
  let reason = String(cString: strerror(errno))
  RunLog.standardError.warning("cannot start again with OpenMP prepared (\(reason)): going on without")
}
