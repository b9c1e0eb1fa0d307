import Glibc
import Testing
import TestSupport

@Suite struct LossTests {
  @Test(arguments: [
    "", "loss_param { ignore_label: 1 }", "loss_param { normalization: FULL }",
    "loss_param { normalization: BATCH_SIZE ignore_label: 2 }", "loss_param { normalization: NONE }",
    "loss_param { normalize: false }", "softmax_param { axis: -1 }",
  ])
  func softmaxWithLossGradient(_ parameters: String) throws {
    let last = parameters.contains("axis")
    let bench = try Bench(
      "type: 'SoftmaxWithLoss' bottom: 'x' bottom: 'label' top: 'loss' \(parameters)",
      inputs: ["x": last ? [2, 3, 4] : [2, 4, 3], "label": [2, 3]])
    try bench.randomise("x", seed: 3)
    try bench.set("label", [0, 3, 1, 2, 2, 1])
    #expect(try bench.wrongGradients(constants: ["label"]).isEmpty)
  }

  @Test func secondTopIsTheProbability() throws {
    let bench = try Bench(
      "type: 'SoftmaxWithLoss' bottom: 'x' bottom: 'label' top: 'loss' top: 'p'", inputs: ["x": [1, 2], "label": [1]])
    try bench.set("x", [0, log(3)])
    let loss = try bench.net.forward()
    #expect(try isClose(bench.data("p"), [0.25, 0.75], relative: 1e-5))
    #expect(isClose([loss], [-log(0.25)], relative: 1e-5))
  }

  @Test func labelsAreChecked() throws {
    let bench = try Bench(
      "type: 'SoftmaxWithLoss' bottom: 'x' bottom: 'label' top: 'loss'", inputs: ["x": [2, 3], "label": [2]])
    for bad in [3, -1, .nan, .infinity] as [Float] {
      try bench.set("label", [0, bad])
      #expect { try bench.net.forward() } throws: { "\($0)".contains("label \(bad) at position 1 is not one of 3") }
    }
  }

  @Test func shapesAreChecked() {
    let layer = "type: 'SoftmaxWithLoss' bottom: 'x' bottom: 'label' top: 'loss'"
    #expect(failure(layer, inputs: ["x": [2, 3], "label": [3]]).contains("first axis"))
    #expect(failure(layer, inputs: ["x": [2, 3, 4], "label": [2]]).contains("one label per prediction, 8"))
    #expect(
      failure(layer + " softmax_param { axis: 2 }", inputs: ["x": [2, 3], "label": [2]]).contains("softmax_param.axis"))
  }

  @Test func euclideanGradient() throws {
    let bench = try Bench(
      "type: 'EuclideanLoss' bottom: 'a' bottom: 'b' top: 'loss'", inputs: ["a": [2, 3], "b": [2, 3]])
    try bench.randomise("a", seed: 1)
    try bench.randomise("b", seed: 2)
    #expect(try bench.wrongGradients().isEmpty)
  }

  @Test(arguments: ["L1", "L2"]) func hingeGradient(_ norm: String) throws {
    let bench = try Bench(
      "type: 'HingeLoss' bottom: 'x' bottom: 'label' top: 'loss' hinge_loss_param { norm: \(norm) }",
      inputs: ["x": [3, 4], "label": [3]])
    try bench.randomise("x", seed: 5, low: -0.9, high: 0.9)
    try bench.set("label", [0, 3, 2])
    #expect(try bench.wrongGradients(constants: ["label"]).isEmpty)
    #expect(try bench.data("loss")[0] > 0)
  }

  @Test(arguments: ["", "loss_param { normalization: VALID ignore_label: 1 }", "loss_param { normalization: FULL }"])
  func sigmoidCrossEntropyGradient(_ parameters: String) throws {
    let bench = try Bench(
      "type: 'SigmoidCrossEntropyLoss' bottom: 'x' bottom: 't' top: 'loss' \(parameters)",
      inputs: ["x": [2, 3], "t": [2, 3]])
    try bench.randomise("x", seed: 6, low: -3, high: 3)
    try bench.set("t", [0, 1, 0.25, 1, 0.75, 0])
    #expect(try bench.wrongGradients(constants: ["t"]).isEmpty)
  }

  @Test func multinomialLogisticGradient() throws {
    let bench = try Bench(
      "type: 'MultinomialLogisticLoss' bottom: 'x' bottom: 'label' top: 'loss'", inputs: ["x": [2, 3], "label": [2]])
    try bench.randomise("x", seed: 7, low: 0.2, high: 0.9)
    try bench.set("label", [2, 0])
    #expect(try bench.wrongGradients(constants: ["label"]).isEmpty)
  }

  @Test(arguments: [false, true]) func contrastiveGradient(_ legacy: Bool) throws {
    let bench = try Bench(
      "type: 'ContrastiveLoss' bottom: 'a' bottom: 'b' bottom: 's' top: 'loss' "
        + "contrastive_loss_param { margin: 2 legacy_version: \(legacy) }",
      inputs: ["a": [4, 3], "b": [4, 3], "s": [4]])
    try bench.randomise("a", seed: 8)
    try bench.randomise("b", seed: 9)
    try bench.set("s", [1, 0, 0, 1])
    #expect(try bench.wrongGradients(constants: ["s"]).isEmpty)
  }

  /// Stock Caffe's rule: the layer makes the probabilities itself.
  @Test func infogain() throws {
    let bench = try Bench(
      "type: 'InfogainLoss' bottom: 'x' bottom: 'label' bottom: 'h' top: 'loss' loss_param { ignore_label: 2 }",
      inputs: ["x": [3, 3], "label": [3], "h": [1, 1, 3, 3]])
    try bench.randomise("x", seed: 10)
    try bench.randomise("h", seed: 11, low: 0, high: 1)
    try bench.set("label", [1, 2, 0])
    let loss = try bench.net.forward()
    let (x, h) = (try bench.data("x"), try bench.data("h"))
    var expected: Float = 0
    for (row, label) in [(0, 1), (2, 0)] {
      let scores = x[row * 3..<row * 3 + 3].map { exp($0) }
      for j in 0..<3 { expected -= h[label * 3 + j] * log(scores[j] / scores.reduce(0, +)) / 2 }
    }
    #expect(isClose([loss], [expected], relative: 1e-5))
    #expect(try bench.wrongGradients(constants: ["label", "h"]).isEmpty)
  }

  @Test func infogainNeedsAMatrix() {
    let layer = "type: 'InfogainLoss' bottom: 'x' bottom: 'label' top: 'loss'"
    #expect(failure(layer, inputs: ["x": [3, 3], "label": [3]]).contains("infogain_loss_param.source"))
  }
}
