import Glibc

/// Has the process table show a name: after the new start it is that of the link which led to the program, `exe`. Where
/// there is no /proc, that stays.
func showName(_ name: String) {
  let file = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
  guard file >= 0 else { return }
  var name = name
  name.withUTF8 { _ = write(file, $0.baseAddress, $0.count) }
  close(file)
}
