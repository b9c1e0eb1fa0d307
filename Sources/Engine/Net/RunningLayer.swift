import NetModel

/// A layer in its place in a running net, with the blobs it reads and writes in the layouts it wants.
public final class RunningLayer {
  /// What the layer is.
  public let described: DescribedLayer
  /// The layer itself.
  public let layer: any Layer
  /// Whether it runs backward.
  public let needsBackward: Bool
  /// Which bottoms get gradients.
  public let propagateDown: [Bool]
  /// The bottoms as the layer sees them.
  public private(set) var bottom: [Blob] = []
  /// The tops.
  public private(set) var top: [Blob] = []

  /// What the layer before does of this one's work.
  public private(set) var absorbed = Absorption.nothing

  /// The position in the net of the layer that computes this one's gradients: itself, or the one that has taken it
  /// over.
  var gradientIndex = 0

  /// What the layer adds to its only top, for a sum that it has taken over. It may lie in the same memory.
  private(set) var addend: Blob?

  /// Whether the gradients of its parameters are left to ``backwardParameters(_:_:)``.
  var postponesParameters = false

  /// Memory that the passes take for themselves; empty where the net does not plan its memory.
  let forwardScratch = Storage()
  /// That of the backward pass.
  let backwardScratch = Storage()

  private let backend: any Backend
  private var conversions: [Conversion] = []
  private var seen: [Seen] = []

  /// A bottom in another layout than its maker's.
  private struct Conversion {
    let index: Int
    let source: Blob
    let target: Blob
  }

  /// What a bottom was when the layer was last reshaped.
  private struct Seen: Equatable {
    let shape: Shape
    let layout: Layout
    init(_ blob: Blob) {
      shape = blob.shape
      layout = blob.layout
    }
  }

  init(
    _ described: DescribedLayer, _ layer: any Layer, backend: any Backend, needsBackward: Bool, propagateDown: [Bool]
  ) {
    self.described = described
    self.layer = layer
    self.backend = backend
    self.needsBackward = needsBackward
    self.propagateDown = propagateDown
  }

  /// Takes bottoms and tops from the net's blobs. Where a bottom must be converted and the layer is in place, its top
  /// is the converted blob, which takes the old one's place in the net; so does a top of its own where the bottom must
  /// stay.
  ///
  /// - Parameters:
  ///   - previous: the layer that runs before this one and may take over its work
  ///   - hides: whether the bottom need not exist then, though this layer has a top of its own
  func connect(_ blobs: inout [Blob], after previous: RunningLayer?, hides: Bool) throws {
    for (index, blob) in described.bottom.enumerated() {
      let source = blobs[blob]
      let wanted = layer.layout(ofBottom: index, shape: source.shape, offered: source.layout)
      if wanted == source.layout {
        bottom.append(source)
      } else {
        let target = Blob(name: source.name, shape: source.shape, layout: wanted)
        conversions.append(Conversion(index: index, source: source, target: target))
        bottom.append(target)
      }
    }
    absorbed = try previous?.absorb(self, hides ? blobs : nil) ?? .nothing
    for blob in described.top {
      if let position = described.bottom.firstIndex(of: blob) {
        let keepsBottom = layer.needsOwnTop || layer.keepsBottom && needsBackward
        let ownTop = position == 0 && keepsBottom && absorbed == .nothing
        blobs[blob] = ownTop ? Blob(name: bottom[0].name, shape: bottom[0].shape) : bottom[position]
      }
      top.append(blobs[blob])
    }
    seen = sources.map(Seen.init)
    if absorbed == .nothing { try layer.reshape(bottom: bottom, top: top) }
  }

  /// Takes over what it can of a layer that works on this one's only top: in place, or making one of `blobs`, which
  /// then takes the place of this one's top.
  private func absorb(_ next: RunningLayer, _ blobs: [Blob]?) throws -> Absorption {
    let inPlace = next.described.top == next.described.bottom
    guard inPlace || blobs != nil, top.count == 1, let index = next.bottom.firstIndex(where: { $0 === top[0] }),
      next.conversions.isEmpty, let epilogue = next.layer.epilogue(on: index, of: next.bottom),
      (described.lossWeights + next.described.lossWeights) == [0, 0], !next.needsBackward || needsBackward
    else { return .nothing }
    let absorption = layer.absorb(epilogue, backward: next.needsBackward)
    guard absorption != .nothing else { return .nothing }
    if let blobs, !inPlace { top = [blobs[next.described.top[0]]] }
    if case .sum(let blob) = epilogue { addend = blob }
    try layer.reshape(bottom: bottom, top: top)
    seen = sources.map(Seen.init)
    return absorption
  }

