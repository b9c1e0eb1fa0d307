import Glibc

/// What Google's logging library is told by its flags and its `GLOG_` variables, with the defaults of Caffe's tools.
public struct LogSettings: Equatable, Sendable {
  /// Lines less grave than this are dropped (`minloglevel`).
  public var least = 0
  /// Lines at least as grave as this go to standard error (`logtostderr`, `alsologtostderr`, `stderrthreshold`).
  public var leastOnStandardError = 0
  /// The folder that gets log files (`log_dir`); nil for none.
  public var folder: String?

  /// All lines go to standard error, none to files.
  public init() {}

  /// Reads the variables; flags are turned into variables before.
  ///
  /// - Parameter environment: gives a variable's value
  public init(environment: (String) -> String?) {
    func number(_ name: String) -> Int? { environment("GLOG_" + name).map { Int($0) ?? 0 } }
    func truth(_ name: String) -> Bool? {
      environment("GLOG_" + name).map { $0.isEmpty || "tTyY1".contains($0.prefix(1)) }
    }
    least = number("minloglevel") ?? 0
    if truth("logtostderr") == true { return }
    folder = environment("GLOG_log_dir").flatMap { $0.isEmpty ? nil : $0 }
    // Caffe's tools log to standard error unless they are told not to.
    guard truth("alsologtostderr") == false else { return }
    leastOnStandardError = number("stderrthreshold") ?? 2
    folder = folder ?? environment("TMPDIR") ?? "/tmp"
  }

  /// Those of this process, as they were when it first logged.
  public static let ofProcess = LogSettings { getenv($0).map { String(cString: $0) } }
}
