import Base
import Budgets
import CaffeProto
import Engine
import FoundationEssentials
import Layers
import NetIO
import NetModel
import Pruning
import Slimming
import Solver

extension CompressRun {
  /// Tests the whole net.
  func base(_ state: inout CompressState) throws -> CompressStage.Made {
    let scores = try data.score(parameter, weights, progress: context.progress)
    guard scores.chosen > 0, scores.judged > 0 else { throw BudgetError.noBase(accuracy: scores.chosen) }
    state.base = scores
    let isSmall = command.method == nil && command.reconstruct > 0 && images == 0
    let few = "weights are not fitted behind removed channels: \(data.chosenImages) images are too few"
    return .init(said: [text(scores)] + (isSmall ? [few] : []))
  }

  private func text(_ scores: CompressState.Scores) -> String {
    let chosen = "accuracy \(scores.chosen.fixed(4)) on the \(data.chosenImages) test images by which is chosen"
    return data.judged > 0
      ? "\(chosen), \(scores.judged.fixed(4)) on the \(data.judged * data.batch) behind them" : chosen
  }

  private func space() throws -> WidthSpace {
    let importance: any Importance = Importances.named(command.importance, seed: command.seed) ?? L1Norm()
    let observations = try placing(solver.net, state) {
      try command.options.observe(
        type(of: importance).needs, parameter, state: state, weights,
        batches: min(RunOptions.scoreBatches, data.chosen), context.log)
    }
    let ranking = try PruneRanking(net, weights: weights, importance: importance, observations)
    return try WidthSpace(ranking, .init(multiple: command.round, floor: command.floor), registry: .caffe)
  }

  private static let map = "sensitivity.json"

  /// Makes the map of what each layer loses.
  func sensitivity() throws -> CompressStage.Made {
    let source = try SensitivitySource(space(), weights: command.weights, command.importance)
    let map = try source.measure(
      images: min(command.budget.images, data.chosenImages), state: state, registry: .caffe, context.backend,
      context.log)
    return .init(
      files: [try JSONFile.stage(map, to: path(Self.map))], names: [Self.map],
      said: SensitivityDrawing(map, name: net.parameter.name).lines)
  }

  /// Chooses widths.
  func plan(_ number: Int, _ state: inout CompressState) throws -> CompressStage.Made {
    state.attempts.removeSubrange(min(number, state.attempts.count)...)
    // Files of an earlier plan would be taken for those of this one.
    let folder = path("try\(number + 1)")
    if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
    try Folders.make(folder)
    let text = number == 0 ? command.budget.text ?? "" : try laxerBudget(state)
    var budget = command.budget
    if budget.allocate == .sensitivity { budget.map = budget.map ?? path(Self.map) }
    let outcome = try budget.meet(
      NetBudget(text), space(), command.options, state: self.state, weights: command.weights,
      importance: command.importance, context.log)
    state.attempts.append(.init(budget: text, rungs: outcome.result.point.rungs))
    return .init(said: outcome.lines)
  }

  /// The budget of the second plan. It is on the straight line from the whole net to the first plan, where the allowed
  /// loss is. Since losses grow faster than savings, its real loss will be smaller. It takes away between a quarter and
  /// three quarters of what the first plan did.
  private func laxerBudget(_ state: CompressState) throws -> String {
    guard let base = state.base, let first = state.attempts.first, let scores = first.best?.scores,
      let before = first.before, let after = first.after
    else { throw CompressError.unreadable(path: CompressState.path(in: command.out)) }
    let kind = try NetBudget(first.budget).kind
    let left = after.amount(kind) / before.amount(kind)
    let part = min(max(command.drop / (base.chosen - scores.chosen), 0.25), 0.75)
    return "\(kind.rawValue)=\(min(0.9999, 1 - (1 - left) * part).fixed(4))"
  }

  private func planned(_ number: Int, _ state: CompressState) throws -> PruneOptions.Planned {
    let space = try space()
    let plan = space.plan(space.whole.moved(state.attempts[number].rungs, in: space))
    return .init(
      plan: plan, outcome: nil, state: self.state, parameter: parameter, net: net, registry: .caffe, file: file,
      weights: weights)
  }

  /// Masks what is to go, at once or by a method that trains.
  func prune(_ number: Int, _ state: CompressState) throws -> CompressStage.Made {
    let planned = try planned(number, state)
    let name = name(number, "masked.caffemodel")
    let lines = PlanReport(planned.plan).families
    guard let method = command.method else {
      let masked = try planned.slimmed(planned.plan.masked()).weights
      return .init(files: [try CaffeModel.stage(masked, to: path(name))], names: [name], said: lines)
    }
    var net = parameter
    for family in planned.plan.families where !family.removed.isEmpty {
      let ratio = Double(family.removed.count) / Double(family.channels)
      net.setRatios(Dictionary(family.makers.map { ($0, ratio) }) { first, _ in first })
    }
    var pruning = solver
    pruning.pruneMethod = method
    let masked = try train(pruning, net, number, "prune", from: command.weights)
    return .init(
      files: [try CaffeModel.stage(CaffeModel.read(masked, log: context.log), to: path(name))], names: [name],
      said: lines)
  }

  /// Fits weights behind the removed channels.
  func reconstruct(_ number: Int, _ state: CompressState) throws -> CompressStage.Made {
    let planned = try planned(number, state)
    let fitting = try placing(solver.net, self.state) {
      try Refitting(planned, images: images, seed: command.seed, on: context.backend)
    }
    let name = name(number, "fitted.caffemodel")
    let fitted = try planned.slimmed(fitting.weights).weights
    return .init(files: [try CaffeModel.stage(fitted, to: path(name))], names: [name], said: fitting.lines)
  }

