import CaffeProto
import NetModel

/// Removes channels that a masked net does not need (`DeadChannels`), and folds the constants that they leave behind
/// into biases. Layers of the same names change in all phases.
public struct ChannelRemoval: SlimRule {
  /// Of a layer that makes channels and loses some: those that stay.
  public struct Kept: Sendable, Hashable, Encodable {
    /// The layer's name.
    public let layer: String
    /// How many channels it had.
    public let channels: Int
    /// Those that stay.
    public let kept: [Int]
  }

  /// A dead channel that stays.
  public struct Held: Sendable, Hashable {
    /// The layer that makes it.
    public let layer: String
    /// Its number.
    public let channel: Int
    /// What holds it.
    public let reason: String
  }

  /// The layers that change, in order.
  public let edits: [ChannelEdit]
  /// The layers that lose channels of their own, in order.
  public let keptChannels: [Kept]
  /// Dead channels that stay, with what holds them.
  public let heldChannels: [Held]

  /// Finds the channels that go, and those that would but for what holds them.
  public static func plan(for subject: SlimSubject) -> ChannelRemoval {
    let net = subject.net
    let graph = net.channelGraph()
    let dead = graph.deadChannels(weights: subject.weights)
    let edits = net.layers.indices.compactMap { dead.edit($0) }
    let made = Set(graph.makers.map(\.site)).sorted().map { (site: $0, layer: net.layers[graph.sites[$0].layer].name) }
    let kept = made.map { site, layer in
      Kept(layer: layer, channels: graph.sites[site].channels, kept: dead.keptChannels(site))
    }
    let held = made.flatMap { site, layer in
      (0..<graph.sites[site].channels).compactMap { channel in
        dead.held[graph.group(site, channel)].map { Held(layer: layer, channel: channel, reason: $0) }
      }
    }
    return ChannelRemoval(edits: edits, keptChannels: kept.filter { $0.kept.count < $0.channels }, heldChannels: held)
  }

  /// Gives layers fewer channels, their blobs fewer slices, and biases what was folded.
  ///
  /// - Throws: ``SlimError/patch(_:)`` where the new shapes are not the planned ones
  public func apply(to subject: SlimSubject) throws -> SlimSubject {
    var (parameter, weights) = (subject.parameter, subject.weights)
    let positions = try parameter.layers(in: subject.net.parameter.state)
    for edit in edits {
      let layer = subject.net.layers[edit.index]
      parameter.edit(edit.index, of: positions) { edit.apply(to: &$0, of: layer) }
      guard !layer.blobs.isEmpty else { continue }
      weights[edit.layer] = edit.applied(to: weights[edit.layer] ?? [], of: layer)
    }
    let slim = try subject.changed(parameter, weights: weights)
    for edit in edits {
      let shapes = slim.net.layers[edit.index].topShapes
      guard shapes == edit.top else {
        throw SlimError.patch("layer '\(edit.layer)': top shapes \(shapes) instead of \(edit.top)")
      }
    }
    return slim
  }

  /// What stays of the blob where its layer changes, else all of it.
  public func kept(of blob: WeightBlob, layer: String, _ index: Int) -> WeightBlob {
    edits.first { $0.layer == layer && !$0.slices.isEmpty }?.kept(of: blob, index) ?? blob
  }

  /// None: channels are in the table of layers.
  public var changes: [String] { [] }

  /// Dead channels that stay, a line per layer and reason.
  public var held: [String] {
    heldByReason.map { entry in
      "kept: \(entry.layer), dead channels \(entry.channels.map(String.init).joined(separator: ", ")): \(entry.reason)"
    }
  }

  /// `layers`: the channels that stay; `held`: dead channels that stay, and why.
  public var record: [String: any Encodable & Sendable] { ["layers": keptChannels, "held": heldByReason] }

  /// Dead channels of a layer that stay for the same reason.
  private struct HeldChannels: Encodable {
    let layer: String
    let channels: [Int]
    let reason: String
  }

  private var heldByReason: [HeldChannels] {
    Dictionary(grouping: heldChannels) { [$0.layer, $0.reason] }.sorted {
      $0.key.lexicographicallyPrecedes($1.key)
    }.map { HeldChannels(layer: $0[0], channels: $1.map(\.channel), reason: $0[1]) }
  }
}
