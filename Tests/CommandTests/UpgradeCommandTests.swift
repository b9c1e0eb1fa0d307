import CaffeProto
import NetIO
import Testing
import TestSupport

@testable import caffe_increg

@Suite struct UpgradeCommandTests {
  @Test func netText() throws {
    let folder = try TemporaryFolder()
    try writeText(
      "name: 'n' layers { name: 'd' type: DATA top: 'x' data_param { source: 's' scale: 2 } }", to: folder("old"))
    var command = try UpgradeNetTextCommand.parse([folder("old"), folder("new")])
    try command.run()
    let (net, upgrades) = try Prototxt.net(folder("new"))
    #expect(upgrades.isEmpty && net.name == "n")
    #expect(net.layer[0].type == "Data" && net.layer[0].transformParam.scale == 2)
    // In place, and nothing to do.
    command = try UpgradeNetTextCommand.parse([folder("new"), folder("new")])
    try command.run()
    #expect(try Prototxt.net(folder("new")).net == net)
  }

  @Test func settingsThatAreLostFailTheCommand() throws {
    let folder = try TemporaryFolder()
    try writeText("layers { layer { name: 'r' type: 'relu' pad: 3 } }", to: folder("old"))
    let command = try UpgradeNetTextCommand.parse([folder("old"), folder("new")])
    let error = #expect(throws: UpgradeReport.Loss.self) { try command.run() }
    #expect(error?.description.contains("pad of layer \"r\" (type relu)") == true)
    #expect(try Prototxt.net(folder("new")).net.layer.map(\.type) == ["ReLU"])
  }

  @Test func netBinary() throws {
    let folder = try TemporaryFolder()
    let blob = BlobProto.with { ($0.num, $0.channels, $0.height, $0.width, $0.data) = (1, 1, 1, 2, [1, 2]) }
    let old = NetParameter.with { net in
      net.layers = [
        .with { layer in
          layer.layer = .with { ($0.name, $0.type, $0.numOutput, $0.blobs) = ("ip", "innerproduct", 2, [blob]) }
        }
      ]
    }
    try CaffeModel.write(old, to: folder("old"))
    let command = try UpgradeNetBinaryCommand.parse([folder("old"), folder("new")])
    try command.run()
    let (net, upgrades) = try CaffeModel.net(folder("new"))
    #expect(upgrades.isEmpty)
    let layer = LayerParameter.with {
      ($0.name, $0.type, $0.innerProductParam.numOutput, $0.blobs) = ("ip", "InnerProduct", 2, [blob])
    }
    #expect(net == .with { $0.layer = [layer] })
    #expect(try CaffeModel.read(folder("old"))["ip"]?.blobs == CaffeModel.read(folder("new"))["ip"]?.blobs)
  }

  @Test func solverText() throws {
    let folder = try TemporaryFolder()
    try writeText("net: 'n' solver_type: ADAM base_lr: 0.5", to: folder("old"))
    let command = try UpgradeSolverTextCommand.parse([folder("old"), folder("new")])
    try command.run()
    let (solver, upgrades) = try Prototxt.solver(folder("new"))
    #expect(upgrades.isEmpty && solver.type == "Adam" && solver.baseLr == 0.5)
  }
}
