import CaffeProto

/// The inputs of a target: the same for the same number, so that one that does harm is found again.
public struct HostileInput {
  /// How inputs are made.
  public enum Way: String, CaseIterable, Sendable {
    /// Bits turned over, bytes overwritten, parts cut out, doubled or lost at the end.
    case damage
    /// Whole fields of messages changed, and messages made anew.
    case mutate
  }

  private let target: String
  private let way: Way
  private let seeds: [[UInt8]]

  /// - Parameter seeds: files to begin with; none for messages that are all new
  public init(_ target: String, _ way: Way, seeds: [[UInt8]]) {
    (self.target, self.way, self.seeds) = (target, way, seeds)
  }

  /// Input number `number`.
  public func bytes(_ number: Int) -> [UInt8] {
    let hostile = HostileBytes(seed: number)
    let seed = seeds.isEmpty ? [] : hostile.pick(seeds)
    guard way == .mutate, let type = FuzzTargets.messages[target] else {
      return seed.isEmpty ? hostile.noise(hostile.number(below: 200)) : hostile.damaged(seed)
    }
    let message = HostileMessage(hostile)
    guard FuzzTargets.texts.contains(target) else {
      return seed.isEmpty || hostile.number(below: 4) == 0 ? message.new(type) : message.changed(seed, type)
    }
    return text(hostile, seed, type)
  }

  /// Texts are messages that are printed, then changed by whole lines and words.
  private func text(_ hostile: HostileBytes, _ seed: [UInt8], _ type: MessageDescriptor) -> [UInt8] {
    let message = HostileMessage(hostile)
    func printed(_ bytes: [UInt8]) -> String? {
      type == NetParameter.descriptor
        ? try? NetParameter(serialized: bytes).text() : try? SolverParameter(serialized: bytes).text()
    }
    func wire() -> [UInt8]? {
      let text = String(decoding: seed, as: UTF8.self)
      return type == NetParameter.descriptor
        ? try? NetParameter(text: text).serialized() : try? SolverParameter(text: text).serialized()
    }
    let whole = seed.isEmpty || hostile.number(below: 4) == 0 ? message.new(type) : message.changed(wire() ?? [], type)
    var lines = (printed(whole) ?? String(decoding: seed, as: UTF8.self)).split(separator: "\n").map(String.init)
    for _ in 0..<hostile.number(below: 4) where !lines.isEmpty {
      let index = hostile.number(below: lines.count)
      switch hostile.number(below: 5) {
      case 0: lines.remove(at: index)
      case 1: lines.insert(lines[index], at: hostile.number(below: lines.count))
      case 2: lines.swapAt(index, hostile.number(below: lines.count))
      case 3:
        lines[index] = String(lines[index].prefix { $0 != ":" }) + hostile.pick([": ", " ", ": [", " { ", ": \""])
      default:
        lines[index] =
          String(lines[index].prefix { $0 != ":" }) + ": "
          + hostile.pick([
            "nan", "-1", "1e400", "9223372036854775808", "0x7fffffff", "\"\\377\"", "TRAIN", "[1, 2,]", "{}",
          ])
      }
    }
    return Array(lines.joined(separator: "\n").utf8)
  }
}
