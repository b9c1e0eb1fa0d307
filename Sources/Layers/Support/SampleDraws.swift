import Base
import Engine

/// The random numbers of a layer's passes: the run's, one after the other, or where several ranks train, for each sample of
/// the batch its own.
struct SampleDraws {
  private let random: RandomSource
  private let ranks: RunRanks?
  private let key: SampleKey?

  init(_ context: LayerContext) {
    (random, ranks) = (context.random, context.ranks)
    key = context.ranks?.makeKey(context.random)
  }

  /// Whether every sample has random numbers of its own.
  var isBySample: Bool { key != nil }

  /// Those of the batch as a whole.
  var ofPass: RandomSource { ranks.flatMap { ranks in key.map { ranks.random($0, sample: 0) } } ?? random }

  /// Calls `body` for parts of `count` elements in their order, each with the random numbers to draw from.
  func forEachSample(of count: Int, samples: Int, _ body: (Range<Int>, RandomSource) -> Void) {
    guard let ranks, let key else { return body(0..<count, random) }
    for sample in 0..<samples { body(count.part(sample, of: samples), ranks.random(key, sample: sample)) }
  }
}
