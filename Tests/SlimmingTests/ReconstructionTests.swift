import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Pruning
import TestSupport
import Testing

@testable import Slimming

/// Weights that are fitted anew behind removed channels. Where a removed channel is a sum of others, the fitted net computes
/// what the whole one does.
@Suite struct ReconstructionTests {
  /// Names the groups that go first.
  private struct Chosen: Importance {
    static let name = "chosen"
    let goes: [String: Set<Int>]
    func scores(_ family: GroupFamily, _ evidence: any Evidence) -> [Float] {
      (0..<family.count).map { goes[family.name]?.contains($0) == true ? 0 : 1 }
    }
  }

  private static let data = """
    layer { name: "data" type: "DummyData" top: "x" dummy_data_param {
      shape { dim: 20 dim: 8 dim: 4 dim: 4 } data_filler { type: "gaussian" std: 1 } } }

    """

  private func plan(_ fixture: Fixture, _ goes: [String: Set<Int>], _ ratios: String) throws -> PrunePlan {
    try PrunePlan(
      fixture.description, weights: fixture.weights,
      .init(importance: Chosen(goes: goes), ratios: PruneRatios(text: ratios, file: "r.txt")))
  }

  private func reconstruction(_ fixture: Fixture, _ plan: PrunePlan, images: Int = 200) throws -> Reconstruction {
    try Reconstruction(
      plan, fixture.parameter, state: Fixture.state, registry: .caffe, backend: ReferenceBackend(), images: images,
      seed: 3)
  }

  /// How far apart the outputs of the whole net and of one with other weights are, on random inputs.
  private func difference(_ fixture: Fixture, _ weights: [String: [WeightBlob]], _ blob: String = "out") throws -> Float
  {
    let comparison = try ComparisonRun(state: Fixture.state, registry: .caffe, backend: ReferenceBackend()).compare(
      .init(net: fixture.parameter, weights: fixture.weights), .init(net: fixture.parameter, weights: weights))
    return try #require(comparison.blobs.first { $0.blob == blob }).relative
  }

  @Test(arguments: [
    "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 pad: 2 stride: 2 dilation: 2 }",
    "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 pad: 1 bias_term: false }",
    "type: 'Convolution' convolution_param { num_output: 4 kernel_h: 2 kernel_w: 3 group: 2 }",
    "type: 'InnerProduct' inner_product_param { num_output: 4 }",
    "type: 'InnerProduct' inner_product_param { num_output: 4 transpose: true bias_term: false }",
  ])
  func sumsOfOtherChannelsAreNotMissed(_ reader: String) throws {
    var fixture = try Fixture(
      Self.data + """
        layer { name: "c" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: 6 kernel_size: 1 } }
        layer { name: "out" bottom: "c" top: "out" \(reader) }
        """)
    for last in [2, 5] { fixture.sum("c", last, of: (last - 2, 0.5), (last - 1, -2)) }
    // Of a group convolution the last of either block.
    let isGrouped = reader.contains("group")
    let plan = try plan(fixture, ["c": [2]], isGrouped ? "c 0.34" : "c 0.17")
    #expect(plan.families[0].removed == (isGrouped ? [2, 5] : [2]))
    var reconstruction = try reconstruction(fixture, plan)
    let before = try difference(fixture, plan.masked())
    let fitted = try reconstruction.fit()
    let after = try difference(fixture, fitted)
    #expect(before > 0.05 && after < 1e-3, "\(before) -> \(after)")
    let step = try #require(reconstruction.steps.first)
    #expect(reconstruction.steps.count == 1 && step.layer == "out" && reconstruction.left.isEmpty)
    #expect(step.errorBefore > 0.05 && step.errorAfter < 1e-3 && step.samples > step.unknowns)
    _ = try plan.slimmed(
      fixture.parameter, WeightSet(fixture.description, blobs: fitted), state: Fixture.state, registry: .caffe)
    // The same images and positions once more: the same weights.
    var again = try self.reconstruction(fixture, plan)
    let second = try again.fit()
    #expect(again.count == 1 && second["c"]?.map(\.data) == fitted["c"]?.map(\.data))
  }

