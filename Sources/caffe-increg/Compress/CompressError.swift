import Base
import Solver

/// Why a net is not compressed as asked.
enum CompressError: Error, CustomStringConvertible {
  /// The solver does not name one net for both phases.
  case noNet(solver: String)
  /// An option that differs from that of the run which a folder holds.
  case otherRun(folder: String, option: String, before: String, now: String)
  /// Another process works in the folder.
  case busy(folder: String)
  /// The folder's record cannot be read.
  case unreadable(path: String)
  /// Training came to a number that is NaN or infinite: what was trained, where, and the rate it began with.
  case diverged(what: String, cause: String, rate: Double)
  /// The best net does not do what was asked for: the reasons.
  case shortfall([String])

  var description: String {
    switch self {
    case .noNet(let solver):
      "\(solver): compress needs one net with the layers of both phases, named by 'net': one of train_net, test_net or net_param is none"
    case .otherRun(let folder, let option, let before, let now):
      "'\(folder)' holds another run: there \(option) is \(before), now it is \(now); give another --out, or remove it"
    case .busy(let folder): "another process works in '\(folder)'"
    case .unreadable(let path): "'\(path)' is not what this program writes: give another --out, or remove it"
    case .diverged(let what, let cause, let rate):
      "\(what): \(cause); the rate begins with \(rate.logged), and a smaller one may do, with another --out"
    case .shortfall(let reasons): reasons.joined(separator: "; ") + ". The best net there is has been written."
    }
  }
}

extension CompressError: ExitCoding {
  /// 2 where files are written, but do not do what was asked for.
  var exitCode: Int32 { if case .shortfall = self { 2 } else { 1 } }
}
