import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel

/// One layer's inputs, parameters, outputs and gradients as Caffe computes them: a net (Input layers and the layer `l`)
/// and its numbers.
public struct GoldenCase: Sendable, CustomStringConvertible {
  /// The files' name without extension.
  public let name: String
  private let net: NetParameter
  private let path: String

  /// Reads `<folder>/<name>.prototxt`; the numbers are read when it runs.
  public init(_ name: String, in folder: String) throws {
    self.name = name
    net = try NetParameter(textFile: "\(folder)/\(name).prototxt")
    path = "\(folder)/\(name).h5"
  }

  /// The name.
  public var description: String { name }

  /// The type of the layer `l`.
  public var type: String { net.layer.last?.type ?? "" }

  /// Runs the case forward and backward.
  ///
  /// - Parameter layout: what the layer is offered for four-axis bottoms
  /// - Returns: what differs from Caffe's numbers by more than `tolerance`, relative
  public func mismatches(
    _ backend: any Backend, layout: Layout = .plain, within tolerance: Double = 1e-4
  ) throws -> [Mismatch] {
    var found: [Mismatch?] = []
    let file = try HDF5File(reading: path)
    let names = try file.names(in: "/")
    let registry = LayerRegistry.caffe.adding([Relayout.self])
    let running = try Net(
      net.offering(layout), state: net.state, registry: registry, backend: backend,
      random: RandomSource(seed: 1), use: .allGradients)
    guard let layer = running.layer("l") else { return [] }
    let inputs = running.layers.filter { $0.described.type == "Input" }.flatMap(\.top)

    func numbers(_ prefix: String) throws -> [(name: String, values: [Float])] {
      try names.filter { $0.hasPrefix(prefix) }.map {
        (String($0.dropFirst(prefix.count)), Array(try file.dataset("/\($0)").values))
      }
    }
    func blob(_ name: String) -> Blob? { inputs.first { $0.name == name } ?? running.blob(name) }
    for (name, values) in try numbers("in_") { blob(name)?.setPlainData(values) }
    for (index, values) in try numbers("param_") {
      if let index = Int(index) { layer.layer.blobs[index].setPlainData(values) }
    }

    func compare(_ got: [Float]?, _ expected: [Float], _ label: String) {
      found.append(mismatch(got ?? [], expected, within: tolerance, "\(name) \(label)"))
    }
    try running.forward()
    for (top, values) in try numbers("out_") { compare(running.blob(top)?.plainData, values, "output \(top)") }
    for (index, values) in try numbers("param_after_") {
      if let index = Int(index) { compare(layer.layer.blobs[index].plainData, values, "parameter \(index) after") }
    }
    guard !found.isEmpty else { throw GoldenError(file: path) }
    let topDiffs = try numbers("topdiff_")
    guard !topDiffs.isEmpty else { return found.compactMap { $0 } }
    for (top, values) in topDiffs { running.blob(top)?.setPlainDiff(values) }
    running.clearParameterDiffs()
    layer.spoilUnneeded()
    try running.backward()
    for (bottom, values) in try numbers("din_") { compare(blob(bottom)?.plainDiff, values, "gradient of \(bottom)") }
    for (index, values) in try numbers("dparam_") {
      if let index = Int(index) {
        compare(layer.layer.blobs[index].plainDiff, values, "gradient of parameter \(index)")
      }
    }
    return found.compactMap { $0 }
  }
}

extension RunningLayer {
  /// Overwrites the data that the layer says its gradient does not need.
  fileprivate func spoilUnneeded() {
    let needs = layer.gradientNeeds
    let needed = (needs.contains(.bottom) ? bottom : []) + (needs.contains(.top) ? top : [])
    for blob in bottom + top where !needed.contains(where: { $0.data.pointer == blob.data.pointer }) {
      blob.mutableData.fill(.nan)
    }
  }
}

/// A case that would compare nothing.
public struct GoldenError: Error {
  /// The file without outputs.
  public let file: String
}
