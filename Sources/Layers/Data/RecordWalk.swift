import Base
import Engine

/// How a data layer goes through the records of its source: through all of them with one stream of random numbers, or
/// through a rank's share, where each record has random numbers of its own.
struct RecordWalk {
  private let batch: Int
  private let share: DataShare?
  private let random: RandomSource
  private let key: SampleKey
  /// Words of the position that are not this walk's.
  let others: [UInt64]
  /// The records that all ranks have read before the present batches.
  private var records: Int
  /// The next record of the source, counted from there.
  private var next = 0

  /// - Parameters:
  ///   - position: where to begin; behind the state of random numbers it may hold further words
  ///   - batch: the records of a batch
  ///   - share: a rank's; nil for all records
  ///   - others: makes the further words of a position that has none yet, from the random numbers
  init(
    from position: DataPosition, batch: Int, _ share: DataShare?, others: (RandomSource) -> [UInt64] = { _ in [] }
  ) {
    random = RandomSource(seed: 0)
    let size = random.snapshot.count
    random.snapshot = Array(position.random.prefix(size))
    self.others = position.random.count > size ? Array(position.random[size...]) : others(random)
    (self.batch, self.share, records) = (batch, share, position.records)
    key = SampleKey(words: random.snapshot)
  }

  /// Goes to the record for an item of the batch.
  ///
  /// - Returns: how many records have to be passed over before it, and its random numbers
  mutating func go(to item: Int) -> (skipped: Int, random: RandomSource) {
    let place = share?.place(item, of: batch) ?? item
    defer { next = place + 1 }
    return (place - next, share == nil ? random : key.random([records + place]))
  }

  /// Ends the batch.
  mutating func finishBatch() {
    let round = share?.round(batch) ?? batch
    (records, next) = (records + round, next - round)
  }

  /// Where the source stands, behind the batches that are ended.
  var position: DataPosition { DataPosition(records: records, random: random.snapshot + others) }
}
