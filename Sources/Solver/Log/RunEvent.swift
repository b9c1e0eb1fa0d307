import Base

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
  /// What commands and methods say besides.
  case other(any LoggedEvent)

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
    /// How it was computed; nil of layers that can be computed in one way only.
    public var plan: String?

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
    var fields: [(String, JSON.Value)] = []
    switch self {
    case .start(let iteration, let maxIter):
      fields = [("event", .string("start")), ("iteration", .integer(iteration)), ("max_iter", .integer(maxIter))]
    case .display(let display):
      fields = [
        ("event", .string("display")), ("iteration", .integer(display.iteration)), ("loss", .number(display.loss)),
      ]
      if let rate = display.learningRate { fields.append(("lr", .number(rate))) }
      if let speed = display.iterationsPerSecond { fields.append(("iterations_per_second", .number(speed))) }
      for (name, milliseconds) in display.times?.means ?? [] {
        fields.append((name + "_ms", .fixed(milliseconds, digits: 5)))
      }
      fields.append(("outputs", .list(display.outputs.map(\.json))))
    case .test(let test):
      fields = [("event", .string("test"))]
      if let iteration = test.iteration { fields.append(("iteration", .integer(iteration))) }
      fields += [
        ("net", .integer(test.net)), ("batches", .integer(test.batches)), ("loss", .number(test.loss)),
        ("outputs", .list(test.outputs.map(\.json))),
      ]
    case .snapshot(let iteration, let weights, let state):
      fields = [
        ("event", .string("snapshot")), ("iteration", .integer(iteration)), ("weights", .string(weights)),
        ("state", .string(state)),
      ]
    case .layers(let iterations, let layers):
      fields = [("event", .string("layers")), ("iterations", .integer(iterations)), ("layers", list(layers))]
    case .other(let event): fields = [("event", .string(event.event))] + event.fields
    }
    fields.insert(("time", .fixed(time, digits: 6)), at: 1)
    return JSON.Value.object(fields).text
  }

  private func list(_ layers: [LayerTime]) -> JSON.Value {
    func list(_ milliseconds: [Double]) -> JSON.Value { .list(milliseconds.map { .fixed($0, digits: 5) }) }
    return .list(
      layers.map { layer in
        .object(
          [
            ("name", .string(layer.name)), ("type", .string(layer.type)), ("forward_ms", list(layer.forward)),
            ("backward_ms", list(layer.backward)),
          ] + (layer.plan.map { [("plan", .string($0))] } ?? []))
      })
  }
}
