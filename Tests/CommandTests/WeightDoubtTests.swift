import CaffeProto
import NetIO
import TestSupport
import Testing

/// What is strange about weights is told by every command that reads them.
@Suite struct WeightDoubtTests {
  private static let commands = [
    "summary --model n.prototxt --weights w.caffemodel",
    "check --weights w.caffemodel --model n.prototxt",
    "plan --model n.prototxt --weights w.caffemodel --ratio 0.5 --round 1",
    "prune --model n.prototxt --weights w.caffemodel --ratio 0.5 --round 1 --out-weights o.caffemodel",
    "slim --model n.prototxt --weights w.caffemodel --out-model o.prototxt --out-weights o.caffemodel",
    "compare --model n.prototxt --weights w.caffemodel --other-model n.prototxt --other-weights w.caffemodel",
    "test --model n.prototxt --weights w.caffemodel --iterations 1",
    "time --model n.prototxt --weights w.caffemodel --iterations 1",
    "forward --model n.prototxt --weights w.caffemodel --inputs i.h5 --outputs o.h5",
    "extract_features w.caffemodel n.prototxt r o.lmdb 1 lmdb",
    "train --solver s.prototxt --weights w.caffemodel",
    "convert w.caffemodel o.onnx --model n.prototxt",
  ]

  /// These know no net, and look at numbers only.
  private static let netless = ["convert w.caffemodel o.h5", "upgrade_net_proto_binary w.caffemodel o.caffemodel"]

  /// A folder with a net of one layer with weights behind data, its solver, inputs, and weights.
  private func folder(_ layer: String, _ blobs: [BlobProto]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let net = """
      layer { name: "d" type: "DummyData" top: "d"
        dummy_data_param { shape { dim: 1 dim: 2 dim: 1 dim: 1 } data_filler { value: 1 } } }
      layer { name: "f" \(layer) bottom: "d" top: "f" }
      layer { name: "r" type: "ReLU" bottom: "f" top: "r" }
      """
    try folder.write(net, to: "n.prototxt")
    try folder.write(
      "net: 'n.prototxt' base_lr: 0.1 lr_policy: 'fixed' max_iter: 0 snapshot_after_train: false", to: "s.prototxt")
    try HDF5Writer.write(to: folder("i.h5")) { try $0.write([1, 1], shape: [1, 2, 1, 1], to: "/d") }
    try CaffeModel.write(WeightSet(layers: [.init(name: "f", blobs: blobs)]), to: folder("w.caffemodel"))
    return folder
  }

  private func expect(_ text: String, of lines: [String], in folder: TemporaryFolder) throws {
    for line in lines {
      let run = try ProgramRun.run(line, in: folder)
      let said = run.output + run.errors
      let times = said.components(separatedBy: text).count - 1
      // Two files of compare are the same one here.
      #expect(times == (line.hasPrefix("compare") ? 2 : 1), "\(line): \(said)")
      #expect(said.contains("w.caffemodel: "), "\(line): \(said)")
    }
  }

  @Test(arguments: [(Float.nan, "NaN"), (-.infinity, "infinite"), (.leastNonzeroMagnitude, "denormal")])
  func strangeNumbersAreTold(_ value: Float, _ kind: String) throws {
    let folder = try folder(
      "type: 'InnerProduct' inner_product_param { num_output: 2 }",
      [BlobProto(shape: [2, 2], data: [1, value, 1, 1]), BlobProto(shape: [2], data: [0, 0])])
    try expect(
      "layer 'f', blob 0: 1 of 4 values are \(kind)", of: Self.commands + Self.netless, in: folder)
  }

  /// Above -eps the root is there, below it is not: then BatchNorm makes NaN of a channel, which the ReLU hides.
  @Test(arguments: [(Float(-1e-6), "with eps they are positive"), (-2, "with eps 1e-05 they have no square root")])
  func negativeVariancesAreTold(_ variance: Float, _ words: String) throws {
    let folder = try folder(
      "type: 'BatchNorm'", [[Float(0), 0], [1, variance], [1]].map { BlobProto(shape: [$0.count], data: Floats($0)) })
    try expect(
      "layer 'f': 1 of its 2 variances are negative, down to \(variance): \(words)", of: Self.commands, in: folder)
  }

  @Test func soundWeightsAreNot() throws {
    let folder = try folder(
      "type: 'BatchNorm'", [[Float(0), 0], [1, 0], [1]].map { BlobProto(shape: [$0.count], data: Floats($0)) })
    for line in Self.commands + Self.netless {
      let run = try ProgramRun.run(line, in: folder)
      #expect(!(run.output + run.errors).contains("layer 'f'"), "\(line): \(run.errors)")
    }
  }
}
