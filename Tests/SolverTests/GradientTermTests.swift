import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

@testable import Solver

@Suite struct GradientTermTests {
  /// The gradient of strength / 2 times the sum of squared differences of neighbours in memory.
  struct Coupling: GradientTerm {
    let strength: Float

    func add(_ weight: FloatView, to gradient: MutableFloatView) {
      for index in 1..<weight.count {
        let difference = strength * (weight[index] - weight[index - 1])
        gradient[index] += difference
        gradient[index - 1] -= difference
      }
    }

    func of(_ weight: [Float]) -> [Float] {
      let (weights, gradient) = (Blob(shape: [weight.count]), Blob(shape: [weight.count]))
      weights.setPlainData(weight)
      add(weights.data, to: gradient.mutableData)
      return gradient.plainData
    }
  }

  /// Adds terms to one parameter, masks elements of it, or columns.
  final class Method: SolverHook {
    let parameter: Int
    var needsWholePasses = false
    var terms: [Coupling] = []
    var mask: ElementMask?
    var columns: MatrixMask?

    init(parameter: Int) { self.parameter = parameter }

    func adoptWeights(_ solver: Solver) {
      let weight = solver.net.parameters[parameter].blob.mutableData
      mask?.apply(to: weight)
      columns?.apply(to: weight)
    }

    func gradientTerms(_ solver: Solver, parameter index: Int) -> [any GradientTerm] {
      index == parameter ? terms : []
    }

    func elementMask(_ solver: Solver, parameter index: Int) -> ElementMask? { index == parameter ? mask : nil }

    func terms(_ solver: Solver, parameter index: Int) -> GroupTerms? {
      guard index == parameter, let columns else { return nil }
      var terms = GroupTerms(columns)
      (terms.gradientMask, terms.historyMask, terms.weightMask) = (columns, columns, columns)
      return terms
    }
  }

  private static let conv2 = 2

  private func run(_ parameter: SolverParameter, _ hook: Method, _ count: Int) throws -> Solver {
    let solver = try makeSolver(parameter, hook: hook)
    try solver.step(count)
    return solver
  }

