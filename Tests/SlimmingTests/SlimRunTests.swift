import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Testing

@testable import Slimming

/// A whole run: weights as files have them, proof, solver state, deploy net.
@Suite struct SlimRunTests {
  @Test func scoresAreHeldAgainstLabels() throws {
    #expect(try Fixture.masked().run().proof.random.top1Agreement == 1)
  }

  /// Random inputs need no whole batch, but these parameters do.
  @Test func parametersMayBeAsLargeAsTheBatch() throws {
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 2 dim: 4 dim: 4 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "s" type: "Scale" bottom: "a" top: "s" scale_param { axis: 0 num_axes: 2 bias_term: true } }
      layer { name: "c" type: "InnerProduct" bottom: "s" top: "c" inner_product_param { num_output: 2 } }
      """)
    fixture.zero("c", axis: 1, 16..<32)
    let run = try fixture.run()
    #expect(run.slim.description.layers[2].blobs.map(\.shape) == [[3, 3], [3, 3]])
    #expect(run.proof.random.outputs.allSatisfy { $0.relative < 1e-5 } && !run.proof.random.outputs.isEmpty)
  }

  @Test func layersThatShareANameAreToldApartOrRefused() throws {
    func text(_ first: String, _ second: String) -> String {
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 4 dim: 4 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "\(first)" type: "ReLU" bottom: "a" top: "a" }
      layer { name: "b" type: "Convolution" bottom: "a" top: "b" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "\(second)" type: "ReLU" bottom: "b" top: "b" }
      layer { name: "c" type: "InnerProduct" bottom: "b" top: "c" inner_product_param { num_output: 2 } }
      """
    }
    let fixture = try Fixture(text("relu", "relu"))
    #expect(try fixture.run().slim.description.deploy.layer.map(\.name) == ["data", "a", "relu", "b", "relu_2", "c"])
    for names in [("a", "relu"), ("relu", "c")] {
      let error = #expect(throws: SlimError.self) { _ = try Fixture(text(names.0, names.1)).run() }
      #expect(error?.description.contains("two layers are called '\(names.0 == "a" ? "a" : "c")'") == true)
    }
  }

  @Test func theDeployNetHasNothingThatReadersRefuse() throws {
    let run = try Fixture.masked().run()
    let deploy = run.slim.description.deploy
    #expect(deploy.layer.map(\.name) == ["data", "a", "bn", "s", "g", "b"])
    #expect(!deploy.layer.contains { $0.hasPruneParam })
    #expect(run.slim.net.layer.contains { $0.hasPruneParam })
    #expect(deploy.layer[0].top == ["data"])
    #expect(deploy.layer[0].inputParam.shape.map(\.dim) == [[4, 3, 8, 8]])
    // Every layer with weights is in both, under its name; in-place layers stay in place.
    let weighted = run.slim.weights.layers.filter { !$0.blobs.isEmpty }.map(\.name)
    #expect(weighted == ["a", "bn", "s", "g", "b"])
    #expect(deploy.layer[2].bottom == deploy.layer[2].top)
    let g = deploy.layer.first { $0.name == "g" }?.convolutionParam
    #expect(g?.numOutput == 4 && g?.group == 2 && g?.biasTerm == true)
  }

  @Test func bothNetsAlsoRunOnGivenInputs() throws {
    let random = RandomSource(seed: 5)
    let values = (0..<(2 * 3 * 8 * 8)).map { _ in random.gaussian(deviation: 50) }
    let run = try Fixture.masked().run(inputs: [
      "data": .init(shape: [2, 3, 8, 8], values: values), "label": .init(shape: [2], values: [0, 1]),
    ])
    #expect(run.proof.given?.batches == 1)
    #expect(run.proof.given?.outputs.isEmpty == false)
    #expect(run.proof.given?.outputs.allSatisfy { $0.relative < 1e-5 } == true)
    let error = #expect(throws: SlimError.self) {
      _ = try Fixture.masked().run(inputs: ["image": .init(shape: [1], values: [0])])
    }
    #expect(
      error?.description
        == "with the given inputs: there are values for 'image', but the inputs of the net are 'data', 'label'")
  }

  @Test func weightsOfTheOtherPhaseGoAlongWhereTheyFit() throws {
    func layer(_ name: String, _ columns: Int) -> WeightSet.Layer {
      .init(
        name: name,
        blobs: [
          BlobProto(shape: [2, columns], data: Floats([Float](repeating: 1, count: 2 * columns))),
          BlobProto(shape: [2], data: [1, 2]),
        ])
    }
    // head reads the channels of a, of which two go.
    let run = try Fixture.masked().run(extra: [layer("head", 288), layer("aside", 192)])
    #expect(run.slim.weights["aside"]?.blobs.count == 2)
    #expect(run.slim.weights["head"] == nil)
    #expect(run.slim.dropped == ["head"])
  }

  @Test func momentumIsSlicedWithTheWeights() throws {
    let text = Fixture.net.replacing("include { phase: TRAIN }", with: "include { phase: TEST stage: \"never\" }")
    var fixture = try Fixture(text)
    fixture.zero("a", axis: 0, [1, 6])
    fixture.zero("b", axis: 1, 0..<36)
    fixture.zero("b", axis: 1, 180..<216)
    let run = try fixture.run()
    // Blobs numbered from 0: a 0, bn 1 to 3, s 4 and 5, g 6 and 7, b 8; two slots.
    let shapes = fixture.description.layers.flatMap { $0.blobs.map(\.shape) }
    var state = SolverState()
    (state.iter, state.currentStep) = (70, 2)
    for slot in 0..<2 {
      for (index, shape) in shapes.enumerated() {
        let values = (0..<shape.count).map { Float($0 + 1000 * index + 100_000 * slot) }
        state.history.append(BlobProto(shape: shape.dims, data: Floats(values)))
      }
    }
    let slim = try run.slim.sliced(state, learnedNet: "slim.caffemodel")
    #expect((slim.iter, slim.currentStep, slim.learnedNet) == (70, 2, "slim.caffemodel"))
    let after = run.slim.description.layers.flatMap { $0.blobs.map(\.shape.dims) }
    #expect(slim.history.map(\.extents) == after + after)
    // Filter 2 of a is the second that stays.
    #expect(slim.history[0].data[27] == 54)
    #expect(slim.history[after.count].data[27] == 100_054)
    // The factor of channel 2.
    #expect(slim.history[4].data[1] == 4002)
    // g reads channels 0, 2, 3 in its first group; its filters 0 and 5 are gone.
    #expect(Array(slim.history[6].data) == [4, 6, 7, 8, 10, 11, 12, 13, 15, 16, 17, 19].map { Float(6000 + $0) })
    state.history.removeLast()
    #expect(throws: SlimError.self) { try run.slim.sliced(state, learnedNet: "") }
  }

  @Test func whatCancelsHasNoRelativeError() {
    let bound = Comparison.Bound(relative: 1e-4, absolute: 1e-6)
    let (rounding, wrong) = (
      Comparison.Difference(blob: "x", absolute: 5e-7, relative: 0.3),
      Comparison.Difference(blob: "x", absolute: 0.2, relative: 0.3)
    )
    #expect(rounding.isWithin(bound))
    #expect(!wrong.isWithin(bound))
    #expect(!rounding.isWithin(.init(relative: 1e-4, absolute: 0)))
    #expect(!Comparison.Difference(blob: "x", absolute: .nan, relative: .nan).isWithin(bound))
  }
}
