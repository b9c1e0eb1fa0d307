import ArgumentParser
import Base

/// What weights are written as, by the name of the file.
enum WeightTarget {
  /// A caffemodel, or HDF5.
  case weights
  /// A whole net, which only `convert` writes.
  case onnx

  /// The format of a name. What begins with a digit, as in `masked_0.5`, is no ending.
  ///
  /// - Throws: `ValidationError` where it ends like another kind of file
  init(of path: String) throws {
    switch Self.ending(of: path) {
    case nil, ".caffemodel", ".h5": self = .weights
    case ".onnx": self = .onnx
    case .some(let ending): throw Self.refusal(of: path, ending, "the target must end in .caffemodel, .h5 or .onnx")
    }
  }

  /// Looks whether a file of `--out-weights` has the name of one.
  ///
  /// - Throws: `ValidationError` where it ends like another kind of file
  static func check(outWeights path: String) throws {
    guard let ending = ending(of: path), ending != ".caffemodel", ending != ".h5" else { return }
    let remedy = ending == ".onnx" ? "; convert makes that of them" : ""
    throw refusal(of: path, ending, "--out-weights must end in .caffemodel or .h5\(remedy)")
  }

  private static func ending(of path: String) -> String? {
    let name = path.lastComponent
    guard let dot = name.lastIndex(of: "."), name[dot...].dropFirst().first?.isLetter ?? true else { return nil }
    return String(name[dot...])
  }

  private static func refusal(of path: String, _ ending: String, _ rule: String) -> ValidationError {
    ValidationError("'\(path)' ends in \(ending), which is not written: \(rule).")
  }
}
