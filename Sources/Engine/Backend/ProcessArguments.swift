import CKernels

/// Whether what the process writes has arrived.
public enum ProcessOutput {
  /// Writes out what is buffered for standard output.
  ///
  /// - Returns: the errno value of what went wrong, now or before; nil if nothing did
  public static func failure() -> Int32? {
    let code = ck_flush_output()
    return code == 0 ? nil : code
  }
}

/// What the process was started with, without asking /proc as `CommandLine` does.
public enum ProcessArguments {
  /// The program's name and the arguments; nil where there is not even a name.
  public static var all: [String]? {
    let count = Int(ck_argument_count())
    guard count > 0, let arguments = ck_arguments() else { return nil }
    return (0..<count).compactMap { arguments[$0].map { String(cString: $0) } }
  }

  /// The position of the first argument that is not UTF-8, so that no file can be opened by it; nil where there is none.
  public static var misencoded: Int? {
    guard let arguments = ck_arguments() else { return nil }
    return (0..<Int(ck_argument_count())).first { index in
      arguments[index].map { String(validatingCString: $0) == nil } ?? false
    }
  }

  /// The same as C has it, for `execv`.
  public static var pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? { ck_arguments() }

  /// The path that the program was started by.
  public static var program: UnsafePointer<CChar>? { ck_program() }
}
