import CaffeProto
import NetModel
import Pruning
import Testing

/// A family's members are just what goes when its channels are cut out of the net.
@Suite struct AgreementTests {
  private static let up = "convolution_param { num_output: 4 kernel_size: 2 stride: 2 }"
  private static let shared = "param { name: 'w' } param { name: 'b' }"

  static let nets = [
    branching,
    // Groups behind groups.
    [
      convolution("a", "x", 8), convolution("g", "a", 12, kernel: 3, "group: 4"),
      convolution("d", "g", 12, kernel: 3, "group: 12"), convolution("h", "d", 8, "group: 4"), convolution("b", "h", 2),
    ].joined(),
    // A depthwise convolution that makes two channels of each.
    [convolution("a", "x", 4), convolution("d", "a", 8, kernel: 3, "group: 4"), convolution("b", "d", 2)].joined(),
    // Filters in columns, and channels in several places.
    [
      convolution("a", "x", 5, kernel: 3), inPlace("slope", "PReLU", "a"), layer("up", "Deconvolution", ["a"], up),
      inPlace("shift", "Bias", "up"), layer("flat", "Flatten", ["up"]), innerProduct("p", "flat", 6, "transpose: true"),
      innerProduct("q", "p", 3),
    ].joined(),
    // One weight for two layers, and one that reads what it makes.
    [
      convolution("a", "x", 6, kernel: 3, rest: shared),
      layer("pool", "Pooling", ["x"], "pooling_param { kernel_size: 2 }"),
      convolution("b", "pool", 6, kernel: 3, rest: shared),
      convolution("p", "a", 6, "pad: 1", rest: "param { name: 'r' }"),
      convolution("q", "p", 6, "pad: 1", rest: "param { name: 'r' }"), convolution("out", "q", 2),
      convolution("other", "b", 2),
    ].joined(),
  ]

  @Test(arguments: nets.indices, [0, 1, 2]) func membersAreWhatGoes(_ number: Int, _ which: Int) throws {
    let net = try describe(Self.nets[number])
    let survey = net.channelGraph().survey()
    let families = Channels().divide(net, weights: net.filterWeights).families
    let blocks = survey.families.flatMap(\.blocks)
    #expect(!families.isEmpty)
    #expect(families.map(\.count) == blocks.map(\.count))
    var channels: Set<Int> = []
    var members: [BlobPlace: Set<Int>] = [:]
    for (family, ids) in zip(families, blocks) {
      // The first, the last, or both; as many of every block.
      let groups = [[0], [family.count - 1], [0, family.count - 1]][which]
      for group in groups {
        channels.insert(ids[group])
        for member in family.members { members[member.place, default: []].formUnion(member.indices(of: group)) }
      }
    }
    var removed: [BlobPlace: Set<Int>] = [:]
    for (index, layer) in net.layers.enumerated() {
      for (blob, spec) in layer.blobs.enumerated() where [.weight, .factor].contains(spec.role) {
        let gone = survey.graph.removed(layer: index, blob: blob, channels)
        if !gone.isEmpty { removed[net.shared.owner(index, blob), default: []].formUnion(gone) }
      }
    }
    #expect(removed == members)
    // Every weight takes part, but for the input's and the output's channels.
    let weights = Set(net.filterWeights.map { BlobPlace(layer: $0.layer, blob: 0) })
    #expect(weights.isSubset(of: removed.keys))
  }
}

extension ChannelGraph {
  /// The flat indices of what a blob loses when dependency groups are cut out of the net, as ``WeightBlob`` cuts.
  fileprivate func removed(layer: Int, blob: Int, _ groups: Set<Int>) -> Set<Int> {
    let shape = net.layers[layer].blobs[blob].shape
    func kept(_ site: Int) -> [Int] { (0..<sites[site].channels).filter { !groups.contains(group(site, $0)) } }
    var slices: [Int: [Int]] = [:]
    var blocks = 1
    for port in ports where port.layer == layer && port.blob == blob {
      if port.role == .reads {
        blocks = port.blocks
        slices[port.axis] = kept(port.site).flatMap { ($0 * port.spread)..<(($0 + 1) * port.spread) }
      } else {
        slices[port.axis] = kept(port.site)
      }
    }
    let numbered = WeightBlob(shape: shape, data: Floats((0..<shape.count).map { Float($0) }))
    let left =
      blocks > 1
      ? numbered.keeping(filters: slices[0] ?? [], channels: slices[1] ?? [], blocks: blocks)
      : numbered.keeping(slices)
    return Set(0..<shape.count).subtracting(left.data.map { Int($0) })
  }
}
