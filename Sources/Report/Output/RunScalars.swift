/// A run's numbers over its updates, under the names that TensorBoard groups by.
extension RunRecord {
  /// A number at an update.
  public struct Scalar: Equatable, Sendable {
    /// Its name, as `train/loss`.
    public let tag: String
    /// The update.
    public let step: Int
    /// The value.
    public let value: Float
  }

  /// Whether it is a run of train.
  public var trains: Bool { command == "train" }

  /// When the run began, in seconds since 1970; 0 where its log does not say it.
  public var began: Double { firstTime ?? 0 }

  /// All scalars, tag by tag.
  public var scalars: [Scalar] {
    func all(_ tag: String, _ x: [Double], _ y: [Double]) -> [Scalar] {
      zip(x, y).compactMap { x, y in
        y.isFinite ? Int(exactly: x.rounded()).map { Scalar(tag: tag, step: $0, value: Float(y)) } : nil
      }
    }
    var result = all("train/loss", displays.x, displays.loss) + all("train/lr", displays.x, displays.rate)
    var names: [String] = []
    for output in tests.flatMap(\.outputs) where !names.contains(output.name) { names.append(output.name) }
    for name in names {
      let points = tests.flatMap { test in test.outputs.filter { $0.name == name }.map { (test.x, $0.value) } }
      result += all("test/\(name)", points.map(\.0), points.map(\.1))
    }
    for (index, family) in families.enumerated() {
      let points = ratios.filter { index < $0.achieved.count }
      result += all("pruned/\(family.name)", points.map(\.x), points.map { $0.achieved[index] })
    }
    return result
  }
}
