import Foundation

@testable import IncRegSolver

/// A run without nets: accuracies and the iterations in which layers reach their targets come from the lines that the
/// original printed, the phase controller does the rest.
final class ScriptedRun: PhaseHost {
  /// What the script says will happen.
  enum Event: Equatable {
    /// A row of a layer is pruned.
    case row(layer: String)
    /// A layer reaches its target in a step with so many columns.
    case finish(layer: String, step: Int, columns: Int)
    /// A check gives this accuracy.
    case accuracy(Float)
    /// Penalties left over in a layer.
    case left(layer: Int, [Float])
  }

  struct NoSnapshot: Error { let path: String }

  private(set) var iteration = 0
  private(set) var layers: [PrunableLayer]
  private(set) var families: [PrunedFamily]
  private(set) var lines: [String] = []
  /// Per iteration that was begun: its phase, rate and accumulation.
  private(set) var trace: [(iteration: Int, phase: CoursePhase, rate: Float, passes: Int)] = []
  private(set) var snapshots: [String: (iteration: Int, layers: [PrunableLayer], families: [PrunedFamily])] = [:]
  /// What a machine that follows the run was told.
  private(set) var told: [PruneEvent] = []
  private var events: [Event]
  private let settings: IncRegSettings
  private let prefix: String
  private(set) var controller: PhaseController

  init(_ settings: IncRegSettings, layers: [PrunableLayer], prefix: String, events: [Event]) {
    self.settings = settings
    self.layers = layers
    families = columnFamilies(of: layers)
    self.prefix = prefix
    self.events = events
    let placeholder = PruneOutput(stamp: { " (TIME)" }, write: { _ in })
    controller = PhaseController(settings, families: families, output: placeholder)
    let output = PruneOutput(stamp: { " (TIME)" }, write: { [unowned self] in print($0) })
    controller = PhaseController(settings, families: families, output: output)
  }

  private func print(_ line: String) {
    lines += [line]
    if line.contains("prune finished!") {
      // The event that announced it has happened, in whatever way.
      events = events.drop { if case .row = $0 { true } else { false } }.map { $0 }
      if case .finish = events.first { events.removeFirst() }
    }
  }

  /// Runs to the end, or for `limit` iterations from the start counted through all roll-backs.
  func run(limit: Int = 30_000) throws {
    refresh()
    try controller.begin(self)
    for _ in 0..<limit {
      forward()
      trace.append((iteration, controller.state.phase, controller.learningRate(policy: rate), controller.accumulation))
      if try controller.advance(self) == .finish { return }
      controller.counted(budget())
      iteration += 1
    }
  }

  var rate: Float = 0.001

  private func forward() {
    while let event = events.first {
      guard controller.state.phase == .prune else { break }
      if case .row(let name) = event {
        events.removeFirst()
        change(name) { layer in
          if let row = (0..<layer.matrix.rows).first(where: { !layer.mask.isMasked(row: $0) }) {
            layer.mask.mask(row: row)
          }
        }
      } else if case .finish(let name, let step, let columns) = event, step == iteration + 1 {
        change(name) { layer in
          for column in 0..<columns { layer.mask.mask(column: column) }
        }
        refresh()
        guard events.first != event else { break }
      } else {
        break
      }
    }
  }

  private func change(_ name: String, _ body: (inout PrunableLayer) -> Void) {
    for index in layers.indices where layers[index].name == name {
      body(&layers[index])
      layers[index].refreshRatio()
      families[index].refresh(layers)
    }
  }

  private func refresh() {
    for (index, family) in families.enumerated() {
      _ = controller.refreshed(index, family, layers[index].achieved, iteration: iteration)
    }
  }

  func budget() -> Budget { Budget(layers, rule: settings.budget) }

  func accuracy() -> Float? {
    guard let index = events.firstIndex(where: { if case .accuracy = $0 { true } else { false } }),
      case .accuracy(let value) = events.remove(at: index)
    else { return nil }
    return value
  }

  func snapshot(tag: String) { snapshots[statePath(tag: tag, iteration: iteration)] = (iteration, layers, families) }

  func statePath(tag: String, iteration: Int) -> String { "\(prefix)\(tag)_iter_\(iteration).solverstate" }

  func tell(_ event: PruneEvent) { told.append(event) }

  func restore(tag: String, iteration: Int) throws {
    let path = statePath(tag: tag, iteration: iteration)
    guard let saved = snapshots[path] else { throw NoSnapshot(path: path) }
    (self.iteration, layers, families) = saved
    refresh()
  }

  func removePeriodicSnapshots() {}

  func clearPenalties(below ceiling: Float) -> [[Float]] {
    var left = [[Float]](repeating: [], count: layers.count)
    while case .left(let layer, let values)? = events.first {
      left[layer] = values
      events.removeFirst()
    }
    return left
  }
}

extension ScriptedRun.Event {
  /// The events in a file of the original's lines.
  static func all(in lines: [String], layers: [PrunableLayer]) -> [Self] {
    var events: [Self] = []
    /// Where the checks of the present period are, by iteration.
    var checks: [Substring: Int] = [:]
    var period: (checks: [Int], rate: Double)?
    for line in lines {
      if let match = line.firstMatch(of: /^ (\w+) prune a row successfully/) {
        events.append(.row(layer: String(match.1)))
      } else if let match = line.firstMatch(of: /^(\w+) prune finished!  step: (\d+) .*pruned_ratio_col: ([\d.]+)/),
        let step = Int(match.2), let ratio = Double(match.3),
        let layer = layers.first(where: { $0.name == match.1 })
      {
        let columns = Int((ratio * Double(layer.matrix.columns)).rounded())
        events.append(.finish(layer: layer.name, step: step, columns: columns))
      } else if let match = line.firstMatch(of: /current acc = ([\d.]+), iter: (\d+)/), let value = Float(match.1) {
        checks[match.2] = events.count
        events.append(.accuracy(value))
      } else if let match = line.firstMatch(of: /period finished, final acc = [\d.]+, iter = (\d+), .*new: ([\d.]+)/),
        let check = checks[match.1], case .accuracy(let value) = events[check], let rate = Double(match.2)
      {
        // Accuracies are means of batches, and differ in their last bit where they are printed alike: a best check was
        // better than those before it.
        for earlier in checks.values where earlier < check && events[earlier] == .accuracy(value) {
          events[earlier] = .accuracy(value.nextDown)
        }
        period = (Array(checks.values), rate)
        checks = [:]
      } else if line.contains("All 'retrain' done"), let (checks, rate) = period, rate >= 1e-6 {
        // Not the rate ended it: the last period was worse than the best.
        for check in checks {
          if case .accuracy(let value) = events[check] { events[check] = .accuracy(value.nextDown) }
        }
      } else if let match = line.firstMatch(of: /(\d+) - \d+ columns' left reg not cleared, now cleared:(.*)$/),
        let layer = Int(match.1)
      {
        events.append(.left(layer: layer, match.2.split(separator: " ").compactMap { Float($0) }))
      }
    }
    return events
  }
}
