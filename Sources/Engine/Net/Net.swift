import Base
import CaffeProto
import NetModel

/// A running net: blobs, layers and parameters on a backend.
public final class Net {
  /// What the net is.
  public let description: NetDescription
  /// The layers in running order.
  public private(set) var layers: [RunningLayer] = []
  /// The learnable blobs, each once, in Caffe's order.
  public private(set) var parameters: [Parameter] = []

  private var current: [Blob] = []
  /// Per layer the numbers of the parameters it owns: when it has run backward, their gradients are complete.
  private var owned: [[Int]] = []
  private let use: NetUse
  /// Holds the gradients that are handed out piece by piece.
  private let piece = Blob()
  /// Floats of such a piece: it stays in the cache while it is made and used.
  private static let pieceSize = 1 << 18

  /// Builds a net and fills its parameters.
  ///
  /// - Parameters:
  ///   - net: any current-format net
  ///   - state: phase, level and stages
  ///   - registry: the layer types
  ///   - backend: computes the heavy layers
  ///   - random: the run's random numbers
  ///   - use: what the net will be asked for
  ///   - ranks: those that train the net together
  ///   - share: what of its data the net reads
  /// - Throws: `NetError`, or what a layer's source or the backend throws
  public convenience init(
    _ net: NetParameter, state: NetState, registry: LayerRegistry, backend: any Backend, random: RandomSource,
    use: NetUse = .inspection, ranks: RunRanks? = nil, share: DataShare? = nil
  ) throws {
    var use = use
    if net.forceBackward { use.forcesGradients = true }
    try self.init(
      NetDescription(net, state: state, registry: registry, splits: true), backend: backend, random: random, use: use,
      ranks: ranks, share: share)
  }

  /// Builds a described net, which must have its splits.
  public init(
    _ description: NetDescription, backend: any Backend, random: RandomSource, use: NetUse = .inspection,
    ranks: RunRanks? = nil, share: DataShare? = nil
  ) throws {
    self.description = description
    self.use = use
    // Layers fill the blobs that they make, so a blob that is too large has to be found before.
    if let largest = description.blobs.max(by: { $0.shape.count < $1.shape.count }) {
      let bytes = largest.shape.count * MemoryLayout<Float>.stride
      try MemoryError.check(bytes, largest: (largest.name, bytes))
    }
    let plan = BackwardPlan(description, use)
    let phase = description.parameter.state.phase
    var owners: [SharedParameters.Place: Parameter] = [:]
    current = description.blobs.map { Blob(name: $0.name, shape: $0.shape) }
    for (index, described) in description.layers.enumerated() {
      guard let runnable = described.description as? any RunnableDescription else {
        throw NetError.unknownType(layer: described.name, type: described.type, known: [])
      }
      let context = LayerContext(
        backend: backend, random: random, phase: phase, needsBackward: plan.layers[index], ranks: ranks, share: share)
      let layer = try naming(described) { try runnable.makeLayer(described.bottomShapes, in: context) }
      for (position, spec) in described.blobs.enumerated() {
        try adopt(layer.blobs[position], spec, described, index, position, &owners, random)
      }
      let running = RunningLayer(
        described, layer, backend: backend, needsBackward: plan.layers[index],
        propagateDown: plan.bottoms[index])
      let previous = use.fusesLayers ? layers.lastIndex { $0.absorbed == .nothing } : nil
      try naming(described) {
        try running.connect(&current, after: previous.map { layers[$0] }, hides: use.hidesBlobs)
      }
      running.gradientIndex = running.absorbed == .everything ? previous ?? index : index
      layers.append(running)
    }
    owned = layers.map { _ in [] }
    for (number, parameter) in parameters.enumerated() {
      owned[layers[parameter.layerIndex].gradientIndex].append(number)
    }
    if !use.keepsParameterGradients, use.takesPieces { postponeParameters() }
    if !use.keepsBlobs { planMemory() }
    try checkMemory()
  }

  /// Makes sure that the system has the memory for a pass, as far as it says beforehand. An error here can name what is
  /// too large.
  private func checkMemory() throws(MemoryError) {
    var bytes: [ObjectIdentifier: Int] = [:]
    var largest = (name: "", bytes: 0)
    for layer in layers where layer.absorbed == .nothing {
      for blob in layer.top {
        bytes[blob.dataStorage.memoryIdentity] = blob.dataStorage.plannedBytes
        if layer.needsBackward { bytes[blob.diffStorage.memoryIdentity] = blob.diffStorage.plannedBytes }
        if case let own = blob.count * MemoryLayout<Float>.stride, own > largest.bytes { largest = (blob.name, own) }
      }
    }
    for parameter in parameters {
      let blob = parameter.blob
      bytes[blob.dataStorage.memoryIdentity] = blob.dataStorage.plannedBytes
    }
    try MemoryError.check(bytes.values.reduce(0, +), largest: largest)
  }

  /// The blob called `name`, as the last layer that writes it leaves it.
  public func blob(_ name: String) -> Blob? {
    description.blobs.firstIndex { $0.name == name }.map { current[$0] }
  }

  /// All blobs, in the order in which they are made.
  public var blobs: [Blob] { current }

  /// The most scratch memory that a layer is lent of the blobs' memory, in bytes.
  public var scratchBytes: Int {
    let scratch = layers.flatMap { [$0.forwardScratch.count, $0.backwardScratch.count] }
    return (scratch.max() ?? 0) * MemoryLayout<Float>.stride
  }

