/// Watches accuracy through the periods of a retraining, each at one learning rate.
struct Plateau: Codable, Equatable {
  /// A check: its accuracy and its iteration.
  struct Check: Codable, Equatable {
    var accuracy: Float
    var iteration: Int
  }

  /// Checks in this period.
  private(set) var checks = 0
  /// The first of the best checks of this period.
  private(set) var best: Check?
  private var bestIndex = 0
  /// The first of the best checks of all periods.
  private(set) var overall: Check?
  /// The best check of the first period. When all periods are over, the run goes on from it.
  private(set) var first: Check?
  /// Periods that have ended.
  private(set) var decays = 0
  private var accuracies: [Float] = []

  /// Whether all numbers are possible; they may come from a damaged file.
  var isPossible: Bool {
    ([checks, bestIndex, decays] + [best, overall, first].compactMap { $0?.iteration }).allSatisfy(IncRegError.isCount)
  }

  /// Takes a check.
  mutating func record(_ check: Check) {
    checks += 1
    accuracies.append(check.accuracy)
    if best.map({ check.accuracy > $0.accuracy }) ?? true {
      best = check
      bestIndex = checks
    }
    if overall.map({ check.accuracy > $0.accuracy }) ?? true { overall = check }
  }

  /// Whether the period has come to its end.
  func isExhausted(_ watch: CoursePhase.Watch) -> Bool {
    checks - bestIndex > watch.patience + (decays == 0 ? watch.firstPeriodBonus : 0)
  }

  /// Ends the period.
  mutating func decay() {
    if first == nil { first = best }
    decays += 1
  }

  /// Whether no further period follows: the last one was worse than the best, or there were five.
  var isFinished: Bool {
    guard let best, let overall else { return decays > Self.mostDecays }
    return decays > Self.mostDecays || best.accuracy < overall.accuracy
  }

  /// Starts the next period.
  mutating func startPeriod() {
    checks = 0
    bestIndex = 0
    best = nil
  }

  /// The mean of the three best checks of all periods, by which a stage is judged, since single checks are noisy.
  var meanOfBest: Float {
    let three = accuracies.sorted(by: >).prefix(3)
    return three.reduce(0, +) / Float(max(1, three.count))
  }

  /// Decays before the last.
  private static let mostDecays = 4
}
