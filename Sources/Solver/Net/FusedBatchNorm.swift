import Base
import CaffeProto
import NetIO
import NetModel

extension WeightSet {
  /// BatchNorm layers as NVIDIA's Caffe writes them with `scale_bias`, in stock Caffe's two layers: behind mean, variance and
  /// factor stand a scale and a shift per channel, which go to the Scale layer that follows in the net.
  ///
  /// - Parameters:
  ///   - net: what the weights are for
  ///   - path: where they come from, for messages
  ///   - notice: gets what was done, a line for each layer
  /// - Throws: `NetError.weights` where no Scale layer can take them and they are more than 1 and 0
  func splittingFusedBatchNorm(
    for net: NetDescription, from path: String, notice: (String) -> Void
  ) throws -> WeightSet {
    var result = self
    for (index, source) in layers.enumerated() where source.blobs.count == 5 {
      guard let position = net.index(ofLayer: source.name), net.layers[position].holdsStatistics else { continue }
      let (scale, shift) = (source.blobs[3], source.blobs[4])
      result.layers[index].blobs = Array(source.blobs.prefix(3))
      let what = "\(path): layer '\(source.name)': its BatchNorm has 5 blobs, as NVIDIA's Caffe writes them"
      if let name = net.scale(behind: position), self[name].map(\.blobs.isEmpty) ?? true {
        result.layers.removeAll { $0.name == name }
        result.layers.append(Layer(name: name, blobs: [scale, shift]))
        notice("\(what); scale and shift go to layer '\(name)'")
      } else if scale.data.allSatisfy({ $0 == 1 }), shift.data.allSatisfy({ $0 == 0 }) {
        notice("\(what); scale and shift are 1 and 0 and left out")
      } else {
        throw NetError.weights(
          layer: source.name,
          "has 5 blobs in '\(path)': scale and shift stand behind the statistics, as in NVIDIA's Caffe; the net needs a Scale layer with bias_term behind it, without weights of its own"
        )
      }
    }
    return result
  }
}

extension NetDescription {
  /// The Scale layer with a bias that comes between a layer and all who read what that makes.
  fileprivate func scale(behind position: Int) -> String? {
    guard let top = layers[position].top.first,
      let next = blobs[top].readers.first(where: { $0 > position }), layers[next].bottom.first == top,
      layers[next].blobs.map(\.role) == [.factor, .bias]
    else { return nil }
    let isOnly = layers[next].top == [top] || blobs[top].readers.last == next
    return isOnly ? layers[next].name : nil
  }
}

extension DescribedLayer {
  /// Whether the layer's blobs are mean, variance and factor: what is not learned.
  fileprivate var holdsStatistics: Bool { blobs.count == 3 && blobs.allSatisfy { $0.defaultMultiplier == 0 } }
}

extension CaffeModel {
  /// Reads weights for a net, in stock Caffe's dialect, and notes what had to be changed and what is strange about them.
  ///
  /// - Throws: as `CaffeModel.read(_:upgraded:)`; `NetError.weights` for layers in a dialect that the net cannot take
  public static func read(_ path: String, for net: NetDescription, log: RunLog) throws -> WeightSet {
    let weights = try read(path, log: log).splittingFusedBatchNorm(for: net, from: path) { log.warning($0) }
    log.report(weights.doubts(for: net), of: path)
    return weights
  }
}

extension WeightSet {
  /// What is strange about the weights.
  ///
  /// - Parameter net: what they are for; nil where only the numbers can be looked at
  public func doubts(for net: NetDescription?) -> [WeightDoubt] {
    WeightDoubt.all(in: layers.lazy.map { (name: $0.name, blobs: $0.blobs.map(\.data)) }, for: net)
  }
}

extension RunLog {
  /// Tells what is strange about the weights of a file.
  ///
  /// - Parameters:
  ///   - doubts: what it is
  ///   - path: the file
  public func report(_ doubts: [WeightDoubt], of path: String) {
    for doubt in doubts { warning("\(path): \(doubt.text)") }
  }
}
