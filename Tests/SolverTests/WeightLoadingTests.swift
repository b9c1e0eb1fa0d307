import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Testing
import TestSupport

@testable import Solver

@Suite struct WeightLoadingTests {
  /// What loading the golden initial weights into a changed net says.
  private func complaint(_ change: (inout NetParameter) -> Void) throws -> String {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    change(&parameter.netParam)
    let error = #expect(throws: NetError.self) { try makeSolver(parameter) }
    return error?.description ?? ""
  }

  @Test func aShapeMismatchNamesBothShapes() throws {
    let text = try complaint { net in
      for index in net.layer.indices where net.layer[index].name == "conv2" {
        net.layer[index].convolutionParam.numOutput = 9
      }
    }
    for part in ["layer 'conv2'", "blob 0", "8 6 3 3 (432)", "9 6 3 3 (486)", "init.caffemodel"] {
      #expect(text.contains(part), "\(part) in: \(text)")
    }
  }

  @Test func aMissingBlobIsNamed() throws {
    let text = try complaint { net in
      for index in net.layer.indices where net.layer[index].name == "ip" {
        net.layer[index].innerProductParam.biasTerm = false
        net.layer[index].param.removeLast()
      }
    }
    for part in ["layer 'ip'", "2 blobs", "1"] { #expect(text.contains(part), "\(part) in: \(text)") }
  }

  @Test func otherLayersAreReported() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    for index in parameter.netParam.layer.indices where parameter.netParam.layer[index].name == "ip" {
      parameter.netParam.layer[index].name = "ip2"
    }
    let lines = Lines()
    _ = try makeSolver(parameter, log: lines.log)
    #expect(lines.messages.contains("Ignoring source layer ip"))
    let warning = lines.all.first { $0.hasPrefix("W") }
    #expect(warning?.contains("layer 'ip2' has no weights") == true, "\(warning ?? "")")
    #expect(warning?.contains("'ip'") == true, "\(warning ?? "")")
  }

  @Test func testNetsUseTheTrainNetsParameters() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    var test = parameter.netParam
    test.layer.removeAll { $0.hasHdf5DataParam && $0.include.contains { $0.phase == .train } }
    parameter.testNetParam = [test]
    parameter.testIter = [8]
    parameter.testInterval = 1000
    let solver = try makeSolver(parameter)
    let before = try solver.testAll()
    #expect(before[0].map(\.name) == ["accuracy", "loss"])
    #expect(weights(solver.testNets[0]) == weights(solver.net))
    try solver.step(30)
    #expect(weights(solver.testNets[0]) == weights(solver.net))
    let after = try solver.testAll()
    #expect(after[0][0].values[0] > before[0][0].values[0] + 0.1)
    #expect(after[0][1].values[0] < before[0][1].values[0])
  }

  /// NVIDIA's Caffe keeps scale and shift behind a BatchNorm's statistics.
  @Test func fiveBlobsOfBatchNormAreSplit() throws {
    let withScale = """
      layer { name: "d" type: "DummyData" top: "d" dummy_data_param { shape { dim: [2, 3, 1, 2] } } }
      layer { name: "bn" type: "BatchNorm" bottom: "d" top: "b" }
      layer { name: "s" type: "Scale" bottom: "b" top: "b" scale_param { bias_term: true } }
      """
    let without = """
      layer { name: "d" type: "DummyData" top: "d" dummy_data_param { shape { dim: [2, 3, 1, 2] } } }
      layer { name: "bn" type: "BatchNorm" bottom: "d" top: "b" }
      """
    func load(_ text: String, scale: [Float], shift: [Float], log: RunLog = .silent) throws -> Net {
      let net = try Net(
        NetParameter(text: text), state: .with { $0.phase = .test }, registry: .caffe, backend: ReferenceBackend(),
        random: RandomSource(seed: 1))
      let blobs = [[1, 2, 3], [4, 5, 6], [1], scale, shift].map { BlobProto(shape: [$0.count], data: Floats($0)) }
      try net.copy(WeightSet(layers: [.init(name: "bn", blobs: blobs)]), from: "nv.caffemodel", log: log)
      return net
    }
    let lines = Lines()
    let net = try load(withScale, scale: [7, 8, 9], shift: [-1, -2, -3], log: lines.log)
    #expect(net.layer("bn")?.layer.blobs.map(\.plainData) == [[1, 2, 3], [4, 5, 6], [1]])
    #expect(net.layer("s")?.layer.blobs.map(\.plainData) == [[7, 8, 9], [-1, -2, -3]])
    #expect(lines.messages.count == 1 && lines.messages[0].contains("go to layer 's'"))
    #expect(try load(without, scale: [1, 1, 1], shift: [0, 0, 0]).layer("bn")?.layer.blobs.count == 3)
    let error = #expect(throws: NetError.self) { try load(without, scale: [1, 2, 1], shift: [0, 0, 0]) }
    #expect(error?.description.contains("needs a Scale layer") == true)
  }
}
