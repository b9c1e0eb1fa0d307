import CaffeProto
import NetModel

/// What slimming changes in a net: a value that is checked before it is applied, and applied to prototxt and weights
/// together. The net it was made for is not touched.
public struct SlimPatch: Sendable {
  /// The change of one layer.
  public struct Edit: Sendable {
    /// The layer's name.
    public let layer: String
    /// Per parameter blob, an added bias included, the slices that stay, by axis; read channels are numbered through all groups.
    public let slices: [[Int: [Int]]]
    /// The groups of a convolution before, 1 for everything else; depthwise convolutions have none of their own.
    public let groups: Int
    /// Added to the bias, one value per channel that the layer made before.
    public let fold: [Double]?
    /// Whether the layer needs a bias that it did not have.
    public let addsBias: Bool
    /// The bottoms' new shapes.
    public let bottom: [Shape]
    /// The tops' new shapes.
    public let top: [Shape]

    /// What stays of the layer's blob `index`.
    fileprivate func kept(of blob: WeightBlob, _ index: Int) -> WeightBlob {
      guard slices.indices.contains(index) else { return blob }
      if groups > 1, index == 0, let filters = slices[0][0], let channels = slices[0][1] {
        return blob.keeping(filters: filters, channels: channels, groups: groups)
      }
      return blob.keeping(slices[index])
    }
  }

  /// A dead channel that stays.
  public struct Kept: Sendable, Hashable {
    /// The layer that makes it.
    public let layer: String
    /// Its number.
    public let channel: Int
    /// What holds it.
    public let reason: String
  }

  /// The layers that change, in order.
  public let edits: [Edit]
  /// Per layer that makes channels and loses some: the channels that stay.
  public let keptChannels: [(layer: String, of: Int, channels: [Int])]
  /// Dead channels that stay, with what holds them.
  public let kept: [Kept]

  private let net: NetDescription
  private let weights: [String: [WeightBlob]]

  /// Plans the removal of everything that a masked net does not need.
  ///
  /// - Parameters:
  ///   - net: described without splits
  ///   - weights: by layer name, one blob per parameter blob
  /// - Throws: ``SlimError`` when weights and net do not fit
  public init(_ net: NetDescription, weights: [String: [WeightBlob]]) throws {
    try net.check(weights)
    let graph = net.channelGraph()
    let weights = net.resolvingShared(weights)
    self.net = net
    self.weights = weights
    let dead = DeadChannels(graph, weights: weights)
    let edits = net.layers.indices.compactMap { SlimPatch.edit($0, graph, dead) }
    if let edit = edits.first(where: { edit in net.layers.count { $0.name == edit.layer } > 1 }) {
      throw SlimError.duplicate(layer: edit.layer)
    }
    self.edits = edits
    keptChannels = SlimPatch.makers(graph).compactMap { site in
      let channels = dead.keptChannels(site)
      let all = graph.sites[site].channels
      return channels.count == all ? nil : (net.layers[graph.sites[site].layer].name, all, channels)
    }
    kept = SlimPatch.makers(graph).flatMap { site in
      (0..<graph.sites[site].channels).compactMap { channel in
        dead.kept[graph.group(site, channel)].map {
          Kept(layer: net.layers[graph.sites[site].layer].name, channel: channel, reason: $0)
        }
      }
    }
  }

  /// Applies the patch.
  ///
  /// - Parameters:
  ///   - parameter: the net as the user wrote it, all phases; the same layer names are changed in it
  ///   - registry: the layer types
  /// - Returns: the slim net and its weights
  /// - Throws: ``SlimError/patch(_:)`` when the result does not describe to the planned shapes
  public func apply(to parameter: NetParameter, registry: LayerRegistry) throws
    -> (net: NetParameter, weights: [String: [WeightBlob]])
  {
    var result = parameter
    var slim = weights
    for edit in edits {
      guard let index = net.index(ofLayer: edit.layer) else { continue }
      let described = net.layers[index]
      for position in result.layer.indices where result.layer[position].name == edit.layer {
        described.description.adapt(&result.layer[position], bottom: edit.bottom, top: edit.top)
        if edit.addsBias { (described.description as? any BiasAdding)?.addBias(&result.layer[position]) }
      }
      slim[edit.layer] = edited(weights[edit.layer] ?? [], edit, described)
    }
    try verify(result, slim, registry)
    return (result, slim)
  }

