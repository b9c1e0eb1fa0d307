import Base
import CProtobufC
import Glibc

/// A protobuf-c message that owns all its memory.
final class CMessage {
  let pointer: UnsafeMutableRawPointer

  /// Unknown fields that have another number in the file: see `WireScanner`.
  let renumbered: Renumbering

  /// Takes over a message that protobuf-c unpacked.
  init(adopting message: UnsafeMutablePointer<ProtobufCMessage>, renumbered: Renumbering = [:]) {
    pointer = UnsafeMutableRawPointer(message)
    self.renumbered = renumbered
  }

  /// An empty message.
  init(_ type: MessageDescriptor) {
    pointer = CMessage.allocate(type)
    renumbered = [:]
  }

  deinit {
    protobuf_c_message_free_unpacked(pointer.assumingMemoryBound(to: ProtobufCMessage.self), nil)
  }

  /// An empty message in memory from malloc.
  static func allocate(_ type: MessageDescriptor) -> UnsafeMutableRawPointer {
    let memory = zeroed(type.size)
    protobuf_c_message_init(type.pointer, memory)
    return memory
  }

  /// Zeros from malloc.
  static func zeroed(_ bytes: Int) -> UnsafeMutableRawPointer {
    guard let memory = calloc(max(bytes, 1), 1) else { OutOfMemory.end(bytes, for: "a message") }
    return memory
  }
}

/// Memory of a protobuf-c message that is built only to be packed or printed.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var owners: [AnyObject] = []
  /// Whether unknown fields that came from text go along.
  var keepsUnknownText = false

  deinit { blocks.forEach { free($0) } }

  /// `count` zeroed values.
  func array<T>(of _: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    let memory = CMessage.zeroed(count * MemoryLayout<T>.stride)
    blocks.append(memory)
    return memory.bindMemory(to: T.self, capacity: count)
  }

  /// An empty message.
  func message(_ type: MessageDescriptor) -> UnsafeMutableRawPointer {
    let memory = CMessage.allocate(type)
    blocks.append(memory)
    return memory
  }

  /// A C string.
  func string(_ text: String) -> UnsafeMutablePointer<CChar> {
    let characters = text.utf8CString
    let copy = array(of: CChar.self, count: characters.count)
    _ = UnsafeMutableBufferPointer(start: copy, count: characters.count).update(from: characters)
    return copy
  }

  /// Keeps an object alive that the message points into.
  func keep(_ owner: AnyObject?) { owner.map { owners.append($0) } }
}
