import Base
import CKernels
import NetModel

/// One way to compute a convolution, with blobs to compute it on.
struct ConvolutionEntrant {
  /// In the layouts of this way.
  let shape: ConvolutionShape
  /// Of all directions.
  let algorithm: ck_algorithm
  private let operation: any ConvolutionOperator
  private let bottom: Blob
  private let top: Blob
  /// A copy, in the order that this way wants.
  private let weight: Blob
  private let bias: Blob?

  /// Nil where there is no optimised code for one of the directions. Runs each direction once, since the first run
  /// prepares the primitive and may take far longer.
  init?(
    _ shape: ConvolutionShape, _ algorithm: ck_algorithm, bottom: Blob, top: Blob, directions: [ck_direction],
    _ engine: DNNLEngine
  ) {
    let directions = directions.filter(algorithm.takes)
    guard let operation = try? ConvolutionAlgorithm.Choice(all: algorithm).convolution(shape, engine),
      operation.isOptimised(directions)
    else { return nil }
    self.init(shape, operation, algorithm, bottom: bottom, top: top)
    do { for direction in directions { try run(direction) } } catch { return nil }
  }

  /// Takes an operation that has run before, or that need not.
  init(
    _ shape: ConvolutionShape, _ operation: any ConvolutionOperator, _ algorithm: ck_algorithm = CK_DIRECT,
    bottom: Blob, top: Blob
  ) {
    (self.shape, self.algorithm, self.operation) = (shape, algorithm, operation)
    (self.bottom, self.top) = (bottom, top)
    weight = Blob(shape: [shape.top[1], shape.bottom[1] / shape.group, shape.kernel.height, shape.kernel.width])
    bias = shape.hasBias ? Blob(shape: [shape.top[1]]) : nil
  }

  /// Runs a direction; returns how long it took.
  func milliseconds(_ direction: ck_direction) throws -> Double {
    try Stopwatch.monotonic.milliseconds { try run(direction) }
  }

  private func run(_ direction: ck_direction) throws {
    switch direction {
    case CK_FORWARD: try operation.forward(bottom: bottom, weight: weight, bias: bias, top: top)
    case CK_BACKWARD_DATA: try operation.backwardBottom(top: top, weight: weight, bottom: bottom)
    default:
      weight.clearDiff()
      try operation.backwardParameters(bottom: bottom, top: top, weight: weight, bias: bias)
    }
  }
}
