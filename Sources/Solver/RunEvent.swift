/// Something in a run that a machine may want to follow; `docs/log-json.md` describes its form in files.
public enum RunEvent: Sendable {
  /// A run begins or goes on.
  case start(iteration: Int, maxIter: Int)
  /// The objective and the outputs of the train net at an iteration that is displayed.
  case display(Display)
  /// The means of a test.
  case test(Test)
  /// A snapshot is written.
  case snapshot(iteration: Int, weights: String, state: String)
  /// How long the layers of a net take.
  case layers(iterations: Int, [LayerTime])

  /// What a display shows.
  public struct Display: Sendable {
    /// The iteration.
    public var iteration: Int
    /// The objective, its mean over `average_loss` iterations.
    public var loss: Float
    /// The learning rate of the iteration's update; nil behind the last one.
    public var learningRate: Float?
    /// The speed since the display before; nil behind the last update.
    public var iterationsPerSecond: Double?
    /// Where the time since the display before went; nil behind the last update.
    public var times: IterationTimes?
    /// The outputs of the train net.
    public var outputs: [NetOutput]
  }

  /// What a test shows.
  public struct Test: Sendable {
    /// The iteration; nil where no solver runs.
    public var iteration: Int?
    /// The number of the test net.
    public var net: Int
    /// The number of batches.
    public var batches: Int
    /// The mean objective.
    public var loss: Float
    /// The means of the outputs.
    public var outputs: [NetOutput]

    /// Makes the evidence of a test.
    public init(iteration: Int?, net: Int, batches: Int, loss: Float, outputs: [NetOutput]) {
      (self.iteration, self.net, self.batches, self.loss) = (iteration, net, batches, loss)
      self.outputs = outputs
    }
  }

  /// The milliseconds of a layer.
  public struct LayerTime: Sendable {
    /// The name.
    public var name: String
    /// The type.
    public var type: String
    /// Every forward pass.
    public var forward: [Double]
    /// Every backward pass; empty if the layer has none.
    public var backward: [Double]

    /// Makes the evidence of a layer.
    public init(name: String, type: String, forward: [Double], backward: [Double]) {
      (self.name, self.type, self.forward, self.backward) = (name, type, forward, backward)
    }
  }
}

extension RunEvent {
  /// The event as one JSON object in one line, without the line's end.
  ///
  /// - Parameter time: when it happened, in seconds since 1970
  public func json(time: Double) -> String {
    var fields: [(String, String)] = []
    switch self {
    case .start(let iteration, let maxIter):
      fields = [("event", quoted("start")), ("iteration", "\(iteration)"), ("max_iter", "\(maxIter)")]
    case .display(let display):
      fields = [
        ("event", quoted("display")), ("iteration", "\(display.iteration)"), ("loss", number(display.loss)),
      ]
      if let rate = display.learningRate { fields.append(("lr", number(rate))) }
      if let speed = display.iterationsPerSecond { fields.append(("iterations_per_second", number(speed))) }
      for (name, milliseconds) in display.times?.means ?? [] {
        fields.append((name + "_ms", formatted("%.5f", milliseconds)))
      }
      fields.append(("outputs", list(display.outputs)))
    case .test(let test):
      fields = [("event", quoted("test"))]
      if let iteration = test.iteration { fields.append(("iteration", "\(iteration)")) }
      fields += [
        ("net", "\(test.net)"), ("batches", "\(test.batches)"), ("loss", number(test.loss)),
        ("outputs", list(test.outputs)),
      ]
    case .snapshot(let iteration, let weights, let state):
      fields = [
        ("event", quoted("snapshot")), ("iteration", "\(iteration)"), ("weights", quoted(weights)),
        ("state", quoted(state)),
      ]
    case .layers(let iterations, let layers):
      fields = [("event", quoted("layers")), ("iterations", "\(iterations)"), ("layers", list(layers))]
    }
    fields.insert(("time", formatted("%.6f", time)), at: 1)
    return object(fields)
  }

  private func list(_ outputs: [NetOutput]) -> String {
    let objects = outputs.map { output in
      object([
        ("name", quoted(output.name)), ("values", "[" + output.values.map(number).joined(separator: ",") + "]"),
        ("loss_weight", number(output.lossWeight)),
      ])
    }
    return "[" + objects.joined(separator: ",") + "]"
  }

  private func list(_ layers: [LayerTime]) -> String {
    let objects = layers.map { layer in
      object([
        ("name", quoted(layer.name)), ("type", quoted(layer.type)), ("forward_ms", list(layer.forward)),
        ("backward_ms", list(layer.backward)),
      ])
    }
    return "[" + objects.joined(separator: ",") + "]"
  }

  private func list(_ milliseconds: [Double]) -> String {
    "[" + milliseconds.map { formatted("%.5f", $0) }.joined(separator: ",") + "]"
  }

  private func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(quoted($0)):\($1)" }.joined(separator: ",") + "}"
  }

  /// JSON has no infinities; their names are what most languages turn back into numbers.
  private func number<F: BinaryFloatingPoint & CustomStringConvertible>(_ value: F) -> String {
    value.isNaN ? quoted("nan") : value.isInfinite ? quoted(value < 0 ? "-inf" : "inf") : value.description
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20: result += formatted("\\u%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
