import CKernels
import Engine
import NetModel
import TestSupport
import Testing

/// Convolutions whose layouts and algorithms are found by trying.
@Suite(.serialized, .enabled(if: ck_has_wide_vectors(), "tries on AVX-512 only")) struct ConvolutionTrialTests {
  /// Keeps outcomes, and counts.
  private final class Record: TrialRecord {
    var outcomes: [String: String] = [:]
    var kept = 0

    func outcome(for key: String) -> String? { outcomes[key] }

    func keep(_ outcome: String, for key: String) {
      outcomes[key] = outcome
      kept += 1
    }
  }

  private let shape = ConvolutionShape([2, 32, 14, 14], outputs: 32, (3, 3), pad: (1, 1))

  private func layouts(_ backend: DNNLBackend, _ shape: ConvolutionShape) -> [Layout] {
    let chosen = backend.preferredLayouts(shape, offered: .plain)
    return [chosen.bottom, chosen.top]
  }

  @Test func everyShapeIsTriedOnce() throws {
    let record = Record()
    let first = try DNNLBackend(algorithm: .auto, record: record)
    let chosen = layouts(first, shape)
    #expect(record.kept == 1)
    _ = first.preferredLayouts(shape, offered: .channelBlocked)
    // Another run on the same machine, to which nothing is new.
    let second = try DNNLBackend(algorithm: .auto, record: record)
    #expect(layouts(second, shape) == chosen)
    #expect(record.kept == 1)
    _ = second.preferredLayouts(ConvolutionShape([2, 32, 14, 14], outputs: 16, (1, 1)), offered: .plain)
    #expect(record.kept == 2)
    // What is added to the top is read as well, so it may change what is fastest.
    var adding = shape
    (adding.bottomLayout, adding.topLayout) = (chosen[0], chosen[1])
    adding.adds = true
    for _ in 0..<2 { _ = try second.convolution(adding) }
    #expect(record.kept == 3)
  }

  @Test func whatWasKeptDecides() throws {
    let record = Record()
    _ = try DNNLBackend(algorithm: .auto, record: record).preferredLayouts(shape, offered: .plain)
    let key = try #require(record.outcomes.keys.first)
    for layout in [Layout.channelsLast, .channelBlocked] {
      record.outcomes[key] = "1 1 0 0 0 \(layout == .channelsLast ? 1 : 1000);2 2 1 0 0 500"
      let backend = try DNNLBackend(algorithm: .auto, record: record)
      #expect(layouts(backend, shape) == [layout, layout])
    }
    // What cannot be read is tried anew.
    record.outcomes[key] = "1 1 0 0;nonsense"
    _ = try DNNLBackend(algorithm: .auto, record: record).preferredLayouts(shape, offered: .plain)
    #expect(record.kept == 2)
  }

  @Test func whateverIsChosenIsRight() throws {
    let backend = try DNNLBackend(algorithm: .auto)
    var shape = shape
    (shape.bottomLayout, shape.topLayout) = backend.preferredLayouts(shape, offered: .plain)
    var numbers = Numbers()
    let (x, w) = (numbers.floats(shape.bottom.count), numbers.floats(32 * 32 * 9))
    let bias = numbers.floats(32)
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, x)
    let top = Blob(shape: shape.top, layout: shape.topLayout)
    try backend.convolution(shape).forward(
      bottom: bottom, weight: Blob([32, 32, 3, 3], w), bias: Blob([32], bias), top: top)
    expectEqual(top.plainData, shape.naiveForward(x, w, bias), "output", 1e-4)
  }

  /// Eight filters at a time go forward only; gradients are those of the direct way.
  @Test func narrowConvolutionsAreTried() throws {
    let record = Record()
    var shape = ConvolutionShape([2, 8, 14, 14], outputs: 8, (3, 3), pad: (1, 1), hasBias: false)
    _ = try DNNLBackend(algorithm: .auto, record: record).preferredLayouts(shape, offered: .plain)
    let key = try #require(record.outcomes.keys.first)
    #expect(key.hasSuffix(" narrow"))
    record.outcomes[key] = "1 1 2 0 0 1"
    let backend = try DNNLBackend(algorithm: .auto, record: record)
    (shape.bottomLayout, shape.topLayout) = backend.preferredLayouts(shape, offered: .plain)
    let operation = try backend.convolution(shape)
    #expect(operation.plan == "narrow, gradients of bottom and weights direct and direct")
    var numbers = Numbers()
    let (x, w, dy) = (numbers.floats(shape.bottom.count), numbers.floats(8 * 8 * 9), numbers.floats(shape.top.count))
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, x)
    let (top, weight) = (Blob(shape: shape.top, layout: shape.topLayout), Blob(shape.weightShape, w))
    // Weights that have changed are packed anew.
    for factor in [Float(1), 2] {
      let weights = w.map { factor * $0 }
      weight.setPlainData(weights)
      try operation.forward(bottom: bottom, weight: weight, bias: nil, top: top)
      expectEqual(top.plainData, shape.naiveForward(x, weights, nil), "output")
    }
    top.setPlainDiff(dy)
    try operation.backwardBottom(top: top, weight: weight, bottom: bottom)
    let expected = shape.naiveGradients(x, w.map { 2 * $0 }, dy)
    expectEqual(bottom.plainDiff, expected.x, "bottom gradient")
    try operation.backwardParameters(bottom: bottom, top: top, weight: weight, bias: nil)
    expectEqual(weight.plainDiff, expected.w, "weight gradient")
  }
}
