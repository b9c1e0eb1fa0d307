import Base
import CaffeProto
import Engine
import NetIO
import NetModel

extension Net {
  /// The layers with their weights, as a caffemodel holds them (Caffe: `Net::ToProto`).
  ///
  /// - Parameters:
  ///   - sharedOnce: leaves out blobs that an earlier layer owns, as Caffe's HDF5 layout does
  ///   - diff: with the gradients
  public func weights(sharedOnce: Bool = false, diff: Bool = false) -> WeightSet {
    let layers = layers.enumerated().map { place, running in
      var layer = WeightSet.Layer(running.described.parameter)
      layer.blobs = running.layer.blobs.enumerated().map { index, blob in
        guard !sharedOnce || description.shared.owns(place, index) else { return BlobProto() }
        var message = BlobProto(shape: blob.shape.dims, data: Floats(blob.count, blob.copyData))
        if diff { message.diff = Floats(blob.count, blob.copyDiff) }
        return message
      }
      return layer
    }
    return WeightSet(name: description.parameter.name, layers: layers)
  }

  /// Copies weights into the layers of the same name (Caffe: `Net::CopyTrainedLayersFrom`). Layers that the file does
  /// not have keep what they were filled with, layers that the net does not have are skipped; the log says which.
  ///
  /// - Parameters:
  ///   - weights: layers with weights
  ///   - path: where they come from, for messages
  ///   - log: gets the layers that are in one of the two only
  /// - Throws: `NetError.weights` where a layer's blobs are not as many or not of the same shapes; no weight has changed
  ///   then
  public func copy(_ weights: WeightSet, from path: String, log: RunLog) throws {
    var pending: [(Blob, BlobProto)] = []
    let weights = try weights.splittingFusedBatchNorm(for: description, from: path) { log.warning($0) }
    for source in weights.layers {
      guard let target = layer(source.name), let index = description.index(ofLayer: source.name) else {
        log.info("Ignoring source layer \(source.name)")
        continue
      }
      do {
        let blobs = try description.match(source.blobs, layer: index)
        pending += zip(target.layer.blobs, blobs).compactMap { blob, values in values.map { (blob, $0) } }
      } catch {
        var text = error.description(in: path)
        if case .blob = error { text += "; to learn a layer from scratch, rename it" }
        throw NetError.weights(layer: source.name, text)
      }
    }
    for (blob, values) in pending { blob.mutableData.copy(values.data) }
    warnOfMissing(weights, path, log)
  }

  /// Loads a caffemodel, binary or HDF5, as ``copy(_:from:log:)`` does.
  public func loadWeights(_ path: String, log: RunLog) throws {
    try copy(CaffeModel.read(path, for: description, log: log), from: path, log: log)
  }

  /// Loads caffemodels, one after the other.
  ///
  /// - Parameters:
  ///   - list: their names, separated by commas; nil for none
  ///   - log: gets what they lack
  /// - Throws: as ``loadWeights(_:log:)``
  public func loadWeights(listed list: String?, log: RunLog) throws {
    guard let list else { return }
    let files = list.listedFiles
    if files.isEmpty { log.warnOfNoWeights() }
    for path in files { try loadWeights(path, log: log) }
  }

  private func warnOfMissing(_ weights: WeightSet, _ path: String, _ log: RunLog) {
    let there = Set(weights.layers.map(\.name))
    let unused = weights.layers.filter { !$0.blobs.isEmpty && layer($0.name) == nil }.map(\.name)
    for layer in layers where !layer.layer.blobs.isEmpty && !there.contains(layer.described.name) {
      let name = layer.described.name
      // Among thousands of names some are near by chance, and comparing all with all takes long.
      let nearest = unused.count > 500 ? "" : closestName(to: name, among: unused).map { "; '\($0)' is there" } ?? ""
      log.warning("layer '\(name)' has no weights in '\(path)' and keeps its initial ones\(nearest)")
    }
  }

  /// Uses the parameters of the train net's layers of the same name (Caffe: `Net::ShareTrainedLayersWith`).
  ///
  /// - Throws: `NetError.weights` where a layer's blobs are not as many or not of the same shapes
  func shareParameters(of trained: Net, log: RunLog) throws {
    for source in trained.layers {
      let name = source.described.name
      guard let target = layer(name) else {
        log.info("Ignoring source layer \(name)")
        continue
      }
      let (ours, theirs) = (target.layer.blobs, source.layer.blobs)
      guard ours.count == theirs.count else {
        throw NetError.weights(
          layer: name, "has \(ours.count) blobs in the test net, but \(theirs.count) in the train net")
      }
      for (index, (own, other)) in zip(ours, theirs).enumerated() {
        guard own.shape == other.shape else {
          throw NetError.weights(
            layer: name, "blob \(index) has the shape \(own.shape) in the test net, but \(other.shape) in the train net"
          )
        }
        own.shareData(with: other)
      }
    }
  }
}

extension MutableFloatView {
  /// Copies as many values as there are.
  func copy(_ values: Floats) {
    values.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { copy(FloatView(base, count: buffer.count)) }
    }
  }
}

extension Floats {
  /// The values that a blob copies.
  init(_ count: Int, _ copy: (MutableFloatView) -> Void) {
    self.init(count: count) { buffer in
      if let base = buffer.baseAddress { copy(MutableFloatView(base, count: count)) }
    }
  }
}

extension RunLog {
  /// Tells that weights are asked for, but none are named.
  func warnOfNoWeights() { warning("the list of weights names no file: layers keep their initial ones") }
}
