import Foundation
import TestSupport
import Testing

/// Commands that are killed right before one thing or another that they do to files, or to which the disk says no;
/// scripts/kill-at-file-operations.py does it. A few places here.
@Suite struct KillTests {
  @Test(arguments: [
    ("kill", "^(train None HDF5|train over another run's BIN|slim a snapshot in place)", 23),
    ("once:EIO", "^slim in place", 7),
    ("from:ENOSPC", "^(train None BIN|prune over another)", 15),
  ])
  func filesAreOldOrNew(_ fault: String, _ scenarios: String, every: Int) throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/cc") else { return print("SKIPPED: there is no cc") }
    let script = TestFiles.package + "/scripts/kill-at-file-operations.py"
    let arguments = [script, ProgramRun.path, "--fault", fault, "--only", scenarios, "--every", "\(every)"]
    guard let output = try python(arguments, needs: "tempfile") else { return }
    #expect(output.hasSuffix("faults: 0 lost, 0 mixed, 0 temporary, 0 ended\n"), "\(output)")
    print(output)
  }
}
