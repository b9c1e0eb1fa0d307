import CaffeProto
import Engine
import NetModel

extension LayerParameter {
  /// Refuses tops that are bottoms, for types that cannot work in place.
  func refuseInPlace() throws {
    if let name = top.first(where: bottom.contains) {
      throw LayerError.field("top", "'\(name)' is also a bottom: \(type) layers cannot work in place")
    }
  }
}

extension Float {
  /// The number, which is added to squares or variances before a root is taken.
  func addend(field: String) throws -> Float {
    guard self >= 0 else { throw LayerError.field(field, "is \(self), but must not be negative") }
    return self
  }
}

extension Shape {
  /// The non-negative index of `axis`; an axis that is not there is an error of the field it came from.
  func axis(_ axis: Int, field: String) throws -> Int {
    do { return try canonicalAxis(axis) } catch { throw LayerError.field(field, "\(error)") }
  }

  /// The shape in a message, with the field's name in the error where it cannot be.
  init(_ message: BlobShape, field: String) throws {
    // Caffe: kMaxBlobAxes.
    guard message.dim.count <= 32 else {
      throw LayerError.field(field, "has \(message.dim.count) axes; there can be 32")
    }
    do { try self.init(checking: message.dim) } catch { throw LayerError.field(field, "\(error)") }
  }

  /// The shape of checked dimensions, with the field's name in the error where it cannot be.
  init(checking dims: [Int], field: String) throws {
    do { try self.init(checking: dims) } catch { throw LayerError.field(field, "\(error)") }
  }
}

/// What `Layer.backward` says where Caffe has no gradient.
func noGradient(_ type: String, bottom index: Int, _ blob: Blob) -> LayerError {
  .bottom(index: index, shape: blob.shape, "\(type) layers have no gradient for this bottom")
}
