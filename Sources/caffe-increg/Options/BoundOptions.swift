import ArgumentParser
import Slimming

/// Options of all commands that hold two nets against each other.
struct BoundOptions: ParsableArguments {
  @Option(help: "The largest relative difference that counts as equal.")
  var tolerance: Float = 1e-4

  @Option(
    name: .customLong("absolute-tolerance"),
    help: "The largest absolute difference that counts as equal, for blobs in which values cancel each other.")
  var absoluteTolerance: Float = 1e-6

  func validate() throws {
    for (name, value) in [("tolerance", tolerance), ("absolute-tolerance", absoluteTolerance)]
    where !(value >= 0 && value.isFinite) {
      throw ValidationError("--\(name) must be a finite number of at least 0, but is \(value)")
    }
  }

  /// Both as one value.
  var bound: Comparison.Bound { .init(relative: tolerance, absolute: absoluteTolerance) }
}
