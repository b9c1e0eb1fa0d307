import Base

/// A net as test, time and slim measured it, from all logs in which its weights were used.
struct MeasuredNet {
  /// The files of weights.
  let key: String
  var label: String
  var accuracies: [Double] = []
  var losses: [Double] = []
  var parameters: Double?
  var multiplyAdds: Double?
  var bytes: Double?
  /// Milliseconds of one image, by images in a batch.
  var milliseconds: [(batch: Int, value: Double)] = []

  var accuracy: Double? { accuracies.isEmpty ? nil : accuracies.reduce(0, +) / Double(accuracies.count) }

  /// All that were measured, in the order in which they come.
  static func all(_ data: ReportData) -> [MeasuredNet] {
    var nets: [MeasuredNet] = []
    for run in data.runs where run.command != "train" {
      let key = run.weights.isEmpty ? run.conditions?["model"]?.text ?? run.label : run.weights.joined(separator: ",")
      let index = nets.firstIndex { $0.key == key } ?? nets.count
      if index == nets.count { nets.append(MeasuredNet(key: key, label: key.lastComponent)) }
      nets[index].take(run)
    }
    return nets
  }

  private mutating func take(_ run: RunRecord) {
    if let net = run.net {
      // The net with data and labels and the net without have the same parameters.
      parameters = parameters ?? net.parameters
      multiplyAdds = multiplyAdds ?? net.multiplyAdds
    }
    let sizes = run.conditions?["weight_bytes"]?.numbers ?? []
    if !sizes.isEmpty { bytes = sizes.reduce(0, +) }
    for test in run.tests {
      if let accuracy = test.accuracy { accuracies.append(accuracy) }
      losses.append(test.loss)
    }
    if let total = run.forwardPasses.median, let items = run.net?.items, items > 0, let batch = Int(exactly: items) {
      milliseconds.append((batch, total / items))
    }
  }
}

extension RunRecord {
  /// The forward passes that `time` measured, each as the sum over all layers.
  var forwardPasses: [Double] {
    (0..<(layerTimes.map(\.forward.count).min() ?? 0)).map { pass in layerTimes.reduce(0) { $0 + $1.forward[pass] } }
  }
}