  /// Removes what is masked, and proves that nothing else changed.
  func slim(_ number: Int) throws -> CompressStage.Made {
    let masked = path(name(number, refits ? "fitted.caffemodel" : "masked.caffemodel"))
    let stem = name(number, "slim")
    let (slim, files) = try context.slim(parameter, masked, state: state, to: path(stem))
    return .init(
      files: files, names: [stem + ".caffemodel", stem + ".prototxt"],
      said: CostReport(slim.plan.masked.net, slim.description).lines)
  }

  /// Trains the slim net for a while.
  func tune(_ number: Int) throws -> CompressStage.Made {
    let tuning = try solver.tuning(iterations: command.tuneIterations, rate: command.tuneRate)
    let slim = name(number, "slim.caffemodel")
    guard tuning.maxIter > 0 else {
      return try copy(path(slim), to: name(number, "tuned.caffemodel"), said: "not tuned, as --tune-iterations is 0")
    }
    return try copy(
      train(tuning, slimNet(number), number, "tune", from: path(slim)), to: name(number, "tuned.caffemodel"),
      said: length(of: tuning))
  }

  /// Trains the slim net as long as the whole one was.
  func retrain(_ number: Int, _ state: CompressState) throws -> CompressStage.Made {
    guard let before = state.attempts[number].before, let after = state.attempts[number].after else {
      throw CompressError.unreadable(path: CompressState.path(in: command.out))
    }
    let retraining = solver.retraining(
      iterations: command.retrainIterations, share: Double(after.multiplyAdds) / Double(before.multiplyAdds))
    let start = path(name(number, "slim.caffemodel"))
    return try copy(
      train(retraining, slimNet(number), number, "retrain", from: start), to: name(number, "retrained.caffemodel"),
      said: "\(length(of: retraining)), since the tuned net lost more than --drop")
  }

  private func length(of training: SolverParameter) -> String {
    "\(training.maxIter) iterations, with a rate that falls from \(training.baseLr.logged) to 0"
  }

  private func slimNet(_ number: Int) throws -> NetParameter {
    try Prototxt.keptNet(path(name(number, "slim.prototxt")), log: context.log)
  }

  /// Gives weights their name in the run's folder.
  private func copy(_ weights: String, to name: String, said: String) throws -> CompressStage.Made {
    let weights = try CaffeModel.read(weights, log: context.log)
    return .init(files: [try CaffeModel.stage(weights, to: path(name))], names: [name], said: [said])
  }

  private func train(
    _ solver: SolverParameter, _ net: NetParameter, _ number: Int, _ step: String, from start: String
  ) throws -> String {
    var solver = solver
    (solver.weights, solver.snapshotFormat) = ([], .binaryproto)
    if solver.randomSeed < 0 { solver.randomSeed = command.seed }
    do {
      return try TrainingRun.placed(solver, net, stem: path(name(number, step)), name: step, context).run(from: start)
    } catch SolverError.notFinite(let iteration, let place) {
      throw CompressError.diverged(what: step, cause: "iteration \(iteration): \(place)", rate: Double(solver.baseLr))
    }
  }

  /// Tests the slim net with the weights of one of its files.
  private func score(_ number: Int, _ file: String) throws -> (net: NetDescription, scores: CompressState.Scores) {
    let parameter = try slimNet(number)
    let net = try NetDescription(parameter, state: state, registry: .caffe)
    let weights = try CaffeModel.read(path(name(number, file)), for: net, log: context.log).blobs(for: net)
    return (net, try data.score(parameter, weights, progress: context.progress))
  }

  /// Tests the retrained net. Its times are those of the tuned one.
  func test(_ number: Int, _ state: inout CompressState) throws -> CompressStage.Made {
    let scores = try score(number, "retrained.caffemodel").scores
    state.attempts[number].retrained = scores
    return .init(said: [text(scores)])
  }

  /// Tests and times the slim net, and times the whole one beside it.
  func measure(_ number: Int, _ state: inout CompressState) throws -> CompressStage.Made {
    let (net, scores) = try score(number, "tuned.caffemodel")
    let backend = try command.options.makeBackend(context.log)
    let nets = try [self.net, net].map {
      try NetTiming(
        $0.parameter, state: self.state, batch: command.budget.batch, registry: .caffe, backend: backend)
    }
    let series = try NetTiming.measure(nets, Sitting()) { context.progress.update($0, of: $1) }
    func figures(_ net: NetDescription, _ file: String, _ times: [Series]) throws -> CompressState.Figures {
      .init(
        multiplyAdds: net.cost.totalMultiplyAdds, parameters: net.cost.totalParameters,
        bytes: Int(try fileStatus(file).st_size), milliseconds: times.estimate)
    }
    state.attempts[number].scores = scores
    state.attempts[number].before = try figures(self.net, command.weights, series[0])
    state.attempts[number].after = try figures(net, path(name(number, "tuned.caffemodel")), series[1])
    state.attempts[number].isNoisy = series.contains { $0.isNoisy }
    return .init(said: [text(scores)])
  }

  /// Gives the best net its names.
  func best(_ state: CompressState) throws -> CompressStage.Made {
    let result = try CompressResult(self, state)
    let net = try slimNet(result.number)
    let deploy = try NetDescription(net, state: self.state, registry: .caffe).deploy
    return .init(
      files: [
        try CaffeModel.stage(
          CaffeModel.read(path(result.weights), log: context.log), to: path("best.caffemodel")),
        try Prototxt.stage(net, to: path("best.prototxt")),
        try Prototxt.stage(deploy, to: path("best_deploy.prototxt")),
        try JSONFile.stage(CompressRecord(self, state, result), to: path("best.json")),
      ],
      names: ["best.caffemodel", "best.prototxt", "best_deploy.prototxt", "best.json"])
  }
}
