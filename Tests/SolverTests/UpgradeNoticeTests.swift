import CaffeProto
import NetIO
import Solver
import Testing
import TestSupport

@Suite struct UpgradeNoticeTests {
  @Test func oneForEachKindOfChange() throws {
    let scratch = try TemporaryFolder()
    let lines = Lines()
    let (path, weights) = (scratch("old.prototxt"), scratch("old.caffemodel"))
    let old = try NetParameter(
      text: "input: 'x' input_dim: [1, 1, 1, 2] layers { name: 'a' type: RELU } layers { name: 'b' type: RELU }")
    try Prototxt.write(old, to: path)
    try CaffeModel.write(old, to: weights)
    #expect(try Prototxt.net(path, log: lines.log).layer.map(\.type) == ["Input", "ReLU", "ReLU"])
    #expect(try CaffeModel.read(weights, log: lines.log).layers.map(\.name) == ["input", "a", "b"])
    #expect(lines.messages.count == 4)
    #expect(lines.messages.allSatisfy { $0.contains(" makes this permanent.") })
    #expect(lines.messages[0].hasPrefix("\(path): upgraded: 2 layers of the V1 format"))
    #expect(lines.messages[1].contains("upgrade_net_proto_text"))
    #expect(lines.messages[2].hasPrefix("\(weights): upgraded: 2 layers of the V1 format"))
    #expect(lines.messages[3].contains("upgrade_net_proto_binary"))
  }

  /// Stock Caffe's lenet_consolidated_solver.prototxt has V1 layers in its net_param.
  @Test func netsInSolversToo() throws {
    let scratch = try TemporaryFolder()
    let lines = Lines()
    let path = scratch("solver.prototxt")
    let old = try NetParameter(text: "layers { name: 'a' type: RELU }")
    try Prototxt.write(
      SolverParameter.with { ($0.netParam, $0.testNetParam) = (old, [old, NetParameter()]) }, to: path)
    let solver = try Prototxt.solver(path, log: lines.log)
    #expect(solver.netParam.layer.map(\.type) == ["ReLU"] && solver.testNetParam[0].layer.map(\.type) == ["ReLU"])
    #expect(!solver.hasTrainNetParam && lines.messages.count == 2)
    #expect(lines.messages[0].hasPrefix("\(path), net_param: upgraded: 1 layer"))
    #expect(lines.messages[1].hasPrefix("\(path), test_net_param[0]: upgraded: 1 layer"))
  }

  @Test func currentFilesGiveNone() throws {
    let scratch = try TemporaryFolder()
    let lines = Lines()
    let path = scratch("solver.prototxt")
    try Prototxt.write(SolverParameter.with { $0.type = "Adam" }, to: path)
    #expect(try Prototxt.solver(path, log: lines.log).type == "Adam" && lines.messages.isEmpty)
  }
}
