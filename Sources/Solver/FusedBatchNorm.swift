import CaffeProto
import Engine
import NetIO
import NetModel

extension WeightSet {
  /// BatchNorm layers as NVIDIA's Caffe writes them with `scale_bias`, in stock Caffe's two layers: behind mean, variance and
  /// factor stand a scale and a shift per channel, which go to the Scale layer that follows in the net. What was done is
  /// noted.
  ///
  /// - Parameter path: where the weights come from, for messages
  /// - Throws: `NetError.weights` where no Scale layer can take them and they are more than 1 and 0
  func splittingFusedBatchNorm(for net: Net, from path: String, log: RunLog) throws -> WeightSet {
    var result = self
    for (index, source) in layers.enumerated() {
      guard source.blobs.count == 5, let target = net.layer(source.name), target.described.type == "BatchNorm" else {
        continue
      }
      let (scale, shift) = (source.blobs[3], source.blobs[4])
      result.layers[index].blobs = Array(source.blobs.prefix(3))
      let follower = net.layers.first { layer in
        layer.described.type == "Scale" && layer.described.bottom.first == target.described.top.first
          && layer.layer.blobs.count == 2 && self[layer.described.name].map(\.blobs.isEmpty) ?? true
      }
      let what = "layer '\(source.name)': its BatchNorm has 5 blobs, as NVIDIA's Caffe writes them"
      if let follower {
        let name = follower.described.name
        result.layers.removeAll { $0.name == name }
        result.layers.append(Layer(name: name, blobs: [scale, shift]))
        log.warning("\(path): \(what); scale and shift go to layer '\(name)'")
      } else if scale.data.allSatisfy({ $0 == 1 }), shift.data.allSatisfy({ $0 == 0 }) {
        log.warning("\(path): \(what); scale and shift are 1 and 0 and left out")
      } else {
        throw NetError.weights(
          layer: source.name,
          "has 5 blobs in '\(path)': scale and shift stand behind the statistics, as in NVIDIA's Caffe; the net needs a Scale layer with bias_term behind it"
        )
      }
    }
    return result
  }
}
