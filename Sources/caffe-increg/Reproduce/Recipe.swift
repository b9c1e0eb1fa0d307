import CaffeProto
import Glibc
import Layers
import NetModel

/// How a row is run. What a row leaves out the table says for all.
struct Recipe: Codable, Equatable {
  /// Where the weights come from that a run begins with.
  enum Start: String, Codable {
    /// A trained net, which all rows of a seed share.
    case base
    /// None: the run trains and prunes in one.
    case scratch
    /// A net that is slim from the beginning, trained as the base is and for the run's iterations more: a control.
    case slim
  }

  /// The folder under `recipes` with net.prototxt and its solvers.
  var recipe: String?
  /// The solver of the trained net; base.prototxt.
  var base: String?
  /// The solver that prunes; prune.prototxt.
  var solver: String?
  /// Fields that go over the solver's, as text.
  var set: String?
  /// A solver that trains the slim net at the end.
  var tune: String?
  var from: Start?
  /// `prune_ratio` by layer; names may have * and ?.
  var ratios: [String: Double]?
  /// Training images that are kept apart, for tests while a run goes on.
  var validation: Int?
  /// How many pixels both sides of images of a folder get; as they are without it.
  var resize: Int?

  /// This row's, over what its table says.
  func over(_ table: Recipe?) -> Recipe {
    Recipe(
      recipe: recipe ?? table?.recipe, base: base ?? table?.base, solver: solver ?? table?.solver,
      set: set ?? table?.set, tune: tune ?? table?.tune, from: from ?? table?.from, ratios: ratios ?? table?.ratios,
      validation: validation ?? table?.validation, resize: resize ?? table?.resize)
  }
}

/// Ratios by layers' names with * and ?.
struct RatioPatterns {
  let patterns: [String: Double]
  /// For messages.
  let row: String

  /// The ratio of every layer that a pattern fits; of several patterns the longest.
  ///
  /// - Throws: ``ReproduceError/noLayer(pattern:row:)`` where one fits none
  func ratios(of names: [String]) throws -> [String: Double] {
    var result: [String: Double] = [:]
    for (pattern, ratio) in patterns.sorted(by: { ($0.key.count, $0.key) < ($1.key.count, $1.key) }) {
      let fitting = names.filter { fnmatch(pattern, $0, 0) == 0 }
      guard !fitting.isEmpty else { throw ReproduceError.noLayer(pattern: pattern, row: row) }
      for name in fitting { result[name] = ratio }
    }
    return result
  }
}

extension NetParameter {
  /// Gives layers their `prune_ratio`.
  ///
  /// - Throws: ``ReproduceError/noLayer(pattern:row:)``
  mutating func setRatios(_ patterns: RatioPatterns) throws {
    let ratios = try patterns.ratios(
      of: layer.filter { LayerRegistry.caffe[$0.type] is any FilterBearing.Type }.map(\.name))
    setRatios(ratios)
  }

  /// Gives the layers that are named their `prune_ratio`.
  mutating func setRatios(_ ratios: [String: Double]) {
    for index in layer.indices {
      if let ratio = ratios[layer[index].name] { layer[index].pruneParam.pruneRatio = Float(ratio) }
    }
  }
}
