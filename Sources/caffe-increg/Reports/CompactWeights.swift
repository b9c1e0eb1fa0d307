import Base
import NetIO

/// What `--compact` says.
enum CompactWeights {
  /// Weights without columns and rows of zeros; says so where there are too few.
  static func of(_ weights: WeightSet, log: RunLog) -> WeightSet {
    let (compact, layers) = weights.compacted()
    if layers.isEmpty { log.warning("--compact: no layer has enough columns or rows of zeros, and the file is whole") }
    return compact
  }

  /// Why a file cannot hold them.
  static func refusal(of path: String) -> String {
    "--compact: only a binary caffemodel can leave columns out, not \(path)"
  }
}
