import Base
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

  /// What the library is told about TCP, unless the user's environment says otherwise.
  ///
  /// A message up to the eager limit needs no word from its receiver before it travels. With the library's 64 kB gradients
  /// would wait until that rank has computed the layer that it is at. The buffers take them in the meantime. Smaller ones
  /// than the kernel may grow them to are worse than none, so that they are set only where it allows for them.
  private static var settings: [(name: String, value: Int)] {
    let size = 1 << 20
    let allowed = ["rmem_max", "wmem_max"].allSatisfy { name in
      let text = InputFile.content(of: "/proc/sys/net/core/\(name)").bytes.map { String(decoding: $0, as: UTF8.self) }
      return text.flatMap { Int($0.trimmed) } ?? 0 >= size
    }
    return [("eager_limit", size), ("free_list_inc", 4)] + (allowed ? [("rcvbuf", size), ("sndbuf", size)] : [])
  }

  /// The names of the library, the usual one first.
  private static let names = ["libmpi.so.40", "libmpi.so", "libmpi.so.20"]

  /// Loads the library; its parts find it by its symbols, which therefore are for all.
  init() throws(RankError) {
    let opened = Self.names.lazy.compactMap { dlopen($0, RTLD_NOW | RTLD_GLOBAL) }.first
    guard let library = opened else {
      throw .unreachable(
        "Open MPI cannot be loaded (Debian: libopenmpi3): \(dlerror().map { String(cString: $0) } ?? "")")
    }
    for setting in Self.settings { setenv("OMPI_MCA_btl_tcp_" + setting.name, "\(setting.value)", 0) }
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
