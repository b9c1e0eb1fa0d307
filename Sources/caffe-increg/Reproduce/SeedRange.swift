import ArgumentParser

/// The seeds that a row is run with: `3` stands for 1 to 3, `2-3` for 2 and 3.
struct SeedRange: ExpressibleByArgument, CustomStringConvertible {
  let seeds: ClosedRange<Int>

  init(seeds: ClosedRange<Int>) { self.seeds = seeds }

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    switch ends.count {
    case 1:
      guard let last = ends[0], last >= 1 else { return nil }
      seeds = 1...last
    case 2:
      guard let first = ends[0], let last = ends[1], first >= 1, last >= first else { return nil }
      seeds = first...last
    default: return nil
    }
  }

  var description: String { seeds.lowerBound == 1 ? "\(seeds.upperBound)" : "\(seeds.lowerBound)-\(seeds.upperBound)" }
  var defaultValueDescription: String { description }
}
