import CaffeProto
import NetModel

extension Model {
  /// A net as a model for batches of any size: the first axis of the inputs is called "N".
  ///
  /// - Parameters:
  ///   - net: for inference, as `NetDescription.deploy` makes it: its sources are layers whose tops the caller writes
  ///   - weights: the blobs of all layers that have any, by the layers' names
  ///   - registry: the layer types, with which the net was described
  ///   - fixedBatch: keeps the batch's number
  /// - Throws: ``ExportError`` naming the layer that cannot be written, or that only works with the net's own batch
  public init(
    _ net: NetDescription, weights: [String: [WeightBlob]], registry: LayerRegistry, fixedBatch: Bool = false
  ) throws {
    let batch = fixedBatch ? nil : try Batch(net, registry: registry)
    func extents(_ blob: Int) -> [Int] { batch?.extents(ofBlob: blob) ?? net.blobs[blob].shape.dims }
    func port(_ blob: Int, _ name: String) -> Port {
      Port(
        name: name, blob: net.blobs[blob].name,
        extents: batch?.port(ofBlob: blob) ?? net.blobs[blob].shape.dims.map { Extent.fixed($0) })
    }
    let graph = Graph()
    var current: [Int: Tensor] = [:]
    var inputs: [(blob: Int, tensor: Tensor)] = []
    /// What a blob was before layers in place.
    var versions: [(tensor: Tensor, name: String)] = []
    for (index, layer) in net.layers.enumerated() {
      if layer.description is any CallerFilled {
        for blob in layer.top {
          inputs.append((blob, graph.tensor()))
          current[blob] = inputs.last?.tensor
        }
        continue
      }
      guard let rule = layer.description as? any ONNXExporting else {
        throw ExportError.type(layer: layer.name, type: layer.type)
      }
      let blobs = (weights[layer.name] ?? []).enumerated().map { position, blob in
        let owner = net.shared.owner(index, position)
        return (name: "\(net.layers[owner.layer].name)/\(owner.blob)", blob: blob)
      }
      let tops = try rule.export(
        ExportedLayer(
          described: layer, bottom: layer.bottom.compactMap { current[$0] },
          bottomExtents: layer.bottom.map(extents), topExtents: layer.top.map(extents), graph: graph, blobs: blobs))
      for (blob, tensor) in zip(layer.top, tops) {
        current[blob] = tensor
        versions.append((tensor, "\(net.blobs[blob].name)/\(layer.name)"))
      }
    }
    var names = TensorNames()
    for (blob, tensor) in inputs { names.set(net.blobs[blob].name, of: tensor) }
    // Every blob's last version has its name; what a layer leaves as it is has the name that it had.
    for (blob, described) in net.blobs.enumerated() { names.set(described.name, of: current[blob]) }
    var outputs: [(blob: Int, tensor: Tensor)] = []
    for blob in net.outputs {
      guard var tensor = current[blob], !inputs.contains(where: { $0 == (blob, tensor) }) else { continue }
      let name = net.blobs[blob].name
      if !names[tensor].isEmpty, names[tensor] != name {
        tensor = graph.add("Identity", [tensor], outputs: 1, attributes: [:], layer: name)[0]
        names.set(name, of: tensor)
      }
      outputs.append((blob, tensor))
    }
    for constant in graph.constants { names.setNew(constant.name, of: constant.tensor) }
    for (tensor, name) in versions { names.setNew(name, of: tensor) }
    let labels = Self.labels(of: graph.nodes)
    for (node, label) in zip(graph.nodes, labels) { for tensor in node.outputs { names.setNew(label, of: tensor) } }

    name = net.parameter.name
    nodes = zip(graph.nodes, labels).map { node, label in
      Node(
        name: label, operation: node.operation, inputs: node.inputs.map { $0.map { names[$0] } ?? "" },
        outputs: node.outputs.map { names[$0] }, attributes: node.attributes)
    }
    constants = graph.constants.map { Constant(name: names[$0.tensor], dims: $0.dims, values: $0.values) }
    self.inputs = inputs.map { port($0.blob, names[$0.tensor]) }
    self.outputs = outputs.map { port($0.blob, names[$0.tensor]) }
  }

  /// The nodes' names: their layer's, and where that has several what they do and a number.
  private static func labels(of nodes: [Graph.Node]) -> [String] {
    let counts = Dictionary(nodes.map { ($0.layer, 1) }, uniquingKeysWith: +)
    var numbers: [String: Int] = [:]
    return nodes.map { node in
      guard counts[node.layer] != 1 else { return node.layer }
      numbers[node.layer, default: 0] += 1
      return "\(node.layer)/\(node.operation)_\(numbers[node.layer, default: 0])"
    }
  }
}

/// Gives every tensor a name of its own.
private struct TensorNames {
  private var names: [Tensor: String] = [:]
  private var taken: Set<String> = []

  subscript(tensor: Tensor) -> String { names[tensor] ?? "" }

  /// Names a tensor that has no name, unless another one is called so.
  mutating func set(_ name: String, of tensor: Tensor?) {
    guard let tensor, names[tensor] == nil, taken.insert(name).inserted else { return }
    names[tensor] = name
  }

  /// Names a tensor that has no name; where another one is called so, with a number behind.
  mutating func setNew(_ name: String, of tensor: Tensor) {
    guard names[tensor] == nil else { return }
    var (unique, number) = (name, 2)
    while !taken.insert(unique).inserted { (unique, number) = ("\(name)_\(number)", number + 1) }
    names[tensor] = unique
  }
}
