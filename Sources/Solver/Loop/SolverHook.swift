import CaffeProto
import Engine

/// What a pruning method may do to a run, in the order in which the solver calls it.
///
/// The solver knows nothing of pruning: it calls its hook at fixed points and hands it itself. All points are optional.
/// Before a run: `instrument`, per net; `rule`, per parameter; `adoptWeights`. One iteration is: a periodic test and
/// `didTest`; per accumulation pass `willForward`, forward, backward, `didBackward`; clipping; per
/// parameter `weightDecay`, `terms`, `gradientTerms`, `elementMask` and the update; `didEpoch`; `didUpdate`; the
/// iteration counter; signals and periodic snapshots.
public protocol SolverHook: AnyObject {
  /// What `regularization_type` may say besides L1 and L2: the plain L2 decay stays, and the method adds its own. Empty
  /// where the method has checked the field itself.
  var decayTypes: [String] { get }

  /// Whether the method may look at gradients of complete passes or wants more than one pass per update. Where not, a
  /// parameter is updated as soon as its gradient is complete, before that of the next one is computed; then `terms` are
  /// asked for from the last parameter to the first, and `learningRate` before the pass.
  var needsWholePasses: Bool { get }

  /// Changes a net before it is built, the same way each time: a resumed run does it again.
  func instrument(_ net: inout NetParameter, phase: Phase) throws

  /// The update rule of a parameter of the train net; nil for the solver's.
  func rule(for parameter: Parameter, _ solver: SolverParameter) throws -> (any UpdateRule)?

  /// Called once weights are loaded, before a snapshot is restored.
  func adoptWeights(_ solver: Solver) throws

  /// Called when Solve begins, after a snapshot has been restored.
  func beginRun(_ solver: Solver) throws

  /// Forward and backward passes per update, on top of the solver's iter_size. Gradients are summed over them.
  func passes(_ solver: Solver) -> Int

  /// Called before each pass; `pass` counts from 0 in an iteration.
  func willForward(_ solver: Solver, pass: Int) throws

  /// Called after each pass, with the gradients accumulated so far.
  func didBackward(_ solver: Solver, pass: Int) throws

  /// The rate to use where the policy says `policy`.
  func learningRate(_ solver: Solver, policy: Float) -> Float

  /// The strength of a parameter's ordinary weight decay where the solver says `strength`.
  func weightDecay(_ solver: Solver, parameter index: Int, strength: Float) -> Float

  /// What the method adds to the update of `solver.net.parameters[index]`, whose gradient is complete by now: penalties
  /// and masks, so that everything is one pass over memory. Nil for nothing.
  func terms(_ solver: Solver, parameter index: Int) throws -> GroupTerms?

  /// What the method adds to the gradient of a parameter besides: terms that are no multiple of the weight by row or
  /// column. Where there are some, the update takes the parameter out of its tiles; one that has them in most updates
  /// should be marked `staysPlain`.
  func gradientTerms(_ solver: Solver, parameter index: Int) throws -> [any GradientTerm]

  /// Which weights of a parameter the update holds at zero, one by one, in the order of its axes: their gradients and
  /// what the rule remembers of them are zero as well, and count for no norm. Nil for none. Where there is a mask,
  /// tiles are as with `gradientTerms`. It may be asked for twice in an update.
  func elementMask(_ solver: Solver, parameter index: Int) throws -> ElementMask?

  /// Called after the update that completes an epoch, which is counted from 1, `total` of them. An epoch that the end
  /// of the run cuts off is never complete; nor is any where ``Solver/epochs`` is nil.
  ///
  /// A snapshot that is taken meanwhile is one of before: the run that is resumed from it makes this call again, and so
  /// does one that was stopped in a test that the method made here. All others make it once.
  func didEpoch(_ solver: Solver, epoch: Int, of total: Int) throws

  /// Called after the update and before the iteration counter is incremented.
  func didUpdate(_ solver: Solver) throws -> RunDecision

  /// Called after a periodic test with what ``Solver/testAll()`` gave, unless somebody outside has stopped the run in
  /// it.
  func didTest(_ solver: Solver, _ results: [[NetOutput]]) throws

  /// Called when a run ends at `max_iter` or because somebody outside stops it, after everything else.
  func endRun(_ solver: Solver) throws

  /// Makes weights fit to be seen outside (masks applied) before they are written.
  func willSave(_ solver: Solver) throws

  /// Called after a periodic snapshot was written.
  func didSnapshot(_ solver: Solver) throws

  /// Adds the method's state to a snapshot.
  func encode(into state: inout SolverState, _ solver: Solver) throws

  /// Takes the method's state from a snapshot. `rollback` is true where the hook itself asked for the restoration
  /// and keeps its control state.
  func decode(from state: SolverState, _ solver: Solver, rollback: Bool) throws
}

/// Whether a run goes on.
public enum RunDecision: Equatable, Sendable {
  /// With the next iteration.
  case proceed
  /// It has reached its own end.
  case finish
}

extension SolverHook {
  /// None.
  public var decayTypes: [String] { [] }
  /// Yes.
  public var needsWholePasses: Bool { true }
  /// Nothing.
  public func instrument(_ net: inout NetParameter, phase: Phase) throws {}
  /// The solver's.
  public func rule(for parameter: Parameter, _ solver: SolverParameter) throws -> (any UpdateRule)? { nil }
  /// Nothing.
  public func adoptWeights(_ solver: Solver) throws {}
  /// Nothing.
  public func beginRun(_ solver: Solver) throws {}
  /// One.
  public func passes(_ solver: Solver) -> Int { 1 }
  /// Nothing.
  public func willForward(_ solver: Solver, pass: Int) throws {}
  /// Nothing.
  public func didBackward(_ solver: Solver, pass: Int) throws {}
  /// The policy's.
  public func learningRate(_ solver: Solver, policy: Float) -> Float { policy }
  /// The solver's.
  public func weightDecay(_ solver: Solver, parameter index: Int, strength: Float) -> Float { strength }
  /// Nothing.
  public func terms(_ solver: Solver, parameter index: Int) throws -> GroupTerms? { nil }
  /// None.
  public func gradientTerms(_ solver: Solver, parameter index: Int) throws -> [any GradientTerm] { [] }
  /// None.
  public func elementMask(_ solver: Solver, parameter index: Int) throws -> ElementMask? { nil }
  /// Nothing.
  public func didEpoch(_ solver: Solver, epoch: Int, of total: Int) throws {}
  /// Goes on.
  public func didUpdate(_ solver: Solver) throws -> RunDecision { .proceed }
  /// Nothing.
  public func didTest(_ solver: Solver, _ results: [[NetOutput]]) throws {}
  /// Nothing.
  public func endRun(_ solver: Solver) throws {}
  /// Nothing.
  public func willSave(_ solver: Solver) throws {}
  /// Nothing.
  public func didSnapshot(_ solver: Solver) throws {}
  /// Nothing.
  public func encode(into state: inout SolverState, _ solver: Solver) throws {}
  /// Nothing.
  public func decode(from state: SolverState, _ solver: Solver, rollback: Bool) throws {}
}
