import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// Builds the nets that a solver's parameters name (Caffe: `InitTrainNet`, `InitTestNets`).
struct NetFactory {
  let parameter: SolverParameter
  let registry: LayerRegistry
  let backend: any Backend
  let random: RandomSource
  /// Whether the train net's parameter gradients are used as soon as they are complete.
  let updatesEarly: Bool
  /// Whether they are then used piece by piece.
  let updatesInPieces: Bool
  let hook: (any SolverHook)?
  let ranks: RunRanks?
  let log: RunLog

  /// Where a net comes from.
  private struct Source {
    let name: String
    var path: String?
    let net: () throws -> NetParameter
  }

  func trainNet() throws -> Net {
    let given: [(Bool, Source)] = [
      (parameter.hasTrainNetParam, Source(name: "train_net_param") { parameter.trainNetParam }),
      (parameter.hasTrainNet, file("train_net file", parameter.trainNet)),
      (parameter.hasNetParam, Source(name: "net_param") { parameter.netParam }),
      (parameter.hasNet, file("net file", parameter.net)),
    ]
    let sources = given.filter(\.0).map(\.1)
    let fields = "net, net_param, train_net, train_net_param"
    guard let source = sources.first else {
      throw SolverError.field("net", "missing: the train net is given by one of \(fields)")
    }
    guard sources.count == 1 else {
      throw SolverError.field("net", "more than one train net: give one of \(fields)")
    }
    log.info("Creating training net from \(source.name)")
    var use = NetUse.training
    use.keepsParameterGradients = !updatesEarly
    use.takesPieces = updatesInPieces
    return try build(source, phase: .train, state: parameter.trainState, use: use)
  }

  func testNets() throws -> [Net] {
    let sources = try testSources()
    guard parameter.testState.isEmpty || parameter.testState.count == sources.count else {
      throw SolverError.field(
        "test_state",
        "given \(parameter.testState.count) times for \(sources.count) test nets: give none or one for each")
    }
    guard sources.isEmpty || parameter.testInterval > 0 else {
      throw SolverError.field(
        "test_interval", "must be positive where there are test nets, but is \(parameter.testInterval)")
    }
    return try sources.enumerated().map { index, source in
      log.info("Creating test net (#\(index)) specified by \(source.name)")
      let state = parameter.testState.isEmpty ? NetState() : parameter.testState[index]
      return try build(source, phase: .test, state: state, use: .inference)
    }
  }

  /// Nets of their own first; what is left of test_iter tests the common net.
  private func testSources() throws -> [Source] {
    var sources = parameter.testNetParam.map { net in Source(name: "test_net_param") { net } }
    sources += parameter.testNet.map { file("test_net file", $0) }
    var common: Source?
    if parameter.hasNetParam { common = Source(name: "net_param") { parameter.netParam } }
    if parameter.hasNet { common = file("net file", parameter.net) }
    let count = parameter.testIter.count
    guard common == nil ? count == sources.count : count >= sources.count else {
      throw SolverError.field(
        "test_iter", "given \(count) times for \(sources.count) test nets: give one for each")
    }
    if let common { sources += Array(repeating: common, count: count - sources.count) }
    return sources
  }

  private func file(_ field: String, _ path: String) -> Source {
    Source(name: "\(field): \(path)", path: path) { try Prototxt.net(path, log: log) }
  }

  /// The phase can be overridden by the net's own state, and that by the solver's.
  private func build(_ source: Source, phase: Phase, state: NetState, use: NetUse) throws -> Net {
    var use = use
    if parameter.debugInfo { use.keepsBlobs = true }
    let parameter = try source.net()
    var merged = NetState()
    merged.phase = phase
    for part in [parameter.state, state] {
      if part.hasPhase { merged.phase = part.phase }
      if part.hasLevel { merged.level = part.level }
      merged.stage += part.stage
    }
    // Ranks test on their own, each some of the batches.
    let share = ranks.map { DataShare($0.communicator, wholeBatches: !use.gradients) }
    let made = { [ranks = use.gradients ? ranks : nil] in
      var parameter = parameter
      try hook?.instrument(&parameter, phase: merged.phase)
      releaseCodePages()
      return try Net(
        parameter, state: merged, registry: registry, backend: backend, random: random, use: use, ranks: ranks,
        share: share)
    }
    let net = try source.path.map { try placing($0, merged, made) } ?? made()
    log.describe(net)
    return net
  }
}
