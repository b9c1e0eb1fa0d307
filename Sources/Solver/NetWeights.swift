import CaffeProto
import Engine
import NetModel

extension Net {
  /// The net's layers with their weights, as a caffemodel holds them (Caffe: `Net::ToProto`).
  ///
  /// - Parameter diff: with the gradients
  public func weightMessage(diff: Bool = false) -> NetParameter {
    var message = NetParameter()
    if description.parameter.hasName { message.name = description.parameter.name }
    message.layer = layers.map { running in
      var layer = running.described.parameter
      layer.blobs = running.layer.blobs.map { blob in
        var proto = BlobProto(blob.shape, blob.data)
        if diff { proto.diff = Floats(blob.diff) }
        return proto
      }
      return layer
    }
    return message
  }

  /// Copies weights into the layers of the same name (Caffe: `Net::CopyTrainedLayersFrom`). Layers that the file does not
  /// have keep what they were filled with, layers that the net does not have are skipped; the log says which.
  ///
  /// - Parameters:
  ///   - message: layers with weights
  ///   - path: where they come from, for messages
  ///   - log: gets the layers that are in one of the two only
  /// - Throws: `NetError.weights` where a layer's blobs are not as many or not of the same shapes; no weight has changed
  ///   then
  public func copyWeights(_ message: NetParameter, from path: String, log: RunLog) throws {
    var pending: [(Blob, BlobProto)] = []
    var sources: Set<String> = []
    for source in message.layer {
      guard let target = layer(source.name) else {
        log.info("Ignoring source layer \(source.name)")
        continue
      }
      sources.insert(source.name)
      let blobs = target.layer.blobs
      guard blobs.count == source.blobs.count else {
        throw NetError.weights(
          layer: source.name, "has \(source.blobs.count) blobs in '\(path)', but \(blobs.count) in the net")
      }
      for (index, (blob, values)) in zip(blobs, source.blobs).enumerated() {
        guard values.fits(blob.shape) else {
          throw NetError.weights(
            layer: source.name,
            "blob \(index) has the shape \(values.loggedShape) in '\(path)', but \(blob.shape) in the net; to learn a layer from scratch, rename it"
          )
        }
        pending.append((blob, values))
      }
    }
    for (blob, values) in pending { blob.mutableData.copy(values.allData) }
    let unused = message.layer.filter { !$0.blobs.isEmpty && layer($0.name) == nil }.map(\.name)
    for layer in layers where !layer.layer.blobs.isEmpty && !sources.contains(layer.described.name) {
      let name = layer.described.name
      let nearest = closestName(to: name, among: unused).map { "; '\($0)' is there" } ?? ""
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

extension BlobProto {
  /// A blob's message.
  init(_ shape: Shape, _ values: FloatView) {
    self.init()
    self.shape.dim = shape.dims
    data = Floats(values)
  }

  /// The values, which old files may keep as doubles.
  var allData: [Float] { doubleData.isEmpty ? Array(data) : doubleData.map(Float.init) }

  /// Whether the message has the four extents of old files instead of a shape.
  private var isLegacy: Bool { !hasShape && (hasNum || hasChannels || hasHeight || hasWidth) }

  private var dims: [Int] { isLegacy ? [num, channels, height, width] : shape.dim }

  /// Whether the message's shape is `expected` (Caffe: `Blob::ShapeEquals`); old files pad shapes with ones in front.
  func fits(_ expected: Shape) -> Bool {
    let padded = Array(repeating: 1, count: max(0, 4 - expected.rank)) + expected.dims
    return (isLegacy ? dims == padded : dims == expected.dims) && allDataCount == expected.count
  }

  private var allDataCount: Int { doubleData.isEmpty ? data.count : doubleData.count }

  /// The shape in Caffe's log form, with the number of values there are.
  var loggedShape: String { (dims.map(String.init) + ["(\(allDataCount))"]).joined(separator: " ") }
}

extension Floats {
  /// A copy of a blob's values.
  init(_ view: FloatView) {
    self.init(count: view.count) { buffer in
      if let base = buffer.baseAddress { base.update(from: view.pointer, count: view.count) }
    }
  }
}
