import CaffeProto
import Engine
import Layers
import NetModel
import Pruning

/// Describes layers behind an input `x` of 4 channels, 6 x 6.
func describe(_ layers: String...) throws -> NetDescription {
  let input = #"layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 2 dim: 4 dim: 6 dim: 6 } } }"#
  return try NetDescription(
    NetParameter(text: ([input] + layers).joined(separator: "\n"), file: "pruning.prototxt"), state: NetState(),
    registry: .caffe)
}

/// A layer's text; its only top has its name.
func layer(_ name: String, _ type: String, _ bottoms: [String], _ rest: String = "") -> String {
  "layer { name: '\(name)' type: '\(type)' " + bottoms.map { "bottom: '\($0)' " }.joined() + "top: '\(name)' \(rest) }"
}

/// A layer that works in place.
func inPlace(_ name: String, _ type: String, _ blob: String, _ rest: String = "") -> String {
  "layer { name: '\(name)' type: '\(type)' bottom: '\(blob)' top: '\(blob)' \(rest) }"
}

/// A convolution's text.
///
/// - Parameters:
///   - fields: more of its parameter
///   - rest: more of the layer
func convolution(
  _ name: String, _ bottom: String, _ outputs: Int, kernel: Int = 1, _ fields: String = "", rest: String = ""
) -> String {
  layer(
    name, "Convolution", [bottom],
    "\(rest) convolution_param { num_output: \(outputs) kernel_size: \(kernel) \(fields) }")
}

/// An inner product's text.
func innerProduct(_ name: String, _ bottom: String, _ outputs: Int, _ fields: String = "") -> String {
  layer(name, "InnerProduct", [bottom], "inner_product_param { num_output: \(outputs) \(fields) }")
}

/// A residual net with a concatenation, groups and a depthwise convolution.
let branching = [
  convolution("stem", "x", 16, kernel: 3, "pad: 1"), inPlace("bn", "BatchNorm", "stem"),
  inPlace("scale", "Scale", "stem", "scale_param { bias_term: true }"), inPlace("relu", "ReLU", "stem"),
  convolution("a", "stem", 12, kernel: 3, "pad: 1 group: 2"), convolution("d", "a", 12, kernel: 3, "pad: 1 group: 12"),
  convolution("b", "d", 16), layer("add", "Eltwise", ["stem", "b"]), layer("cat", "Concat", ["add", "d"]),
  innerProduct("ip", "cat", 5),
].joined(separator: "\n")

/// Blobs by their places, as evidence.
struct Values: Evidence {
  var blobs: [BlobPlace: [Float]]
  var gradients: [BlobPlace: [Float]]?

  func withGradients(of member: GroupMember, _ body: (FloatView) throws -> Void) throws {
    guard let gradients else { throw ImportanceError.noGradients }
    try read(gradients[member.place], body)
  }

  func withValues(of member: GroupMember, _ body: (FloatView) throws -> Void) throws {
    try read(blobs[member.place], body)
  }

  private func read(_ values: [Float]?, _ body: (FloatView) throws -> Void) rethrows {
    guard let values else { return }
    try values.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { try body(FloatView(base, count: values.count)) }
    }
  }
}

extension GroupMember {
  /// The flat indices of a group's elements, ascending.
  func indices(of group: Int) -> [Int] {
    (0..<matrix.rows * matrix.columns).filter {
      self.group(row: $0 / matrix.columns, column: $0 % matrix.columns) == group
    }
  }
}

/// A family whose groups lie in one matrix.
func family(_ matrix: WeightMatrix, _ slices: Slices, count: Int, role: GroupMember.Role = .maker) -> GroupFamily {
  let member = GroupMember(BlobPlace(layer: 0, blob: 0), role: role, matrix: matrix, slices: slices)
  return GroupFamily(name: "conv", layers: [0], count: count, members: [member])
}
