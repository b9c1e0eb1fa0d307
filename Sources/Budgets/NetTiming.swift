import Base
import CaffeProto
import Engine
import Layers
import NetModel
import Slimming

/// A net as inference runs it, to be timed layer by layer. Its weights are made up: their values do not change times,
/// but reading them from memory does.
public struct NetTiming {
  /// A layer that runs, with those that it has taken over.
  public struct Piece {
    /// The layers' names, that which runs first.
    public let layers: [String]
    /// Their types.
    public let types: [String]
    fileprivate let running: RunningLayer
  }

  /// The pieces in running order; data comes from nowhere and takes none.
  public let pieces: [Piece]
  /// Owns what the pieces run on.
  private let net: Net

  /// Builds a net.
  ///
  /// - Parameters:
  ///   - parameter: of one phase
  ///   - batch: the items of a batch; nil for the net's own
  /// - Throws: ``BudgetError``; what building a net throws
  public init(
    _ parameter: NetParameter, state: NetState, batch: Int?, registry: LayerRegistry, backend: any Backend
  ) throws {
    let described: NetDescription
    do { described = try NetDescription(parameter, state: state, registry: registry) } catch let error as NetError {
      throw BudgetError.undescribable(cause: "\(error)")
    }
    var deploy = described.deploy
    if let batch { try deploy.setBatch(batch, registry) }
    var use = NetUse.inference
    use.fillsParameters = false
    net = try Net(deploy, state: state, registry: registry, backend: backend, random: RandomSource(seed: 1), use: use)
    for parameter in net.parameters {
      // Every weight averages its inputs. So no value overflows, and none becomes so small that it is slow to compute
      // with.
      let shape = parameter.blob.shape
      parameter.blob.mutableData.fill(shape.rank > 1 ? 1 / Float(max(1, shape.count(from: 1))) : 1)
    }
    var pieces: [Piece] = []
    for layer in net.layers {
      if layer.described.bottom.isEmpty {
        for top in layer.top { top.mutableData.fill(0.5) }
      } else if layer.absorbed == .nothing || pieces.isEmpty {
        pieces.append(Piece(layers: [layer.described.name], types: [layer.described.type], running: layer))
      } else {
        let last = pieces.removeLast()
        pieces.append(
          Piece(
            layers: last.layers + [layer.described.name], types: last.types + [layer.described.type],
            running: last.running))
      }
    }
    self.pieces = pieces
  }

  /// What times each piece.
  public var runs: [() throws -> Void] { pieces.map { piece in { _ = try piece.running.forward() } } }

  /// Times all pieces of several nets in turn.
  ///
  /// - Returns: per net a series for each piece
  public static func measure(
    _ nets: [NetTiming], _ sitting: Sitting, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [[Series]] {
    var series = try sitting.measure(nets.flatMap(\.runs), progress: progress)[...]
    return nets.map { net in
      defer { series = series.dropFirst(net.pieces.count) }
      return Array(series.prefix(net.pieces.count))
    }
  }
}

extension NetParameter {
  /// Gives all inputs another batch.
  fileprivate mutating func setBatch(_ batch: Int, _ registry: LayerRegistry) throws {
    for index in layer.indices {
      guard let filled = registry[layer[index].type] as? any CallerFilled.Type else { continue }
      let described = try filled.init(layer[index], in: DescriptionContext(phase: .test))
      let shapes = try described.topShapes([]).map { shape in
        guard shape.rank > 0 else { throw BudgetError.noBatch(layer: layer[index].name) }
        return [batch] + shape.dims.dropFirst()
      }
      filled.setShapes(shapes, of: &layer[index])
    }
  }
}
