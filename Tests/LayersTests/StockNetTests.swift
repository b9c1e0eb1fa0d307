import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

/// Every net of stock Caffe's `models/` and `examples/` and of caffe_increg's recipes, where `CAFFE_SOURCE` and
/// `INCREG_SOURCE` name their source trees: reads, prints, and has the shapes that stock Caffe gives it
/// (Tests/Golden/stock). The data sets that they name are made here, of one record each.
@Suite struct StockNetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: StockFiles.all) func printsWhatItReads(_ file: StockFiles.File) throws {
    try file.isSolver ? check(SolverParameter.self, file.path) : check(NetParameter.self, file.path)
  }

  private func check<M: Message>(_: M.Type, _ path: String) throws {
    let message = try M(textFile: path)
    let text = try message.text()
    #expect(try M(text: text) == message)
    #expect(try M(text: text).text() == text)
    #expect(try M(serialized: message.serialized()) == message)
  }

  @Test(arguments: StockFiles.all.filter { !$0.isSolver }) func hasStockShapes(_ file: StockFiles.File) throws {
    let lines = try readText(TestFiles.golden + "/stock/shapes.txt").split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    var built = 0
    for expected in lines where expected.first == file.name {
      var net = try Prototxt.net(file.path).net
      for index in net.layer.indices { try prepare(&net.layer[index]) }
      var state = NetState.with { $0.phase = expected[1] == "TEST" ? .test : .train }
      if file.name.contains("autoencoder"), expected[1] == "TEST" { state.stage = ["test-on-train"] }
      let described = try NetDescription(net, state: state, registry: .caffe)
      let shapes = described.layers.filter { !$0.topShapes.isEmpty }.map { layer in
        let tops = layer.topShapes.map { $0.dims.isEmpty ? "scalar" : $0.dims.map(String.init).joined(separator: "x") }
        return "\(layer.name)=\(tops.joined(separator: ","))"
      }
      #expect(shapes == Array(expected.dropFirst(2)), "\(file.name) \(expected[1])")
      built += 1
    }
    #expect(built > 0, "Tests/Golden/stock/shapes.txt does not have \(file.name)")
  }

  /// Solvers with a net inside say what it is themselves.
  @Test(arguments: StockFiles.all.filter(\.isSolver)) func solversAreComplete(_ file: StockFiles.File) throws {
    let solver = try Prototxt.solver(file.path).solver
    #expect(solver.hasNet || solver.hasTrainNet || solver.hasNetParam || solver.hasTrainNetParam)
    let tests = (solver.testState.isEmpty ? [NetState()] : solver.testState).map { state in
      var state = state
      state.phase = .test
      return state
    }
    let training = NetState.with { $0.phase = .train }
    var nets = solver.testNetParam.map { ($0, tests[0]) }
    if solver.hasNetParam { nets += ([training] + tests).map { (solver.netParam, $0) } }
    if solver.hasTrainNetParam { nets.append((solver.trainNetParam, training)) }
    for (net, state) in nets {
      var net = net
      _ = try net.upgrade(source: file.path)
      for index in net.layer.indices { try prepare(&net.layer[index]) }
      let described = try NetDescription(net, state: state, registry: .caffe)
      #expect(described.outputs.map { described.blobs[$0].name }.contains("loss"))
    }
  }

  /// Puts files in the place of those that a data layer names.
  private func prepare(_ layer: inout LayerParameter) throws {
    if layer.transformParam.hasMeanFile {
      let dims = image(layer.transformParam.meanFile.replacing("imagenet", with: "ilsvrc12"))
      var mean = BlobProto()
      (mean.num, mean.channels, mean.height, mean.width) = (1, dims[0], dims[1], dims[2])
      mean.data = Floats([Float](repeating: 0, count: dims.reduce(1, *)))
      layer.transformParam.meanFile = folder("mean.binaryproto")
      try MeanFile.write(mean, to: layer.transformParam.meanFile)
    }
    switch layer.type {
    case "Data":
      let dims = image(layer.dataParam.source)
      let kind: DatabaseKind = layer.dataParam.backend == .lmdb ? .lmdb : .leveldb
      layer.dataParam.source = folder("\(kind)-\(dims.map(String.init).joined(separator: "x"))")
      guard !FileManager.default.fileExists(atPath: layer.dataParam.source) else { return }
      let datum = Datum.with {
        ($0.channels, $0.height, $0.width) = (dims[0], dims[1], dims[2])
        $0.data = [UInt8](repeating: 0, count: dims.reduce(1, *))
      }
      try kind.write(to: layer.dataParam.source) { try $0.put(key: databaseKey(0), value: datum.serialized()) }
    case "HDF5Data":
      let rows = folder("rows.h5")
      try HDF5Writer.write(to: rows) { file in
        try file.write([0, 0, 0, 0], shape: [1, 4], to: "/data")
        try file.write([0], shape: [1], to: "/label")
      }
      layer.hdf5DataParam.source = try folder.write(rows, to: "rows.txt")
    case "ImageData":
      layer.imageDataParam.rootFolder = ""
      layer.imageDataParam.source = try folder.write("\(color) 0\n", to: "images.txt")
    case "WindowData":
      let windows = "# 0\n\(color)\n3\n16\n16\n2\n1 0.9 0 0 9 9\n0 0.1 5 5 10 10\n"
      layer.windowDataParam.source = try folder.write(windows, to: "windows.txt")
    default: break
    }
  }

  private var color: String { TestFiles.golden + "/netio/images/color.png" }

  /// Channels, height and width of a data set's images, which its path tells.
  private func image(_ path: String) -> [Int] {
    let known = [
      ("siamese", [2, 28, 28]), ("mnist", [1, 28, 28]), ("cifar10", [3, 32, 32]), ("ilsvrc12", [3, 256, 256]),
    ]
    return known.first { path.contains($0.0) }?.1 ?? [3, 256, 256]
  }
}