  /// The bytes that blobs and their gradients now take, shared memory once, and scratch memory that is lent of it.
  public var blobBytes: Int {
    var bytes: [ObjectIdentifier: Int] = [:]
    for blob in layers.flatMap({ $0.sources + $0.bottom + $0.top }) {
      for storage in [blob.dataStorage, blob.diffStorage] { bytes[storage.memoryIdentity] = storage.allocatedBytes }
    }
    return bytes.values.reduce(0, +)
  }

  /// The blobs nobody reads.
  public var outputs: [Blob] { description.outputs.map { current[$0] } }

  /// The running layer called `name`.
  public func layer(_ name: String) -> RunningLayer? { named[name] }

  /// The first layer of every name.
  private lazy var named = Dictionary(layers.map { ($0.described.name, $0) }) { first, _ in first }

  /// Runs all layers; returns the objective, the sum of all tops with a loss weight times that weight.
  ///
  /// - Parameter shown: gets each layer when it has run; what it has read and written is there until it returns
  @discardableResult public func forward(shown: (RunningLayer) throws -> Void = { _ in }) throws -> Float {
    var loss: Float = 0
    for layer in layers {
      loss += try naming(layer.described) { try layer.forward() }
      try shown(layer)
    }
    return loss
  }

  /// Runs all layers backward from the objective. Parameter gradients are added to.
  ///
  /// - Parameter consume: called for each of ``parameters`` when its gradient is complete and no layer reads the parameter
  ///   any more; for some of them piece by piece
  public func backward(consume: (ParameterGradient) throws -> Void = { _ in }) throws {
    for (index, layer) in layers.enumerated().reversed() where layer.needsBackward {
      try naming(layer.described) { try layer.backward() }
      if !layer.postponesParameters { try owned[index].forEach { try consume(gradient($0)) } }
    }
    for (index, layer) in layers.enumerated().reversed() where layer.postponesParameters || !layer.needsBackward {
      var complete = owned[index][...]
      if layer.postponesParameters {
        let first = complete.removeFirst()
        try naming(layer.described) {
          try layer.backwardParameters(piece.mutableDiff) {
            try consume(ParameterGradient(parameter: first, range: $0, values: $1, tiles: nil))
          }
        }
      }
      try complete.forEach { try consume(gradient($0)) }
    }
  }

  /// The whole gradient of one of ``parameters``, as it lies.
  public func gradient(_ number: Int) -> ParameterGradient {
    let blob = parameters[number].blob
    let tiles = blob.diffTiles
    let values = blob.mutableDiff(in: tiles)
    return ParameterGradient(parameter: number, range: 0..<values.count, values: values, tiles: tiles)
  }

  /// Shortens the lives of blobs that nobody looks at, and lays them over each other.
  private func planMemory() {
    // Layers that change places have no parameters, so that the numbers of layers that own some stay right.
    for index in layers.indices.dropFirst() where layers[index - 1].moveBehind(layers[index]) {
      layers.swapAt(index - 1, index)
    }
    layers.forEach { $0.reserveScratch() }
    MemoryPlan(layers, outputs: outputs, piece: piece.diffStorage, use).apply()
  }

  /// Has layers with parameters of their own compute those gradients last, when activations need no memory any more.
  private func postponeParameters() {
    var users: [ObjectIdentifier: Int] = [:]
    for blob in layers.flatMap(\.layer.blobs) { users[ObjectIdentifier(blob.diffStorage), default: 0] += 1 }
    for layer in layers where layer.needsBackward && layer.layer is any PostponableLayer {
      layer.postponesParameters = layer.layer.blobs.allSatisfy { users[ObjectIdentifier($0.diffStorage)] == 1 }
      guard layer.postponesParameters else { continue }
      let row = layer.layer.blobs[0].shape.count(from: 1)
      piece.reshape([max(piece.count, row, min(Self.pieceSize, layer.layer.blobs[0].count))])
    }
  }

  /// Sets all parameter gradients to zero.
  public func clearParameterDiffs() {
    for parameter in parameters { parameter.blob.clearDiff() }
  }

  private func naming<T>(_ layer: DescribedLayer, _ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as LayerError {
      throw NetError.layer(name: layer.name, type: layer.type, error)
    }
  }

  /// Makes a layer's blob learnable: fills it, or shares the memory of the earlier parameter that owns it.
  private func adopt(
    _ blob: Blob, _ spec: BlobSpec, _ described: DescribedLayer, _ layerIndex: Int, _ index: Int,
    _ owners: inout [SharedParameters.Place: Parameter], _ random: RandomSource
  ) throws {
    let place = description.shared.owner(layerIndex, index)
    if let owner = owners[place] {
      let spec = described.parameter.param[index]
      let name = spec.name
      let permissive = spec.shareMode == .permissive
      guard permissive ? owner.blob.count == blob.count : owner.blob.shape == blob.shape else {
        throw NetError.badParam(
          layer: described.name,
          "cannot share param '\(name)' of layer '\(owner.layer)': shape \(owner.blob.shape) there, \(blob.shape) here")
      }
      for (field, here, there, given) in [
        ("lr_mult", described.lrMult(index), owner.lrMult, spec.hasLrMult),
        ("decay_mult", described.decayMult(index), owner.decayMult, spec.hasDecayMult),
      ] where given && here != there {
        throw NetError.badParam(
          layer: described.name, "shared param '\(name)' has \(field) \(here), but \(there) in layer '\(owner.layer)'")
      }
      blob.shareData(with: owner.blob)
      blob.shareDiff(with: owner.blob)
      return
    }
    if use.fillsParameters { try naming(described) { try blob.fill(with: spec.filler, random: random) } }
    let parameter = Parameter(blob: blob, described: described, layerIndex: layerIndex, index: index)
    owners[place] = parameter
    parameters.append(parameter)
  }
}
