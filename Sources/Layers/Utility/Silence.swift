import CaffeProto
import Engine
import NetModel

/// Takes blobs that nobody wants, so that they are no outputs of the net (Caffe: silence_layer.cpp).
struct Silence: RunnableDescription, Discarding {
  static let type = "Silence"

  init(_ parameter: LayerParameter, in context: DescriptionContext) {}

  var arity: Arity { Arity(bottom: 1...Int.max, top: 0...0) }
  func topShapes(_ bottom: [Shape]) -> [Shape] { [] }
  /// Nothing holds the channels.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }
  /// Yes: it takes up what nobody wants.
  var measures: Bool { true }
  /// A layer that takes every layout.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { SilenceLayer() }
}

/// Does nothing; its gradients are zero.
final class SilenceLayer: Layer {
  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { offered }
  func reshape(bottom: [Blob], top: [Blob]) {}
  func forward(bottom: [Blob], top: [Blob]) {}

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    for (blob, wanted) in zip(bottom, propagateDown) where wanted { blob.mutableDiff.fill(0) }
  }
}
