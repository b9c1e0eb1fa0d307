import Base
import Budgets
import CaffeProto
import Engine
import NetIO
import NetModel
import Slimming
import Solver

/// Where sensitivity maps of a net come from: its data, or a file.
struct SensitivitySource {
  private let space: WidthSpace
  private let importance: String
  private let identity: String

  /// - Throws: `FileSystemError` where the weights cannot be read
  init(_ space: WidthSpace, weights: String, _ importance: String) throws {
    (self.space, self.importance) = (space, importance)
    identity = try FileHash.sha256(weights)
  }

  /// A file that is no map.
  struct Unreadable: Error, CustomStringConvertible {
    let path: String
    let cause: String

    var description: String { "'\(path)' is no sensitivity map: \(cause)" }
  }

  /// What the widths of the net lose by the map in a file.
  func curves(ofFile path: String) throws -> LossCurves {
    let text = try InputFile.text(in: path)
    guard let map = try? JSON.decode(SensitivityMap.self, from: text.utf8) else {
      throw Unreadable(path: path, cause: "it is not what the command sensitivity writes")
    }
    do { return try curves(of: map) } catch { throw PlacedError(file: path, line: nil, error: error) }
  }

  /// Makes a map.
  func measure(images: Int, state: NetState, registry: LayerRegistry, _ backend: any Backend, _ log: RunLog) throws
    -> SensitivityMap
  {
    let run = try SensitivityRun(space, images: images, state: state, registry: registry, backend: backend)
    let line = ProgressLine("sensitivity, layers")
    return try run.measure(identity: identity, importance: importance) { line.update($0, of: $1) }
  }

  /// What the widths of the net lose by a map.
  func curves(of map: SensitivityMap) throws -> LossCurves {
    try map.curves(space, identity: identity, importance: importance)
  }
}
