import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import Slimming
import Testing

/// The rules as a run sees them: a list of values that are found one after the other.
@Suite struct SlimRuleTests {
  /// Channel 1 of a is read by nobody; channel 3 is a constant that the padding of b would tell apart, so it stays. The
  /// border of b's kernel is zero.
  private func fixture() throws -> Fixture {
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "a" top: "b"
        convolution_param { num_output: 2 kernel_size: 5 pad: 2 } }
      """)
    fixture.zero("b", axis: 1, [1])
    fixture.zero("a", axis: 0, [3])
    for axis in [2, 3] { fixture.zero("b", axis: axis, [0, 4]) }
    return fixture
  }

  private func plan(_ fixture: Fixture, _ weights: WeightSet? = nil) throws -> SlimPlan {
    let weights = weights ?? WeightSet(fixture.description, blobs: fixture.weights)
    return try SlimRun(fixture.parameter, weights: weights, .init(state: Fixture.state), registry: .caffe).plan()
  }

  @Test func eachRuleReportsWhatItChangesAndWhatHoldsTheRest() throws {
    let rules = try plan(fixture()).rules
    #expect(rules.count == SlimRules.all.count)
    #expect(rules.flatMap(\.changes) == ["kernel: b, 5 x 5 -> 3 x 3"])
    #expect(
      rules.flatMap(\.held) == [
        "kept: a, dead channels 3: layer 'b': its zero padding makes the border differ from the inside"
      ])
  }

  @Test func theRecordsOfAllRulesHaveDifferentNames() throws {
    let records = try plan(fixture()).rules.map(\.record)
    let names = records.flatMap(\.keys)
    #expect(Set(names) == ["layers", "held", "kernels"] && names.count == 3)
    func text(_ name: String) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let entry = try #require(records.compactMap { $0[name] }.first)
      return String(decoding: try encoder.encode(entry), as: UTF8.self)
    }
    #expect(try text("layers") == #"[{"channels":4,"kept":[0,2,3],"layer":"a"}]"#)
    #expect(try text("kernels") == #"[{"after":[3,3],"before":[5,5],"layer":"b"}]"#)
    #expect(try text("held").hasPrefix(#"[{"channels":[3],"layer":"a","reason":"layer 'b': its"#))
  }

  @Test func whatIsFoundCutsBlobsOfTheSameShape() throws {
    let fixture = try fixture()
    let plan = try plan(fixture)
    // A momentum is cut by all rules as the weight is, whose values are not touched otherwise.
    let weight = try #require(fixture.weights["b"]?[0])
    let cut = plan.rules.reduce(weight) { $1.kept(of: $0, layer: "b", 0) }
    #expect(cut.shape.dims == [2, 3, 3, 3])
    #expect(try cut.data == plan.apply().weights["b"]?.blobs[0].data)
  }

  @Test func planningChangesNothingAndApplyingDescribesAgain() throws {
    let fixture = try fixture()
    let plan = try plan(fixture)
    #expect(plan.masked.parameter == fixture.parameter)
    #expect(plan.masked.weights["b"]?[0].shape.dims == [2, 4, 5, 5])
    let slim = try plan.apply()
    #expect(slim.description.layers[2].parameter.convolutionParam.pad == [1])
    #expect(slim.description.layers[2].blobs.map(\.shape.dims) == [[2, 3, 3, 3], [2]])
    #expect(try slim.prove(on: ReferenceBackend()).random.worst?.relative ?? 1 < 1e-5)
  }

  /// Caffe's HDF5 layout has shared blobs with their first layer only.
  @Test func sharedBlobsMayBeLeftOutOfTheFile() throws {
    let shared = #"param { name: "w" } param { name: "b" }"#
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 4 dim: 6 dim: 6 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" \(shared)
        convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "a" top: "b" \(shared)
        convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "p" type: "Convolution" bottom: "a" top: "p" convolution_param { num_output: 2 kernel_size: 1 } }
      """)
    fixture.weights["b"] = fixture.weights["a"]
    var weights = WeightSet(fixture.description, blobs: fixture.weights)
    let index = try #require(weights.layers.firstIndex { $0.name == "b" })
    for blobs in [[], [BlobProto(), BlobProto()]] as [[BlobProto]] {
      weights.layers[index].blobs = blobs
      let slim = try plan(fixture, weights).apply()
      #expect(slim.weights["b"]?.blobs == slim.weights["a"]?.blobs)
      #expect(try slim.prove(on: ReferenceBackend()).random.worst?.relative ?? 1 < 1e-5)
    }
    weights.layers[index].blobs = [BlobProto(shape: [4], data: [1, 2, 3, 4])]
    let error = #expect(throws: SlimError.self) { try plan(fixture, weights) }
    #expect(
      error?.description
        == "layer 'b': the weights have blobs of the shapes [4 (4)], the net needs [4 4 1 1 (16), 4 (4)]")
  }
}
