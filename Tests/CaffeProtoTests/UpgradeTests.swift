@testable import CaffeProto
import TestSupport
import Testing

@Suite struct UpgradeTests {
  @Test func inputDimensionsBecomeAnInputLayer() throws {
    var net = try NetParameter(
      text: "input: 'a' input: 'b' input_dim: [1, 3, 8, 9, 2, 4, 5, 6] layer { name: 'first' }")
    #expect(try net.upgrade() == [.inputFields])
    let expected = """
      layer {
        name: "input"
        type: "Input"
        top: "a"
        top: "b"
        input_param {
          shape {
            dim: 1
            dim: 3
            dim: 8
            dim: 9
          }
          shape {
            dim: 2
            dim: 4
            dim: 5
            dim: 6
          }
        }
      }
      layer {
        name: "first"
      }

      """
    #expect(try net.text() == expected)
    #expect(try net.upgrade() == [])
  }

  @Test func inputShapes() throws {
    var net = try NetParameter(text: "input: 'a' input_shape { dim: [1, 10] }")
    try net.upgrade()
    #expect(
      net.layer.count == 1 && net.layer[0].inputParam.shape[0].dim == [1, 10] && net.inputShape.isEmpty)
    var bare = try NetParameter(text: "input: 'a' layer { name: 'x' }")  // as old caffemodels have it
    #expect(try bare.upgrade() == [.inputFields])
    #expect(bare.layer.map(\.name) == ["x"] && bare.input.isEmpty)
  }

  @Test func inputsThatDoNotFitTheirShapes() throws {
    var net = try NetParameter(text: "input: 'a' input_dim: [1, 3, 8]")
    var error: UpgradeError = try failure { try net.upgrade(source: "old.prototxt") }
    #expect(error.description == "old.prototxt: 1 inputs need 4 input_dim, there are 3")
    net = try NetParameter(text: "input: ['a', 'b'] input_shape { }")
    error = try failure { try net.upgrade() }
    #expect(error.reason == .inputShapes(inputs: 2, shapes: 1))
  }

  @Test func batchNormStatisticsAreFrozen() throws {
    var net = try NetParameter(
      text:
        "layer { type: 'BatchNorm' param { lr_mult: 1 } param { } param { } } layer { type: 'BatchNorm' param { } }"
    )
    #expect(try net.upgrade() == [.batchNormRates])
    #expect(
      net.layer[0].param.map(\.lrMult) == [0, 0, 0] && net.layer[0].param.map(\.decayMult) == [0, 0, 0])
    #expect(net.layer[1].param.map(\.lrMult) == [1])
    #expect(try net.upgrade() == [])
    var half = try NetParameter(text: "layer { type: 'BatchNorm' param { lr_mult: 0 } param { lr_mult: 0 } param { } }")
    #expect(try half.upgrade() == [.batchNormRates])
    #expect(try half.upgrade() == [])
  }

  /// What an upgrade has made, written and read again, has nothing to upgrade.
  @Test(arguments: ["v0_ignored", "v0_net", "v1_inputs", "v1_net", "v1_types"]) func everyUpgradeIsTheLast(
    _ name: String
  ) throws {
    var net = try NetParameter(textFile: TestFiles.golden + "/upgrade/\(name).prototxt")
    #expect(try !net.upgrade().isEmpty)
    var text = try NetParameter(text: try net.text())
    #expect(try text.upgrade() == [])
    var binary = try NetParameter(serialized: net.serialized())
    #expect(try binary.upgrade() == [])
  }

  @Test func solverTypes() throws {
    let names = ["SGD", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam"]
    for (number, name) in names.enumerated() {
      var solver = try SolverParameter(text: "solver_type: \(number)")
      #expect(try solver.upgrade() == [.solverType])
      #expect(solver.type == name && !solver.hasSolverType)
      #expect(try solver.upgrade() == [])
    }
    var solver = try SolverParameter(text: "type: 'SGD' solver_type: SGD")
    #expect(throws: UpgradeError(source: "s", reason: .twoSolverTypes)) { try solver.upgrade(source: "s") }
  }
}
