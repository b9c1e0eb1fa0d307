import Base
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
  /// Blobs of which nobody says the shape, and what is made of them.
  private var guesses: [Int: Guess] = [:]

  /// What the shape of a blob rests on.
  private struct Guess {
    /// The blob of which nobody says the shape.
    let origin: Int
    /// What its shape must be, so that this blob's is a wanted one; nil where that does not say it.
    let shape: (Shape) -> Shape?
  }

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
    do { try add(&layer, passing: nil) } catch {
      // A field that is not known may be what makes it fit.
      guard registry.outlook != nil, let misfit = (error as? NetError)?.misfit, layer.hasUnknownText else {
        throw error
      }
      try add(&layer, passing: " with fields that are not known (without them: \(misfit))")
    }
  }

  /// - Parameter passing: what tells the layer from others of its type that are built in
  private mutating func add(_ layer: inout LayerParameter, passing: String?) throws {
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
    if let field = layer.fieldWithNaN { throw NetError.layer(name: name, type: type, .field(field, "is NaN")) }
    let description = try attempt { try describe(layer, kind, passing: passing) }
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
    let specs: [BlobSpec]
    let topShapes: [Shape]
    do {
      specs = try attempt { try description.blobs(bottomShapes) }
      topShapes = try attempt { try description.topShapes(bottomShapes) }
    } catch {
      throw explained(error, layer, description, bottom, bottomShapes)
    }
    guard specs.isEmpty || learners.insert(name).inserted else { throw NetError.duplicateLayer(name) }
    guard layer.param.count <= specs.count || description is PassedThrough else {
      throw NetError.badParam(
        layer: name, "has \(layer.param.count) param messages for \(specs.count) parameter blobs")
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
      guesses[blobs.count] = guess(top: index, of: description, bottom, bottomShapes)
      top.append(blobs.count)
      blobs.append(DescribedBlob(name: topName, maker: layers.count, shape: topShapes[index]))
    }
    layers.append(
      DescribedLayer(
        parameter: layer, description: description, bottom: bottom, top: top, bottomShapes: bottomShapes,
        topShapes: topShapes, blobs: specs, lossWeights: try lossWeights(layer, description)))
  }

  /// The type's own description, or what stands for it in a net that is only looked at.
  private mutating func describe(
    _ layer: LayerParameter, _ kind: (any LayerDescription.Type)?, passing: String?
  ) throws -> any LayerDescription {
    guard let outlook = registry.outlook else {
      guard let kind else { throw LayerError.field("type", "is not known") }
      return try kind.init(layer, in: context)
    }
    guard let kind else {
      let meant = closestName(to: layer.type, among: registry.names).map { " (did you mean '\($0)'?)" }
      return PassedThrough(layer, outlook, meant ?? "")
    }
    if let difference = passing ?? (kind as? any Unsupported.Type)?.unsupported(layer) {
      return PassedThrough(layer, outlook, difference)
    }
    if let reading = kind as? any SourceReading.Type, let standIn = try reading.standIn(for: layer, outlook) {
      assumptions.append("layer '\(layer.name)' (\(layer.type)): \(standIn.assumption)")
      return standIn.description
    }
    let description = try kind.init(layer, in: context)
    // What has more ends than the type is a fork's layer of the same name.
    let (bottoms, tops) = (description.arity.bottom.upperBound, description.arity.top.upperBound)
    guard layer.bottom.count <= bottoms, layer.top.count <= tops else {
      return PassedThrough(layer, outlook, " with \(layer.bottom.count) bottoms and \(layer.top.count) tops")
    }
    return description
  }

  /// What the shape of a top rests on that a layer makes; nil where it is certain.
  private func guess(
    top index: Int, of description: any LayerDescription, _ bottom: [Int], _ shapes: [Shape]
  ) -> Guess? {
    if let standIn = description as? any StandIn {
      return standIn.isGuess(top: index) ? Guess(origin: blobs.count) { $0 } : nil
    }
    for (position, blob) in bottom.enumerated() {
      guard let guess = guesses[blob] else { continue }
      return Guess(origin: guess.origin) { wanted in
        (description as? any BottomTelling)?.shape(ofBottom: position, among: shapes, forTop: index, wanted)
          .flatMap(guess.shape)
      }
    }
    return nil
  }

  /// Why bottoms do not fit. Where one of them is a guess, says what shape it should have had, or that it is a guess.
  private func explained(
    _ error: any Error, _ layer: LayerParameter, _ description: any LayerDescription, _ bottom: [Int],
    _ shapes: [Shape]
  ) -> any Error {
    var doubtful = Set(bottom.indices.filter { guesses[bottom[$0]] != nil })
    if let reader = description as? any BottomDetermining {
      for (index, blob) in bottom.enumerated() where type(of: reader).determined.contains(index) {
        guard let guess = guesses[blob], let wanted = reader.shape(ofBottom: index, among: shapes) else { continue }
        if wanted == shapes[index] { doubtful.remove(index) }
        guard let shape = guess.shape(wanted), shape != blobs[guess.origin].shape else { continue }
        return Determined(blob: blobs[guess.origin].name, shape: shape, error: error)
      }
    }
    guard case NetError.layer(let name, let type, let cause) = error,
      let origin = doubtful.min().flatMap({ guesses[bottom[$0]]?.origin })
    else { return error }
    let guess = blobs[origin]
    // What has only images and channels is no image yet.
    let example: Shape =
      guess.shape.rank > 2 ? guess.shape : [1, guess.shape.rank == 2 ? guess.shape[1] : 3, 224, 224]
    return NetError.guess(layer: name, type: type, cause, blob: guess.name, example: example)
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

extension LayerParameter {
  /// Whether it has fields that the schema does not have and that may change what it computes.
  fileprivate var hasUnknownText: Bool {
    var found = false
    _ = try? LayerParameter(text: Array(text().utf8), file: "") {
      found = $0.contains { !$0.isHarmless }
    }
    return found
  }
}

extension NetError {
  /// What of a layer does not fit, if that is not by a guess or a file.
  fileprivate var misfit: String? {
    switch self {
    case .layer(_, _, let cause):
      switch cause {
      case .field, .bottom: "\(cause)"
      case .source, .absentSource: nil
      }
    case .badParam(_, let cause): cause
    default: nil
    }
  }
}
