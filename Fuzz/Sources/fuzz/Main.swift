import Glibc
import Hostile

/// libFuzzer's loop (compiler-rt, FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Fuzzes the target that the variable FUZZ_TARGET names; arguments are libFuzzer's.
@main enum Main {
  static func main() {
    guard let name = getenv("FUZZ_TARGET"), FuzzTargets.all[String(cString: name)] != nil else {
      print(FuzzTargets.all.keys.sorted().joined(separator: "\n"))
      return
    }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runDriver(&count, &arguments) { bytes, count in
        let input = Array(UnsafeBufferPointer(start: bytes, count: count))
        _ = getenv("FUZZ_TARGET").map { FuzzTargets.isValue(String(cString: $0), input) }
        return 0
      })
  }
}
