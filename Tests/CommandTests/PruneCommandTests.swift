import CaffeProto
import NetIO
import TestSupport
import Testing

/// What `plan`, `prune`, `summary` and `compare` say where there is nothing to do, or the files do not belong together.
@Suite struct PruneCommandTests {
  private let given = "--model net.prototxt --weights init.caffemodel"

  @Test func aRunThatPrunesNothingSaysWhy() throws {
    let folder = try ProgramRun.makeFolder()
    let prune = try ProgramRun.run("prune \(given) --ratio 0.5 --round 64 --out-weights p.caffemodel", in: folder)
    #expect(prune.status == 0, "\(prune.errors)")
    #expect(prune.errors.contains("nothing is pruned, the weights are written as they are: --round 64 keeps all"))
    #expect(prune.output.contains("0 go (--round 64 keeps all)"), "\(prune.output)")
    let (before, after) = (try CaffeModel.read(folder("init.caffemodel")), try CaffeModel.read(folder("p.caffemodel")))
    #expect(before["conv1"]?.blobs[0].data == after["conv1"]?.blobs[0].data)
    let plan = try ProgramRun.run("plan \(given) --ratio 0.5 --floor 64", in: folder)
    #expect(plan.status == 0)
    #expect(plan.output.contains("nothing would be removed: --floor 64 keeps all"), "\(plan.output)")
  }

  /// The net's test phase has data and a loss.
  @Test(arguments: ["taylor", "fisher", "apoz", "activation"], [false, true])
  func importancesThatNeedDataRunTheNet(_ importance: String, global: Bool) throws {
    let folder = try ProgramRun.makeFolder()
    let asked =
      "\(given) --ratio 0.5 --round 1 --importance \(importance) --score-batches 2\(global ? " --global" : "")"
    let plan = try ProgramRun.run("plan \(asked)", in: folder)
    #expect(plan.status == 0, "\(plan.errors)")
    let prune = try ProgramRun.run("prune \(asked) --out-weights p.caffemodel", in: folder)
    #expect(prune.status == 0, "\(prune.errors)")
    for line in prune.output.split(separator: "\n") { #expect(plan.output.contains(line)) }
    #expect(prune.output.contains("all layers: ") == global && !prune.output.contains(", 0 go"), "\(prune.output)")
    let record = try readText(folder("p.caffemodel.json"))
    #expect(record.contains(#""scoreBatches" : 2"#) && record.contains(#""isGlobal" : \#(global)"#), "\(record)")
  }

  @Test func reconstructionSaysWhatItDid() throws {
    let folder = try ProgramRun.makeFolder()
    let asked = "prune \(given) --ratio 0.5 --round 1 --out-weights"
    let plain = try ProgramRun.run("\(asked) plain.caffemodel", in: folder)
    let fitted = try ProgramRun.run("\(asked) f.caffemodel --reconstruct 20 --test-batches 2", in: folder)
    #expect(plain.status == 0 && fitted.status == 0, "\(fitted.errors)")
    #expect(fitted.output.hasPrefix(plain.output) && fitted.output.contains(": fitted, error "), "\(fitted.output)")
    #expect(fitted.output.contains("accuracy: "))
    #expect(try readText(folder("f.caffemodel.json")).contains(#""reconstruct" : 20"#))
    let (one, other) = (try CaffeModel.read(folder("plain.caffemodel")), try CaffeModel.read(folder("f.caffemodel")))
    #expect(one["conv1"]?.blobs[0].data == other["conv1"]?.blobs[0].data)
    #expect(one.layers.contains { layer in other[layer.name]?.blobs.first?.data != layer.blobs.first?.data })
    let slim = try ProgramRun.run(
      "slim --model net.prototxt --weights f.caffemodel --out-model s.prototxt --out-weights s.caffemodel", in: folder)
    #expect(slim.status == 0, "\(slim.errors)")
    let few = try ProgramRun.run("\(asked) g.caffemodel --reconstruct 9", in: folder)
    #expect(few.status == 1 && few.errors.contains("--reconstruct must be at least 10 images"), "\(few.errors)")
  }

  /// The accuracy is that of other images than those of the fit, unless there are none.
  @Test(arguments: [
    ("700", "(1 batches behind the 700 images)"), ("750", "(8 batches among which those 750 images are)"),
    ("801", "(8 batches among which those 800 images are)"), ("\(Int.max)", "are fitted to 800 images, which are all"),
  ])
  func reconstructionEndsWhereTheDataDoes(_ images: String, _ words: String) throws {
    let run = try ProgramRun.run(
      "prune \(given) --ratio 0.5 --round 1 --reconstruct \(images) --out-weights f.caffemodel",
      in: try ProgramRun.makeFolder())
    #expect(run.status == 0 && run.output.contains(words), "\(run)")
  }

  @Test func tooFewImagesToFitToAreSaid() throws {
    let folder = try TemporaryFolder()
    try folder.writeHalves(to: "data", train: 20, test: 5)
    for (part, name) in [("train", "train"), ("t10k", "test")] {
      let files = "data/\(part)-images-idx3-ubyte data/\(part)-labels-idx1-ubyte"
      #expect(try ProgramRun.run("convert_mnist_data \(files) \(name)_lmdb", in: folder).status == 0)
    }
    try folder.write(halvesNet(train: "train_lmdb", test: "test_lmdb", widths: [16, 16]), to: "net.prototxt")
    try folder.write(
      "net: 'net.prototxt' test_iter: 1 test_interval: 9 base_lr: 0 lr_policy: 'fixed' max_iter: 0 snapshot_prefix: 'w'",
      to: "s.prototxt")
    #expect(try ProgramRun.run("train --solver s.prototxt", in: folder).status == 0)
    let run = try ProgramRun.run(
      "prune --model net.prototxt --weights w_iter_0.caffemodel --ratio 0.5 --reconstruct 500 --out-weights p.caffemodel",
      in: folder)
    #expect(
      run.status == 1 && run.errors.contains("fitted to at least 10 images, but the net's data holds 5"), "\(run)")
    #expect(!folder.entries().contains("p.caffemodel"))
  }

