import Engine
import NetModel
import Pruning

/// A file's weights as evidence.
struct WeightEvidence: Evidence {
  let net: NetDescription
  let weights: [String: [WeightBlob]]

  func withValues(of member: GroupMember, _ body: (FloatView) throws -> Void) throws {
    guard let blob = weights[net.layers[member.place.layer].name]?[member.place.blob] else { return }
    try blob.data.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { try body(FloatView(base, count: values.count)) }
    }
  }
}
