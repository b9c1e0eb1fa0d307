/// What a log says of one run of train, test or time.
///
/// A run that goes back to a snapshot repeats iterations. Here they are counted on, so that later events have a larger
/// `x`: it is the number of updates since the log's beginning.
public struct RunRecord: Sendable {
  /// A display.
  struct Displays {
    var x: [Double] = []
    var loss: [Double] = []
    var rate: [Double] = []
  }

  /// A test.
  struct Test {
    var x: Double
    /// The run's own count, which goes back where the run does.
    var iteration: Int?
    var net: Int
    var loss: Double
    var outputs: [(name: String, value: Double)]

    /// The largest of the outputs that are accuracies; nil where none is.
    var accuracy: Double? { outputs.filter { $0.name.contains("ccuracy") }.map(\.value).max() }
  }

  /// How much of the families is pruned.
  struct Ratios {
    var x: Double
    var achieved: [Double]
    var targets: [Double]
    var speedup: Double?
    var compression: Double?
  }

  /// A phase, from where on.
  struct Phase {
    var x: Double
    var name: String
    var stage: Int?

    /// In words.
    var label: String {
      (name == "final_retrain" ? "" : stage.map { "stage \($0) " } ?? "") + (Self.words[name] ?? name)
    }
    private static let words = ["losseval": "settle", "final_retrain": "final retrain"]
  }

  /// A family that is pruned.
  struct Family {
    var name: String
    var layers: [String]
    var groups: Int
    var ratio: Double
  }

  /// A thing that happened, with its fields.
  struct Happening {
    var x: Double
    var fields: JSONNode
  }

  /// What it is called in charts.
  public internal(set) var label: String
  /// The file.
  public let path: String
  var command = "train"
  var conditions: JSONNode?
  var net: NetRecord?
  var displays = Displays()
  var tests: [Test] = []
  var method: String?
  var unit = "groups"
  var families: [Family] = []
  var ratios: [Ratios] = []
  var phases: [Phase] = []
  var cuts: [Happening] = []
  var statistics: [Happening] = []
  var histograms: [Happening] = []
  var judgements: [Happening] = []
  var bests: [Happening] = []
  var layerTimes: [LayerTime] = []
  var lastX = 0.0
  var firstTime: Double?
  var lastTime: Double?
  var maxIterations: Int?

  /// The files of weights, which tell measured nets apart.
  var weights: [String] { conditions?["weights"]?.texts ?? [] }
  /// Whether it is a run that prunes.
  var prunes: Bool { !families.isEmpty }
  /// Seconds from the first to the last event.
  var seconds: Double? { firstTime.flatMap { first in lastTime.map { $0 - first } } }
}

/// A net's sizes.
struct NetRecord: Sendable {
  /// A layer's.
  struct Layer: Sendable {
    var name: String
    var type: String
    var weight: [Int]
    var parameters: Double
    var multiplyAdds: Double
  }

  var items: Double
  var parameters: Double
  var multiplyAdds: Double
  var layers: [Layer]

  init(_ node: JSONNode) {
    func layer(_ node: JSONNode) -> Layer {
      Layer(
        name: node["name"]?.text ?? "", type: node["type"]?.text ?? "",
        weight: (node["weight"]?.numbers ?? []).compactMap { Int(exactly: $0) },
        parameters: node["parameters"]?.number ?? 0, multiplyAdds: node["multiply_adds"]?.number ?? 0)
    }
    items = node["items"]?.number ?? 1
    parameters = node["parameters"]?.number ?? 0
    multiplyAdds = node["multiply_adds"]?.number ?? 0
    layers = (node["layers"]?.items ?? []).map(layer)
  }
}

/// How long a layer takes, in milliseconds, pass by pass.
struct LayerTime: Sendable {
  var name: String
  var type: String
  var forward: [Double]
  var backward: [Double]
  /// How it was computed; nil where there is no choice.
  var plan: String?
}

extension [Double] {
  /// The median; nil of nothing.
  var median: Double? {
    let sorted = filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    return sorted.count % 2 == 1
      ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
  }
}
