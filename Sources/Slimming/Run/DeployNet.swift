import CaffeProto
import Layers
import NetModel

extension NetDescription {
  /// The net as readers of Caffe's files want it to infer: one phase without rules, Input layers with shapes for what
  /// data layers made, no losses, accuracies or other layers that only train or measure. Names of layers and blobs
  /// stay, but for those that several layers have, which get a number behind.
  ///
  /// Converters ignore `include` and `exclude`, and know neither data layers nor losses.
  public var deploy: NetParameter {
    var gone: Set<String> = []
    var kept: [LayerParameter] = []
    for layer in layers {
      let measures =
        layer.lossWeights.contains { $0 != 0 } || layer.description.defaultLossWeight(top: 0) != 0
        || layer.description.measures
      guard !measures, gone.isDisjoint(with: layer.parameter.bottom) else {
        gone.formUnion(Set(layer.parameter.top).subtracting(layer.parameter.bottom))
        continue
      }
      var parameter = layer.parameter
      if layer.bottom.isEmpty, layer.blobs.isEmpty { parameter = Input.replacing(layer, shapes: layer.topShapes) }
      parameter.include = []
      parameter.exclude = []
      parameter.lossWeight = []
      parameter.propagateDown = []
      // caffe_increg's own: other readers of text refuse a field that they do not know.
      parameter.clearPruneParam()
      kept.append(parameter)
    }
    var result = NetParameter()
    result.name = parameter.name
    result.layer = DeployNet.uniquelyNamed(DeployNet.withoutUnreadInputs(kept))
    return result
  }
}

/// The parts of making a deploy net.
private enum DeployNet {
  /// Layers without parameters may share a name in Caffe, but not in other readers' nets.
  static func uniquelyNamed(_ layers: [LayerParameter]) -> [LayerParameter] {
    var taken = Set(layers.map(\.name))
    var met: Set<String> = []
    return layers.map { layer in
      guard !met.insert(layer.name).inserted else { return layer }
      var (layer, number) = (layer, 2)
      while !taken.insert("\(layer.name)_\(number)").inserted { number += 1 }
      layer.name += "_\(number)"
      return layer
    }
  }

  /// Labels are inputs that only losses read.
  static func withoutUnreadInputs(_ layers: [LayerParameter]) -> [LayerParameter] {
    let read = Set(layers.flatMap(\.bottom))
    return layers.compactMap { layer in
      guard layer.type == Input.type else { return layer }
      let places = layer.top.indices.filter { read.contains(layer.top[$0]) }
      guard !places.isEmpty else { return nil }
      var layer = layer
      Input.keepTops(places, of: &layer)
      return layer
    }
  }
}
