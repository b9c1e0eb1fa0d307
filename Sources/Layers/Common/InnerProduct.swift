import CaffeProto
import Engine
import NetModel
import ONNX

/// A matrix product with learned weights (Caffe: `inner_product_layer.cpp`).
///
/// The axes from `axis` on are flattened to K columns: (M..., K...) becomes (M..., num_output). The weight is
/// (num_output, K), or (K, num_output) with `transpose`.
struct InnerProduct: RunnableDescription, FilterBearing, PatchReading, BiasAdding, DrawingLabelled {
  static let type = "InnerProduct"
  private let parameter: InnerProductParameter
  private var numOutput: Int { parameter.numOutput }

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    parameter = layer.innerProductParam
    guard numOutput >= 1, numOutput <= Int(Int32.max) else {
      throw LayerError.field("inner_product_param.num_output", "is \(numOutput), but must be 1 to \(Int32.max)")
    }
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let axis = try bottom[0].axis(parameter.axis, field: "inner_product_param.axis")
    return [try Shape(checking: bottom[0].dims[..<axis] + [numOutput], field: "inner_product_param.num_output")]
  }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    let columns = bottom[0].count(from: try bottom[0].axis(parameter.axis, field: "inner_product_param.axis"))
    guard columns > 0 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "there is nothing to multiply")
    }
    let shape = parameter.transpose ? [columns, numOutput] : [numOutput, columns]
    let weight = BlobSpec(
      shape: try Shape(checking: shape, field: "inner_product_param.num_output"), filler: parameter.weightFiller,
      role: .weight)
    guard parameter.biasTerm else { return [weight] }
    return [weight, BlobSpec(shape: [numOutput], filler: parameter.biasFiller, role: .bias)]
  }

  /// Outputs are rows, but for a transposed weight.
  var filterAxis: Int { parameter.transpose ? 1 : 0 }
  /// None.
  func filterBlocks(_ bottom: [Shape]) -> Int { 1 }

  func cost(bottom: [Shape], top: [Shape]) -> Cost { Cost(multiplyAdds: bottom[0].count * numOutput) }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard (try? bottom[0].canonicalAxis(parameter.axis)) == 1 else {
      return .holdsAll(bottom, "the inner product does not start at the channel axis")
    }
    let (outputs, inputs) = parameter.transpose ? (1, 0) : (0, 1)
    return ChannelMap(
      [
        .reads(bottom: 0, blob: 0, axis: inputs, blocks: 1, spread: bottom[0].count(from: 2)),
        .makes(top: 0, blob: 0, axis: outputs),
      ] + (parameter.biasTerm ? [.makes(top: 0, blob: 1, axis: 0)] : []))
  }

  var foldObstacle: String? { nil }

  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    parameter.innerProductParam.numOutput = top[0].legacy(top[0].rank - 1)
  }

  func addBias(_ parameter: inout LayerParameter) { parameter.innerProductParam.biasTerm = true }

  func patches(_ bottom: Shape) -> Patches? {
    guard (try? bottom.canonicalAxis(parameter.axis)) == 1 else { return nil }
    return Patches(whole: bottom, isTransposed: parameter.transpose)
  }

  static func drawingLabel(_ parameter: LayerParameter) -> DrawingLabel {
    DrawingLabel(output: "\(parameter.innerProductParam.numOutput)", fill: "#CC33FF", learns: true)
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    InnerProductLayer(self, blobs: try makeBlobs(bottom), context)
  }

  /// The backend's view.
  func geometry(_ bottom: Shape) throws -> InnerProductShape {
    let axis = try bottom.axis(parameter.axis, field: "inner_product_param.axis")
    return InnerProductShape(
      m: bottom.count(from: 0, to: axis), k: bottom.count(from: axis), n: numOutput,
      transposed: parameter.transpose, hasBias: parameter.biasTerm)
  }
}

extension InnerProduct: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let extents = layer.bottomExtents[0]
    let axis = try layer.described.bottomShapes[0].axis(parameter.axis, field: "inner_product_param.axis")
    let isMatrix = extents.count == 2 && axis == 1
    let rows = isMatrix ? layer.bottom[0] : layer("Flatten", layer.bottom[0], attributes: ["axis": .int(axis)])
    let product = layer(
      "Gemm", rows, layer.parameter(0), parameter.biasTerm ? layer.parameter(1) : nil,
      attributes: ["transB": .int(parameter.transpose ? 0 : 1)])
    return [axis == 1 ? product : try layer.reshape(product, to: layer.topExtents[0])]
  }
}

/// A running inner product.
final class InnerProductLayer: PostponableLayer {
  let blobs: [Blob]
  private let description: InnerProduct
  private let context: LayerContext
  private var operation: (any InnerProductOperator)?

  init(_ description: InnerProduct, blobs: [Blob], _ context: LayerContext) {
    self.description = description
    self.blobs = blobs
    self.context = context
  }

  var plan: String? { operation?.plan }

  var gradientNeeds: GradientNeeds { .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    var geometry = try description.geometry(bottom[0].shape)
    geometry.training = context.needsBackward
    let wanted = blobs[0].shape
    guard wanted == (geometry.transposed ? [geometry.k, geometry.n] : [geometry.n, geometry.k]) else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0].shape, "has \(geometry.k) columns now, but the weight is \(wanted)")
    }
    top[0].reshape(try description.topShapes([bottom[0].shape])[0])
    operation = try context.backend.innerProduct(geometry)
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    try operation?.forward(bottom: bottom[0], weight: blobs[0], bias: bias, top: top[0])
  }

  func backwardBottom(top: [Blob], bottom: [Blob]) throws {
    try operation?.backwardBottom(top: top[0], weight: blobs[0], bottom: bottom[0])
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    try operation?.backwardParameters(bottom: bottom[0], top: top[0], weight: blobs[0], bias: bias)
    if propagateDown[0] { try backwardBottom(top: top, bottom: bottom) }
  }

  func backwardWeight(rows: Range<Int>, into gradient: MutableFloatView, top: [Blob], bottom: [Blob]) throws {
    try operation?.backwardWeight(bottom: bottom[0], top: top[0], rows: rows, into: gradient, adds: false)
  }

  func backwardOthers(top: [Blob], bottom: [Blob]) throws {
    if let bias { try operation?.backwardBias(top: top[0], bias: bias) }
  }

  private var bias: Blob? { blobs.count > 1 ? blobs[1] : nil }
}