  @Test func withoutDataAnImportanceThatNeedsItSaysSo() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      layer { name: 'x' type: 'Input' top: 'x' input_param { shape { dim: 2 dim: 6 } } }
      layer { name: 'a' type: 'InnerProduct' bottom: 'x' top: 'a' inner_product_param { num_output: 4 } }
      layer { name: 'b' type: 'InnerProduct' bottom: 'a' top: 'b' inner_product_param { num_output: 4 } }
      """, to: "net.prototxt")
    let blobs = [("a", 6), ("b", 4)].map { name, columns in
      WeightSet.Layer(
        name: name,
        blobs: [
          BlobProto(shape: [4, columns], data: Floats([Float](repeating: 1, count: 4 * columns))),
          BlobProto(shape: [4], data: [1, 2, 3, 4]),
        ])
    }
    try CaffeModel.write(WeightSet(layers: blobs), to: folder("w.caffemodel"))
    let plan = try ProgramRun.run(
      "plan --model net.prototxt --weights w.caffemodel --ratio 0.5 --importance activation", in: folder)
    #expect(plan.status == 1 && plan.errors.contains("layer 'x' (Input) takes data from its caller"), "\(plan.errors)")
    let global = try ProgramRun.run(
      "plan --model net.prototxt --weights w.caffemodel --ratios r.txt --global", in: folder)
    #expect(global.status == 1 && global.errors.contains("--global needs --ratio"), "\(global.errors)")
  }

  @Test func ratiosNameFileAndLine() throws {
    let folder = try ProgramRun.makeFolder()
    try folder.write("# by hand\nconv_1 0.5\n", to: "r.txt")
    let prune = try ProgramRun.run("prune \(given) --ratios r.txt --out-weights p.caffemodel", in: folder)
    #expect(prune.status == 1)
    #expect(prune.errors.contains("r.txt:2: the net has no layer 'conv_1'; did you mean 'conv1'?"), "\(prune.errors)")
    #expect(!folder.entries().contains("p.caffemodel"))
  }

  @Test func weightsOfAnotherNetAreTold() throws {
    let folder = try ProgramRun.makeFolder()
    var weights = try CaffeModel.read(folder("init.caffemodel"))
    let first = try #require(weights.layers.firstIndex { $0.name == "conv1" })
    weights.layers[first].parameter.name = "conv_1"
    try CaffeModel.write(weights, to: folder("renamed.caffemodel"))
    let renamed = try ProgramRun.run("summary --model net.prototxt --weights renamed.caffemodel", in: folder)
    #expect(renamed.status == 0)
    #expect(
      renamed.errors.contains("layer 'conv1' has no weights in 'renamed.caffemodel'; 'conv_1' is there"),
      "\(renamed.errors)")
    let prune = try ProgramRun.run(
      "prune --model net.prototxt --weights renamed.caffemodel --ratio 0.5 --out-weights p.caffemodel", in: folder)
    #expect(prune.status == 1)
    #expect(prune.errors.contains("layer 'conv1': the weights have no layer of that name; 'conv_1' is there"))
    for index in weights.layers.indices { weights.layers[index].parameter.name = "other\(index)" }
    try CaffeModel.write(weights, to: folder("strange.caffemodel"))
    let strange = try ProgramRun.run("summary --model net.prototxt --weights strange.caffemodel", in: folder)
    #expect(strange.status == 1)
    #expect(strange.errors.contains("has no weights for any layer of the net"), "\(strange.errors)")
  }

  /// Layers of the training phase and of stages keep their weights: in `prune` all, in `slim` those that fit.
  @Test func weightsOfOtherPartsOfTheNetAreKept() throws {
    let folder = try TemporaryFolder()
    func product(_ name: String, _ bottom: String, _ rule: String) -> String {
      "layer { name: '\(name)' type: 'InnerProduct' bottom: '\(bottom)' top: '\(name)' \(rule)"
        + " inner_product_param { num_output: 4 weight_filler { type: 'gaussian' } } }\n"
    }
    try folder.write(
      "layer { name: 'x' type: 'Input' top: 'x' input_param { shape { dim: 2 dim: 6 } } }\n" + product("a", "x", "")
        + product("b", "a", "") + product("t", "x", "include { phase: TRAIN }")
        + product("s", "x", "include { stage: 'other' }") + product("u", "a", "include { stage: 'other' }"),
      to: "net.prototxt")
    func layer(_ name: String, _ columns: Int) -> WeightSet.Layer {
      let values = (0..<4 * columns).map { Float($0 % 5) - 1.5 }
      return .init(
        name: name,
        blobs: [BlobProto(shape: [4, columns], data: Floats(values)), BlobProto(shape: [4], data: [1, 2, 3, 4])])
    }
    let all = [("a", 6), ("b", 4), ("t", 6), ("s", 6), ("u", 4), ("nowhere", 2)]
    try CaffeModel.write(WeightSet(layers: all.map(layer)), to: folder("w.caffemodel"))
    let prune = try ProgramRun.run(
      "prune --model net.prototxt --weights w.caffemodel --ratio 0.5 --round 1 --out-weights p.caffemodel", in: folder)
    #expect(prune.status == 0, "\(prune.errors)")
    #expect(prune.errors.contains("layer 't' of the weights is not in this phase of the net: it is kept as it is"))
    let masked = try CaffeModel.read(folder("p.caffemodel"))
    #expect(masked.layers.filter { !$0.blobs.isEmpty }.map(\.name) == all.map(\.0))
    let slim = try ProgramRun.run(
      "slim --model net.prototxt --weights p.caffemodel --out-model s.prototxt --out-weights s.caffemodel", in: folder)
    #expect(slim.status == 0, "\(slim.errors)")
    // u reads channels of a that are gone.
    #expect(
      try CaffeModel.read(folder("s.caffemodel")).layers.filter { !$0.blobs.isEmpty }.map(\.name)
        == ["a", "b", "t", "s"])
    for name in ["u", "nowhere"] { #expect(slim.errors.contains("layer '\(name)' of the weights is in no phase")) }
  }

  @Test func aBoundMustBeANumber() throws {
    let folder = try ProgramRun.makeFolder()
    for bound in ["--tolerance inf", "--tolerance nan", "--absolute-tolerance inf", "--tolerance -1"] {
      let slim = try ProgramRun.run(
        "slim \(given) --out-model s.prototxt --out-weights s.caffemodel \(bound)", in: folder)
      #expect(slim.status == 1)
      #expect(slim.errors.contains("must be a finite number"), "\(slim.errors)")
      #expect(folder.entries().allSatisfy { !$0.hasPrefix("s.") })
    }
  }
}
