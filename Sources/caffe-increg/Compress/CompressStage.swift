import NetIO

/// A step of a compression.
struct CompressStage {
  /// What a stage has made.
  struct Made {
    /// Files that are whole, but do not have their names yet.
    var files: [StagedFile] = []
    /// Their names in the run's folder.
    var names: [String] = []
    /// Lines for the user.
    var said: [String] = []
  }

  /// The name, which no other stage of the run has.
  let name: String
  /// Whether it trains, and so goes on where it was stopped; other stages begin anew.
  var trains = false
  /// Runs the stage.
  let run: (CompressRun, inout CompressState) throws -> Made

  /// The stages of a run as far as they are known; with more training, and a second plan, where the first has lost too
  /// much.
  static func all(_ run: CompressRun, _ state: CompressState) -> [CompressStage] {
    let command = run.command
    var stages = [CompressStage(name: "base") { try $0.base(&$1) }]
    if command.budget.allocate == .sensitivity, command.budget.map == nil {
      stages.append(CompressStage(name: "sensitivity") { run, _ in try run.sensitivity() })
    }
    for number in run.needsAnother(state) ? 0...1 : 0...0 {
      func name(_ stage: String) -> String { number == 0 ? stage : "\(stage) again" }
      stages.append(CompressStage(name: name("plan")) { try $0.plan(number, &$1) })
      stages.append(
        CompressStage(name: name("prune"), trains: command.method != nil) { try $0.prune(number, $1) })
      if run.refits { stages.append(CompressStage(name: name("reconstruct")) { try $0.reconstruct(number, $1) }) }
      stages += [
        CompressStage(name: name("slim")) { run, _ in try run.slim(number) },
        CompressStage(name: name("tune"), trains: true) { run, _ in try run.tune(number) },
        CompressStage(name: name("measure")) { try $0.measure(number, &$1) },
      ]
      if run.retrains(number, state) {
        stages += [
          CompressStage(name: name("retrain"), trains: true) { try $0.retrain(number, $1) },
          CompressStage(name: name("test")) { try $0.test(number, &$1) },
        ]
      }
    }
    return stages + [CompressStage(name: "best") { try $0.best($1) }]
  }
}
