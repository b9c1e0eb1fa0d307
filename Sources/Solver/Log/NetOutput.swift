import Base
import Engine
import NetModel

/// The values of one output of a net: a single one for losses and accuracies.
public struct NetOutput: Equatable, Sendable {
  /// The blob's name.
  public let name: String
  /// Its values, or their means over the batches of a test.
  public internal(set) var values: [Float]
  /// The weight it has in the objective; 0 if it is no loss.
  public let lossWeight: Float

  /// A value as Caffe logs it, with its part of the objective.
  public func text(_ value: Float) -> String {
    lossWeight == 0
      ? value.logged
      : "\(value.logged) (* \(lossWeight.logged) = \((lossWeight * value).logged) loss)"
  }
}

extension String {
  /// Whether an output of this name is an accuracy: case does not matter for its first letter.
  public var isAccuracy: Bool { contains("ccuracy") }
}

extension NetOutput {
  /// As events have it.
  public var json: JSON.Value {
    .object([
      ("name", .string(name)), ("values", .list(values.map { .number($0) })), ("loss_weight", .number(lossWeight)),
    ])
  }
}

extension Net {
  /// Runs over batches from where the data stands.
  ///
  /// - Parameters:
  ///   - batches: how many
  ///   - progress: gets the number of batches that are done, after each
  /// - Returns: the outputs' means
  public func outputMeans(batches: Int, progress: (Int) -> Void = { _ in }) throws -> OutputMeans {
    var means = OutputMeans()
    for batch in 0..<batches {
      try forward()
      means.add(outputValues())
      progress(batch + 1)
    }
    return means
  }

  /// The present values of all outputs.
  public func outputValues() -> [NetOutput] {
    zip(description.outputs, outputs).map { index, blob in
      NetOutput(name: blob.name, values: blob.plainData, lossWeight: description.lossWeight(ofBlob: index))
    }
  }
}

/// The means of a net's outputs over batches.
public struct OutputMeans: Sendable {
  private var sums: [NetOutput] = []
  private var batches = 0

  /// Means of nothing yet.
  public init() {}

  /// Adds a batch; its outputs must be as long as those of the first one.
  public mutating func add(_ outputs: [NetOutput]) {
    batches += 1
    guard batches > 1 else { return sums = outputs }
    for index in sums.indices {
      for position in sums[index].values.indices where position < outputs[index].values.count {
        sums[index].values[position] += outputs[index].values[position]
      }
    }
  }

  /// The means.
  public var outputs: [NetOutput] {
    sums.map { output in
      var mean = output
      mean.values = output.values.map { $0 / Float(batches) }
      return mean
    }
  }
}

extension NetDescription {
  /// The weight that the last writer of a blob gives it in the objective.
  fileprivate func lossWeight(ofBlob index: Int) -> Float {
    for layer in layers.reversed() {
      if let position = layer.top.firstIndex(of: index) { return layer.lossWeights[position] }
    }
    return 0
  }
}