  private func edited(_ blobs: [WeightBlob], _ edit: Edit, _ layer: DescribedLayer) -> [WeightBlob] {
    var blobs = blobs
    if let fold = edit.fold {
      if let bias = layer.blobs.firstIndex(where: { $0.role == .bias }) {
        blobs[bias] = blobs[bias].adding(fold)
      } else if edit.addsBias {
        blobs.append(WeightBlob(shape: Shape([fold.count]), data: Floats(fold.map { Float($0) })))
      }
    }
    return blobs.enumerated().map { index, blob in edit.kept(of: blob, index) }
  }

  /// What stays of a blob of the same shape as a layer's blob `index`, such as its momentum.
  func kept(of blob: WeightBlob, layer: String, _ index: Int) -> WeightBlob {
    edits.first { $0.layer == layer }?.kept(of: blob, index) ?? blob
  }

  private func verify(_ parameter: NetParameter, _ weights: [String: [WeightBlob]], _ registry: LayerRegistry) throws {
    let after: NetDescription
    do {
      after = try NetDescription(parameter, state: net.parameter.state, registry: registry)
    } catch { throw SlimError.patch("the slim net cannot be described: \(error)") }
    let planned = Dictionary(edits.map { ($0.layer, $0.top) }, uniquingKeysWith: { first, _ in first })
    for layer in after.layers {
      if let top = planned[layer.name], top != layer.topShapes {
        throw SlimError.patch("layer '\(layer.name)': top shapes \(layer.topShapes) instead of \(top)")
      }
      let shapes = (weights[layer.name] ?? []).map(\.shape)
      guard shapes == layer.blobs.map(\.shape) else {
        throw SlimError.patch("layer '\(layer.name)': blobs \(shapes) for the shapes \(layer.blobs.map(\.shape))")
      }
    }
  }

  private static func makers(_ graph: ChannelGraph) -> [Int] {
    Set(graph.makers.map(\.site)).sorted()
  }

  private static func edit(_ index: Int, _ graph: ChannelGraph, _ dead: DeadChannels) -> Edit? {
    let layer = graph.net.layers[index]
    var slices = [[Int: [Int]]](repeating: [:], count: layer.blobs.count)
    for port in graph.makers + graph.modulators where port.layer == index {
      slices[port.blob][port.axis] = dead.keptChannels(port.site)
    }
    var groups = 1
    for port in graph.readers where port.layer == index {
      groups = port.groups
      slices[port.blob][port.axis] = dead.keptChannels(port.site).flatMap { channel in
        (channel * port.spread)..<((channel + 1) * port.spread)
      }
    }
    func reduced(_ shapes: [Shape], _ sites: [Int]) -> [Shape] {
      zip(shapes, sites).map { shape, site in
        graph.sites[site].channels == 0 ? shape : shape.replacing(axis: 1, with: dead.keptChannels(site).count)
      }
    }
    let bottom = reduced(layer.bottomShapes, graph.bottomSites[index])
    let top = reduced(layer.topShapes, graph.topSites[index])
    let fold = dead.folds[index]
    let sliced = zip(slices, layer.blobs).contains { axes, blob in
      axes.contains { $0.value.count != blob.shape[$0.key] * ($0.key == 1 ? groups : 1) }
    }
    guard sliced || fold != nil || top != layer.topShapes else { return nil }
    let addsBias = fold != nil && !layer.blobs.contains { $0.role == .bias }
    if addsBias { slices.append([0: dead.keptChannels(graph.topSites[index][0])]) }
    return Edit(
      layer: layer.name, slices: slices, groups: groups, fold: fold, addsBias: addsBias, bottom: bottom, top: top)
  }
}
