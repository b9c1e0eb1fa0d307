import CaffeProto

/// The weights of a net, layer by layer, as a caffemodel holds them.
///
/// What a binary caffemodel says besides weights (the layers' parameters, fields this program does not know) is kept
/// and written back. Values are shared, not copied, when a set is.
public struct WeightSet: Sendable, Equatable {
  /// One layer's weights.
  public struct Layer: Sendable, Equatable {
    /// The layer as the file describes it, with its blobs in their order; `name` alone if the file has only that.
    public var parameter: LayerParameter

    /// A layer with its blobs.
    public init(name: String, blobs: [BlobProto]) {
      parameter = LayerParameter()
      parameter.name = name
      parameter.blobs = blobs
    }

    /// A layer that a message describes, its blobs included.
    public init(_ parameter: LayerParameter) { self.parameter = parameter }

    /// The layer's name.
    public var name: String { parameter.name }

    /// The layer's blobs: weights first, as a rule, then bias.
    public var blobs: [BlobProto] {
      get { parameter.blobs }
      set { parameter.blobs = newValue }
    }
  }

  /// The net's message without its layers.
  private var frame: NetParameter

  /// The layers in the file's order, those without blobs included.
  public var layers: [Layer]

  /// A set of layers for a net of that name.
  public init(name: String = "", layers: [Layer] = []) {
    frame = NetParameter()
    if !name.isEmpty { frame.name = name }
    self.layers = layers
  }

  /// The weights in a net's message.
  public init(_ net: NetParameter) {
    frame = net
    frame.layer = []
    layers = net.layer.map(Layer.init)
  }

  /// The net's name; empty if the file has none.
  public var name: String { frame.name }

  /// The first layer of that name.
  public subscript(name: String) -> Layer? { layers.first { $0.name == name } }

  /// How many values each blob has, by the layers' names.
  public var blobCounts: [String: [Int]] {
    Dictionary(layers.map { ($0.name, $0.blobs.map(\.data.count)) }) { first, _ in first }
  }

  /// The whole as a net's message.
  public var net: NetParameter {
    var net = frame
    net.layer = layers.map(\.parameter)
    return net
  }

  /// Checks that names tell the layers with blobs apart.
  ///
  /// - Throws: `FormatError` naming the layer
  func checkNames(path: String, kind: FileKind) throws(FormatError) {
    var names: Set<String> = []
    for layer in layers where !layer.blobs.isEmpty && !names.insert(layer.name).inserted {
      throw FormatError(
        path: path, kind: kind, place: "layer '\(layer.name)'", .corrupt("two layers with weights have this name"))
    }
  }

  /// Checks every blob's values against its shape, of which a binary caffemodel must have some, and turns doubles to
  /// floats.
  ///
  /// - Throws: `FormatError` naming the layer and the blob.
  mutating func normalize(path: String, kind: FileKind) throws(FormatError) {
    for layer in layers.indices {
      for blob in layers[layer].blobs.indices {
        let problem = layers[layer].blobs[blob].normalize()
        if let problem = layers[layer].blobs[blob].isAbsent ? .missing("every value") : problem {
          throw FormatError(path: path, kind: kind, place: "layer '\(layers[layer].name)', blob \(blob)", problem)
        }
      }
    }
  }
}
