import Engine
import NetModel
import ONNX

/// Where Scale and Bias find their values: `axis` and `num_axes` with the bottoms' shapes (Caffe: `scale_layer.cpp`,
/// `bias_layer.cpp`).
struct ChannelValues: Sendable {
  /// The message in prototxts, for errors.
  let message: String
  let axis: Int
  let numAxes: Int
  /// Whether the values are a second bottom instead of a parameter.
  let fromBottom: Bool

  /// The shape of the values and the axis of bottom 0 at which they begin.
  ///
  /// - Throws: `LayerError` where they do not fit bottom 0.
  func resolved(_ bottom: [Shape]) throws -> (axis: Int, shape: Shape) {
    let first = bottom[0]
    let values: Shape
    var start = 0
    if fromBottom {
      values = bottom[1]
      if values.rank > 0 { start = try first.axis(axis, field: "\(message).axis") }
    } else {
      guard numAxes >= -1 else {
        throw LayerError.field("\(message).num_axes", "is \(numAxes), but must be at least -1 (all axes that follow)")
      }
      start = try first.axis(axis, field: "\(message).axis")
      let end = numAxes == -1 ? first.rank : start + numAxes
      guard end <= first.rank else {
        throw LayerError.field("\(message).num_axes", "\(numAxes) axes from axis \(start) on exceed \(first)")
      }
      values = Shape(Array(first.dims[start..<end]))
      if values.rank == 0 { start = 0 }
    }
    guard start + values.rank <= first.rank, Array(first.dims[start..<start + values.rank]) == values.dims else {
      throw LayerError.bottom(
        index: 1, shape: values, "does not fit the axes of bottom 0 (\(first)) from axis \(start) on")
    }
    return (start, values)
  }

  /// As `resolved(_:)`, for a running layer whose parameters already have their shape.
  func resolved(_ bottom: [Shape], parameters: [Blob]) throws -> (axis: Int, shape: Shape) {
    let found = try resolved(bottom)
    guard fromBottom || parameters[0].shape == found.shape else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0], "asks for values of shape \(found.shape), but there are \(parameters[0].shape)")
    }
    return found
  }

  /// Any layout for bottom 0 where there is one value per channel; values are always plain.
  func layout(ofBottom index: Int, shape: Shape, offered: Layout, _ backend: any Backend) -> Layout {
    let perChannel = fromBottom ? false : (try? resolved([shape])).map { $0.axis == 1 && $0.shape.rank == 1 } ?? false
    return index == 0 && shape.rank == 4 && perChannel ? backend.accepted(offered) : .plain
  }

  /// Carries the channels of bottom 0; `blobs` parameters change them. Where the values do not go by channels, nothing
  /// may be removed.
  func channelMap(_ bottom: [Shape], blobs: Int) -> ChannelMap {
    guard let (start, values) = try? resolved(bottom) else { return .holdsAll(bottom, "its values do not fit") }
    var map = ChannelMap.pointwise([bottom[0]], tops: 1)
    // The axis of the values on which the channels lie; nil where the values are the same for all channels.
    let channel = start <= 1 && 1 < start + values.rank ? 1 - start : nil
    guard fromBottom else {
      if let channel { map.relations += (0..<blobs).map { .modulates(top: 0, blob: $0, axis: channel) } }
      return map
    }
    if channel == 1 {
      map.relations.append(
        .carries(bottom: 1, bottomFirst: 0, top: 0, topFirst: 0, count: bottom[0].legacy(1), spread: 1))
    } else {
      return .holdsAll(bottom, "bottom 1 has its channels, if any, on another axis than bottom 0")
    }
    if blobs > 0, let channel { map.relations.append(.modulates(top: 0, blob: 0, axis: channel)) }
    return map
  }

  /// Whether there is exactly one value per channel.
  var perChannel: Bool { !fromBottom && axis == 1 && numAxes == 1 }
}

extension ChannelValues {
  /// A parameter in a shape that spreads over the axes that it does not have.
  func exported(_ layer: ExportedLayer, parameter: Int) throws -> Tensor {
    let (start, values) = try resolved(layer.described.bottomShapes)
    return layer.parameter(parameter, dims: values.dims + ones(layer, from: start + values.rank))
  }

  /// The same of the second bottom.
  func exportedBottom(_ layer: ExportedLayer) throws -> Tensor {
    let (start, values) = try resolved(layer.described.bottomShapes)
    let ones = ones(layer, from: start + values.rank)
    return ones.isEmpty ? layer.bottom[1] : try layer.reshape(layer.bottom[1], to: layer.bottomExtents[1] + ones)
  }

  private func ones(_ layer: ExportedLayer, from axis: Int) -> [Int] {
    [Int](repeating: 1, count: layer.bottomExtents[0].count - axis)
  }
}
