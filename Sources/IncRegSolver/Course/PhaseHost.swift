/// What the keeper of a course asks of the run.
protocol PhaseHost: AnyObject {
  /// The iteration; restoring changes it.
  var iteration: Int { get }
  /// The layers, with what is masked.
  var layers: [PrunableLayer] { get }
  /// The families, with where their groups stand.
  var families: [PrunedFamily] { get }
  /// Counts again what pruning has saved.
  func budget() -> Budget
  /// Tests the net and gives the accuracy that decides; nil where somebody outside stopped the run meanwhile.
  func accuracy() throws -> Float?
  /// Saves the run under a tag.
  func snapshot(tag: String) throws
  /// Deletes the periodic snapshots.
  func removePeriodicSnapshots()
  /// The path of a snapshot's solver state.
  func statePath(tag: String, iteration: Int) -> String
  /// Goes back to a snapshot of this run, keeping the control state.
  func restore(tag: String, iteration: Int) throws
  /// Tells a machine that follows the run what happened.
  func tell(_ event: PruneEvent) throws
  /// Sets penalties of living groups to zero where they are positive and below `ceiling`; gives them per family.
  func clearPenalties(below ceiling: Float) -> [[Float]]
}
