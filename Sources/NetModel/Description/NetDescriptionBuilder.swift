import CaffeProto

/// Builds a description layer by layer.
struct NetDescriptionBuilder {
  let registry: LayerRegistry
  let context: DescriptionContext
  var layers: [DescribedLayer] = []
  var blobs: [DescribedBlob] = []
  var assumptions: [String] = []
  private var blobIndex: [String: Int] = [:]
  /// The layers with parameters, which files tell apart by their names.
  private var learners: Set<String> = []
  /// Blobs whose shape is a guess.
  private var guesses: Set<Int> = []

  /// A reader needs another shape than the one that was guessed.
  struct Determined: Error {
    let blob: String
    let shape: Shape
    /// What is wrong with the guess.
    let error: any Error
  }

  init(registry: LayerRegistry, context: DescriptionContext) {
    self.registry = registry
    self.context = context
  }

  mutating func add(_ layer: inout LayerParameter) throws {
    let (name, type) = (layer.name, layer.type)
    let kind = registry[type]
    guard kind != nil || registry.outlook != nil else {
      throw NetError.unknownType(layer: name, type: type, known: registry.similar(to: type))
    }
    func attempt<T>(_ body: () throws -> T) throws -> T {
      do { return try body() } catch let error as LayerError {
        throw NetError.layer(name: name, type: type, error)
      } catch let error as ShapeError {
        throw NetError.layer(name: name, type: type, .field("shape", error.description))
      }
    }
    let description = try attempt { try describe(layer, kind) }
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
    guard layer.param.count <= specs.count || description is PassedThrough else {
      throw NetError.badParam(
        layer: name, "has \(layer.param.count) param messages for \(specs.count) parameter blobs")
    }
    let topShapes: [Shape]
    do { topShapes = try attempt { try description.topShapes(bottomShapes) } } catch {
      throw explained(error, layer, description, bottom, bottomShapes)
    }
    if let unknown = description as? PassedThrough { assumptions += unknown.assumptions(topShapes) }
    for index in bottom { blobs[index].readers.append(layers.count) }
    var top: [Int] = []
    for (index, topName) in layer.top.enumerated() {
      if index < layer.bottom.count, layer.bottom[index] == topName {
        top.append(bottom[index])
        continue
      }
      if let known = blobIndex[topName] {
        // The layer itself is not among the layers yet.
        let maker = blobs[known].maker
        throw NetError.duplicateTop(layer: name, top: topName, first: maker < layers.count ? layers[maker].name : name)
      }
      blobIndex[topName] = blobs.count
      if (description as? any StandIn)?.isGuess(top: index) == true { guesses.insert(blobs.count) }
      top.append(blobs.count)
      blobs.append(DescribedBlob(name: topName, maker: layers.count, shape: topShapes[index]))
    }
    layers.append(
      DescribedLayer(
        parameter: layer, description: description, bottom: bottom, top: top, bottomShapes: bottomShapes,
        topShapes: topShapes, blobs: specs, lossWeights: try lossWeights(layer, description)))
  }

  /// The type's own description, or what stands for it in a net that is only looked at.
  private mutating func describe(_ layer: LayerParameter, _ kind: (any LayerDescription.Type)?) throws
    -> any LayerDescription
  {
    guard let outlook = registry.outlook else {
      guard let kind else { throw LayerError.field("type", "is not known") }
      return try kind.init(layer, in: context)
    }
    guard let kind, registry.describes(layer) else { return PassedThrough(layer, outlook) }
    if let reading = kind as? any SourceReading.Type, let standIn = try reading.standIn(for: layer, outlook) {
      assumptions.append("layer '\(layer.name)' (\(layer.type)): \(standIn.assumption)")
      return standIn.description
    }
    return try kind.init(layer, in: context)
  }

  /// Why bottoms do not fit. Where one of them is a guess, says what shape it should have had, or that it is a guess.
  private func explained(
    _ error: any Error, _ layer: LayerParameter, _ description: any LayerDescription, _ bottom: [Int],
    _ shapes: [Shape]
  ) -> any Error {
    guard let guess = bottom.first(where: guesses.contains) else { return error }
    if let reader = description as? any BottomDetermining {
      for (index, blob) in bottom.enumerated()
      where guesses.contains(blob) && type(of: reader).determined.contains(index) {
        if let shape = reader.shape(ofBottom: index, among: shapes), shape != shapes[index] {
          return Determined(blob: blobs[blob].name, shape: shape, error: error)
        }
      }
    }
    guard case NetError.layer(let name, let type, let cause) = error else { return error }
    return NetError.guess(layer: name, type: type, cause, blob: blobs[guess].name)
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
