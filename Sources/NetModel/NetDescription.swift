import CaffeProto

/// A net that is understood but not running: layers with their shapes, parameters and wiring, in order.
///
/// Summary, cost, dependency groups and surgery work on it. The engine's `Net` runs one.
public struct NetDescription: Sendable {
  /// The net as described: phase-filtered, with the splits if they were asked for.
  public let parameter: NetParameter
  /// The layers, in the order in which they run.
  public let layers: [DescribedLayer]
  /// The blobs, in the order in which they are made; in-place layers make none.
  public let blobs: [DescribedBlob]

  /// Describes the part of a net that a state selects.
  ///
  /// - Parameters:
  ///   - net: any current-format net
  ///   - state: phase, level and stages
  ///   - registry: the layer types
  ///   - splits: whether blobs with several readers get Split layers, which running needs and surgery does not
  /// - Throws: ``NetError``
  public init(_ net: NetParameter, state: NetState, registry: LayerRegistry, splits: Bool = false) throws {
    var parameter = try net.filtered(for: state)
    if splits { parameter = parameter.insertingSplits() }
    var builder = Builder(registry: registry, context: DescriptionContext(phase: state.phase))
    for index in parameter.layer.indices { try builder.add(&parameter.layer[index]) }
    self.parameter = parameter
    self.layers = builder.layers
    self.blobs = builder.blobs
  }

  /// The position of the layer called `name`.
  public func index(ofLayer name: String) -> Int? { layers.firstIndex { $0.name == name } }

  /// The blobs nobody reads after their last writer, by name: the net's outputs in Caffe's order.
  public var outputs: [Int] {
    blobs.indices.filter { blob in
      let writers = blobs[blob].readers.filter { layers[$0].top.contains(blob) }
      let last = writers.last ?? blobs[blob].maker
      return blobs[blob].readers.allSatisfy { $0 <= last }
    }.sorted { blobs[$0].name < blobs[$1].name }
  }

  /// The cost of one forward pass over a batch.
  public var cost: Cost { layers.reduce(Cost()) { $0 + $1.cost } }
}

/// A layer in its place in a net.
public struct DescribedLayer: Sendable {
  /// The layer's message, with automatic tops added.
  public let parameter: LayerParameter
  /// The type's own knowledge.
  public let description: any LayerDescription
  /// Indices of the bottoms in ``NetDescription/blobs``.
  public let bottom: [Int]
  /// Indices of the tops; an in-place layer's top is its bottom.
  public let top: [Int]
  /// The bottoms' shapes.
  public let bottomShapes: [Shape]
  /// The tops' shapes.
  public let topShapes: [Shape]
  /// The parameter blobs.
  public let blobs: [BlobSpec]
  /// The weight of every top in the objective.
  public let lossWeights: [Float]

  /// The layer's name.
  public var name: String { parameter.name }
  /// The layer's type.
  public var type: String { parameter.type }
  /// The cost of one forward pass over a batch.
  public var cost: Cost { description.cost(bottom: bottomShapes, top: topShapes) }
  /// How channels depend on each other.
  public var channelMap: ChannelMap { description.channelMap(bottom: bottomShapes, top: topShapes) }
  /// lr_mult of parameter blob `index`.
  public func lrMult(_ index: Int) -> Float {
    index < parameter.param.count && parameter.param[index].hasLrMult
      ? parameter.param[index].lrMult : blobs[index].defaultMultiplier
  }
  /// decay_mult of parameter blob `index`.
  public func decayMult(_ index: Int) -> Float {
    index < parameter.param.count && parameter.param[index].hasDecayMult
      ? parameter.param[index].decayMult : blobs[index].defaultMultiplier
  }
}

/// A blob in its place in a net.
public struct DescribedBlob: Sendable {
  /// The blob's name.
  public let name: String
  /// The layer that makes it, an index in ``NetDescription/layers``.
  public let maker: Int
  /// The layers that read it, in order; in-place layers are among them.
  public internal(set) var readers: [Int] = []
  /// The blob's shape.
  public let shape: Shape
}

/// Builds a description layer by layer.
private struct Builder {
  let registry: LayerRegistry
  let context: DescriptionContext
  var layers: [DescribedLayer] = []
  var blobs: [DescribedBlob] = []
  private var blobIndex: [String: Int] = [:]
  /// The layers with parameters, which files tell apart by their names.
  private var learners: Set<String> = []

  init(registry: LayerRegistry, context: DescriptionContext) {
    self.registry = registry
    self.context = context
  }

  mutating func add(_ layer: inout LayerParameter) throws {
    let (name, type) = (layer.name, layer.type)
    guard let kind = registry[type] else {
      throw NetError.unknownType(layer: name, type: type, known: registry.similar(to: type))
    }
    func attempt<T>(_ body: () throws -> T) throws -> T {
      do { return try body() } catch let error as LayerError {
        throw NetError.layer(name: name, type: type, error)
      } catch let error as ShapeError {
        throw NetError.layer(name: name, type: type, .field("shape", error.description))
      }
    }
    let description = try attempt { try kind.init(layer, in: context) }
    if description.arity.automaticTops {
      while layer.top.count < description.arity.top.lowerBound {
        layer.top.append("(automatic)_\(name)_\(layer.top.count)")
      }
    }
    try check(layer, description.arity)
    let bottom = try layer.bottom.map { bottomName in
      guard let index = blobIndex[bottomName] else {
        throw NetError.unknownBottom(layer: name, bottom: bottomName)
      }
      return index
    }
    let bottomShapes = bottom.map { blobs[$0].shape }
    let specs = try attempt { try description.blobs(bottomShapes) }
    guard specs.isEmpty || learners.insert(name).inserted else { throw NetError.duplicateLayer(name) }
    guard layer.param.count <= specs.count else {
      throw NetError.badParam(
        layer: name, "has \(layer.param.count) param messages for \(specs.count) parameter blobs")
    }
    let topShapes = try attempt { try description.topShapes(bottomShapes) }
    for index in bottom { blobs[index].readers.append(layers.count) }
    var top: [Int] = []
    for (index, topName) in layer.top.enumerated() {
      if index < layer.bottom.count, layer.bottom[index] == topName {
        top.append(bottom[index])
        continue
      }
      if let known = blobIndex[topName] {
        throw NetError.duplicateTop(layer: name, top: topName, first: layers[blobs[known].maker].name)
      }
      blobIndex[topName] = blobs.count
      top.append(blobs.count)
      blobs.append(DescribedBlob(name: topName, maker: layers.count, shape: topShapes[index]))
    }
    layers.append(
      DescribedLayer(
        parameter: layer, description: description, bottom: bottom, top: top, bottomShapes: bottomShapes,
        topShapes: topShapes, blobs: specs, lossWeights: try lossWeights(layer, description)))
  }

  private func check(_ layer: LayerParameter, _ arity: Arity) throws {
    for (what, range, got) in [
      ("bottoms", arity.bottom, layer.bottom.count), ("tops", arity.top, layer.top.count),
    ] where !range.contains(got) {
      throw NetError.wrongCount(layer: layer.name, type: layer.type, what: what, expected: range, got: got)
    }
  }

  private func lossWeights(_ layer: LayerParameter, _ description: any LayerDescription) throws -> [Float] {
    guard !layer.lossWeight.isEmpty else {
      return layer.top.indices.map { description.defaultLossWeight(top: $0) }
    }
    guard layer.lossWeight.count == layer.top.count else {
      throw NetError.badParam(
        layer: layer.name, "has \(layer.lossWeight.count) loss_weight values for \(layer.top.count) tops")
    }
    return layer.lossWeight
  }
}
