import CaffeProto
import Layers
import NetModel

extension NetDescription {
  /// The net as readers of Caffe's files want it to infer: one phase without rules, Input layers with shapes for what
  /// data layers made, no losses, accuracies or other layers that only train or measure, and no layers that only fed
  /// these. Names of layers and blobs stay; where several layers have one name, numbers are added.
  ///
  /// Converters ignore `include` and `exclude`, and know neither data layers nor losses.
  public var deploy: NetParameter {
    var result = NetParameter()
    result.name = parameter.name
    let data = Set(dataLayers)
    result.layer = DeployNet.uniquelyNamed(DeployNet.layers(of: self).map { layers[$0.layer].deployed($0, data) })
    return result
  }
}

extension DescribedLayer {
  /// The layer's message without what only training needs.
  fileprivate func deployed(_ part: DeployNet.Part, _ data: Set<Int>) -> LayerParameter {
    var message = parameter
    if data.contains(part.layer) {
      message = Input.replacing(self, shapes: topShapes)
      Input.keepTops(part.tops, of: &message)
    }
    message.include = []
    message.exclude = []
    message.lossWeight = []
    message.propagateDown = []
    // The field is caffe_increg's own, and other readers of text refuse fields that they do not know.
    message.clearPruneParam()
    return message
  }
}

/// The parts of making a deploy net.
private enum DeployNet {
  /// A layer that stays, by its position, with its tops that count.
  struct Part {
    let layer: Int
    let tops: [Int]
  }

  /// Cuts forward: layers behind a loss or a measure go. Then cuts backward: layers that nobody reads any more go. The
  /// net's outputs stay, and so does what losses and measures look at, but for labels, which are inputs that nobody
  /// else reads.
  static func layers(of net: NetDescription) -> [Part] {
    let data = Set(net.dataLayers)
    let gone = goneForward(net)
    var needed = Set(net.outputs.map { net.blobs[$0].name })
    var parts: [Part] = []
    for index in net.layers.indices.reversed() {
      let layer = net.layers[index]
      guard !gone.contains(index) else {
        if layer.measures, !(layer.description is any Discarding) { needed.formUnion(layer.scores) }
        continue
      }
      let tops = layer.parameter.top.indices.filter { needed.contains(layer.parameter.top[$0]) }
      let read = data.contains(index) ? tops.filter { isRead(net, layer.top[$0], by: parts) } : tops
      guard !read.isEmpty else { continue }
      needed.formUnion(layer.parameter.bottom)
      parts.append(Part(layer: index, tops: read))
    }
    return parts.reversed()
  }

  private static func isRead(_ net: NetDescription, _ blob: Int, by parts: [Part]) -> Bool {
    parts.contains { net.layers[$0.layer].bottom.contains(blob) }
  }

  /// Layers that measure, and those that read what these make.
  private static func goneForward(_ net: NetDescription) -> Set<Int> {
    var (gone, blobs): (Set<Int>, Set<String>) = ([], [])
    for (index, layer) in net.layers.enumerated() {
      guard layer.measures || !blobs.isDisjoint(with: layer.parameter.bottom) else { continue }
      gone.insert(index)
      blobs.formUnion(Set(layer.parameter.top).subtracting(layer.parameter.bottom))
    }
    return gone
  }

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
}

extension DescribedLayer {
  /// Whether inference does without the layer.
  fileprivate var measures: Bool {
    lossWeights.contains { $0 != 0 } || description.defaultLossWeight(top: 0) != 0 || description.measures
  }

  /// The bottoms that a loss or measure looks at: all but labels.
  fileprivate var scores: [String] {
    parameter.bottom.indices.filter { $0 == 0 || description.allowsBackward(bottom: $0) }.map { parameter.bottom[$0] }
  }
}
