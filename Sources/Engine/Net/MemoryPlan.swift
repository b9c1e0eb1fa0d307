/// Lays storages into one memory: over each other where they are never alive at the same time, else beside each other.
///
/// Time counts a forward pass up and the backward pass on from there. A storage lives from the first step that touches
/// it to the last one; what lives across iterations, or is looked at from outside, is left alone.
struct MemoryPlan {
  private var lives: [ObjectIdentifier: Life] = [:]
  private var order: [ObjectIdentifier] = []
  private let steps: Int
  private let aliases: GradientAliases
  /// Further storages of a life, which share the floats of the one that stands for it.
  private var doubles: [(storage: Storage, life: ObjectIdentifier)] = []
  /// Lives that continue another one: a sum in the memory of its addend.
  private var continued: [ObjectIdentifier: ObjectIdentifier] = [:]

  private struct Life {
    let storage: Storage
    /// Floats.
    var count = 0
    var first: Int
    var last: Int
    /// Whether anything in the net writes it before it is read.
    var isWritten = false
    /// Whether anybody but the layers of a pass counts on it.
    var isFixed = false
    /// Whether it holds zeros that fill blocks of channels: nobody would write them again.
    var isPadded = false
    /// Whether it only serves those who are seen to write and read it.
    var isOurs: Bool { isWritten && !isFixed }
  }

  /// - Parameters:
  ///   - layers: in running order, connected
  ///   - outputs: looked at after a pass
  ///   - piece: holds the gradients that postponing layers hand out piece by piece
  ///   - use: whether gradients of parameters are looked at, too
  init(_ layers: [RunningLayer], outputs: [Blob], piece: Storage, _ use: NetUse) {
    let sharesParameters = !use.keepsParameterGradients
    steps = 2 * layers.count
    aliases = GradientAliases(layers)
    for (step, layer) in layers.enumerated() where layer.absorbed == .nothing { addForward(layer, step) }
    for (index, layer) in layers.enumerated().reversed() where layer.needsBackward {
      addBackward(layer, steps - 1 - index)
      if sharesParameters, !layer.postponesParameters {
        let step = steps - 1 - layer.gradientIndex
        for blob in layer.layer.blobs { touch(gradientOf: blob, step, writes: true) }
      }
    }
    // What is postponed comes after everything else, one layer at a time.
    for (index, layer) in layers.enumerated() where layer.postponesParameters {
      let step = steps + layers.count - 1 - index
      for blob in layer.bottom { touch(dataOf: blob, step, writes: false) }
      for blob in layer.top { touch(gradientOf: blob, step, writes: false) }
      // The gradient of the first parameter is never in memory as a whole.
      touch(piece, step, writes: true)
      for blob in layer.layer.blobs.dropFirst() { touch(gradientOf: blob, step, writes: true) }
    }
    for blob in outputs { fix(blob.dataStorage) }
    for (step, layer) in layers.enumerated() { addInPlace(layer, step) }
  }

  private mutating func addForward(_ layer: RunningLayer, _ step: Int) {
    for source in layer.sources { touch(dataOf: source, step, writes: false) }
    for (source, bottom) in zip(layer.sources, layer.bottom) {
      // A bottom in another layout is made by the layer itself.
      touch(dataOf: bottom, step, writes: source !== bottom)
    }
    touch(layer.forwardScratch, step, writes: true)
    for blob in layer.top { touch(dataOf: blob, step, writes: true) }
    // Sources may fill their tops once and for all.
    if layer.bottom.isEmpty { for blob in layer.top { fix(blob.dataStorage) } }
    for (blob, weight) in zip(layer.top, layer.described.lossWeights) where weight != 0 {
      fix(blob.dataStorage)
      fix(blob.diffStorage)
    }
  }

  private mutating func addBackward(_ layer: RunningLayer, _ step: Int) {
    guard layer.absorbed != .everything else { return }
    let needs = layer.layer.gradientNeeds
    if needs.contains(.bottom) { for blob in layer.bottom { touch(dataOf: blob, step, writes: false) } }
    if needs.contains(.top) { for blob in layer.top { touch(dataOf: blob, step, writes: false) } }
    for blob in layer.top { touch(gradientOf: blob, step, writes: false) }
    touch(layer.backwardScratch, step, writes: true)
    for (index, wanted) in layer.propagateDown.enumerated() where wanted {
      for blob in [layer.bottom[index], layer.sources[index]] { touch(gradientOf: blob, step, writes: true) }
    }
  }

  private mutating func touch(dataOf blob: Blob, _ step: Int, writes: Bool) {
    touch(blob.dataStorage, step, writes: writes, isPadded: blob.physicalCount != blob.count)
  }

  private mutating func touch(gradientOf blob: Blob, _ step: Int, writes: Bool) {
    touch(blob.diffStorage, step, writes: writes, isPadded: blob.physicalCount != blob.count)
  }

  private mutating func touch(_ storage: Storage, _ step: Int, writes: Bool, isPadded: Bool = false) {
    // Most layers need no scratch memory.
    guard storage.count > 0 else { return }
    let key = key(storage)
    var life = lives[key] ?? Life(storage: storage, first: step, last: step)
    if lives[key] == nil { order.append(key) }
    if life.storage !== storage { doubles.append((storage, key)) }
    life.count = max(life.count, storage.count)
    life.first = min(life.first, step)
    life.last = max(life.last, step)
    life.isWritten = life.isWritten || writes
    life.isPadded = life.isPadded || isPadded
    lives[key] = life
  }

  private mutating func fix(_ storage: Storage) { lives[key(storage)]?.isFixed = true }

  /// What stands for the life of `storage`.
  private func key(_ storage: Storage) -> ObjectIdentifier {
    var key = aliases.resolved(storage)
    while let other = continued[key] { key = other }
    return key
  }

  /// Lays the top of a layer that adds where the addend lies, if nobody reads that any more, nor the layer itself while
  /// it writes.
  private mutating func addInPlace(_ layer: RunningLayer, _ step: Int) {
    guard let addend = layer.addend else { return }
    let (old, new) = (key(addend.dataStorage), key(layer.top[0].dataStorage))
    guard var life = lives[old], let sum = lives[new], life.last == step, life.isOurs, sum.isOurs,
      !layer.bottom.contains(where: { key($0.dataStorage) == old })
    else { return }
    (life.last, life.count) = (sum.last, max(life.count, sum.count))
    (lives[old], lives[new], continued[new]) = (life, nil, old)
    doubles.append((sum.storage, old))
  }

  /// Gives every storage a place.
  func apply() {
    let movable = order.compactMap { lives[$0] }.filter { $0.isOurs && !$0.isPadded }.sorted { $0.count > $1.count }
    let packing = MemoryPacking(movable.map { MemoryPacking.Item(size: $0.count, steps: $0.first...$0.last) })
    let memory = Memory(count: packing.size)
    for (life, offset) in zip(movable, packing.offsets) { life.storage.place(in: memory, at: offset) }
    for double in doubles {
      guard let life = lives[double.life], life.isOurs else { continue }
      if life.isPadded { life.storage.reserve(life.count) }
      double.storage.place(over: life.storage)
    }
  }
}
