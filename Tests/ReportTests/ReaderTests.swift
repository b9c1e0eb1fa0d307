import Foundation
import Testing

@testable import Report

/// Logs and records as they are read.
@Suite struct ReaderTests {
  private func data(_ text: String) throws -> ReportData {
    var data = ReportData()
    try data.add("f", Array(text.utf8))
    return data
  }

  @Test func aRunThatGoesBackIsCountedOn() throws {
    let run = try data(Samples.log).runs[0]
    #expect(run.displays.x == [0, 10, 20, 30] && run.displays.loss.last == 0.625 && run.displays.loss[2].isNaN)
    #expect(
      run.phases.map(\.x) == [0, 12, 20]
        && run.phases.map(\.label) == ["stage 1 prune", "stage 1 settle", "final retrain"])
    #expect(run.lastX == 31 && run.method == "Reg_Col" && run.families.map(\.ratio) == [0.9, 0.5])
    #expect(run.cuts.count == 1 && run.bests.count == 1 && run.judgements.count == 1)
  }

  @Test func aResumedRunRepeatsWhatItReplaces() throws {
    let display = { (iteration: Int, loss: Double) in
      #"{"event":"display","time":1.0,"iteration":\#(iteration),"loss":\#(loss),"lr":0.1,"outputs":[]}"# + "\n"
    }
    let start = { (iteration: Int) in #"{"event":"start","time":1.0,"iteration":\#(iteration),"max_iter":9}"# + "\n" }
    let resumed = try data(
      start(0) + display(0, 1) + display(5, 2) + display(10, 3) + start(5) + display(5, 4) + display(10, 5))
    #expect(resumed.runs.count == 1 && resumed.runs[0].displays.x == [0, 5, 10])
    #expect(resumed.runs[0].displays.loss == [1, 4, 5])
    let two = try data(start(0) + display(0, 1) + start(0) + display(0, 2))
    #expect(two.runs.map(\.label) == ["f", "f (2)"] && two.runs[1].displays.loss == [2])
  }

  @Test func measuredNetsAreToldApartByTheirWeights() throws {
    let nets = MeasuredNet.all(try data(Samples.nets))
    #expect(nets.map(\.label) == ["dense.caffemodel", "slim.caffemodel"] && nets.map(\.accuracy) == [0.8125, 0.78125])
    #expect(nets.map(\.bytes) == [12_345, 6789] && nets.map(\.multiplyAdds) == [70_000, 17_500])
    // The median of three passes over ten images.
    #expect(nets.map { $0.milliseconds.map(\.value) } == [[0.15], [0.05]])
  }

  @Test func recordsAreKnownByTheirFields() throws {
    let all = try Samples.data()
    #expect(all.slims.map(\.parameters.after) == [1505] && all.slims[0].proofs[0].relative == 0.000244140625)
    #expect(all.prunes.map(\.asked) == [0.5] && all.maps[0].layers.map(\.name) == ["conv1", "ip1"])
    #expect(all.maps[0].layers[0].widths == [1, 0.5, 0.25] && all.maps[0].threshold == 0.0625)
    #expect(all.papers.map(\.multiplyAdds) == [35_000, nil])
    #expect(try data(#"[{"layer":"a","width":1,"loss":0}]"#).maps.count == 1)
    let families = try data(
      #"{"accuracy":0.75,"families":[{"makers":["a","b"],"channels":8,"points":[{"width":4,"accuracy":0.5},{"width":2,"accuracy":null}]}]}"#
    ).maps[0].layers
    #expect(families.map(\.name) == ["a"] && families[0].widths == [1, 0.5] && families[0].losses == [0, 0.25])
  }

  @Test func aLineThatIsBeingWrittenIsLeftOut() throws {
    let cut = try data(String(Samples.log.dropLast(20)))
    #expect(cut.notes.count == 1 && cut.notes[0].contains("cut off") && cut.runs[0].displays.x.count == 4)
    #expect(try data(Samples.log).notes.isEmpty)
  }

  @Test(arguments: [
    ("", "f: it is empty"), ("\n\n", "f: it is empty"), ("hello", "f:1: it is no JSON"),
    ("{\"a\":1}", "f: it is JSON, but no log"),
    ("[]", "f: it is JSON, but"),
    ("{\"a\":1}\n{\"event\":\"start\"}\n", "f:2: it is no JSON: something follows the value"),
    ("{\"event\":\"start\"}\n{\"a\":1}\n", "f:2: it is no event"),
    ("{\"event\":\"start\"}\nrubbish\n{}\n", "f:2: expected a value"),
    ("{\"event\":\"start\"}\n{\"event\":\"display\",\"iteration\":1}\n", "f:2: a display without iteration or loss"),
    ("{\"event\":\"start\"}\n{\"event\":\"test\"} x\n", "f:2: something follows"),
    ("{\"a\":\"\\q\"}", "f:1: it is no JSON: no escape"),
  ])
  func badFilesAreNamed(_ text: String, _ message: String) {
    let error = #expect(throws: ReportError.self) { try data(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func depthDoesNotTakeTheStack() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: ReportError.self) { try data(deep) }
    #expect(throws: ReportError.self) { try data(#"{"event":"start"}"# + "\n" + deep + "\n{}\n") }
  }

  @Test func jsonIsReadAsOthersReadIt() throws {
    let text =
      #" {"a" : [1, -2.5e-3, 12345678901234567890e-3, 0.1, true, false, null], "b\u0041":"x\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"} "#
    var scanner = JSONScanner(Array(text.utf8), 0..<text.utf8.count)
    let node = try scanner.value()
    let theirs = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(node["a"]?.items?.prefix(4).map(\.number) == [1, -2.5e-3, 12345678901234567.89, 0.1])
    #expect(node["a"]?.items?.suffix(3) == [.bool(true), .bool(false), .null])
    #expect(node["b\\u0041"]?.text == theirs["bA"] as? String)
  }
}
