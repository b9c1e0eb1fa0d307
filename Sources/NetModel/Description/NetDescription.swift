import CaffeProto

/// A net that is understood but not running: layers with their shapes, parameters and wiring, in order.
///
/// Summary, cost, dependency groups and surgery work on it. The engine's `Net` runs one.
public struct NetDescription: Sendable {
  /// The net as described: phase-filtered, with the splits if they were asked for.
  public let parameter: NetParameter
  /// The layers, in the order in which they run.
  public let layers: [DescribedLayer]
  /// The blobs, in the order in which they are made; in-place layers make none.
  public let blobs: [DescribedBlob]
  /// What was taken for granted because the net does not say it, a line each; empty but for nets that are only looked
  /// at.
  public let assumptions: [String]
  /// Which parameter blobs are one blob.
  public let shared: SharedParameters
  /// The first layer of every name.
  private let indices: [String: Int]

  /// Describes the part of a net that a state selects.
  ///
  /// - Parameters:
  ///   - net: any current-format net
  ///   - state: phase, level and stages
  ///   - registry: the layer types
  ///   - splits: whether blobs with several readers get Split layers, which running needs and surgery does not
  /// - Throws: ``NetError``
  public init(_ net: NetParameter, state: NetState, registry: LayerRegistry, splits: Bool = false) throws {
    var parameter = try net.filtered(for: state)
    if splits { parameter = parameter.insertingSplits() }
    let builder: NetDescriptionBuilder
    do {
      builder = try Self.describe(&parameter, registry, DescriptionContext(phase: state.phase))
    } catch NetError.unknownBottom(let layer, let bottom) {
      guard let (maker, rule) = net.excludedMaker(of: bottom, in: state) else {
        throw NetError.unknownBottom(layer: layer, bottom: bottom)
      }
      throw NetError.excludedBottom(layer: layer, bottom: bottom, maker: maker, rule: rule)
    }
    self.parameter = parameter
    self.layers = builder.layers
    self.blobs = builder.blobs
    assumptions = builder.assumptions
    shared = SharedParameters(builder.layers)
    indices = Dictionary(builder.layers.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// Describes layer by layer; from the start again where a reader determines what was guessed.
  private static func describe(
    _ parameter: inout NetParameter, _ registry: LayerRegistry, _ context: DescriptionContext
  ) throws -> NetDescriptionBuilder {
    var outlook = registry.outlook
    outlook?.determined = parameter.determinedBlobs(registry)
    var asked: [String: Int] = [:]
    while true {
      var builder = NetDescriptionBuilder(registry: outlook.map(registry.looking) ?? registry, context: context)
      var described = parameter
      do {
        for index in described.layer.indices { try builder.add(&described.layer[index]) }
        parameter = described
        return builder
      } catch let found as NetDescriptionBuilder.Determined {
        // A reader may need a number of channels, and one behind it an image of a size; those that do not agree find out
        // here.
        guard asked[found.blob, default: 0] < 3 else { throw found.error }
        asked[found.blob, default: 0] += 1
        outlook?.needed[found.blob] = found.shape
      }
    }
  }

  /// The position of the layer called `name`.
  public func index(ofLayer name: String) -> Int? { indices[name] }

  /// The layers, as positions, whose tops come from outside. They have neither bottoms nor parameters. What is constant
  /// is a part of the net, unless the net would then be without data.
  public var dataLayers: [Int] {
    let sources = layers.indices.filter { layers[$0].bottom.isEmpty && layers[$0].blobs.isEmpty }
    let data = sources.filter { (layers[$0].description as? any ConstantSource)?.isConstant != true }
    return data.isEmpty ? sources : data
  }

  /// The layers of types that are not known, which are passed through.
  public var passedThrough: [DescribedLayer] { layers.filter { $0.description is PassedThrough } }

  /// The blobs nobody reads after their last writer, by name: the net's outputs in Caffe's order.
  public var outputs: [Int] {
    blobs.indices.filter { blob in
      let writers = blobs[blob].readers.filter { layers[$0].top.contains(blob) }
      let last = writers.last ?? blobs[blob].maker
      return blobs[blob].readers.allSatisfy { $0 <= last }
    }.sorted { blobs[$0].name < blobs[$1].name }
  }
}

/// A blob in its place in a net.
public struct DescribedBlob: Sendable {
  /// The blob's name.
  public let name: String
  /// The layer that makes it, an index in ``NetDescription/layers``.
  public let maker: Int
  /// The layers that read it, in order; in-place layers are among them.
  public internal(set) var readers: [Int] = []
  /// The blob's shape.
  public let shape: Shape
}

extension NetParameter {
  /// The blobs whose shape some reader determines.
  fileprivate func determinedBlobs(_ registry: LayerRegistry) -> Set<String> {
    Set(
      layer.flatMap { layer -> [String] in
        guard let type = registry[layer.type] as? any BottomDetermining.Type else { return [] }
        return layer.bottom.indices.filter(type.determined(of: layer).contains).map { layer.bottom[$0] }
      })
  }
}