  /// Moves this layer, whose forward pass another has taken over, behind `next`, which reads its top and commutes with
  /// it: then its own gradient needs no more than the top of that. False where it does not fit.
  func moveBehind(_ next: RunningLayer) -> Bool {
    guard absorbed == .forward, needsBackward, bottom[0] === top[0], let epilogue = layer.epilogue(on: 0, of: bottom),
      next.layer.commutes(with: epilogue), next.bottom.count == 1, next.bottom[0] === top[0], next.top.count == 1,
      next.described.lossWeights == [0]
    else { return false }
    (bottom, top) = (next.top, next.top)
    return true
  }

  /// Asks the layer what memory its passes take, so that a plan can find room where it is much. Small amounts come from
  /// the backend, which gives all layers the same memory, so that it is in the cache when the next layer runs.
  func reserveScratch() {
    func reserve(_ storage: Storage, _ count: Int) {
      if count >= Self.muchScratch { storage.reserve(count) }
    }
    if absorbed == .nothing { reserve(forwardScratch, layer.forwardScratch) }
    guard needsBackward, absorbed != .everything else { return }
    reserve(backwardScratch, layer.backwardScratch(propagateDown: propagateDown))
  }

  /// Floats: more than a core's cache holds.
  private static let muchScratch = 1 << 20

  private func lending(_ scratch: Storage, _ body: () throws -> Void) rethrows {
    guard scratch.count > 0 else { return try body() }
    backend.lendScratch(scratch)
    defer { backend.lendScratch(nil) }
    try body()
  }

  /// What the layer reads, as it was made: the bottoms before conversions, and what is added to the top.
  public var sources: [Blob] {
    var sources = bottom
    for conversion in conversions { sources[conversion.index] = conversion.source }
    return sources + (addend.map { [$0] } ?? [])
  }

  /// Runs the layer; returns its part of the objective.
  public func forward() throws -> Float {
    guard absorbed == .nothing else { return 0 }
    let now = sources.map(Seen.init)
    if now != seen {
      for conversion in conversions {
        conversion.target.reshape(conversion.source.shape, layout: conversion.target.layout)
      }
      try layer.reshape(bottom: bottom, top: top)
      seen = now
    }
    for conversion in conversions {
      try backend.convert(
        conversion.source.data, conversion.source.layout, conversion.target.mutableData, conversion.target.layout,
        shape: conversion.source.shape)
    }
    try lending(forwardScratch) { try layer.forward(bottom: bottom, top: top) }
    var loss: Float = 0
    for (blob, weight) in zip(top, described.lossWeights) where weight != 0 {
      loss += weight * blob.data.reduce(0, +)
    }
    return loss
  }

  /// Runs the layer backward.
  public func backward() throws {
    guard absorbed != .everything else { return }
    // A top that is part of the objective has no other reader: for those there is a Split.
    for (blob, weight) in zip(top, described.lossWeights) where weight != 0 { blob.mutableDiff.fill(weight) }
    if postponesParameters, let layer = layer as? any PostponableLayer {
      if propagateDown[0] { try layer.backwardBottom(top: top, bottom: bottom) }
    } else {
      try lending(backwardScratch) { try layer.backward(top: top, propagateDown: propagateDown, bottom: bottom) }
    }
    for conversion in conversions where propagateDown[conversion.index] {
      try backend.convert(
        conversion.target.diff, conversion.target.layout, conversion.source.mutableDiff, conversion.source.layout,
        shape: conversion.source.shape)
    }
  }

  /// Computes the gradients that ``backward()`` left out: those of the first parameter piece by piece, the others in
  /// their blobs.
  ///
  /// - Parameters:
  ///   - buffer: holds a piece; at least a row of the parameter
  ///   - consume: takes a piece, and where it lies in the parameter
  func backwardParameters(
    _ buffer: MutableFloatView, _ consume: (_ range: Range<Int>, _ gradient: MutableFloatView) throws -> Void
  ) throws {
    guard let layer = layer as? any PostponableLayer else { return }
    try layer.backwardOthers(top: top, bottom: bottom)
    let (rows, columns) = (layer.blobs[0].shape[0], layer.blobs[0].shape.count(from: 1))
    for first in stride(from: 0, to: rows, by: buffer.count / columns) {
      let piece = first..<min(rows, first + buffer.count / columns)
      let gradient = buffer.part(0, count: piece.count * columns)
      try layer.backwardWeight(rows: piece, into: gradient, top: top, bottom: bottom)
      try consume(piece.lowerBound * columns..<piece.upperBound * columns, gradient)
    }
  }
}
