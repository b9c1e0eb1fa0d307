import Foundation
import TestSupport
import Testing

/// Pruning runs that are killed, interrupted and resumed at random moments; scripts/stop-and-resume.py does it. A few
/// here; CAFFE_INCREG_STOPS says how many else.
@Suite struct StopTests {
  @Test func resumedRunsEndAsTheUnbrokenOne() throws {
    let stops = ProcessInfo.processInfo.environment["CAFFE_INCREG_STOPS"].flatMap(Int.init) ?? 4
    let script = TestFiles.package + "/scripts/stop-and-resume.py"
    guard let output = try python([script, ProgramRun.path, "--stops", "\(stops)"], needs: "tempfile") else { return }
    #expect(output.hasSuffix(", 0 runs that did not end as the unbroken one\n"), "\(output)")
    print(output)
  }
}
