import Engine
import Glibc

/// The functions of Open MPI that are needed, found when the process asks for them: builds and other runs do without the
/// library. Its binary interface has been the same since version 2 (Open MPI's `mpi.h`; MPI 3.1).
struct OpenMPI {
  /// Communicators, types, operations and requests are addresses.
  typealias Handle = OpaquePointer

  let world: Handle
  let float: Handle
  let double: Handle
  let sum: Handle
  let initialize:
    @convention(c) (UnsafeMutablePointer<CInt>?, UnsafeMutableRawPointer?, CInt, UnsafeMutablePointer<CInt>) -> CInt
  let rank: @convention(c) (Handle, UnsafeMutablePointer<CInt>) -> CInt
  let size: @convention(c) (Handle, UnsafeMutablePointer<CInt>) -> CInt
  let send: @convention(c) (UnsafeRawPointer?, CInt, Handle, CInt, CInt, Handle, UnsafeMutablePointer<Handle?>) -> CInt
  let receive:
    @convention(c) (UnsafeMutableRawPointer?, CInt, Handle, CInt, CInt, Handle, UnsafeMutablePointer<Handle?>) -> CInt
  let allReduce:
    @convention(c) (
      UnsafeRawPointer?, UnsafeMutableRawPointer?, CInt, Handle, Handle, Handle, UnsafeMutablePointer<Handle?>
    ) -> CInt
  let test: @convention(c) (UnsafeMutablePointer<Handle?>, UnsafeMutablePointer<CInt>, UnsafeMutableRawPointer?) -> CInt
  let probe: @convention(c) (CInt, CInt, Handle, UnsafeMutablePointer<CInt>, UnsafeMutableRawPointer?) -> CInt
  let abort: @convention(c) (Handle, CInt) -> CInt
  let finalize: @convention(c) () -> CInt

  /// MPI_IN_PLACE.
  static var inPlace: UnsafeRawPointer? { UnsafeRawPointer(bitPattern: 1) }
  /// MPI_THREAD_FUNNELED: one thread calls.
  static let funneled: CInt = 1

  /// The names of the library, the usual one first.
  private static let names = ["libmpi.so.40", "libmpi.so", "libmpi.so.20"]

  /// Loads the library; its parts find it by its symbols, which therefore are for all.
  init() throws(RankError) {
    let opened = Self.names.lazy.compactMap { dlopen($0, RTLD_NOW | RTLD_GLOBAL) }.first
    guard let library = opened else {
      throw .unreachable(
        "Open MPI cannot be loaded (Debian: libopenmpi3): \(dlerror().map { String(cString: $0) } ?? "")")
    }
    func address(_ name: String) throws(RankError) -> UnsafeMutableRawPointer {
      guard let address = dlsym(library, name) else {
        throw .unreachable("the MPI library has no '\(name)': only Open MPI is known")
      }
      return address
    }
    func function<F>(_ name: String, as type: F.Type = F.self) throws(RankError) -> F {
      unsafeBitCast(try address(name), to: F.self)
    }
    world = OpaquePointer(try address("ompi_mpi_comm_world"))
    float = OpaquePointer(try address("ompi_mpi_float"))
    double = OpaquePointer(try address("ompi_mpi_double"))
    sum = OpaquePointer(try address("ompi_mpi_op_sum"))
    initialize = try function("MPI_Init_thread")
    rank = try function("MPI_Comm_rank")
    size = try function("MPI_Comm_size")
    send = try function("MPI_Isend")
    receive = try function("MPI_Irecv")
    allReduce = try function("MPI_Iallreduce")
    test = try function("MPI_Test")
    probe = try function("MPI_Iprobe")
    abort = try function("MPI_Abort")
    finalize = try function("MPI_Finalize")
  }
}
