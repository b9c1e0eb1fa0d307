import CaffeProto
import Engine
import NetModel
import ONNX

/// Copies of a blob for several readers, so that each of their gradients has one writer (Caffe: split_layer.cpp).
struct Split: RunnableDescription, Copying {
  static let type = "Split"
  private let tops: Int

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
    tops = parameter.top.count
  }

  var arity: Arity { Arity(bottom: 1...1, top: 1...Int.max) }
  /// The bottom's, for every top.
  func topShapes(_ bottom: [Shape]) -> [Shape] { Array(repeating: bottom[0], count: tops) }
  /// Every channel to the same channel of every top.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: tops) }
  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }
  /// A layer that takes every layout.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { SplitLayer() }
}

extension Split: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    Array(repeating: layer.bottom[0], count: tops)
  }
}

/// Shares the data, sums the gradients.
final class SplitLayer: Layer {
  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { offered }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) {
    for blob in top {
      blob.reshape(bottom[0].shape, layout: bottom[0].layout)
      blob.shareData(with: bottom[0])
    }
  }

  func gradientFlow(toBottom index: Int) -> GradientFlow { .added }

  func forward(bottom: [Blob], top: [Blob]) {}

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    guard propagateDown[0] else { return }
    // The sum may lie where a top's gradient lies, which is then its first summand.
    let sum = bottom[0].mutableDiff
    let first = top.firstIndex { $0.diff.pointer == sum.readOnly.pointer } ?? 0
    sum.copy(top[first].diff)
    for (index, blob) in top.enumerated() where index != first { sum.add(1, times: blob.diff) }
  }
}
