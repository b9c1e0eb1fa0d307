import Engine
import NetModel

/// Runs an unrolled net on its bottoms' and tops' memory.
final class RecurrentLayer: Layer {
  /// The unrolled net's parameters, which the outer net learns.
  let blobs: [Blob]

  private let net: Net
  private let steps: Int
  private let inputs: [String]
  private let firstStates: [String]
  private let lastStates: [String]
  private let output: String
  private let exposed: Int
  private let topShapes: ([Shape]) throws -> [Shape]
  /// The inner layers' blobs that share a parameter's memory, with the parameter's number.
  private let copies: [(blob: Blob, parameter: Int)]

  init(
    _ net: Net, steps: Int, states: [String], output: String, exposed: Int, hasStatic: Bool,
    topShapes: @escaping ([Shape]) throws -> [Shape]
  ) {
    self.net = net
    self.steps = steps
    self.output = output
    self.exposed = exposed
    self.topShapes = topShapes
    inputs = ["x", "cont"] + (hasStatic ? ["x_static"] : [])
    firstStates = states.map { "\($0)_0" }
    lastStates = states.map { "\($0)_\(steps)" }
    blobs = net.parameters.map(\.blob)
    var numbers: [String: Int] = [:]
    var copies: [(Blob, Int)] = []
    for layer in net.layers {
      for (spec, blob) in zip(layer.described.parameter.param, layer.layer.blobs) {
        if let number = numbers[spec.name] {
          copies.append((blob, number))
        } else {
          numbers[spec.name] = numbers.count
        }
      }
    }
    self.copies = copies
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    guard bottom[0].shape.legacy(0) == steps else {
      throw LayerError.bottom(index: 0, shape: bottom[0].shape, "must keep its \(steps) time steps")
    }
    let shapes = try topShapes(bottom.map(\.shape))
    for (name, blob) in zip(inputs, bottom) {
      try inner(name).reshape(blob.shape)
      try inner(name).shareData(with: blob)
      if name != "cont" { try inner(name).shareDiff(with: blob) }
    }
    for (index, name) in firstStates.enumerated() {
      try inner(name).reshape([1, bottom[0].shape[1], try inner(name).shape[2]])
      if exposed > 0 { try inner(name).shareData(with: bottom[inputs.count + index]) }
    }
    for (blob, shape) in zip(top, shapes) { blob.reshape(shape) }
    try top[0].shareData(with: inner(output))
    try top[0].shareDiff(with: inner(output))
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    // The outer net may have given a parameter other memory, that of a training net.
    for copy in copies {
      copy.blob.shareData(with: blobs[copy.parameter])
      copy.blob.shareDiff(with: blobs[copy.parameter])
    }
    if exposed == 0 {
      for (first, last) in zip(firstStates, lastStates) {
        let (from, to) = (try inner(last), try inner(first))
        // After a change of the number of streams there is no state to go on from.
        if from.shape == to.shape { to.mutableData.copy(from.data) } else { to.mutableData.fill(0) }
      }
    }
    try net.forward()
    for (index, last) in lastStates.prefix(exposed).enumerated() {
      top[index + 1].mutableData.copy(try inner(last).data)
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { throw noGradient("recurrent", bottom: 1, bottom[1]) }
    try net.backward()
    // Gradients end at a batch's first states.
    for index in bottom.indices.suffix(exposed) where propagateDown[index] { bottom[index].mutableDiff.fill(0) }
  }

  private func inner(_ name: String) throws -> Blob {
    guard let blob = net.blob(name) else {
      throw LayerError.field("recurrent_param", "the unrolled net has no blob '\(name)'")
    }
    return blob
  }
}
