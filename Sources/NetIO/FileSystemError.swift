import Base
import Glibc

/// What the operating system refused to do with a file: the path, the step, and the errno behind it.
public struct FileSystemError: Error, Equatable, CustomStringConvertible {
  /// The step that failed, in the words of the message.
  public enum Operation: String, Sendable {
    case create
    case makeFolder = "make folder"
    case open
    case read
    case remove
    case rename
    case sync
    case write
  }

  /// The file or folder the user named, never the temporary beside it.
  public var path: String
  /// The step that failed.
  public var operation: Operation
  /// The errno value.
  public var code: Int32

  /// Makes an error out of its evidence; `code` is an errno value.
  public init(path: String, operation: Operation, code: Int32) {
    self.path = path
    self.operation = operation
    self.code = code
  }

  /// What `InputFile` says about a file that it does not open: a folder is opened, but cannot be read.
  package init(notOpened path: String, code: Int32) {
    self.init(path: path, operation: code == EISDIR ? .read : .open, code: code)
  }

  /// The error text of `code`, e.g. "No space left on device".
  public var reason: String { InputFile.text(of: code) }

  /// One line naming the step, the path and the cause.
  public var description: String { "cannot \(operation.rawValue) '\(path)': \(reason)" }
}
