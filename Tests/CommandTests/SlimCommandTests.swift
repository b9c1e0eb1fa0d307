import CaffeProto
import Foundation
import NetIO
import Testing
import TestSupport

/// `plan`, `prune`, `slim` and `compare` one after the other, as a user runs them.
@Suite struct SlimCommandTests {
  private let given = "--model net.prototxt --weights init.caffemodel --ratio 0.5 --round 1"

  @Test func fromAPlanToASmallerNet() throws {
    let folder = try ProgramRun.makeFolder()
    let plan = try ProgramRun.run("plan \(given)", in: folder)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("conv1 makes them"), "\(plan.output)")
    #expect(plan.output.contains("held: "))
    let prune = try ProgramRun.run("prune \(given) --out-weights masked.caffemodel", in: folder)
    #expect(prune.status == 0, "\(prune.errors)")
    let slim = try ProgramRun.run(
      "slim --model net.prototxt --weights masked.caffemodel --out-model slim.prototxt --out-weights slim.caffemodel "
        + "--out-deploy deploy.prototxt", in: folder)
    #expect(slim.status == 0, "\(slim.errors)")
    try expectRecord(folder("slim.caffemodel.json"))
    let deploy = try Prototxt.net(folder("deploy.prototxt")).net
    #expect(deploy.layer.first?.type == "Input")
    #expect(!deploy.layer.contains { $0.type.hasSuffix("Loss") || $0.type == "Accuracy" || $0.type.hasSuffix("Data") })
    #expect(deploy.layer.allSatisfy { $0.include.isEmpty && $0.exclude.isEmpty })
    #expect(deploy.layer.flatMap(\.top).allSatisfy { $0 != "label" })
    let pair = "--model net.prototxt --weights masked.caffemodel --other-model slim.prototxt --other-weights"
    let equal = try ProgramRun.run("compare \(pair) slim.caffemodel", in: folder)
    #expect(equal.status == 0, "\(equal.errors)")
    #expect(equal.output.contains("largest difference"))
    let before = try CaffeModel.read(folder("masked.caffemodel"))["conv1"]?.blobs[0].extents[0] ?? 0
    #expect(try CaffeModel.read(folder("slim.caffemodel"))["conv1"]?.blobs[0].extents[0] == before / 2)
    // Unmasked and slim net are not the same.
    let different = try ProgramRun.run(
      "compare --model net.prototxt --weights init.caffemodel --other-model slim.prototxt --other-weights slim.caffemodel",
      in: folder)
    #expect(different.status == 1)
    #expect(different.errors.contains("the nets differ by"), "\(different.errors)")
  }

  private func expectRecord(_ path: String) throws {
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
    let layers = try #require(json?["layers"] as? [[String: Any]])
    let first = try #require(layers.first)
    #expect(first["layer"] as? String == "conv1")
    #expect((first["kept"] as? [Int])?.count == (first["channels"] as? Int ?? 0) / 2)
    let sources = try #require(json?["sources"] as? [[String: Any]])
    #expect(sources.map { $0["path"] as? String } == ["net.prototxt", "masked.caffemodel"])
    let cost = try #require(json?["multiplyAdds"] as? [String: Int])
    #expect(cost["after"] ?? 0 < cost["before"] ?? 0)
    #expect(sources.allSatisfy { ($0["sha256"] as? String)?.count == 64 })
    let proof = try #require(json?["proof"] as? [[String: Any]])
    #expect(proof.map { $0["inputs"] as? String } == ["random"])
    #expect(proof.allSatisfy { ($0["differences"] as? [[String: Any]])?.isEmpty == false })
    // What prune was asked for is found beside the masked weights.
    let budget = try #require(json?["budget"] as? [String: Any])
    #expect((budget["asked"] as? [String: Any])?["ratio"] as? Double == 0.5)
    #expect((budget["met"] as? [[String: Any]])?.first?["ratio"] as? Double == 0.5)
    #expect((json?["tool"] as? String)?.hasPrefix("caffe-increg ") == true)
  }

  @Test func aNetWithoutZerosStaysWithAWord() throws {
    let folder = try ProgramRun.makeFolder()
    let slim = "slim --model net.prototxt --out-model s.prototxt --out-weights s.caffemodel --weights"
    let whole = try ProgramRun.run("\(slim) init.caffemodel", in: folder)
    #expect(whole.status == 0 && whole.errors.contains("nothing is removed: no channel"), "\(whole)")
    let prune = "prune --model net.prototxt --weights init.caffemodel --ratio 0.5 --round 1 --out-weights p.caffemodel"
    #expect(try ProgramRun.run(prune, in: folder).status == 0)
    let less = try ProgramRun.run("\(slim) p.caffemodel", in: folder)
    #expect(less.status == 0 && !less.errors.contains("nothing is removed"), "\(less)")
  }

  @Test func trainingGoesOnWithTheSlimNet() throws {
    let folder = try ProgramRun.makeFolder()
    func solver(_ net: String, _ iterations: Int) -> String {
      """
      net: "\(net)" base_lr: 0.01 lr_policy: "fixed" momentum: 0.9 max_iter: \(iterations) snapshot_prefix: "run"
      snapshot_after_train: true random_seed: 1
      """
    }
    try writeText(solver("net.prototxt", 2), to: folder("solver.prototxt"))
    try writeText(solver("slim.prototxt", 4), to: folder("slim_solver.prototxt"))
    let train = try ProgramRun.run("train --solver solver.prototxt --weights init.caffemodel", in: folder)
    #expect(train.status == 0, "\(train.errors)")
    let trained = "--model net.prototxt --weights run_iter_2.caffemodel"
    let prune = try ProgramRun.run("prune \(trained) --ratio 0.5 --round 1 --out-weights masked.caffemodel", in: folder)
    #expect(prune.status == 0, "\(prune.errors)")
    try HDF5Writer.write(to: folder("images.h5")) { file in
      // Two images; their labels follow.
      try file.write(Floats((0..<200).map { Float($0 % 7) / 7 }), shape: [2, 1, 10, 10], to: "/data")
    }
    let slim = try ProgramRun.run(
      "slim --model net.prototxt --weights masked.caffemodel --snapshot run_iter_2.solverstate --out-model slim.prototxt "
        + "--out-weights slim.caffemodel --out-snapshot slim.solverstate --inputs images.h5", in: folder)
    #expect(slim.status == 0, "\(slim.errors)")
    #expect(slim.output.contains("the given inputs"))
    let (whole, cut) = (
      try SolverStateFile.read(folder("run_iter_2.solverstate")), try SolverStateFile.read(folder("slim.solverstate"))
    )
    #expect((cut.iter, cut.learnedNet, cut.history.count) == (2, "slim.caffemodel", whole.history.count))
    let kept = try #require(try keptChannels(of: "conv1", in: folder("slim.caffemodel.json")))
    let size = whole.history[0].data.count / whole.history[0].extents[0]
    #expect(cut.history[0].extents[0] == kept.count)
    #expect(
      Array(cut.history[0].data)
        == kept.flatMap { filter in whole.history[0].data[(filter * size)..<((filter + 1) * size)] })
    let resumed = try ProgramRun.run("train --solver slim_solver.prototxt --snapshot slim.solverstate", in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try SolverStateFile.read(folder("run_iter_4.solverstate")).iter == 4)
    let other = try ProgramRun.run(
      "slim \(trained) --snapshot init.caffemodel --out-snapshot x --out-model x.prototxt --out-weights x.caffemodel",
      in: folder)
    #expect(other.status == 1)
    #expect(!folder.entries().contains("x.caffemodel"))
  }

  /// A caffemodel under the name of another format deceives whoever reads it.
  @Test(arguments: ["x.onnx", "x.pt", "x.caffemodel.gz", "x.CAFFEMODEL", "x."])
  func namesOfOtherFormatsAreRefused(_ name: String) throws {
    let folder = try ProgramRun.makeFolder()
    let files = folder.entries()
    for line in [
      "prune --model net.prototxt --weights init.caffemodel --ratio 0.5",
      "slim --model net.prototxt --weights init.caffemodel --out-model x.prototxt",
    ] {
      let run = try ProgramRun.run("\(line) --out-weights \(name)", in: folder)
      #expect(run.status != 0 && run.errors.contains("which is not written: --out-weights must end in"), "\(run)")
    }
    #expect(folder.entries() == files)
  }

  /// The ratio at the end of a name is no format.
  @Test func numbersEndNoNames() throws {
    let folder = try ProgramRun.makeFolder()
    for line in [
      "prune --model net.prototxt --weights init.caffemodel --ratio 0.5 --out-weights masked_0.5",
      "convert masked_0.5 copy_0.5",
    ] {
      let run = try ProgramRun.run(line, in: folder)
      #expect(run.status == 0, "\(run)")
    }
    #expect(!(try CaffeModel.read(folder("copy_0.5")).layers.isEmpty))
  }

  @Test func whatCannotBeWrittenIsToldBeforeAnythingIs() throws {
    let folder = try ProgramRun.makeFolder()
    let given = "slim --model net.prototxt --weights init.caffemodel --out-model"
    let nowhere = try ProgramRun.run("\(given) nowhere/slim.prototxt --out-weights slim.caffemodel", in: folder)
    #expect(nowhere.status == 1)
    #expect(nowhere.errors.contains("cannot create 'nowhere/slim.prototxt'"), "\(nowhere.errors)")
    #expect(folder.entries().allSatisfy { !$0.contains("slim") })
    let twice = try ProgramRun.run("\(given) x --out-weights x", in: folder)
    #expect(twice.status != 0)
    #expect(twice.errors.contains("'x' is given for two of the files to write"), "\(twice.errors)")
    for names in ["init.caffemodel --out-weights x", "x --out-weights net.prototxt"] {
      let over = try ProgramRun.run("\(given) \(names)", in: folder)
      #expect(over.status != 0 && over.errors.contains("is read: writing it would replace what is there"), "\(over)")
    }
    // What fails its proof leaves nothing, not even what was being written meanwhile.
    var weights = try CaffeModel.read(folder("init.caffemodel"))
    // In the last layer: a rectifier takes the larger of NaN and 0, which is 0 here.
    let last = try #require(weights.layers.lastIndex { !$0.blobs.isEmpty })
    let values = [Float](repeating: .nan, count: weights.layers[last].blobs[0].data.count)
    weights.layers[last].blobs[0].data = Floats(values)
    try CaffeModel.write(weights, to: folder("nan.caffemodel"))
    let files = folder.entries().count
    let undefined = try ProgramRun.run(
      "slim --model net.prototxt --weights nan.caffemodel --out-model s.prototxt --out-weights s.caffemodel", in: folder
    )
    #expect(undefined.status == 1)
    #expect(undefined.errors.contains("the net computes NaN"), "\(undefined.errors)")
    #expect(folder.entries().count == files)
    let ratios = try ProgramRun.run("plan --model net.prototxt --weights init.caffemodel --ratios none", in: folder)
    #expect(ratios.errors.contains("cannot open 'none': No such file"), "\(ratios.errors)")
  }

  private func keptChannels(of layer: String, in path: String) throws -> [Int]? {
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
    return (json?["layers"] as? [[String: Any]])?.first { $0["layer"] as? String == layer }?["kept"] as? [Int]
  }
}
