import CKernels
import NetModel

/// Where the outcome of trials is kept, so that a machine tries each convolution once and then always computes it
/// alike.
public protocol TrialRecord: AnyObject {
  /// What was kept for `key`.
  func outcome(for key: String) -> String?
  /// Keeps an outcome; neither text contains tabs or line breaks.
  func keep(_ outcome: String, for key: String)
}

/// The fastest layouts and algorithms of convolutions on this machine, found by running them.
final class ConvolutionTrials {
  private let engine: DNNLEngine
  let record: (any TrialRecord)?
  private var known: [ConvolutionShape: [Plan]] = [:]
  /// The outcomes for plans of pruned weights, by their keys.
  var compared: [String: String] = [:]

  /// A pair of layouts with the best algorithms in it.
  struct Plan {
    var bottom: Layout
    var top: Layout
    var algorithms: ConvolutionAlgorithm.Choice
    /// Of all directions together.
    var milliseconds: Double

    /// Whether it is a plan in the layouts of `shape`.
    func suits(_ shape: ConvolutionShape) -> Bool { (bottom, top) == (shape.bottomLayout, shape.topLayout) }
  }

  init(_ engine: DNNLEngine, _ record: (any TrialRecord)?) {
    self.engine = engine
    self.record = record
  }

  /// All plans for a shape, whose own layouts do not matter; empty where nothing can be tried.
  func plans(for shape: ConvolutionShape) -> [Plan] {
    var shape = shape
    (shape.bottomLayout, shape.topLayout, shape.negativeSlope) = (.plain, .plain, nil)
    if let plans = known[shape] { return plans }
    let key = key(shape)
    if let plans = record?.outcome(for: key).flatMap(Self.parse) {
      known[shape] = plans
      return plans
    }
    let plans = (try? tried(shape)) ?? []
    // Ways that were not taken may have needed the most scratch memory.
    engine.freeScratch()
    known[shape] = plans
    record?.keep(Self.text(plans), for: key)
    return plans
  }

  /// The layouts worth trying.
  private static func layouts(_ shape: ConvolutionShape) -> [(Layout, Layout)] {
    let (inputs, outputs) = (shape.bottom[1], shape.top[1])
    var pairs: [(Layout, Layout)] = [(.channelsLast, .channelsLast)]
    if shape.group == 1, inputs <= imageChannels { return pairs + [(.plain, .channelBlocked)] }
    let block = Layout.channelBlock * shape.group
    let waste =
      Double(Layout.channelBlocked.physicalCount(shape.bottom) * Layout.channelBlocked.physicalCount(shape.top))
      / Double(shape.bottom.count * shape.top.count)
    if shape.group == 1 ? waste <= 2 : inputs % block == 0 && outputs % block == 0 {
      pairs.append((.channelBlocked, .channelBlocked))
    }
    return pairs
  }

  /// The most channels with which a bottom counts as an image, which comes plain and takes no gradient.
  private static let imageChannels = 4

  /// Runs every direction with every algorithm in every pair of layouts.
  private func tried(_ shape: ConvolutionShape) throws -> [Plan] {
    let directions = Self.directions(shape)
    let entrants = Self.layouts(shape).flatMap { bottom, top in
      let placed = shape.placed(bottom, top)
      let (bottom, top) = (Blob(shape: shape.bottom, layout: bottom), Blob(shape: shape.top, layout: top))
      return ConvolutionAlgorithm.all(for: placed).compactMap {
        ConvolutionEntrant(placed, $0, bottom: bottom, top: top, directions: directions.map(\.direction), engine)
      }
    }
    var plans = Self.layouts(shape)
      .map { Plan(bottom: $0, top: $1, algorithms: .init(), milliseconds: 0) }
      .filter { plan in entrants.contains { plan.suits($0.shape) } }
    for (direction, chosen) in directions {
      let entrants = entrants.filter { $0.algorithm.takes(direction) }
      let times = try Race.shortest(of: entrants.map { entrant in { try entrant.milliseconds(direction) } })
      for index in plans.indices {
        let own = zip(entrants, times).filter { plans[index].suits($0.0.shape) }
        guard let best = own.min(by: { $0.1 < $1.1 }) else { continue }
        plans[index].milliseconds += best.1
        plans[index].algorithms[keyPath: chosen] = best.0.algorithm
      }
    }
    return plans
  }

  /// The directions that a net will run, and where their algorithm is noted.
  static func directions(
    _ shape: ConvolutionShape
  ) -> [(direction: ck_direction, chosen: WritableKeyPath<ConvolutionAlgorithm.Choice, ck_algorithm>)] {
    var directions: [(ck_direction, WritableKeyPath<ConvolutionAlgorithm.Choice, ck_algorithm>)] = [
      (CK_FORWARD, \.forward)
    ]
    guard shape.training else { return directions }
    if shape.bottom[1] > imageChannels { directions.append((CK_BACKWARD_DATA, \.backwardData)) }
    return directions + [(CK_BACKWARD_WEIGHTS, \.backwardWeights)]
  }

  func key(_ s: ConvolutionShape) -> String {
    let numbers = [
      s.bottom.dims, s.top.dims, [s.kernel.height, s.kernel.width], [s.stride.height, s.stride.width],
      [s.pad.height, s.pad.width], [s.dilation.height, s.dilation.width], [s.group],
    ]
    let geometry = numbers.map { $0.map(String.init).joined(separator: "x") }.joined(separator: " ")
    return "oneDNN \(DNNLBackend.version) threads \(DNNLBackend.threads) convolution \(geometry)"
      + (s.hasBias ? " bias" : "") + (s.adds ? " sum" : "") + (s.training ? " training" : "")
      + (DNNLNarrow.allows(s.placed(.channelsLast, .channelsLast)) ? " narrow" : "")
  }

  // One plan is "bottom top forward backwardData backwardWeights milliseconds", all but the last as raw numbers.

  private static func text(_ plans: [Plan]) -> String {
    plans.map { plan in
      let a = plan.algorithms
      let numbers = [
        plan.bottom.rawValue, plan.top.rawValue, Int32(bitPattern: a.forward.rawValue),
        Int32(bitPattern: a.backwardData.rawValue), Int32(bitPattern: a.backwardWeights.rawValue),
      ]
      return (numbers.map { "\($0)" } + ["\(plan.milliseconds)"]).joined(separator: " ")
    }.joined(separator: ";")
  }

  /// Nil for a text that this version did not write.
  private static func parse(_ text: String) -> [Plan]? {
    var plans: [Plan] = []
    for part in text.split(separator: ";") {
      let words = part.split(separator: " ")
      let numbers = words.prefix(5).compactMap { Int32($0) }
      guard words.count == 6, numbers.count == 5, numbers[2...].allSatisfy({ 0...2 ~= $0 }),
        let milliseconds = Double(words[5]),
        let bottom = Layout(rawValue: numbers[0]), let top = Layout(rawValue: numbers[1])
      else { return nil }
      let algorithms = numbers[2...].map { ck_algorithm(UInt32(bitPattern: $0)) }
      plans.append(
        Plan(
          bottom: bottom, top: top,
          algorithms: .init(
            forward: algorithms[0], backwardData: algorithms[1], backwardWeights: algorithms[2]),
          milliseconds: milliseconds))
    }
    return plans.isEmpty ? nil : plans
  }
}
