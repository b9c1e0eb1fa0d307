import Base
import Engine
import Glibc

/// Writes a line to standard output; what would begin another one is escaped.
func say(_ line: String) { print(line.printable(limit: 1 << 16)) }

/// Makes sure that all of standard output has arrived, before the program says that it has succeeded.
///
/// - Returns: what went wrong; nil if nothing did
func outputFailure() -> String? {
  ProcessOutput.failure().map { "cannot write standard output: \(String(cString: strerror($0)))" }
}
