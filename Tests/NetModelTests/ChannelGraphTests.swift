import CaffeProto
import Layers
import NetModel
import Testing

/// What training asks of a net's channels.
@Suite struct ChannelGraphTests {
  private func describe(_ layers: String) throws -> NetDescription {
    let data = #"layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 2 dim: 4 dim: 6 dim: 6 } } }"#
    return try NetDescription(
      NetParameter(text: data + layers, file: "graph.prototxt"), state: NetState(), registry: .caffe)
  }

  private func convolution(_ name: String, _ bottom: String, _ outputs: Int, _ rest: String = "", more: String = "")
    -> String
  {
    "layer { name: '\(name)' type: 'Convolution' bottom: '\(bottom)' top: '\(name)' \(more) "
      + "convolution_param { num_output: \(outputs) kernel_size: 1 \(rest) } }"
  }

  @Test func aGroupHasAllSlicesThatBelongToItsChannels() throws {
    // a makes 4 channels, which a Scale multiplies and g reads in two groups; g's go to an inner product, flattened.
    let net = try describe(
      convolution("a", "x", 4)
        + "layer { name: 's' type: 'Scale' bottom: 'a' top: 'a' }" + convolution("g", "a", 4, "group: 2")
        + "layer { name: 'ip' type: 'InnerProduct' bottom: 'g' top: 'ip' inner_product_param { num_output: 3 } }")
    let graph = net.channelGraph()
    func uses(_ layer: Int, _ channel: Int) throws -> [String] {
      let group = try #require(graph.group(id: graph.group(graph.topSites[layer][0], channel)))
      return graph.uses(of: group).map { use in
        let shape = net.layers[use.port.layer].blobs[use.port.blob].shape
        let (outer, slices) = use.port.place(of: use.channel, in: shape)
        return "\(net.layers[use.port.layer].name) \(use.port.blob) \(use.port.role) \(outer) \(slices)"
      }
    }
    #expect(
      try Set(uses(1, 3)) == [
        "a 0 makes 0..<1 3..<4", "a 1 makes 0..<1 3..<4", "s 0 modulates 0..<1 3..<4", "g 0 reads 2..<4 1..<2",
      ])
    #expect(
      try Set(uses(3, 1)) == ["g 0 makes 0..<1 1..<2", "g 1 makes 0..<1 1..<2", "ip 0 reads 0..<3 36..<72"])
  }

  @Test func aSurveyHasFamiliesBlocksAndHolders() throws {
    let net = try describe(
      convolution("a", "x", 4) + convolution("g", "a", 6, "group: 2") + convolution("b", "g", 6)
        + "layer { name: 'sum' type: 'Eltwise' bottom: 'g' bottom: 'b' top: 'sum' }" + convolution("out", "sum", 2))
    let survey = net.channelGraph().survey()
    #expect(survey.families.map(\.makers) == [[1], [2, 3]])
    #expect(survey.families.map { $0.blocks.map(\.count) } == [[2, 2], [3, 3]])
    #expect(survey.held.map(\.layer) == [5])
    #expect(survey.held.map(\.channels) == [2])
    #expect(survey.held[0].reason == "blob 'out' is an output of the net")
    // Of every block as many can go as of the block that has fewest.
    let graph = net.channelGraph()
    let blocks = survey.families[0].blocks
    let (removed, kept) = graph.balancer().balanced(
      blocks[0] + blocks[1].prefix(1), remaining: graph.sites.map(\.channels))
    #expect(Set(removed) == [blocks[0][0], blocks[1][0]])
    #expect(kept == [blocks[0][1]: "layer 'g' has 2 groups, which must stay equal"])
  }

  /// Channels of one layer, of which some go to two groups, some to three, and the rest to none.
  @Test func channelsOfDifferentGroupConvolutionsAreDifferentFamilies() throws {
    let net = try describe(
      convolution("a", "x", 14)
        + """
        layer { name: 's' type: 'Slice' bottom: 'a' top: 'p' top: 'q' top: 'r' slice_param { slice_point: 4 slice_point: 10 } }
        """ + convolution("two", "p", 2, "group: 2") + convolution("three", "q", 3, "group: 3")
        + convolution("none", "r", 2))
    let survey = net.channelGraph().survey()
    #expect(survey.families.map(\.makers) == [[1], [1], [1]])
    let first = survey.graph.sites[survey.site(ofMaker: 1)].first
    #expect(
      survey.families.map(\.blocks)
        == [
          [[0, 1], [2, 3]], [[4, 5], [6, 7], [8, 9]], [[10, 11, 12, 13]],
        ].map { $0.map { $0.map { $0 + first } } })
  }

  @Test func weightsMatchALayerOrSayWhatIsWrong() throws {
    let shared = "param { name: 'w' } param { name: 'b' }"
    let net = try describe(convolution("a", "x", 4, more: shared) + convolution("b", "x", 4, more: shared))
    let (weight, bias) = (
      BlobProto(shape: [4, 4, 1, 1], data: Floats([Float](repeating: 1, count: 16))),
      BlobProto(shape: [4], data: [1, 2, 3, 4])
    )
    #expect(net.shared.owned.map(\.layer) == [1, 1])
    #expect(try net.match([weight, bias], layer: 1) == [weight, bias])
    // The second layer may leave out what the first one owns.
    #expect(try net.match([], layer: 2) == [nil, nil])
    #expect(try net.match([BlobProto(), bias], layer: 2) == [nil, bias])
    #expect(throws: WeightMisfit.count(got: 1, expected: 2)) { try net.match([weight], layer: 1) }
    let error = #expect(throws: WeightMisfit.self) { try net.match([bias, bias], layer: 2) }
    #expect(error?.description(in: "w") == "blob 0 has the shape 4 (4) in 'w', but 4 4 1 1 (16) in the net")
    // As files of 2014 have it.
    var old = BlobProto()
    (old.num, old.channels, old.height, old.width, old.data) = (1, 1, 1, 4, bias.data)
    #expect(try net.match([weight, old], layer: 1)[1] == old)
  }
}
