/// A table of results that `reproduce` has run, with what the paper prints beside it.
public struct TableFacts: Sendable {
  /// A row.
  public struct Row: Sendable {
    /// Its name.
    public let name: String
    let method: String
    let net: String
    let data: String
    /// The runs, one per seed.
    let runs: [Run]
    /// What the paper prints; nil for rows that are only ours.
    let published: Published?

    /// Makes a row.
    public init(_ name: String, method: String, net: String, data: String, runs: [Run], published: Published?) {
      (self.name, self.method, self.net, self.data) = (name, method, net, data)
      (self.runs, self.published) = (runs, published)
    }

    /// A figure over all runs; nil where a run does not have it.
    func spread(_ figure: (Run) -> Double?) -> Spread? {
      let values = runs.compactMap(figure)
      return values.count == runs.count ? Spread(values) : nil
    }
  }

  /// A run. Accuracies are shares.
  public struct Run: Sendable {
    /// The seed.
    public var seed = 0
    /// What all numbers of iterations were multiplied by.
    public var scale = 1.0
    /// The accuracies of the net that was pruned, on both sides of the cut, and in the end.
    public var base, before, after: Double?
    /// That of the slim net.
    public var end = 0.0
    /// Before, and of the slim net.
    public var multiplyAdds, parameters: (before: Double, after: Double)
    /// How long it took, by which version, on how many threads.
    public var seconds = 0.0
    /// The program's version.
    public var version = ""
    /// The computing threads.
    public var threads = 0
    /// The solver as it ran.
    public var solver = ""

    /// Makes a run of a net's sizes.
    public init(multiplyAdds: (before: Double, after: Double), parameters: (before: Double, after: Double)) {
      (self.multiplyAdds, self.parameters) = (multiplyAdds, parameters)
    }
  }

  /// Figures as a paper prints them, in percent and as factors.
  public struct Published: Sendable {
    let base: String?
    let pruned: String?
    let speedup: String?

    /// Makes figures; nil where there is none.
    public init?(base: String?, pruned: String?, speedup: String?) {
      guard base != nil || pruned != nil || speedup != nil else { return nil }
      (self.base, self.pruned, self.speedup) = (base, pruned, speedup)
    }

    /// The accuracy as a share; nil where none is printed.
    var accuracy: Double? { pruned.flatMap(Self.number).map { $0 / 100 } }
    /// How many times fewer multiply-adds; nil where none is printed.
    var factor: Double? { speedup.flatMap(Self.number) }

    private static func number(_ text: String) -> Double? { Double(text.prefix { $0.isNumber || $0 == "." }) }
  }

  /// Its name.
  public let name: String
  let title: String
  /// Where the published figures were read.
  let source: String
  /// The rows that have runs.
  let rows: [Row]
  /// How many others the table has.
  let rowsWithoutRuns: Int

  /// Makes a table.
  public init(_ name: String, title: String, source: String, _ rows: [Row], rowsWithoutRuns: Int) {
    (self.name, self.title, self.source) = (name, title, source)
    (self.rows, self.rowsWithoutRuns) = (rows, rowsWithoutRuns)
  }
}
