import ArgumentParser
import Base
import Engine
import Glibc
import OpenMPI

/// Options of a run on several ranks.
struct RankOptions: ParsableArguments {
  @Option(
    name: .customLong("simulate-ranks"),
    help: ArgumentHelp(
      "Trains as N ranks under mpirun do, on threads of this process.",
      discussion: "Under mpirun of Open MPI ranks are processes, and nothing need be said. See docs/cluster.md.",
      valueName: "N"))
  var simulated: Int?

  @Flag(
    name: .customLong("sync-batch-norm"),
    help: "Several ranks: normalises by the statistics of all ranks' batches together, not of each rank's own.")
  var synchronizesBatchNorm = false

  @Flag(
    name: .customLong("fast-reduce"),
    help: "Several ranks: sums gradients as MPI likes, in an order that may depend on the network.")
  var reducesFast = false

  @Option(
    name: .customLong("rank-timeout"),
    help: ArgumentHelp(
      "Several ranks: the run ends where one does not answer for so long.",
      discussion: "More than rank 0 takes to write a snapshot.", valueName: "seconds"))
  var timeout = 30

  /// The most ranks that one process plays.
  private static let mostSimulated = 64

  func validate() throws {
    if let simulated, !(1...Self.mostSimulated).contains(simulated) {
      throw ValidationError("--simulate-ranks must be from 1 to \(Self.mostSimulated), but is \(simulated)")
    }
    guard (1...86400).contains(timeout) else {
      throw ValidationError("--rank-timeout must be from 1 to 86400 seconds, but is \(timeout)")
    }
    if simulated != nil, Self.isUnderMPI { throw ValidationError("--simulate-ranks is given under mpirun") }
    if simulated == nil, !Self.isUnderMPI, synchronizesBatchNorm || reducesFast {
      throw ValidationError("--sync-batch-norm and --fast-reduce are for several ranks: see docs/cluster.md")
    }
  }

  /// Whether Open MPI's mpirun, or Slurm's srun with PMIx, has started the process.
  private static var isUnderMPI: Bool { getenv("OMPI_COMM_WORLD_SIZE") != nil || getenv("PMIX_RANK") != nil }

  /// Makes sure that this is the world that `mpirun` means: processes of another Open MPI are each in a world of their own.
  private func checkWorld(_ world: MPIRanks) throws {
    for (name, own) in [("OMPI_COMM_WORLD_SIZE", world.count), ("PMIX_RANK", world.rank)] {
      guard let meant = getenv(name).map({ String(cString: $0) }), meant != "\(own)" else { continue }
      throw RankError.unreachable(
        "\(name) is \(meant), but \(own) here: the library is of another Open MPI than mpirun, or Slurm's PMIx")
    }
  }

  /// Runs `body` as each rank of this process: as the only one, as one of those that mpirun has started, or as all that are
  /// simulated. Where a rank of mpirun's fails, all end.
  func run(_ body: @escaping (RunRanks?) throws -> Void) throws {
    func ranks(_ communicator: any Communicator) -> RunRanks {
      RunRanks(communicator, synchronizesBatchNorm: synchronizesBatchNorm, patience: .seconds(timeout))
    }
    if let simulated { return try SimulatedRanks.run(simulated) { try body(ranks($0)) } }
    guard Self.isUnderMPI else {
      guard getenv("PMI_SIZE") == nil else {
        throw RankError.unreachable("this mpirun is not Open MPI's: each process would train on its own")
      }
      return try body(nil)
    }
    let name = Tool.ofProcess.name
    let world = try MPIRanks(fast: reducesFast, patience: .seconds(timeout)) { cause in
      complain("\(name): \(cause)")
      _exit(1)
    }
    try checkWorld(world)
    do {
      let options = [("--sync-batch-norm", synchronizesBatchNorm), ("--fast-reduce", reducesFast)]
      try world.compare(options.map { ($0.0, "\($0.1)") })
      try body(ranks(world))
    } catch {
      complain("\(name): rank \(world.rank): \(error)".printable())
      world.abort()
    }
    world.leave()
  }
}
