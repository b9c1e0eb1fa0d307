import Base
import Glibc
import NetIO

/// A CPU as Linux describes it.
struct Processor: Equatable {
  /// The model's name.
  let name: String
  /// Logical processors.
  let cores: Int
  /// The vector extensions that kernels can make use of.
  let extensions: [String]

  /// The CPU this runs on.
  static func current() throws -> Processor {
    Processor(description: try InputFile.text(in: "/proc/cpuinfo"), cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// - Parameters:
  ///   - description: the text of `/proc/cpuinfo`
  ///   - cores: logical processors
  init(description: String, cores: Int) {
    func value(of keys: [String]) -> Substring? {
      description.split(separator: "\n").lazy.compactMap { line -> Substring? in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, keys.contains(String(parts[0].prefix { $0 != "\t" && $0 != ":" })) else { return nil }
        return parts[1].drop { $0 == " " }
      }.first
    }
    // x86 calls them flags, ARM features, and ARM has no name of its model.
    let flags = Set((value(of: ["flags", "Features"]) ?? "").split(separator: " "))
    name = value(of: ["model name", "CPU implementer"]).map(String.init) ?? "unknown CPU"
    self.cores = cores
    extensions = Self.vectorFlags.filter { flags.contains(Substring($0)) }
  }

  /// In the order of their age.
  private static let vectorFlags = [
    "sse4_1", "sse4_2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_vnni",
    "avx512_bf16", "avx512_fp16", "avx_vnni", "amx_tile", "amx_int8", "amx_bf16", "asimd", "asimddp", "sve", "sve2",
  ]
}
