import Engine
import Pruning
import Solver

// When the method acts, and what becomes of what it wishes.
extension PruningRun {
  /// Before the first pass, takes what neighbours have queued, counts, masks the weights, and lets the method act.
  /// Before every pass, sets hidden groups to zero.
  public func willForward(_ solver: Solver, pass: Int) throws {
    if pass == 0 {
      for index in layers.indices { try begin(layer: index, solver) }
      if method.habits.actsBeforePasses {
        try act(.iteration, solver) { running, entry in running.acts(on: entry, entries[entry].family) }
        try takeWishes(solver)
        try learnGates(solver)
        keeper?.moved(RunHost(self, solver))
        draw()
      }
      if solver.updatesEarly { try prepareUpdate(solver) }
      sayWhatIsFinal(solver)
    }
    hide(solver)
  }

  /// Gives weights their final masks while nothing more of them is pruned, so that only living weights are computed
  /// with. This is not saved, since it follows from course and masks.
  private func sayWhatIsFinal(_ solver: Solver) {
    let moving = Set(entries.indices.filter(isMoving).flatMap { entries[$0].family.layers.compactMap(\.self) })
    for index in layers.indices {
      let mask = layers[index].mask
      // What falls with the coming update lives in the passes before it.
      let isFinal = !moving.contains(index) && !(solver.updatesEarly && terms[index]?.weightMask != nil)
      weight(index, solver).finalMask = isFinal ? FinalMask(mask.matrix, elements: mask.elements) : nil
    }
  }

  /// Whether groups of a family may fall with the coming update. In a search the keeper knows; a stage goes on for all
  /// families until the last is done, but a family of which nothing is left to prune has no more to lose.
  private func isMoving(_ entry: Int) -> Bool {
    let family = entries[entry].family
    guard let keeper, keeper.acts(on: entry, family) else { return false }
    return search != nil || family.groupsLeft > 0
  }

  private func begin(layer index: Int, _ solver: Solver) throws {
    takeNeighbours(index, solver)
    layers[index].refreshRatio()
    for entry in wiring.entriesAt[index] {
      entries[entry].family.refresh(layers)
      let family = entries[entry].family
      guard try running().refreshed(entry, family, layers[index].achieved, iteration: solver.iteration) else {
        continue
      }
      try act(.reached, solver) { _, other in other == entry }
      try takeWishes(solver)
    }
    sayLayer(index, solver)
    if layers[index].unsettled > 0 { layers[index].mask.apply(toDataOf: weight(index, solver)) }
  }

  /// Brings hidden values back, and clears their gradients. Where the norm of all gradients counts, masks them after
  /// the last pass; else the update masks them.
  public func didBackward(_ solver: Solver, pass: Int) throws {
    let isLast = pass + 1 == passes(solver) * solver.parameter.iterSize
    try bringBack(solver, isLast: isLast)
    for index in layers.indices.reversed() where pass == 0 { sayGradient(index, solver) }
    guard isLast else { return }
    if solver.clipsGradients {
      for index in layers.indices { layers[index].mask.apply(toDiffOf: weight(index, solver)) }
    }
    if !solver.updatesEarly { try prepareUpdate(solver) }
  }

  /// Lets the method act on all families, each on one thread, and makes what it adds to the update. It happens once per
  /// update: before the first pass where parameters are updated early, else after the last one.
  private func prepareUpdate(_ solver: Solver) throws {
    let keeper = try running()
    // Key paths of a generic type are made anew in every call.
    let before = layers.map { $0.mask.matrix }
    entries.forEachConcurrently { entry, index in
      entry.family.wishes = .init()
      guard keeper.acts(on: index, entry.family), !isSwitchedOff(entry.family, solver) else { return }
      do { try act(.update, on: &entry, moment(of: index, entry.family, solver)) } catch { entry.failure = error }
    }
    for entry in entries { if let failure = entry.failure { throw failure } }
    let counts = keeper.cuts(at: solver.iteration) ? prunedCounts : nil
    let scores = counts == nil ? [] : try scored(solver)
    if counts != nil {
      _ = try testBeforeCut(solver)
      try act(.cut, solver) { _, _ in true }
    }
    added =
      method.habits.addsGradients && keeper.phase == .prune
      ? method.addedGradients(layers) { solver.net.parameters[$0].blob } : [:]
    let changed = maskFallen(solver)
    if let counts {
      try tellCut(solver, from: counts)
      if prunedCounts != counts { try tellScores(solver, scores) }
    }
    terms = layers.indices.map { terms(of: $0, before: before[$0], hasChanged: changed.contains($0)) }
  }

