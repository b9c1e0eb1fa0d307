import Engine
import NetModel
import Pruning

/// A file's weights as evidence, and what passes over data have shown.
struct WeightEvidence: Evidence {
  let net: NetDescription
  let weights: [String: [WeightBlob]]
  let observations: Observations

  func withValues(of member: GroupMember, _ body: (FloatView) throws -> Void) throws {
    guard let blob = weights[net.layers[member.place.layer].name]?.at(member.place.blob) else { return }
    try blob.data.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { try body(FloatView(base, count: values.count)) }
    }
  }

  func withGradients(of member: GroupMember, _ body: (FloatView) throws -> Void) throws {
    guard let gradients = observations.gradients else { throw ImportanceError.noGradients }
    try gradients[net.layers[member.place.layer].name]?.at(member.place.blob)?.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { try body(FloatView(base, count: values.count)) }
    }
  }

  func activity() throws -> ChannelActivity {
    guard let activity = observations.activity else { throw ImportanceError.noActivations }
    return activity
  }
}

extension Array {
  /// The element at a position; nil where there is none.
  fileprivate func at(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
