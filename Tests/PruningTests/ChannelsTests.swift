import NetModel
import Pruning
import Testing

/// Channels over all that makes and reads them.
@Suite struct ChannelsTests {
  /// The families of a net, each with its makers, its count and its members: layer, blob, role, and the group of every row
  /// or of every column of every block.
  private func families(_ layers: String...) throws -> [(head: String, members: Set<String>)] {
    try families(of: describe(layers.joined(separator: "\n")))
  }

  private func families(of net: NetDescription) throws -> [(head: String, members: Set<String>)] {
    Channels().divide(net, weights: net.filterWeights).families.map { family in
      let makers = family.layers.map { net.layers[$0].name }
      #expect(family.name == makers[0])
      let members = family.members.map { member in
        let slices =
          switch member.slices {
          case .rows(let groups): "rows \(groups ?? [])"
          case .columns(let groups): "columns \(groups ?? [])"
          case .tiles: "tiles"
          }
        return "\(net.layers[member.place.layer].name).\(member.place.blob) \(member.role) \(slices)"
      }
      #expect(Set(members).count == members.count)
      return ("\(makers.joined(separator: " ")): \(family.count)", Set(members))
    }
  }

  @Test func aChainHasMakersFactorsAndReaders() throws {
    let net = try describe(
      convolution("a", "x", 3), inPlace("bn", "BatchNorm", "a"),
      inPlace("s", "Scale", "a", "scale_param { bias_term: true }"), inPlace("relu", "ReLU", "a"),
      convolution("b", "a", 2, kernel: 2))
    let families = try families(of: net)
    #expect(families.map(\.head) == ["a: 3"])
    #expect(
      families[0].members == [
        "a.0 maker rows [0, 1, 2]", "s.0 factor rows [0, 1, 2]",
        "b.0 reader columns [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]",
      ])
    let division = Channels().divide(net, weights: net.filterWeights)
    #expect(division.families[0].makers.map(\.place) == [BlobPlace(layer: 1, blob: 0)])
    #expect(division.families[0].only == nil)
  }

  @Test func whatANetGivesIsHeld() throws {
    let net = try describe(convolution("a", "x", 3), convolution("b", "a", 2))
    #expect(Channels().divide(net, weights: net.filterWeights).held == [2: "blob 'b' is an output of the net"])
  }

  @Test func aLayerCanBeHeldAndHaveGroups() throws {
    let cut = "layer { name: 'cut' type: 'Slice' bottom: 'a' top: 'y' top: 'z' slice_param { slice_point: 1 } }"
    let net = try describe(convolution("a", "x", 4), cut, convolution("b", "z", 2))
    #expect(
      try families(of: net).map(\.members) == [["a.0 maker rows [-1, 0, 1, 2]", "b.0 reader columns [0, 1, 2]"]])
    #expect(
      Channels().divide(net, weights: net.filterWeights).held == [
        1: "blob 'y' is an output of the net", 3: "blob 'b' is an output of the net",
      ])
  }

  @Test func aLayerThatNeedsItsNeighboursHoldsThem() throws {
    let net = try describe(
      convolution("a", "x", 3), layer("norm", "LRN", ["a"], "lrn_param { local_size: 3 }"), convolution("b", "norm", 2))
    let division = Channels().divide(net, weights: net.filterWeights)
    #expect(division.families.isEmpty)
    #expect(division.held[1]?.hasPrefix("layer 'norm': ") == true)
  }

  @Test func aSumTiesItsMakers() throws {
    let families = try families(
      convolution("a", "x", 3), convolution("b", "a", 3), layer("sum", "Eltwise", ["a", "b"]),
      convolution("c", "sum", 2))
    #expect(families.map(\.head) == ["a b: 3"])
    #expect(
      families[0].members == [
        "a.0 maker rows [0, 1, 2]", "b.0 reader columns [0, 1, 2]", "b.0 maker rows [0, 1, 2]",
        "c.0 reader columns [0, 1, 2]",
      ])
  }

  @Test func aConcatenationTiesNothing() throws {
    let families = try families(
      convolution("a", "x", 2), convolution("b", "x", 3), layer("cat", "Concat", ["a", "b"]),
      convolution("c", "cat", 2))
    #expect(families.map(\.head) == ["a: 2", "b: 3"])
    #expect(families[0].members == ["a.0 maker rows [0, 1]", "c.0 reader columns [0, 1, -1, -1, -1]"])
    #expect(families[1].members == ["b.0 maker rows [0, 1, 2]", "c.0 reader columns [-1, -1, 0, 1, 2]"])
  }

  @Test func aDepthwiseConvolutionCarries() throws {
    let families = try families(
      convolution("a", "x", 3), convolution("d", "a", 3, kernel: 3, "group: 3"), convolution("b", "d", 2))
    #expect(families.map(\.head) == ["a: 3"])
    #expect(
      families[0].members == [
        "a.0 maker rows [0, 1, 2]", "d.0 carrier rows [0, 1, 2]", "b.0 reader columns [0, 1, 2]",
      ])
  }

  @Test func aDepthwiseConvolutionMayMultiplyChannels() throws {
    let families = try families(
      convolution("a", "x", 3), convolution("d", "a", 6, kernel: 3, "group: 3"), convolution("b", "d", 2))
    #expect(families.map(\.head) == ["a: 3"])
    #expect(
      families[0].members == [
        "a.0 maker rows [0, 1, 2]", "d.0 carrier rows [0, 0, 1, 1, 2, 2]", "b.0 reader columns [0, 0, 1, 1, 2, 2]",
      ])
  }

  @Test func everyBlockOfAGroupConvolutionIsAFamily() throws {
    let families = try families(
      convolution("a", "x", 4), convolution("g", "a", 6, "group: 2"), convolution("b", "g", 2))
    #expect(families.map(\.head) == ["a: 2", "a: 2", "g: 3", "g: 3"])
    #expect(families[0].members == ["a.0 maker rows [0, 1, -1, -1]", "g.0 reader columns [0, 1, -1, -1]"])
    #expect(families[1].members == ["a.0 maker rows [-1, -1, 0, 1]", "g.0 reader columns [-1, -1, 0, 1]"])
    #expect(
      families[2].members == ["g.0 maker rows [0, 1, 2, -1, -1, -1]", "b.0 reader columns [0, 1, 2, -1, -1, -1]"])
    #expect(
      families[3].members == ["g.0 maker rows [-1, -1, -1, 0, 1, 2]", "b.0 reader columns [-1, -1, -1, 0, 1, 2]"])
  }

  @Test func aChannelIsReadInAllItsPlaces() throws {
    // 2 x 2 positions.
    let small = convolution("a", "x", 3, kernel: 3, "stride: 3")
    let places = "[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]"
    #expect(
      try families(small, innerProduct("ip", "a", 2)).map(\.members) == [
        ["a.0 maker rows [0, 1, 2]", "ip.0 reader columns \(places)"]
      ])
    let families = try families(small, innerProduct("ip", "a", 2, "transpose: true"), innerProduct("out", "ip", 2))
    #expect(families.map(\.head) == ["a: 3", "ip: 2"])
    #expect(families[0].members == ["a.0 maker rows [0, 1, 2]", "ip.0 reader rows \(places)"])
    #expect(families[1].members == ["ip.0 maker columns [0, 1]", "out.0 reader columns [0, 1]"])
  }

  @Test func aDeconvolutionHasItsFiltersInColumns() throws {
    let families = try families(
      convolution("a", "x", 3),
      layer("up", "Deconvolution", ["a"], "convolution_param { num_output: 2 kernel_size: 2 }"),
      convolution("b", "up", 2))
    #expect(families.map(\.head) == ["a: 3", "up: 2"])
    #expect(families[0].members == ["a.0 maker rows [0, 1, 2]", "up.0 reader rows [0, 1, 2]"])
    #expect(families[1].members == ["up.0 maker columns [0, 0, 0, 0, 1, 1, 1, 1]", "b.0 reader columns [0, 1]"])
  }

  @Test func aSharedWeightIsOneMember() throws {
    let shared = "param { name: 'w' } param { name: 'b' }"
    let families = try families(
      convolution("a", "x", 3, rest: shared), convolution("b", "x", 3, rest: shared), convolution("p", "a", 2),
      convolution("q", "b", 2))
    #expect(families.map(\.head) == ["a b: 3"])
    #expect(
      families[0].members == [
        "a.0 maker rows [0, 1, 2]", "p.0 reader columns [0, 1, 2]", "q.0 reader columns [0, 1, 2]",
      ])
  }

  @Test func aWeightThatIsUsedTwiceReadsWhatItMakes() throws {
    let shared = "param { name: 'w' } param { name: 'b' }"
    let families = try families(
      convolution("a", "x", 3), convolution("r", "a", 3, kernel: 3, "pad: 1", rest: shared),
      convolution("again", "r", 3, kernel: 3, "pad: 1", rest: shared), convolution("b", "again", 2))
    #expect(families.map(\.head) == ["a r again: 3"])
    let kernels = (0..<27).map { $0 / 9 }
    #expect(
      families[0].members == [
        "a.0 maker rows [0, 1, 2]", "r.0 reader columns \(kernels)", "r.0 maker rows [0, 1, 2]",
        "b.0 reader columns [0, 1, 2]",
      ])
  }

  @Test func layersThatShareDifferentlyAreHeld() throws {
    // The same floats are 4 columns of one group, and 2 of each of two.
    let shared = "param { name: 'w' share_mode: PERMISSIVE }"
    let net = try describe(
      convolution("e", "x", 4), convolution("a", "e", 2, "bias_term: false", rest: shared),
      convolution("g", "e", 4, "group: 2 bias_term: false", rest: shared), convolution("p", "a", 2),
      convolution("q", "g", 2))
    let division = Channels().divide(net, weights: net.filterWeights)
    #expect(division.families.isEmpty)
    #expect(division.held[1] == "the layers 'a', 'g' share a parameter, but use it differently")
  }
}