  /// Lets the method act on all families, and does at once what it wishes.
  func actAtOnce(_ moment: Moment, _ solver: Solver, epoch: (Int, of: Int) = (0, 0)) throws {
    try act(moment, solver, epoch: epoch) { _, _ in true }
    try takeWishes(solver)
  }

  /// Lets the method act on the families for which `isMeant` holds, one after the other.
  func act(
    _ moment: Moment, _ solver: Solver, epoch: (Int, of: Int) = (0, 0),
    _ isMeant: (any CourseKeeper, _ entry: Int) -> Bool
  ) throws {
    let keeper = try running()
    let meant = entries.indices.filter { entries[$0].family.ratio > 0 && isMeant(keeper, $0) }
    let runs = meant.map { index in
      var run = self.moment(of: index, entries[index].family, solver)
      (run.epoch, run.epochs, run.gateGradient) = (epoch.0, epoch.of, entries[index].gateGradient)
      return run
    }
    if method.habits.actsTogether { try actTogether(moment, meant, runs) }
    for (index, run) in zip(meant, runs) { try act(moment, on: &entries[index], run) }
  }

  private func actTogether(_ moment: Moment, _ meant: [Int], _ runs: [MomentOfRun]) throws {
    var families = meant.map { entries[$0].family }
    var memories = meant.map { entries[$0].memory }
    try method.act(moment, together: &families, &memories, in: runs)
    for (place, index) in meant.enumerated() {
      (entries[index].family, entries[index].memory) = (families[place], memories[place])
    }
  }

  private func act(_ moment: Moment, on entry: inout Entry, _ run: MomentOfRun) throws {
    try method.act(moment, on: &entry.family, &entry.memory, in: run)
  }

  func moment(of index: Int, _ family: PrunedFamily, _ solver: Solver) -> MomentOfRun {
    let aim = keeper?.aim(index) ?? Aim(target: 0)
    let (groups, layer) = (family.groups, family.layer)
    let (sums, evidence) = (wiring.sums[index], evidence(solver))
    var run = MomentOfRun(
      iteration: solver.iteration, target: aim.target, lastFeasible: aim.lastFeasible, ceiling: aim.ceiling,
      random: random,
      scores: { [method, layers] in
        if let sums { return Array(sums.of(solver.net.parameters[layers[layer].parameter].blob)) }
        return try method.importance.scores(groups, evidence)
      }, weights: evidence)
    run.work = wiring.work
    if method.habits.gates != nil {
      run.strengths = { [wiring] in
        wiring.hidden[index].strengths(groups.count) { Array(solver.net.parameters[$0].blob.data) }
      }
    }
    return run
  }

  private func evidence(_ solver: Solver) -> NetEvidence {
    NetEvidence(net: solver.net, parameters: wiring.parameters, gradients: gradients, channels: activity)
  }

  /// Does what the method wished outside an update, masks and scales the weights, and counts again.
  private func takeWishes(_ solver: Solver) throws {
    let changed = maskFallen(solver)
    for index in changed {
      layers[index].mask.apply(toDataOf: weight(index, solver))
      layers[index].refreshRatio()
    }
    for index in entries.indices where !changed.isEmpty { entries[index].family.refresh(layers) }
    for entry in entries where !entry.family.wishes.scaled.isEmpty {
      let factors = Dictionary(entry.family.wishes.scaled.map { ($0.group, $0.factor) }) { $1 }
      entry.family.scale(factors) { weight($0, solver).mutableData }
    }
    report()
  }

  private func maskFallen(_ solver: Solver) -> Set<Int> {
    let again = rules?.isReference == true
    levelBlocks()
    var changed: Set<Int> = []
    for index in entries.indices {
      changed.formUnion(
        entries[index].family.mask(&layers, step: solver.iteration + 1, countsAgain: again))
    }
    return changed
  }

  /// Says what the wishes came to, tells neighbours, and forgets them.
  func report() {
    for index in entries.indices {
      let wishes = entries[index].family.wishes
      guard !wishes.isEmpty else { continue }
      tellNeighbours(wishes.fallen, of: entries[index].family)
      say(wishes.remarks, of: entries[index].family)
      entries[index].family.wishes = .init()
    }
  }

  /// Whether a family is not pruned because its weight does not decay, as in the original (Q3).
  private func isSwitchedOff(_ family: PrunedFamily, _ solver: Solver) -> Bool {
    rules?.isReference == true && !decays(family, solver)
  }

  /// Whether weight decay reaches a family's first layer.
  func decays(_ family: PrunedFamily, _ solver: Solver) -> Bool {
    solver.parameter.weightDecay * solver.net.parameters[layers[family.layer].parameter].decayMult != 0
  }
}
