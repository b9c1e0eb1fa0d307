import CKernels
import Engine
import NetModel
import TestSupport
import Testing

/// When convolutions and inner products leave out dead weights, and that they then compute the same.
@Suite(.serialized) struct CompactPlanTests {
  private let shape: ConvolutionShape = {
    var shape = ConvolutionShape([2, 32, 9, 9], outputs: 48, (3, 3), pad: (1, 1), group: 2)
    (shape.bottomLayout, shape.topLayout) = (.channelBlocked, .channelBlocked)
    return shape
  }()

  /// One column in `every` lives.
  private func weights(_ every: Int, seed: UInt64 = 3) -> [Float] {
    var numbers = Numbers(seed)
    let width = shape.weightShape.count(from: 1)
    return numbers.floats(shape.weightShape.count).enumerated().map { $0 % width % every == 0 ? $1 : 0 }
  }

  @Test(arguments: CompactUse.allCases) func zerosAreFoundAgain(_ use: CompactUse) throws {
    var numbers = Numbers()
    let (x, bias) = (numbers.floats(shape.bottom.count), numbers.floats(48))
    let operation = try DNNLBackend(algorithm: .direct, compact: use).convolution(shape.untrained)
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, x)
    let (weight, top) = (Blob(shape: shape.weightShape), Blob(shape: shape.top, layout: shape.topLayout))
    // Fewer live, others of the same, all, and few again.
    for (every, seed) in [(4, 3), (4, 5), (1, 3), (2, 3), (9, 3)] as [(Int, UInt64)] {
      let w = weights(every, seed: seed)
      weight.setPlainData(w)
      try operation.forward(bottom: bottom, weight: weight, bias: Blob([48], bias), top: top)
      expectEqual(top.plainData, shape.naiveForward(x, w, bias), "one of \(every)")
      let expected = use != .off && every > 1
      #expect(operation.plan.hasPrefix("compact, \(2 * 144 / every) of 288 columns") == expected, "\(operation.plan)")
    }
  }

  /// In training, zeros may still grow: only a mask that is final says that they do not.
  @Test func trainingWantsAFinalMask() throws {
    var numbers = Numbers()
    let (x, dy) = (numbers.floats(shape.bottom.count), numbers.floats(shape.top.count))
    let (w, b) = (weights(4), numbers.floats(48))
    let operation = try DNNLBackend(algorithm: .direct, compact: .on).convolution(shape)
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, x)
    let top = Blob(shape: shape.top, layout: shape.topLayout)
    let (weight, bias) = (Blob(shape.weightShape, w), Blob([48], b))
    var mask = MatrixMask(rows: 48, columns: 144, blocks: 2)
    for column in 0..<144 where column % 4 != 0 {
      for block in 0..<2 { mask.set(column: column, block: block, stays: false) }
    }
    mask.set(row: 3, stays: false)
    let factors = (0..<w.count).map { mask.factor(row: $0 / 144, column: $0 % 144) }
    mask.apply(toDataOf: weight)
    let masked = zip(w, factors).map(*)
    let expected = shape.naiveGradients(x, masked, dy)
    for final in [nil, mask, nil] {
      weight.finalMask = final.map { FinalMask($0) }
      weight.clearDiff()
      bias.clearDiff()
      top.setPlainDiff(dy)
      try operation.forward(bottom: bottom, weight: weight, bias: bias, top: top)
      try operation.backwardParameters(bottom: bottom, top: top, weight: weight, bias: bias)
      try operation.backwardBottom(top: top, weight: weight, bottom: bottom)
      #expect(operation.plan.hasPrefix("compact") == (final != nil), "\(operation.plan)")
      expectEqual(top.plainData, shape.naiveForward(x, masked, b), "output")
      expectEqual(bottom.plainDiff, expected.x, "bottom gradient")
      expectEqual(bias.plainDiff, expected.bias, "bias gradient")
      let wanted = final == nil ? expected.w : zip(expected.w, factors).map(*)
      expectEqual(weight.plainDiff, wanted, "weight gradient")
    }
  }

  /// Columns that are dead in one tile of 32 filters and alive in another, as `Reg_TileCol` leaves them.
  @Test(arguments: [false, true]) func tilesHaveListsOfTheirOwn(_ training: Bool) throws {
    var shape = ConvolutionShape([2, 16, 9, 9], outputs: 80, (3, 3), pad: (1, 1))
    shape.training = training
    (shape.bottomLayout, shape.topLayout) = (.channelBlocked, .channelBlocked)
    var numbers = Numbers()
    let (x, dy, b) = (numbers.floats(shape.bottom.count), numbers.floats(shape.top.count), numbers.floats(80))
    var elements = ElementMask(count: shape.weightShape.count)
    let masked = numbers.floats(elements.count).enumerated().map { place, value -> Float in
      let (tile, column) = (place / 144 / 32, place % 144)
      if column % 4 == tile { return value }
      elements.set(place, stays: false)
      return 0
    }
    let operation = try DNNLBackend(algorithm: .direct, compact: .on).convolution(shape)
    let (weight, bias) = (Blob(shape.weightShape, masked), Blob([80], b))
    weight.finalMask = FinalMask(MatrixMask(rows: 80, columns: 144, blocks: 1), elements: elements)
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, x)
    let top = Blob(shape: shape.top, layout: shape.topLayout)
    try operation.forward(bottom: bottom, weight: weight, bias: bias, top: top)
    #expect(operation.plan == "compact, 108 of 432 columns of tiles")
    expectEqual(top.plainData, shape.naiveForward(x, masked, b), "output")
    guard training else { return }
    weight.clearDiff()
    bias.clearDiff()
    top.setPlainDiff(dy)
    try operation.backwardParameters(bottom: bottom, top: top, weight: weight, bias: bias)
    try operation.backwardBottom(top: top, weight: weight, bottom: bottom)
    let expected = shape.naiveGradients(x, masked, dy)
    expectEqual(bottom.plainDiff, expected.x, "bottom gradient")
    let wanted = expected.w.indices.map { elements.keeps($0) ? expected.w[$0] : 0 }
    expectEqual(weight.plainDiff, wanted, "weight gradient")
  }

  @Test(arguments: [false, true], CompactUse.allCases)
  func innerProducts(_ transposed: Bool, _ use: CompactUse) throws {
    let (m, k, n) = (3, 70, 40)
    var shape = InnerProductShape(m: m, k: k, n: n, transposed: transposed, hasBias: true)
    shape.training = false
    var numbers = Numbers()
    let (x, b) = (numbers.floats(m * k), numbers.floats(n))
    let operation = try DNNLBackend(compact: use).innerProduct(shape)
    let weight = Blob(shape: transposed ? [k, n] : [n, k])
    let top = Blob(shape: [m, n])
    for every in [3, 1, 2, 100] {
      let w = numbers.floats(k * n).enumerated().map { index, value in
        let (input, output) = transposed ? (index / n, index % n) : (index % k, index / k)
        return input % every == 0 && (every == 1 || output % 5 != 0) ? value : 0
      }
      weight.setPlainData(w)
      try operation.forward(bottom: Blob([m, k], x), weight: weight, bias: Blob([n], b), top: top)
      let y = (0..<m * n).map { index in
        (0..<k).reduce(Double(b[index % n])) { sum, input in
          let place = transposed ? input * n + index % n : index % n * k + input
          return sum + Double(x[index / n * k + input]) * Double(w[place])
        }
      }
      expectEqual(top.plainData, y.map(Float.init), "one of \(every)")
      #expect(operation.plan.hasPrefix("compact") == (use != .off && every > 1), "\(operation.plan)")
    }
  }

  private final class Record: TrialRecord {
    var outcomes: [String: String] = [:]
    func outcome(for key: String) -> String? { outcomes[key] }
    func keep(_ outcome: String, for key: String) { outcomes[key] = outcome }
  }

  @Test(.enabled(if: ck_has_wide_vectors(), "tries on AVX-512 only")) func trialsDecide() throws {
    let record = Record()
    var numbers = Numbers()
    let bottom = Blob(shape.bottom, layout: shape.bottomLayout, numbers.floats(shape.bottom.count))
    let top = Blob(shape: shape.top, layout: shape.topLayout)
    func plan() throws -> String {
      let operation = try DNNLBackend(algorithm: .auto, record: record).convolution(shape.untrained)
      try operation.forward(
        bottom: bottom, weight: Blob(shape.weightShape, weights(4)), bias: Blob(shape: [48]), top: top)
      return operation.plan
    }
    _ = try plan()
    let key = try #require(record.outcomes.keys.first { $0.hasSuffix(" layouts 2 2 live 4/16") })
    record.outcomes[key] = "1 2"
    #expect(try !plan().hasPrefix("compact"))
    record.outcomes[key] = "2 1"
    #expect(try plan().hasPrefix("compact"))
    // What cannot be read is tried anew.
    record.outcomes[key] = "nonsense"
    _ = try plan()
    #expect(record.outcomes[key] != "nonsense")
  }
}
