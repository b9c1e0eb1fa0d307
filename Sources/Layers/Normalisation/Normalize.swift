import CaffeProto
import Engine
import NetModel
import ONNX

/// Division by the L2 norm over the channels of each position, or with `across_spatial` of the whole image, and a learned
/// factor for each channel or for all (SSD's Caffe: `normalize_layer.cpp`; Liu et al. 2015, ParseNet).
struct Normalize: RunnableDescription {
  static let type = "Normalize"
  let parameter: NormalizeParameter
  private let filler: FillerParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    parameter = layer.normParam
    _ = try parameter.eps.addend(field: "norm_param.eps")
    var ones = FillerParameter()
    ones.value = 1
    filler = parameter.hasScaleFiller ? parameter.scaleFiller : ones
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    guard bottom[0].rank >= 2 else { throw LayerError.bottom(index: 0, shape: bottom[0], "must have at least 2 axes") }
    return bottom
  }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    [BlobSpec(shape: parameter.channelShared ? [] : [bottom[0].legacy(1)], filler: filler, role: .factor)]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    var map = ChannelMap.pointwise(bottom, tops: 1)
    if !parameter.channelShared { map.relations.append(.modulates(top: 0, blob: 0, axis: 0)) }
    map.relations.append(.holds(bottom: 0, reason: "Normalize divides by the norm over all channels"))
    return map
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    value == 0 ? .value(0) : .inexact("Normalize divides by the norm over all channels")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    NormalizeLayer(self, factors: try makeBlobs(bottom)[0])
  }
}

extension Normalize: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    let (x, rank) = (layer.bottom[0], layer.bottomExtents[0].count)
    let axes = parameter.acrossSpatial ? Array(1..<rank) : [1]
    let squares = layer("ReduceSumSquare", x, attributes: ["axes": .ints(axes), "keepdims": .int(1)])
    let norm = layer("Sqrt", layer("Add", squares, layer.scalar(parameter.eps)))
    let channels = layer.bottomExtents[0][1]
    let factors = layer.parameter(
      0, dims: parameter.channelShared ? [] : [channels] + [Int](repeating: 1, count: rank - 2))
    return [layer("Mul", layer("Div", x, norm), factors)]
  }
}

/// The running layer, plain.
final class NormalizeLayer: Layer {
  let blobs: [Blob]
  private let parameter: NormalizeParameter
  /// Images, channels, positions.
  private var (images, channels, size) = (0, 0, 0)
  /// One norm per position, or the image's for all of them.
  private var norms: [Float] = []

  init(_ description: Normalize, factors: Blob) {
    parameter = description.parameter
    blobs = [factors]
  }

  var keepsBottom: Bool { true }

  var gradientNeeds: GradientNeeds { .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    guard parameter.channelShared || shape.legacy(1) == blobs[0].count else {
      throw LayerError.bottom(index: 0, shape: shape, "there are \(blobs[0].count) factors")
    }
    top[0].reshape(shape)
    (images, channels, size) = (shape[0], shape[1], shape.count(from: 2))
    norms = [Float](repeating: 0, count: images * size)
  }

  private func factor(_ channel: Int) -> Float { blobs[0].data[parameter.channelShared ? 0 : channel] }

  private func computeNorms(_ x: FloatView) {
    for image in 0..<images {
      var squares = [Float](repeating: parameter.eps, count: size)
      for channel in 0..<channels {
        let plane = x.part((image * channels + channel) * size, count: size)
        for i in 0..<size { squares[i] += plane[i] * plane[i] }
      }
      if parameter.acrossSpatial {
        let all = squares.reduce(0.0) { $0 + Double($1 - parameter.eps) } + Double(parameter.eps)
        squares = [Float](repeating: Float(all), count: size)
      }
      for i in 0..<size { norms[image * size + i] = squares[i].squareRoot() }
    }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    computeNorms(x)
    for image in 0..<images {
      for channel in 0..<channels {
        let (first, factor) = ((image * channels + channel) * size, factor(channel))
        for i in 0..<size { y[first + i] = x[first + i] / norms[image * size + i] * factor }
      }
    }
  }

  /// With n the norm and s the factors: dx = (s dy - x sum(s dy x) / n^2) / n, the sum over all that n is over.
  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    let (x, dy, ds) = (bottom[0].data, top[0].diff, blobs[0].mutableDiff)
    for image in 0..<images {
      var along = [Float](repeating: 0, count: size)
      for channel in 0..<channels {
        let (first, factor) = ((image * channels + channel) * size, factor(channel))
        var sum: Float = 0
        for i in 0..<size {
          let product = dy[first + i] * x[first + i]
          along[i] += factor * product
          sum += product / norms[image * size + i]
        }
        ds[parameter.channelShared ? 0 : channel] += sum
      }
      guard propagateDown[0] else { continue }
      if parameter.acrossSpatial { along = [Float](repeating: along.reduce(0, +), count: size) }
      let dx = bottom[0].mutableDiff
      for channel in 0..<channels {
        let (first, factor) = ((image * channels + channel) * size, factor(channel))
        for i in 0..<size {
          let norm = norms[image * size + i]
          dx[first + i] = (factor * dy[first + i] - x[first + i] * along[i] / (norm * norm)) / norm
        }
      }
    }
  }
}
