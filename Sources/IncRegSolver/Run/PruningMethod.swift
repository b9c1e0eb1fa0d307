import Base
import CaffeProto
import Engine
import Pruning

/// A pruning method: what it prunes, what the run does when, and what becomes of a family of groups at a moment.
///
/// A method is a value that holds settings. What it knows of a family is its memory, which the run keeps and saves. A
/// new method is a file in `Methods` and a line in ``PruningMethods``.
public protocol PruningMethod: Sendable {
  /// What a method knows of a family besides the groups' state.
  associatedtype Memory: Codable = Nothing

  /// The names that `prune_method` may have, each with what it stands for.
  static var names: [MethodName] { get }

  /// Names the method in snapshots.
  static var id: String { get }

  /// Reads the solver's fields.
  ///
  /// - Throws: ``IncRegError/field(_:_:)`` for values with which nothing could be pruned
  init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws

  /// What it prunes.
  var structure: any Structure { get }

  /// What groups are worth, where the run is asked for scores.
  var importance: any Importance { get }

  /// What the run does when.
  var course: Course { get }

  /// How the run treats the method.
  var habits: Habits { get }

  /// How many groups of a family are to go in all.
  func goal(_ family: PrunedFamily) -> Int

  /// What is known of a family before the first iteration.
  func memory(of family: PrunedFamily) -> Memory

  /// Whether a memory, which may come from a file, is one of such a family.
  func fits(_ memory: Memory, _ family: PrunedFamily) -> Bool

  /// Does what is to be done with a family at a moment.
  func act(_ moment: Moment, on family: inout PrunedFamily, _ memory: inout Memory, in run: MomentOfRun) throws

  /// Does what concerns several families together, before the method acts on each of them. It gets the families that
  /// are pruned, in the order of the net. It is not called before ``Moment/update``, and only for methods with
  /// ``Habits/actsTogether``.
  func act(
    _ moment: Moment, together families: inout [PrunedFamily], _ memories: inout [Memory], in runs: [MomentOfRun])
    throws

  /// What is added to gradients in the coming update besides penalties, by parameter of the net. Asked for while the
  /// method may prune, if it has ``Habits/addsGradients``.
  func addedGradients(_ layers: [PrunableLayer], _ values: (_ parameter: Int) -> Blob) -> [Int: Blob]

  /// Batches from which gradients or activations are taken where the importance needs them for a cut.
  var scoreBatches: Int { get }

  /// Which groups of a family are hidden in the coming passes, for methods that hide.
  func hides(_ family: PrunedFamily, _ memory: Memory, _ random: RandomSource) -> [Bool]

  /// Says what the run is going to do.
  func plan(_ plan: inout RunPlan, _ run: PlannedRun<Memory>)
}

/// The memory of a method that remembers nothing.
public struct Nothing: Codable, Sendable {
  /// Makes nothing.
  public init() {}
}

extension PruningMethod {
  /// The sum of magnitudes.
  public var importance: any Importance { L1Norm() }
  /// None.
  public var habits: Habits { Habits() }
  /// Nothing.
  public func act(
    _ moment: Moment, together families: inout [PrunedFamily], _ memories: inout [Memory], in runs: [MomentOfRun]
  ) throws {}
  /// None.
  public func addedGradients(_ layers: [PrunableLayer], _ values: (_ parameter: Int) -> Blob) -> [Int: Blob] { [:] }
  /// As many as is usual.
  public var scoreBatches: Int { PruningParameter().scoreBatches }
  /// As many as the ratio asks for.
  public func goal(_ family: PrunedFamily) -> Int { family.groups(at: family.ratio) }
  /// None.
  public func hides(_ family: PrunedFamily, _ memory: Memory, _ random: RandomSource) -> [Bool] { [] }
  /// The layers and their targets.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Memory>) {
    plan.add(run.families, run.structure, goal: goal)
    plan.addPolicyRate(run.parameter)
  }
}

extension PruningMethod where Memory == Nothing {
  /// Nothing.
  public func memory(of family: PrunedFamily) -> Nothing { Nothing() }
  /// Always.
  public func fits(_ memory: Nothing, _ family: PrunedFamily) -> Bool { true }
}

