extension Message {
  /// Where the message holds NaN: the path of the first such field, as `lrn_param.alpha`; nil where none does. The values
  /// of blobs are no settings and not looked at.
  package var fieldWithNaN: String? {
    let arena = Arena()
    guard let message = try? written(to: arena) else { return nil }
    return withExtendedLifetime((self, arena)) { Self.descriptor.fieldWithNaN(in: UnsafeMutableRawPointer(message)) }
  }
}

extension MessageDescriptor {
  fileprivate func fieldWithNaN(in message: UnsafeMutableRawPointer) -> String? {
    for field in fields {
      let slot = FieldSlot(self, field, in: message)
      switch field.kind {
      case .float where slot.values(of: Float.self).contains(where: \.isNaN): return field.name
      case .message where field.messageType != BlobProto.descriptor:
        for part in slot.values(of: UnsafeMutableRawPointer?.self) {
          if let part, let path = field.messageType.fieldWithNaN(in: part) { return "\(field.name).\(path)" }
        }
      default: break
      }
    }
    return nil
  }
}

extension FieldSlot {
  /// The field's values, as many as there are.
  fileprivate func values<T>(of _: T.Type) -> [T] {
    if field.isRepeated { return Array(UnsafeBufferPointer(start: elements(of: T.self), count: count)) }
    return isPresent ? [load()] : []
  }
}
