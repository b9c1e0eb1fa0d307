import NetModel

/// Which layers of a net run backward, and to which of their bottoms (Caffe: the `need_backward` logic of `Net::Init`).
struct BackwardPlan {
  /// Per layer.
  private(set) var layers: [Bool]
  /// Per layer and bottom.
  private(set) var bottoms: [[Bool]]

  /// - Parameters:
  ///   - net: with splits
  ///   - use: whether there are gradients at all, and for what
  init(_ net: NetDescription, _ use: NetUse) {
    guard use.gradients else {
      layers = net.layers.map { _ in false }
      bottoms = net.layers.map { $0.bottom.map { _ in false } }
      return
    }
    let everything = use.forcesGradients
    var blobNeeds = [Bool](repeating: false, count: net.blobs.count)
    layers = []
    bottoms = []
    for layer in net.layers {
      var wanted = layer.bottom.map { blobNeeds[$0] }
      for (index, choice) in layer.parameter.propagateDown.enumerated() where index < wanted.count {
        wanted[index] = choice
      }
      if everything {
        for index in wanted.indices { wanted[index] = layer.description.allowsBackward(bottom: index) }
      }
      let learns = layer.blobs.indices.contains { layer.lrMult($0) != 0 || everything }
      let needs = learns || wanted.contains(true)
      layers.append(needs)
      bottoms.append(wanted)
      for top in layer.top where needs { blobNeeds[top] = true }
    }
    if !everything { keepUnderLoss(net) }
  }

  private mutating func keepUnderLoss(_ net: NetDescription) {
    // Walking backward, a name stands for the latest version of an in-place blob, which is what the loss sees.
    var underLoss = [Bool](repeating: false, count: net.blobs.count)
    for (index, layer) in net.layers.enumerated().reversed() {
      let contributes = zip(layer.top, layer.lossWeights).contains { underLoss[$0] || $1 != 0 }
      if !contributes { layers[index] = false }
      for (position, blob) in layer.bottom.enumerated() {
        if layers[index] && contributes {
          underLoss[blob] = true
        } else {
          bottoms[index][position] = false
        }
      }
    }
  }
}
