import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// Trains a net (Caffe: `Solver` and `SGDSolver`).
///
/// The loop itself is in SolverLoop.swift, the update in SolverUpdate.swift, tests in SolverTest.swift, snapshots in
/// SolverSnapshot.swift. A pruning method takes part as the ``SolverHook``.
public final class Solver {
  /// What the run was asked to do.
  public let parameter: SolverParameter
  /// The net that is trained.
  public let net: Net
  /// The nets that are tested; layers of the same name use the train net's parameters.
  public let testNets: [Net]
  /// The updates made.
  public internal(set) var iteration = 0
  /// The steps made by the step policies of the learning rate.
  public internal(set) var currentStep = 0
  /// The learning rate of the last update; 0 before the first.
  public internal(set) var learningRate: Float = 0
  /// The objective of the last iteration, its mean over all passes.
  public internal(set) var loss: Float = 0
  /// What the update rules remember: per parameter of the net, per slot of its rule.
  public let history: [[Blob]]
  /// The pruning method.
  public let hook: (any SolverHook)?
  /// Where progress is reported.
  public let log: RunLog
  /// The run's random numbers.
  public let random: RandomSource
  /// Those that train the net together.
  let ranks: RunRanks
  /// Asked after every iteration and every test batch for what somebody outside wants, by a signal for instance.
  public var requestedAction: () -> SolverAction = { .none }
  /// Gets what a machine may want to follow.
  public var onEvent: (RunEvent) throws -> Void = { _ in }
  /// Whether a run goes on with a loss, a gradient or weights that are NaN or infinite.
  public var allowsNaN = false
  /// Whether ``requestedAction`` has asked the run to stop.
  public internal(set) var stopRequested = false

  /// The epochs of the run; nil where neither `epoch_iters` nor the data says how long they are.
  public private(set) lazy var epochs = Epochs(parameter, net, ranks: communicator.count)

  /// Whether the update of the present iteration is made, so that only the hook's work is left of it.
  public internal(set) var updateIsMade = false
  /// Whether the hook has been told of the epoch that ended with that update.
  var epochIsTold = false
  /// The iteration whose update is the first since the update rules' memory was last cleared.
  var optimiserStart = 0
  /// Where data and random numbers stood when the test began that is running; nil while none is.
  var positionBeforeTest: RunPosition?

  let policy: LearningRatePolicy
  /// Per parameter of the net.
  let rules: [any UpdateRule]
  let decay: WeightDecay
  /// Brings gradients to their means over ranks; nil where there is one.
  let exchange: GradientExchange?
  var smoothed: SmoothedLoss
  /// Whether the last learning rate came with a new ``currentStep``.
  var hasStepped = false
  /// Where the time since the last display went.
  var times = IterationTimes()
  /// Whether every gradient is used as soon as it is complete: nothing asks for all of them at once, or for more than
  /// one pass.
  public let updatesEarly: Bool
  private var hasAdopted = false
  private var hasBegun = false

  /// Builds the nets of a run and loads the weights that its parameters name.
  ///
  /// - Parameters:
  ///   - parameter: the run; net files are relative to the working directory
  ///   - registry: the layer types
  ///   - backend: computes the heavy layers
  ///   - hook: a pruning method
  ///   - decayTypes: what `regularization_type` may say besides L1 and L2 where there is no hook, to mean L2: the types
  ///     of pruning methods that are not at work
  ///   - ranks: those that train the net together, each with a solver of its own; nil for this one alone, whose samples
  ///     then share one stream of random numbers
  ///   - log: where progress is reported
  /// - Throws: ``SolverError``, `NetError`, or what reading a file throws
  public init(
    _ parameter: SolverParameter, registry: LayerRegistry, backend: any Backend,
    hook: (any SolverHook)? = nil, decayTypes: [String] = [],
    ranks: RunRanks? = nil, log: RunLog = .standardError
  ) throws {
    var parameter = parameter
    let communicator = ranks?.communicator ?? LoneRank()
    if parameter.randomSeed < 0, ranks != nil {
      parameter.randomSeed = Int(try communicator.gather([Double(UInt32.random(in: 0 ... .max))])[0][0])
    }
    log.info("Initializing solver from parameters: ", text: try parameter.text())
    try parameter.validate()
    // Pruning runs save what they may go back to.
    if parameter.snapshot > 0 || parameter.snapshotAfterTrain || parameter.pruneMethod != "None" {
      try parameter.checkSnapshotFolder()
    }
    policy = try LearningRatePolicy(parameter)
    try InputFile.check(parameter.weights.flatMap(\.listedFiles))
    let standardRule = try UpdateRules.rule(for: parameter)
    let types = hook.map(\.decayTypes) ?? decayTypes
    decay = try WeightDecay(parameter, others: hook != nil && types.isEmpty ? nil : types)
    smoothed = SmoothedLoss(window: parameter.averageLoss)
    let random = RandomSource(seed: parameter.randomSeed)
    updatesEarly =
      hook?.needsWholePasses != true && parameter.clipGradients < 0 && parameter.iterSize == 1 && !parameter.debugInfo
      && !parameter.snapshotDiff && communicator.count == 1
    let factory = NetFactory(
      parameter: parameter, registry: registry, backend: backend, random: random, updatesEarly: updatesEarly,
      updatesInPieces: updatesEarly && hook == nil, hook: hook, ranks: ranks, log: log)
    // What is tried on rank 0 is what the others find.
    let (net, testNets) = try communicator.firstAhead { (try factory.trainNet(), try factory.testNets()) }
    self.testNets = testNets
    for testNet in testNets { try testNet.shareParameters(of: net, log: log) }
    rules = try net.parameters.map { try hook?.rule(for: $0, parameter) ?? standardRule }
    history = zip(net.parameters, rules).map { parameter, rule in
      (0..<type(of: rule).slots).map { _ in Blob(shape: parameter.blob.shape) }
    }
    self.parameter = parameter
    self.net = net
    self.hook = hook
    self.log = log
    self.random = random
    self.ranks = ranks ?? RunRanks(communicator)
    exchange = communicator.count > 1 ? GradientExchange(net, communicator) : nil
    log.info("Solver scaffolding done.")
    try loadWeights(parameter.weights)
  }

  /// Loads weights by layer name into the train net and into the layers that only test nets have.
  ///
  /// - Parameter paths: caffemodels, binary or HDF5; each may be a list with commas, and later files win
  /// - Throws: `NetError.weights` where a file does not fit, or what reading it throws
  public func loadWeights(_ paths: [String]) throws {
    let files = paths.flatMap(\.listedFiles)
    if files.isEmpty, !paths.isEmpty { log.warnOfNoWeights() }
    for path in files {
      log.info("Finetuning from \(path)")
      try loadNets(path)
    }
  }

  /// Tells the hook of the weights, once.
  func adopt() throws {
    guard !hasAdopted else { return }
    hasAdopted = true
    try hook?.adoptWeights(self)
  }

  /// Tells the hook that the run begins, once.
  func begin() throws {
    try adopt()
    guard !hasBegun else { return }
    hasBegun = true
    try compareRanks()
    try hook?.beginRun(self)
    releaseCodePages()
  }
}