  /// The shortcut p lacks a channel that nothing replaces. The branch's last convolution b sees the same channel in d, so it
  /// can make up for it, through its normalisation and scale.
  @Test func theLastConvolutionOfABranchMakesUpForTheShortcut() throws {
    func product(_ name: String, _ bottom: String, _ outputs: Int, _ bias: Bool = true) -> String {
      """
      layer { name: "\(name)" type: "Convolution" bottom: "\(bottom)" top: "\(name)"
        convolution_param { num_output: \(outputs) kernel_size: 1 bias_term: \(bias) } }

      """
    }
    var fixture = try Fixture(
      Self.data + product("c", "x", 6) + product("p", "c", 4) + product("d", "x", 7) + product("b", "d", 4, false) + """
        layer { name: "bn" type: "BatchNorm" bottom: "b" top: "b" }
        layer { name: "scale" type: "Scale" bottom: "b" top: "b" scale_param { bias_term: true } }
        layer { name: "add" type: "Eltwise" bottom: "p" bottom: "b" top: "add" }
        layer { name: "out" type: "InnerProduct" bottom: "add" top: "out" inner_product_param { num_output: 3 } }
        """)
    for channel in 0..<6 { fixture.copy("c", channel, to: "d") }
    fixture.sum("d", 6, of: (0, 1), (1, 1))
    let plan = try plan(fixture, ["c": [5], "d": [6]], "c 0.17\nd 0.15")
    #expect(plan.families.map(\.removed).filter { !$0.isEmpty } == [[5], [6]])
    var reconstruction = try reconstruction(fixture, plan)
    let fitted = try reconstruction.fit()
    #expect(reconstruction.steps.map(\.layer) == ["p", "b"] && reconstruction.normalised == ["bn"])
    #expect(reconstruction.steps[0].errorAfter > 0.05)
    let (shortcut, out) = (try difference(fixture, fitted, "p"), try difference(fixture, fitted))
    #expect(shortcut > 0.05 && out < 1e-3, "\(shortcut), \(out)")
  }