  /// The term meets neither the clipping nor the division by iter_size.
  @Test(arguments: [false, true])
  func isAddedToTheScaledGradient(early: Bool) throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    if !early { (parameter.iterSize, parameter.clipGradients, parameter.snapshotDiff) = (2, 0.01, true) }
    let with = Method(parameter: Self.conv2)
    with.terms = [Coupling(strength: 0.25), Coupling(strength: 0.5)]
    let (plain, coupled) = (try run(parameter, Method(parameter: 2), 1), try run(parameter, with, 1))
    #expect(plain.updatesEarly == early && coupled.updatesEarly == early)
    let before = weights(try makeSolver(parameter).net)[Self.conv2]
    let term = Coupling(strength: 0.75).of(before)
    let rate = coupled.learningRate * coupled.net.parameters[Self.conv2].lrMult
    let expected = zip(weights(plain.net)[Self.conv2], term).map { $0 - rate * $1 }
    #expect(relativeDistance(weights(coupled.net)[Self.conv2], expected) < 1e-6)
    #expect(relativeDistance(weights(plain.net)[Self.conv2], expected) > 1e-3)
    for index in plain.net.parameters.indices where index != Self.conv2 {
      #expect(weights(coupled.net)[index] == weights(plain.net)[index])
    }
  }

  private func columns(of shape: Shape) -> (elements: ElementMask, columns: MatrixMask) {
    let width = shape.count(from: 1)
    var (elements, columns) = (ElementMask(count: shape.count), MatrixMask(rows: shape[0], columns: width))
    for column in stride(from: 1, to: width, by: 5) {
      columns.set(column: column, block: 0, stays: false)
      for row in 0..<shape[0] { elements.set(row * width + column, stays: false) }
    }
    return (elements, columns)
  }

  /// Whole columns can be masked both ways.
  @Test(arguments: [-1, 0.02] as [Float])
  func elementsAreMaskedAsColumnsAre(clipGradients: Float) throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    let shape = try makeSolver(parameter).net.parameters[Self.conv2].blob.shape
    let (single, whole) = (Method(parameter: Self.conv2), Method(parameter: Self.conv2))
    (single.mask, whole.columns) = columns(of: shape)
    let (elements, groups) = (try run(parameter, single, 5), try run(parameter, whole, 5))
    #expect(learned(elements) == learned(groups))
    // The norm that is clipped is that of what is left.
    parameter.clipGradients = clipGradients
    parameter.snapshotDiff = true
    let clipped = try run(parameter, single, 1)
    let changes = clipped.net.parameters[Self.conv2].blob.plainDiff
    let kept = try #require(single.mask)
    #expect(changes.indices.allSatisfy { (changes[$0] == 0) == !kept.keeps($0) })
    guard clipGradients > 0 else { return }
    (parameter.weightDecay, parameter.momentum) = (0, 0)
    let bare = try run(parameter, single, 1)
    let squares = bare.net.parameters.reduce(0.0) { sum, learned in
      learned.blob.plainDiff.reduce(sum) {
        let gradient = Double($1 / (bare.learningRate * learned.lrMult))
        return $0 + gradient * gradient
      }
    }
    #expect(abs(squares.squareRoot() - Double(clipGradients)) < 1e-6)
  }

  @Test func whatARuleRemembersIsMaskedToo() throws {
    let scratch = try TemporaryFolder()
    let method = Method(parameter: Self.conv2)
    let parameter = try tinySolver("adam/solver.prototxt", scratch)
    let solver = try makeSolver(parameter, hook: method)
    try solver.step(3)
    let learned = solver.net.parameters[Self.conv2].blob
    let mask = columns(of: learned.shape).elements
    method.mask = mask
    try solver.step(1)
    for values in [learned.plainData] + solver.history[Self.conv2].map(\.plainData) {
      #expect(values.indices.allSatisfy { (values[$0] == 0) == !mask.keeps($0) })
    }
  }

  /// Filters that lie in tiles between updates are brought to the order of their axes.
  @Test func filtersMayLieInTiles() throws {
    let net = """
      layer { name: 'data' type: 'DummyData' top: 'data' top: 'label' dummy_data_param {
        shape { dim: 2 dim: 16 dim: 6 dim: 6 } shape { dim: 2 }
        data_filler { type: 'gaussian' std: 1 } data_filler { type: 'constant' value: 2 } } }
      layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a' convolution_param {
        num_output: 192 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
      layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b' convolution_param {
        num_output: 192 kernel_size: 3 pad: 1 weight_filler { type: 'msra' } } }
      layer { name: 'ip' type: 'InnerProduct' bottom: 'b' top: 'ip' inner_product_param {
        num_output: 10 weight_filler { type: 'xavier' } } }
      layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }
      """
    func run(tiled: Bool, _ backend: any Backend) throws -> Solver {
      var parameter = SolverParameter.with {
        ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.01, "fixed", 0.9, 0.001)
        ($0.maxIter, $0.randomSeed) = (3, 3)
      }
      parameter.netParam = try NetParameter(text: net)
      let method = Method(parameter: 0)
      (method.terms, method.mask) = ([Coupling(strength: 0.01)], columns(of: [192, 16, 3, 3]).elements)
      let solver = try makeSolver(parameter, hook: method, backend: backend)
      if !tiled { for learned in solver.net.parameters { learned.blob.staysPlain = true } }
      try solver.step(3)
      return solver
    }
    let (tiled, plain) = (
      try run(tiled: true, DNNLBackend(algorithm: .direct)), try run(tiled: false, DNNLBackend(algorithm: .direct))
    )
    #expect(learned(tiled) == learned(plain))
    #expect((tiled.net.parameters[2].blob.dataTiles != nil) == DNNLBackend.hasWideVectors)
    for (got, wanted) in zip(learned(tiled), learned(try run(tiled: true, ReferenceBackend()))) {
      #expect(relativeDistance(got, wanted) < 1e-4)
    }
  }
}
