import NetModel

/// What a method prunes: how a net's weights divide into groups.
///
/// A new structure is a file here. Methods name the structures that they can prune.
public protocol Structure: Sendable {
  /// What stands behind a method's name, as `Col` in `Reg_Col`.
  static var suffix: String { get }

  /// What the groups are called in reports.
  static var plural: String { get }

  /// Divides a net's weights into families of groups, in the net's order.
  ///
  /// - Parameters:
  ///   - net: the net
  ///   - weights: the layers whose weights can be pruned, as positions in the net, with the weight's shape and the
  ///     layer's own blocks
  func divide(_ net: NetDescription, weights: [FilterWeight]) -> Division

  /// Whether the structure has groups in such a weight.
  func takes(_ weight: FilterWeight) -> Bool

  /// Why a weight cannot be pruned so (a sentence for the user); nil where it can.
  func obstacle(_ weight: FilterWeight) -> String?
}

extension Structure {
  /// What stands behind a method's name.
  public var suffix: String { Self.suffix }
  /// What the groups are called.
  public var plural: String { Self.plural }
  /// Weights whose rows are filters.
  public func takes(_ weight: FilterWeight) -> Bool { weight.filterAxis == 0 || weight.shape.rank == 2 }
  /// That the weight is transposed.
  public func obstacle(_ weight: FilterWeight) -> String? { weight.transposition }
}

/// A structure whose groups lie in one weight each.
protocol MatrixStructure: Structure {
  /// How a weight's matrix divides.
  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int)

  /// The blobs in which the groups of a layer's weight are channels.
  func sites(_ layer: DescribedLayer, in net: NetDescription, count: Int) -> [GroupSite]
}

extension MatrixStructure {
  /// None.
  func sites(_ layer: DescribedLayer, in net: NetDescription, count: Int) -> [GroupSite] { [] }

  /// A family for every weight.
  public func divide(_ net: NetDescription, weights: [FilterWeight]) -> Division {
    Division(
      families: weights.map { weight in
        let matrix = WeightMatrix(weight.shape, blocks: weight.blocks)
        let (slices, count) = slices(matrix)
        let member = GroupMember(BlobPlace(layer: weight.layer, blob: 0), role: .maker, matrix: matrix, slices: slices)
        let layer = net.layers[weight.layer]
        return GroupFamily(
          name: layer.name, layers: [weight.layer], count: count, members: [member],
          sites: sites(layer, in: net, count: count))
      })
  }
}

/// What a structure makes of a net.
public struct Division: Sendable {
  /// The families, in the net's order.
  public var families: [GroupFamily]
  /// Layers, as positions in the net, whose groups must stay, and why.
  public var held: [Int: String] = [:]

  /// Makes a division.
  public init(families: [GroupFamily], held: [Int: String] = [:]) { (self.families, self.held) = (families, held) }
}

/// A weight of filters that can be pruned.
public struct FilterWeight: Sendable {
  /// The layer that owns it, as a position in the net.
  public let layer: Int
  /// Its shape.
  public let shape: Shape
  /// The axis that counts the filters.
  public let filterAxis: Int
  /// The blocks of the layer's filters; 1 but for group convolutions.
  public let blocks: Int

  /// Makes a weight's description.
  public init(layer: Int, shape: Shape, filterAxis: Int, blocks: Int) {
    (self.layer, self.shape, self.filterAxis, self.blocks) = (layer, shape, filterAxis, blocks)
  }

  /// Why rows and columns of a transposed weight are not pruned; nil for others.
  var transposition: String? {
    filterAxis == 0 ? nil : "the weight is transposed, so that only its channels can be pruned"
  }
}

extension NetDescription {
  /// The weights of filters, each at its owner, in the net's order.
  public var filterWeights: [FilterWeight] {
    layers.enumerated().compactMap { index, layer in
      guard let filters = layer.description as? any FilterBearing, layer.blobs.first?.role == .weight,
        shared.owns(index, 0)
      else { return nil }
      return FilterWeight(
        layer: index, shape: layer.blobs[0].shape, filterAxis: filters.filterAxis,
        blocks: filters.filterBlocks(layer.bottomShapes))
    }
  }
}
