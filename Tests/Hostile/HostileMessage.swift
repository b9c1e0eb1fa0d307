import CaffeProto

/// Messages that are almost right: records of a type's own fields, with values that are seldom or never meant, and changed
/// by whole records.
package struct HostileMessage {
  private let bytes: HostileBytes

  /// Messages that follow from a stream of numbers.
  package init(_ bytes: HostileBytes) { self.bytes = bytes }

  /// A record of a message: a value, or records where the type says that it is a message.
  private struct Node {
    var number: UInt32
    var form: Int
    var value: [UInt8] = []
    var children: [Node] = []
    var type: MessageDescriptor?
  }

  /// A message that has one to some ten fields of the type.
  package func new(_ type: MessageDescriptor) -> [UInt8] {
    (0..<1 + bytes.number(below: 10)).flatMap { _ in written(node(of: type, 0)) }
  }

  /// A whole message with some records changed, doubled, moved, lost, or new ones among them.
  package func changed(_ whole: [UInt8], _ type: MessageDescriptor) -> [UInt8] {
    var root = Node(number: 0, form: 2, children: parsed(whole[...], type, depth: 0) ?? [], type: type)
    for _ in 0...bytes.number(below: 5) { change(&root, depth: 0) }
    return root.children.flatMap(written)
  }

  private func change(_ parent: inout Node, depth: Int) {
    guard let type = parent.type else { return }
    guard !parent.children.isEmpty else { return parent.children.append(node(of: type, depth)) }
    let index = bytes.number(below: parent.children.count)
    // Most places are deep inside.
    if parent.children[index].type != nil, bytes.number(below: 8) > 0 {
      return change(&parent.children[index], depth: depth + 1)
    }
    switch bytes.number(below: 8) {
    case 0: parent.children.remove(at: index)
    case 1: parent.children.insert(parent.children[index], at: bytes.number(below: parent.children.count))
    case 2: parent.children.swapAt(index, bytes.number(below: parent.children.count))
    case 3: parent.children[index].number = bytes.pick(Array(type.fields)).number
    case 4, 5: parent.children.insert(node(of: type, depth), at: index)
    default:
      if let field = type.field(number: parent.children[index].number) {
        parent.children[index] = node(of: field, depth)
      }
    }
  }

  private func node(of type: MessageDescriptor, _ depth: Int) -> Node {
    node(of: type.field(at: bytes.number(below: type.fieldCount)), depth)
  }

  private func node(of field: FieldDescriptor, _ depth: Int) -> Node {
    // Now and then a form that the field does not have.
    if bytes.number(below: 40) == 0 {
      let form = bytes.pick([0, 1, 2, 5])
      return Node(
        number: field.number, form: form, value: form == 0 ? varint(number()) : bytes.noise([0, 8, 6, 0, 0, 4][form]))
    }
    var node = Node(number: field.number, form: 2)
    switch field.kind {
    case .message:
      node.type = field.messageType
      if depth < 6 {
        node.children = (0..<bytes.number(below: 5)).map { _ in self.node(of: field.messageType, depth + 1) }
      }
    case .string: node.value = Array(word().utf8)
    case .bytes: node.value = bytes.noise(bytes.pick([0, 1, 3, 12, 60]))
    default:
      let isPacked = field.isRepeated && bytes.number(below: 2) == 0
      let values = (0..<(isPacked ? bytes.number(below: 20) : 1)).map { _ in scalar(field) }
      (node.value, node.form) = (Array(values.joined()), isPacked ? 2 : form(field))
    }
    return node
  }

  private func form(_ field: FieldDescriptor) -> Int {
    switch field.kind {
    case .float: 5
    case .double: 1
    default: 0
    }
  }

  private func scalar(_ field: FieldDescriptor) -> [UInt8] {
    let real: Double = bytes.pick([
      0, 1, -1, 0.5, 1e-3, 1e30, -1e30, 1e-45, .nan, .infinity, -.infinity, Double(number()),
    ])
    return switch field.kind {
    case .float: withUnsafeBytes(of: Float(real).bitPattern.littleEndian, Array.init)
    case .double: withUnsafeBytes(of: real.bitPattern.littleEndian, Array.init)
    case .enum where bytes.number(below: 8) > 0: varint(bytes.number(below: field.enumNames.count))
    case .bool where bytes.number(below: 8) > 0: varint(bytes.number(below: 2))
    default: varint(number())
    }
  }

  private func number() -> Int {
    bytes.pick([
      0, 1, 2, 3, 5, 8, 16, 100, -1, -2, 1 << 16, Int(Int32.max), Int(Int32.min), 1 << 31, Int(UInt32.max), 1 << 32,
      Int.max, Int.min, bytes.number(below: 1 << 20),
    ])
  }

  private func word() -> String {
    bytes.pick([
      "", "a", "b", "data", "label", "conv1", "ip", "loss", "Convolution", "InnerProduct", "ReLU", "Pooling", "Data",
      "Input", "Eltwise", "Concat", "Slice", "Split", "BatchNorm", "Scale", "SoftmaxWithLoss", "Accuracy", "Reshape",
      "LSTM",
      "None", "Reg_Col", "fixed", "L2", "\u{1b}[2J", "é", String(repeating: "x", count: 300), "/dev/zero",
    ])
  }

  private func varint(_ value: Int) -> [UInt8] {
    var (rest, result) = (UInt64(bitPattern: Int64(value)), [UInt8]())
    while rest >= 0x80 {
      result.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  private func written(_ node: Node) -> [UInt8] {
    let content = node.type == nil ? node.value : node.children.flatMap(written)
    return varint(Int(node.number) << 3 | node.form) + (node.form == 2 ? varint(content.count) : []) + content
  }

  /// A message's records; nil where the bytes are none.
  private func parsed(_ whole: ArraySlice<UInt8>, _ type: MessageDescriptor, depth: Int) -> [Node]? {
    var (nodes, rest) = ([Node](), whole)
    func takeVarint() -> Int? {
      var (value, shift) = (UInt64(0), 0)
      while let byte = rest.popFirst(), shift < 64 {
        value |= UInt64(byte & 0x7f) << UInt64(shift)
        shift += 7
        if byte < 0x80 { return Int(truncatingIfNeeded: value) }
      }
      return nil
    }
    while !rest.isEmpty {
      guard let tag = takeVarint(), tag > 0, let number = UInt32(exactly: tag >> 3) else { return nil }
      var node = Node(number: number, form: tag & 7)
      switch node.form {
      case 0:
        guard let value = takeVarint() else { return nil }
        node.value = varint(value)
      case 1, 2, 5:
        guard let count = node.form == 2 ? takeVarint() : node.form == 1 ? 8 : 4, count >= 0, count <= rest.count else {
          return nil
        }
        let content = rest.prefix(count)
        rest = rest.dropFirst(count)
        node.value = Array(content)
        if node.form == 2, depth < 20, let field = type.field(number: number), field.kind == .message,
          let children = parsed(content, field.messageType, depth: depth + 1)
        {
          (node.type, node.children) = (field.messageType, children)
        }
      default: return nil
      }
      nodes.append(node)
    }
    return nodes
  }
}
