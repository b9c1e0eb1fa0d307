/// Messages of one rank that are on their way. An error of the library ends all ranks, by the library.
struct Messages {
  private let mpi: OpenMPI
  private var pending: [(request: OpenMPI.Handle?, peer: Int)] = []

  init(_ mpi: OpenMPI) { self.mpi = mpi }

  /// Begins to send.
  mutating func send(_ values: UnsafeRawPointer?, _ count: Int, _ type: OpenMPI.Handle, to rank: Int, tag: Int) {
    var request: OpenMPI.Handle?
    _ = mpi.send(values, CInt(count), type, CInt(rank), CInt(tag), mpi.world, &request)
    pending.append((request, rank))
  }

  /// Begins to receive.
  mutating func receive(
    _ values: UnsafeMutableRawPointer?, _ count: Int, _ type: OpenMPI.Handle, from rank: Int, tag: Int
  ) {
    var request: OpenMPI.Handle?
    _ = mpi.receive(values, CInt(count), type, CInt(rank), CInt(tag), mpi.world, &request)
    pending.append((request, rank))
  }

  /// Begins to sum over all ranks, in the library's own order.
  mutating func sum(_ values: UnsafeMutableRawPointer, _ count: Int) {
    var request: OpenMPI.Handle?
    _ = mpi.allReduce(OpenMPI.inPlace, values, CInt(count), mpi.float, mpi.sum, mpi.world, &request)
    pending.append((request, 0))
  }

  /// Whether all have arrived.
  mutating func areComplete() -> Bool {
    pending.removeAll { message in
      var (request, isComplete) = (message.request, CInt(0))
      _ = mpi.test(&request, &isComplete, nil)
      return isComplete != 0
    }
    return pending.isEmpty
  }

  /// The rank that the oldest of them is to or from.
  var awaited: Int? { pending.first?.peer }
}
