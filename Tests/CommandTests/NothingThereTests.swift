import CaffeProto
import Foundation
import NetIO
import TestSupport
import Testing

/// Where a file holds nothing, or nothing for what was asked, that is said, and no file of another kind is written over.
@Suite struct NothingThereTests {
  private static let net = """
    layer { name: "d" type: "Input" top: "d" include { phase: TEST } input_param { shape { dim: 1 dim: 2 } } }
    layer { name: "f" type: "InnerProduct" bottom: "d" top: "f" include { phase: TEST }
      inner_product_param { num_output: 2 } }
    """

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("n.prototxt", Self.net), ("e.prototxt", ""), ("named.prototxt", "name: 'n'"), ("empty", ""),
      ("s.prototxt", "net: 'n.prototxt'\nbase_lr: 0.1\n  max_iter: -3\nlr_policy: 'fixed'"), ("none.txt", ""),
    ] {
      try folder.write(text, to: name)
    }
    let weights = [BlobProto(shape: [2, 2], data: [1, 2, 3, 4]), BlobProto(shape: [2], data: [0, 0])]
    try CaffeModel.write(WeightSet(layers: [.init(name: "f", blobs: weights)]), to: folder("w.caffemodel"))
    try HDF5Writer.write(to: folder("i.h5")) { try $0.write([1, 1], shape: [1, 2], to: "/d") }
    try HDF5Writer.write(to: folder("none.h5")) { _ in }
    try writeBytes([0x50, 0x4b, 3, 4, 20, 0, 0, 0], to: folder("zip"))
    try folder.write("a.png 1\nb.png 3000000000\n", to: "list.txt")
    try folder.write(
      "{\"identity\":\"\",\"importance\":\"fpgm\",\"images\":1,\"accuracy\":1,\"families\":[]}", to: "map.json")
    try FileManager.default.createDirectory(atPath: folder("folder"), withIntermediateDirectories: false)
    try writeBytes(
      [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8] + [UInt8](repeating: 9, count: 64), to: folder("i.idx"))
    return folder
  }

  /// An empty file, or phase, is a net that computes nothing; whoever looks at it, runs it or changes it is told.
  @Test(arguments: ["n.prototxt --phase TRAIN", "e.prototxt", "named.prototxt"])
  func netsWithoutLayers(_ net: String) throws {
    let folder = try folder()
    let words = net.split(separator: " ").map(String.init)
    let (file, phase) = (words[0], words.count > 1 ? " " + words[1...].joined(separator: " ") : "")
    let lines: [(String, Int32)] = [
      ("summary --model \(file)", 0), ("time --iterations 1 --model \(file)", 0),
      ("check --model \(file)", phase.isEmpty ? 1 : 0), ("draw_net \(file) o.svg", 0), ("draw_net \(file) o.dot", 0),
      ("forward --model \(file) --inputs i.h5 --outputs o.h5", 0),
      ("plan --model \(file) --weights w.caffemodel --ratio 0.5", 0),
      ("prune --model \(file) --weights w.caffemodel --ratio 0.5 --out-weights o.caffemodel", 0),
      ("slim --model \(file) --weights w.caffemodel --out-model o.prototxt --out-weights o.caffemodel", 1),
      ("compare --model \(file) --weights w.caffemodel --other-model \(file) --other-weights w.caffemodel", 1),
      ("convert w.caffemodel o.onnx --model \(file)", 1),
    ]
    for (line, status) in lines {
      let run = try ProgramRun.run(line + phase, in: folder)
      #expect(run.status == status && (run.output + run.errors).contains("the net has no layers"), "\(line): \(run)")
    }
    guard phase.isEmpty else { return }
    let upgraded = try ProgramRun.run("upgrade_net_proto_text \(file) o.prototxt", in: folder)
    #expect(upgraded.status == 0 && upgraded.errors.contains("\(file): the net has no layers"), "\(upgraded)")
    let other = try ProgramRun.run("draw_net n.prototxt o.svg --other \(file)", in: folder)
    #expect(other.status == 0 && other.errors.contains("\(file): the net has no layers"), "\(other)")
  }

  @Test(arguments: [
    ("summary --model n.prototxt --weights empty", "'empty': it is not a caffemodel but an empty file"),
    ("convert empty o.h5", "'empty': it is not a caffemodel but an empty file"),
    ("upgrade_net_proto_binary empty o.caffemodel", "'empty': it is not a caffemodel but an empty file"),
    ("upgrade_net_proto_binary i.h5 o.caffemodel", "'i.h5': it is not a caffemodel but an HDF5 file"),
    ("forward --model n.prototxt --inputs empty --outputs o.h5", "'empty': it is not a HDF5 file but an empty file"),
    ("train --solver s.prototxt --snapshot empty", "s.prototxt:3: solver: max_iter: must be at least 0"),
    ("train --solver empty", "empty: solver: max_iter: missing"),
    ("convert_mnist_data empty empty db", "cannot read IDX file 'empty'"),
    ("report empty --out o.html", "empty: it is empty"),
    ("compute_image_mean empty o.binaryproto", "'empty"),
    (
      "compute_image_mean folder ./folder/data.mdb",
      "'./folder/data.mdb' is read: writing it would replace what is there"
    ),
    ("draw_net n.dot ./n.dot", "'./n.dot' is read: writing it would replace what is there"),
    (
      "compare --model n.prototxt --weights w.caffemodel --other-model n.prototxt --other-weights w.caffemodel"
        + " --inputs none.h5", "every array is missing"
    ),
    ("convert w.caffemodel -", "'-' names no file and stands for no stream here"),
    ("summary --model=-", "'-' names no file"),
    ("test --model n.prototxt --weights ,", "--weights names no file"),
    ("extract_features , n.prototxt f db 1 lmdb", "caffemodels: no file is named"),
    (
      "summary --model n.prototxt --weights zip",
      "'zip': it is not a caffemodel but a ZIP archive, as PyTorch's files are"
    ),
    ("convert_imageset / list.txt db", "image list 'list.txt', line 2: the label 3000000000 is out of the range"),
    (
      "plan --model n.prototxt --weights w.caffemodel --budget macs=0.5 --allocate sensitivity --map map.json",
      "map.json: the sensitivity map does not fit: "
    ),
    (
      "plan --model n.prototxt --weights w.caffemodel --ratios /dev/zero",
      "cannot open '/dev/zero': it is not a regular file"
    ),
    ("draw_net n.prototxt n", "'n': the name must end in .svg"),
    ("reproduce report --records zip", "zip:1: is no record: it is no JSON"),
    ("train --solver i.idx", "i.idx:1:1: expected a field name"),
    ("train --solver s.prototxt --log-json w.caffemodel", "'w.caffemodel' is there and is no log of events"),
    ("time --model n.prototxt --log-json n.prototxt", "'n.prototxt' is there and is no log of events"),
  ]) func emptyFilesAndThoseOfOtherKinds(_ line: String, _ words: String) throws {
    let folder = try folder()
    let before = try readBytes(folder("w.caffemodel"))
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 1 && run.errors.contains(words), "\(run)")
    #expect(try readBytes(folder("w.caffemodel")) == before)
    #expect(try readText(folder("n.prototxt")) == Self.net)
  }

  @Test(arguments: [
    "time --model n.prototxt --iterations 1", "forward --model n.prototxt --inputs i.h5 --outputs o.h5",
  ])
  func weightsOfNoNameAreTold(_ line: String) throws {
    let run = try ProgramRun.run(line + " --weights ,", in: folder())
    #expect(run.status == 0 && run.errors.contains("the list of weights names no file"), "\(run)")
  }

  @Test func aListOfNoImagesMakesAnEmptyDatabaseAndSaysSo() throws {
    let folder = try folder()
    let run = try ProgramRun.run("convert_imageset ./ none.txt db", in: folder)
    #expect(run.status == 0 && run.errors.contains("'none.txt' names no images: the database is empty"), "\(run)")
    let mean = try ProgramRun.run("compute_image_mean db o.binaryproto", in: folder)
    #expect(mean.status == 1 && mean.errors.contains("every record is missing"), "\(mean)")
  }

  @Test func arraysThatNobodyReadsAreTold() throws {
    let folder = try folder()
    try HDF5Writer.write(to: folder("i.h5")) {
      for name in ["/d", "/dd"] { try $0.write([1, 1], shape: [1, 2], to: name) }
    }
    let run = try ProgramRun.run("forward --model n.prototxt --inputs i.h5 --outputs o.h5", in: folder)
    #expect(run.status == 0 && run.errors.contains("no Input layer of the net makes 'dd'"), "\(run)")
  }
}
