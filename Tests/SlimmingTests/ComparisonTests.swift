import CaffeProto
import Engine
import Layers
import NetModel
import Testing

@testable import Slimming

/// Two nets that are not built alike.
@Suite struct ComparisonTests {
  private func text(batch: Int = 4, head: String = "") -> String {
    """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: \(batch) dim: 3 dim: 6 dim: 6 } } }
    layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 4 kernel_size: 3 } }
    layer { name: "fc" type: "InnerProduct" bottom: "c" top: "fc" inner_product_param { num_output: 3 } }
    \(head)
    """
  }

  private func labelled(_ batch: Int) -> String {
    """
    layer { name: "label" type: "Input" top: "label" input_param { shape { dim: \(batch) } } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "fc" bottom: "label" top: "loss" }
    """
  }

  private func compare(
    _ a: Fixture, _ b: Fixture, _ inputs: [String: Comparison.Values] = [:]
  ) throws -> Comparison {
    var run = ComparisonRun(state: Fixture.state, registry: .caffe, backend: ReferenceBackend())
    run.inputs = inputs
    return try run.compare(
      .init(net: a.parameter, weights: a.weights), .init(net: b.parameter, weights: b.weights))
  }

  @Test(arguments: [4, 1, 9]) func aNetIsComparedWithItsDeployNet(batch: Int) throws {
    let (whole, deploy) = (try Fixture(text(head: labelled(4))), try Fixture(text(batch: batch)))
    for (first, second, isFirst) in [(whole, deploy, true), (deploy, whole, false)] {
      let comparison = try compare(first, second)
      #expect(comparison.outputs.map(\.blob) == ["fc"])
      #expect(comparison.worst?.absolute == 0)
      #expect(
        comparison.lone == [
          .init(blob: "label", isInput: true, isOfFirst: isFirst),
          .init(blob: "loss", isInput: false, isOfFirst: isFirst),
        ])
    }
  }

  @Test func anOutputOfTheSecondNetCounts() throws {
    let (first, second) = (try Fixture(text(head: labelled(4))), try Fixture(text()))
    var other = second
    other.set("fc", blob: 0, 0, 5)
    #expect(try compare(first, other).worst?.relative ?? 0 > 0)
  }

  @Test func netsThatReadDifferentThingsAreNotCompared() throws {
    let renamed = try Fixture(text().replacing("\"data\"", with: "\"image\""))
    let error = #expect(throws: SlimError.self) { try compare(try Fixture(text()), renamed) }
    #expect(error?.description == "input 'data' is missing, but should be 4 3 6 6 (432)")
    let larger = try Fixture(text().replacing("dim: 6 dim: 6", with: "dim: 3 dim: 12"))
    #expect(throws: SlimError.self) { try compare(try Fixture(text()), larger) }
  }

  @Test func valuesMayBeForOneNetOnly() throws {
    let (whole, deploy) = (try Fixture(text(head: labelled(4))), try Fixture(text()))
    let values = Comparison.Values(shape: [4], values: [0, 1, 2, 0])
    #expect(try compare(deploy, whole, ["label": values]).worst?.absolute == 0)
    let error = #expect(throws: SlimError.self) { try compare(deploy, whole, ["lable": values]) }
    #expect(
      error?.description
        == "with the given inputs: there are values for 'lable', but the inputs of the net are 'data', 'label'")
  }

  @Test func aNetWithoutAnythingToCompareProvesNothing() throws {
    let nothing = try Fixture(
      "layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 1 dim: 2 } } }")
    let error = #expect(throws: SlimError.self) { try nothing.run() }
    #expect(error?.description.contains("nothing is shown to be equal") == true)
  }
}
