import Testing
import TestSupport

@Suite struct AccuracyTests {
  /// Stock Caffe counts a class that scores as high as the label's as better, whatever its position (its fork
  /// caffe_increg breaks ties by position, so the recorded tie cases are not used).
  @Test(arguments: [
    (1, [1, 0, 0] as [Float], 0, Float(1)), (1, [1, 1, 0], 0, 0), (1, [1, 1, 0], 1, 0), (2, [1, 1, 0], 0, 1),
    (2, [1, 1, 1], 2, 0), (3, [1, 1, 1], 2, 1), (2, [2, 1, 1], 1, 0), (1, [0, 0, 0], 0, 0),
  ])
  func ties(_ topK: Int, _ scores: [Float], _ label: Int, _ expected: Float) throws {
    let bench = try Bench(
      "type: 'Accuracy' bottom: 'x' bottom: 'label' top: 'a' accuracy_param { top_k: \(topK) }",
      inputs: ["x": [1, 3], "label": [1]])
    try bench.set("x", scores)
    try bench.set("label", [Float(label)])
    try bench.net.forward()
    #expect(try bench.data("a") == [expected])
  }

  @Test func perClass() throws {
    let bench = try Bench(
      "type: 'Accuracy' bottom: 'x' bottom: 'label' top: 'a' top: 'c' accuracy_param { ignore_label: 2 }",
      inputs: ["x": [4, 3], "label": [4]])
    try bench.set("x", [1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1])
    try bench.set("label", [0, 1, 1, 2])
    try bench.net.forward()
    #expect(try bench.data("c") == [1, 0.5, 0])
    #expect(try isClose(bench.data("a"), [2 / 3], relative: 1e-5))
  }

  @Test func everythingIgnored() throws {
    let bench = try Bench(
      "type: 'Accuracy' bottom: 'x' bottom: 'label' top: 'a' accuracy_param { ignore_label: 7 }",
      inputs: ["x": [1, 3], "label": [1]])
    try bench.set("label", [7])
    try bench.net.forward()
    #expect(try bench.data("a") == [0])
  }

  @Test func topKIsChecked() {
    let layer = "type: 'Accuracy' bottom: 'x' bottom: 'label' top: 'a' accuracy_param { top_k: 4 }"
    #expect(failure(layer, inputs: ["x": [2, 3], "label": [2]]).contains("4 is more than the 3 classes"))
  }
}
