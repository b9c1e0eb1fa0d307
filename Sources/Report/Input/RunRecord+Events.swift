import Base

// How a record grows, event by event.
extension RunRecord {
  /// Counts a part of a run on.
  struct Position {
    /// Added to iterations.
    var offset = 0.0

    func x(_ event: JSONNode) -> Double { (event["iteration"]?.number ?? 0) + offset }
  }

  /// Takes a display, of which only this is read.
  mutating func takeDisplay(iteration: Double, loss: Double, rate: Double?, at position: Position) {
    let x = iteration + position.offset
    displays.x.append(x)
    displays.loss.append(loss)
    displays.rate.append(rate ?? .nan)
    lastX = max(lastX, x)
  }

  /// Takes any other event.
  mutating func take(_ event: JSONNode, at position: inout Position) {
    if let time = event["time"]?.number {
      firstTime = firstTime ?? time
      lastTime = time
    }
    if event["event"]?.text == "prune_restored" {
      position.offset += (event["from"]?.number ?? 0) - (event["iteration"]?.number ?? 0)
    }
    let x = position.x(event)
    lastX = max(lastX, x)
    switch event["event"]?.text {
    case "start": maxIterations = event["max_iter"]?.integer
    case "conditions":
      conditions = event
      command = event["command"]?.text ?? command
      if let name = event["method"]?.text, name != "None" { method = name }
      if command != "train", let file = weights.last ?? event["model"]?.text {
        label = "\(command) \(file.lastComponent)"
      }
    case "net": net = NetRecord(event)
    case "test": tests.append(Test(event, x))
    case "layers":
      layerTimes = (event["layers"]?.items ?? []).map { layer in
        LayerTime(
          name: layer["name"]?.text ?? "", type: layer["type"]?.text ?? "",
          forward: layer["forward_ms"]?.numbers ?? [], backward: layer["backward_ms"]?.numbers ?? [],
          plan: layer["plan"]?.text)
      }
    case "prune_plan": takePlan(event)
    case "prune_ratios":
      ratios.append(
        Ratios(
          x: x, achieved: event["achieved"]?.numbers ?? [], targets: event["target"]?.numbers ?? [],
          speedup: event["speedup"]?.number, compression: event["compression"]?.number))
    case "prune_phase":
      phases.append(Phase(x: x, name: event["phase"]?.text ?? "", stage: event["stage"]?.integer))
    case "prune_cut": cuts.append(.init(x: x, fields: event))
    case "prune_histogram": histograms.append(.init(x: x, fields: event))
    case "prune_statistics": statistics.append(.init(x: x, fields: event))
    case "prune_judged": judgements.append(.init(x: x, fields: event))
    case "prune_best": bests.append(.init(x: x, fields: event))
    default: break
    }
  }

  private mutating func takePlan(_ event: JSONNode) {
    method = event["method"]?.text ?? method
    unit = event["unit"]?.text ?? unit
    families = (event["families"]?.items ?? []).map { family in
      Family(
        name: family["name"]?.text ?? "", layers: family["layers"]?.texts ?? [],
        groups: family["groups"]?.integer ?? 0, ratio: family["ratio"]?.number ?? 0)
    }
  }

  /// Forgets what comes behind the snapshot from which a run is resumed, since these iterations are repeated.
  mutating func resume(at iteration: Double, _ position: Position) {
    let x = iteration + position.offset
    let kept = displays.x.prefix { $0 < x }.count
    displays.x.removeSubrange(kept...)
    displays.loss.removeSubrange(kept...)
    displays.rate.removeSubrange(kept...)
    tests.removeAll { $0.x >= x }
    ratios.removeAll { $0.x >= x }
    phases.removeAll { $0.x >= x }
    for list in [\RunRecord.cuts, \.statistics, \.histograms, \.judgements, \.bests] {
      self[keyPath: list].removeAll { $0.x >= x }
    }
    lastX = min(lastX, x)
  }
}

extension RunRecord.Test {
  init(_ event: JSONNode, _ x: Double) {
    self.init(
      x: x, iteration: event["iteration"]?.integer, net: event["net"]?.integer ?? 0,
      loss: event["loss"]?.number ?? .nan,
      outputs: (event["outputs"]?.items ?? []).flatMap { output in
        (output["values"]?.numbers ?? []).prefix(8).map { (output["name"]?.text ?? "", $0) }
      })
  }
}