/// When a method may act.
public enum Moment: Equatable, Sendable {
  /// Weights are known, and nothing has been done yet.
  case start
  /// An iteration begins, for methods that act before passes. What falls is masked before its first pass.
  case iteration
  /// The gradients of gates are known, for methods that learn them.
  case gates
  /// An update comes. What falls is masked by it. Families act side by side, on several threads.
  case update
  /// An epoch is over. What falls is masked at once.
  case epoch
  /// The family has reached its target. What falls is masked before the next pass.
  case reached
  /// The course says that the groups that are to go must be pruned now.
  case cut
}

/// What a method may know of a run at a moment.
public struct MomentOfRun {
  /// The iteration, from 0.
  public let iteration: Int
  /// The epoch that is over, from 1, and how many there will be; 0 where no epochs are counted.
  public var epoch = 0
  /// How many epochs there will be.
  public var epochs = 0
  /// What the family is asked to reach now, a fraction.
  public var target: Float
  /// What the family had reached when the last good stage ended.
  public var lastFeasible: Float = 0
  /// The penalty at which a group falls, in IncReg's search.
  public var ceiling: Float = .infinity
  /// Random numbers of the method's own, saved with the run.
  public let random: RandomSource
  /// The family's scores.
  public let scores: () throws -> [Float]
  /// Reads the weights that make the family's groups.
  public let weights: any Evidence
  /// How strong the groups are where gates multiply them; for methods that learn gates.
  public var strengths: () -> [Double] = { [] }
  /// The gradient of every group's gate, as of the last passes.
  public var gateGradient: [Double] = []
  /// The net's multiply-adds by the families that are pruned, in their order; nil where families are no channels.
  public var work: FamilyWork?

  /// The living groups, the least important first; of equal ones the first comes first.
  public func ranked(_ family: PrunedFamily) throws -> [Int] {
    family.state.ranked(by: try scores())
  }
}

/// How the run treats a method.
public struct Habits: Sendable {
  /// Whether pruned channels prune the filters that make them, and the other way round, in the layer before or behind
  /// by the order of the net (`IF_update_row_col`).
  public var asksNeighbours = false
  /// Whether groups that are zero in the first weights count as pruned.
  public var adoptsZeros = true
  /// What the method looks at in every iteration.
  public var looksAt = Look.nothing
  /// Whether the method acts when an iteration begins.
  public var actsBeforePasses = false
  /// Whether the method hides groups while a pass runs, for which gradients must be complete.
  public var hides = false
  /// Where the gradients of gates come from, for a method that learns gates: hiding then sets gates to 0. Nil for
  /// methods without gates.
  public var gates: Gates?
  /// Whether the method itself says how much goes. A `prune_ratio` is then the most that may go, and 1 where none is
  /// given.
  public var choosesGoals = false
  /// Whether its penalty takes the place of weight decay until the cut.
  public var replacesDecay = false
  /// How closely caffe_increg is followed; nil for methods that it does not have.
  public var original: CaffeRules?

  /// Whether the method acts on all families together.
  public var actsTogether = false
  /// Whether the method adds gradients of its own.
  public var addsGradients = false
  /// Whether nothing decays until the cut.
  public var suspendsDecay = false

  /// Whether the method acts on epochs.
  public var needsEpochs = false

  /// None but those that are named.
  public init(adoptsZeros: Bool = true, needsEpochs: Bool = false) {
    (self.adoptsZeros, self.needsEpochs) = (adoptsZeros, needsEpochs)
  }

  /// Where the gradients of gates come from.
  public enum Gates: Equatable, Sendable {
    /// From the passes of every update.
    case updates
    /// From a batch of their own before every so many updates, which changes no weights.
    case ownBatches(every: Int)
  }

  /// What a method looks at in every iteration, which decides how weights are kept.
  public enum Look: Sendable {
    /// Nothing.
    case nothing
    /// Scores, which an update may add up on its way.
    case scores
    /// Weights.
    case weights
  }
}

/// A name of a method.
public struct MethodName: Sendable {
  /// What `prune_method` says.
  public let name: String
  /// What `regularization_type` must say then; empty for what any net may have, L1 or L2.
  public let regularizations: [String]
  /// What is pruned.
  public let structure: any Structure

  /// Makes a name.
  public init(_ name: String, _ regularizations: [String] = [], _ structure: any Structure) {
    (self.name, self.regularizations, self.structure) = (name, regularizations, structure)
  }

  /// `name` for the first structure, and `name` with an underscore and the structure's suffix for each.
  public static func all(_ name: String, _ structures: [any Structure]) -> [MethodName] {
    structures.prefix(1).map { MethodName(name, [], $0) }
      + structures.map { MethodName("\(name)_\($0.suffix)", [], $0) }
  }
}