  /// A normalisation that does not follow a consumer is seen to, too; where nothing has changed before it, it stays.
  @Test func statisticsFollow() throws {
    var fixture = try Fixture(
      Self.data + """
        layer { name: "c" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: 6 kernel_size: 1 } }
        layer { name: "first" type: "BatchNorm" bottom: "c" top: "c" }
        layer { name: "k" type: "Convolution" bottom: "c" top: "k" convolution_param { num_output: 4 kernel_size: 1 } }
        layer { name: "relu" type: "ReLU" bottom: "k" top: "k" }
        layer { name: "bn" type: "BatchNorm" bottom: "k" top: "n" }
        layer { name: "out" type: "InnerProduct" bottom: "n" top: "out" inner_product_param { num_output: 3 } }
        """)
    fixture.sum("c", 5, of: (0, 1), (1, 1))
    let plan = try plan(fixture, ["c": [5]], "c 0.17")
    var reconstruction = try reconstruction(fixture, plan)
    let fitted = try reconstruction.fit()
    #expect(reconstruction.steps.map(\.layer) == ["k"] && reconstruction.normalised == ["bn"])
    #expect(try difference(fixture, fitted) < 1e-3)
    let (mean, weight) = (try #require(fixture.weights["bn"]?[0].data), Float(2))
    for (got, was) in zip(try #require(fitted["bn"]?[0].data), mean) { #expect(abs(got - was / weight) < 1e-3) }
  }

  /// Moments (1, 4) become (3, 1): a running mean of 2 lies half a deviation above the mean and still does, at 3.5; the
  /// running variance 8 becomes 2.
  @Test func runningStatisticsChangeAsMomentsDo() throws {
    var fixture = try Fixture(
      Self.data + """
        layer { name: "bn" type: "BatchNorm" bottom: "x" top: "n" }
        """)
    for (blob, value) in [(0, 4), (1, 16)] as [(Int, Float)] { fixture.set("bn", blob: blob, 1, value) }
    let nets = try TwinNets(
      fixture.parameter, state: Fixture.state, original: fixture.weights, pruned: fixture.weights, registry: .caffe,
      backend: ReferenceBackend())
    let index = try #require(nets.pruned.description.index(ofLayer: "bn"))
    nets.renewStatistics(
      ofLayer: index, [1, 0], from: ChannelMoments(means: [1, 0], variances: [4, 0]),
      to: ChannelMoments(means: [3, 9], variances: [1, 9]))
    let blobs = nets.pruned.layers[index].layer.blobs.map(\.plainData)
    #expect(blobs[0][1] == 3.5 && blobs[1][1] == 2 && blobs[2] == [1])
    // A constant's stay.
    #expect(blobs[0][0] == (fixture.weights["bn"]?[0].data[0] ?? 0) / 2)
  }

  @Test func whatIsNotFittedIsNamed() throws {
    let fixture = try Fixture(
      Self.data + """
        layer { name: "c" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: 6 kernel_size: 1 } }
        layer { name: "s1" type: "InnerProduct" bottom: "c" top: "s1" param { name: "w" } param { name: "v" }
          inner_product_param { num_output: 3 } }
        layer { name: "s2" type: "InnerProduct" bottom: "c" top: "s2" param { name: "w" } param { name: "v" }
          inner_product_param { num_output: 3 } }
        layer { name: "up" type: "Deconvolution" bottom: "c" top: "up"
          convolution_param { num_output: 4 kernel_size: 2 stride: 2 } }
        """)
    let plan = try plan(fixture, ["c": [5]], "c 0.17")
    let reconstruction = try reconstruction(fixture, plan)
    #expect(reconstruction.count == 0)
    #expect(reconstruction.left.map(\.layer) == ["s1", "s2", "up"])
    #expect(reconstruction.left[0].reason == "other layers share its weights")
    #expect(reconstruction.left[2].reason == "layers of type 'Deconvolution' that read so are not fitted")
  }

  /// Least-squares set A of shared/golden-methods, from channel-pruning's own solver, on all positions.
  @Test func aTraceOfTheOriginal() throws {
    guard let folder = TestFiles.shared("golden-methods/least-squares-1") else { return }
    let trace = try HDF5File(reading: folder + "/trace.h5")
    let scratch = try TemporaryFolder()
    var net = try Prototxt.net(folder + "/net.prototxt").net
    net.layer[0].hdf5DataParam.source = try scratch.write(folder + "/data.h5\n", to: "data.txt")
    let description = try NetDescription(net, state: Fixture.state, registry: .caffe)
    let weights = try CaffeModel.read(folder + "/init.caffemodel").blobs(for: description)
    let plan = try PrunePlan(
      description, weights: weights,
      .init(
        importance: Chosen(goes: ["conv1": [1, 4, 5]]), ratios: PruneRatios(text: "conv1 0.375", file: "r.txt")))
    let consumer = try #require(plan.consumers().found.first)
    #expect(consumer.name == "conv2" && consumer.inputs == [[0, 2, 3, 6, 7]])
    let nets = try TwinNets(
      net, state: Fixture.state, original: weights, pruned: plan.masked(), registry: .caffe,
      backend: ReferenceBackend())
    let index = try #require(nets.pruned.description.index(ofLayer: "conv2"))
    // So few images that all positions are taken.
    let samples = Samples(consumer, nets, index, images: 1)
    let (fitted, held) = try samples.equations(images: 40, seed: 1)
    let all = fitted[0].adding(held[0])
    #expect(all.samples == 40 * nets.pruned.layers[index].top[0].shape.count(from: 2))
    let weight = try #require(weights["conv2"])
    let prior = consumer.places(0).map { Double(weight[0].data[$0]) }
    let fit = try #require(all.fit(ridge: 0, near: prior, hasIntercept: true))
    func expect(_ got: [Double], _ dataset: String, _ shift: [Float] = []) throws {
      let expected = Array(try trace.dataset("/" + dataset).values)
      #expect(got.count == expected.count)
      for index in got.indices {
        let value = got[index] - (shift.isEmpty ? 0 : Double(shift[index]))
        #expect(abs(value - Double(expected[index])) < 1e-4, "\(dataset) \(index): \(value), \(expected[index])")
      }
    }
    try expect(fit.weights, "weight_after_allpositions")
    try expect(fit.intercept, "intercept_allpositions", Array(weight[1].data))
  }
}

extension Fixture {
  /// Makes a filter, with its bias, of two others.
  fileprivate mutating func sum(_ layer: String, _ filter: Int, of parts: (filter: Int, factor: Float)...) {
    weights[layer] = weights[layer]?.map { blob in
      let size = blob.shape.count(from: 1)
      var values = Array(blob.data)
      for element in 0..<size {
        values[filter * size + element] = parts.reduce(0) { $0 + $1.factor * values[$1.filter * size + element] }
      }
      return WeightBlob(shape: blob.shape, data: .init(values))
    }
  }

  /// Copies a filter, with its bias, to the same place of another layer.
  fileprivate mutating func copy(_ layer: String, _ filter: Int, to other: String) {
    guard let source = weights[layer] else { return }
    weights[other] = weights[other]?.enumerated().map { index, blob in
      let size = blob.shape.count(from: 1)
      var values = Array(blob.data)
      for element in filter * size..<(filter + 1) * size { values[element] = source[index].data[element] }
      return WeightBlob(shape: blob.shape, data: .init(values))
    }
  }
}
