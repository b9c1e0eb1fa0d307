import Base

/// How much of every layer is to go.
public struct PruneRatios: Sendable {
  /// The share of layers that are not named.
  let standard: Double
  private let named: [String: (ratio: Double, place: String)]

  /// The same share of every layer's channels, in 0 ..< 1.
  ///
  /// - Throws: ``PruneError/ratio(_:where:)``
  public init(_ ratio: Double) throws {
    standard = try PruneRatios.checked(ratio, "--ratio")
    named = [:]
  }

  /// The share of each of some layers' channels, by their names; the other layers keep all.
  ///
  /// - Throws: ``PruneError/ratio(_:where:)``
  public init(_ ratios: [String: Double]) throws {
    standard = 0
    named = ratios.mapValues { ($0, "the ratios") }
    for ratio in ratios.values { _ = try PruneRatios.checked(ratio, "the ratios") }
  }

  /// One line per layer, its name and its share; the other layers keep all. Empty lines and lines from # on are skipped.
  ///
  /// - Throws: ``PruneError`` with file and line
  public init(text: String, file: String) throws {
    standard = 0
    var named: [String: (ratio: Double, place: String)] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = line.prefix { $0 != "#" }
      let words = content.split { $0 == " " || $0 == "\t" || $0 == "\r" }
      guard !words.isEmpty else { continue }
      guard words.count == 2, let ratio = Double(words[1]) else {
        throw PruneError.line("\(file):\(index + 1): '\(line)' is not a layer's name and a number")
      }
      let place = "\(file):\(index + 1)"
      guard named.updateValue((try PruneRatios.checked(ratio, place), place), forKey: String(words[0])) == nil
      else { throw PruneError.line("\(place): layer '\(words[0])' is given twice") }
    }
    self.named = named
  }

  private static func checked(_ ratio: Double, _ place: String) throws -> Double {
    guard ratio >= 0, ratio < 1 else { throw PruneError.ratio(ratio, where: place) }
    return ratio
  }

  /// The layers that are named, and where.
  var names: [(layer: String, ratio: Double, place: String)] {
    named.map { ($0.key, $0.value.ratio, $0.value.place) }.sorted { $0.layer < $1.layer }
  }

  /// The share of channels that several layers make together: the largest that one of them is given.
  func ratio(of layers: [String]) -> Double { layers.compactMap { named[$0]?.ratio }.max() ?? standard }
}

/// Why a net cannot be pruned as asked.
public enum PruneError: Error, CustomStringConvertible {
  /// A share outside 0 ..< 1.
  case ratio(Double, where: String)
  /// A line of a file of ratios.
  case line(String)
  /// A name in a file of ratios that is no layer; `nearest` is one that is spelt nearly so.
  case unknownLayer(String, where: String, nearest: String?)
  /// A layer in a file of ratios that makes no channels which could be removed, and why.
  case heldLayer(String, where: String, reason: String)
  /// Slimming would not take away what is masked.
  case uncut(String)
  /// A layer's weights hold a NaN or are beyond the range of floats, so that its channels cannot be ranked.
  case noNumber(layer: String)
  /// The net has to run over data, but its caller makes it, or there is none.
  case noData(layer: String?, type: String?)
  /// The net's data holds too few images to fit weights to: how many there are.
  case fewImages(Int)
  /// The net has to run backward, but has no loss.
  case noObjective

  /// Place and cause in one line.
  public var description: String {
    switch self {
    case .ratio(let ratio, let place): "\(place): the ratio is \(ratio), but must be at least 0 and less than 1"
    case .line(let text): text
    case .unknownLayer(let name, let place, let nearest):
      "\(place): the net has no layer '\(name)'" + didYouMean(nearest)
    case .heldLayer(let name, let place, let reason):
      "\(place): layer '\(name)' makes no channels that could be removed, because of this: \(reason)"
    case .uncut(let cause): "slim could not cut out what would be masked, so that nothing is written: \(cause)"
    case .noData(let layer?, let type?):
      "layer '\(layer)' (\(type)) takes data from its caller, but data of the net's own is needed: give a prototxt with a data layer, or --phase TRAIN where that phase has one"
    case .noData: "the net has no data layer, but data of its own is needed"
    case .fewImages(let images):
      "weights are fitted to at least \(Reconstruction.fewestImages) images, but the net's data holds \(images)"
    case .noObjective:
      "the importance needs gradients, but no layer of this phase of the net is a loss: give a prototxt with one, or --phase TRAIN where that phase has one"
    case .noNumber(let layer):
      "layer '\(layer)': the weights that make its channels hold NaN or infinity: they cannot be ranked"
    }
  }
}
