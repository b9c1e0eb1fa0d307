import CaffeProto
import Foundation
import NetIO
import Testing
import TestSupport

/// What is wrong in a file is said with its line, before anything long begins.
@Suite struct PlaceTests {
  private static let net = """
    name: "n"
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 3, 8, 8] } } }

    layer {
      name: "conv" type: "Convolution" bottom: "data" top: "conv"
      convolution_param { num_output: 4 kernel_size: 3 }
    }
    layer
    {
      name: "pool" type: "Pooling" bottom: "conv" top: "pool" pooling_param { kernel_size: 2 stride: 2 }
    }

    """

  @Test(arguments: [
    ("type: \"Convolution\"", "type: \"Convolutoin\"", "4: layer 'conv': unknown layer type"),
    ("bottom: \"conv\"", "bottom: \"cnv\"", "8: layer 'pool': unknown bottom blob 'cnv'"),
    ("kernel_size: 3", "kernel_size: 30", "4: layer 'conv' (Convolution): "),
    ("top: \"pool\"", "top: \"pool\" include { phase: TEST } exclude { phase: TRAIN }", "8: layer 'pool': has include"),
    ("stride: 2 }", "stride: 2 } param { lr_mult: 1 }", "8: layer 'pool': "),
  ])
  func errorsAboutLayersHaveAPlace(_ right: String, _ wrong: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.net.replacing(right, with: wrong), to: "net.prototxt")
    try folder.write("net: 'net.prototxt' base_lr: 0 lr_policy: 'fixed' max_iter: 1", to: "solver.prototxt")
    // What only looks at a net passes types through that it does not know.
    let looking = [
      "summary -model net.prototxt", "plan -model net.prototxt -weights none -ratio 0.5",
      "slim -model net.prototxt -weights none -out-model a -out-weights b",
    ]
    let running = ["time -model net.prototxt", "train -solver solver.prototxt"]
    for line in wrong.contains("Convolutoin") ? running : running + looking {
      let run = try ProgramRun.run(line, in: folder)
      #expect(run.status == 1 && run.errors.contains("caffe-increg: net.prototxt:\(message)"), "\(line): \(run.errors)")
    }
  }

  /// Fields that are not known keep no layer from its place.
  @Test(arguments: [
    "summary -model net.prototxt", "plan -model net.prototxt -weights none -ratio 0.5",
    "sensitivity -model net.prototxt -weights none", "check -model net.prototxt",
  ])
  func layersOfForksHaveAPlace(_ line: String) throws {
    let folder = try TemporaryFolder()
    let net = Self.net.replacing("kernel_size: 3", with: "kernel_size: 3 odd: 1")
    try folder.write(net.replacing("bottom: \"conv\"", with: "bottom: \"cnv\""), to: "net.prototxt")
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 1, "\(run)")
    #expect((run.output + run.errors).contains(/net.prototxt:8: [^\n]*'pool'/), "\(run)")
  }

  /// A typo makes a type one that is not built in, which is all that commands that only look at a net can know.
  @Test func typesThatAreSpeltNearlySoAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.net.replacing("Convolution", with: "Convolutoin"), to: "net.prototxt")
    let blobs = [
      BlobProto(shape: [4, 3, 3, 3], data: Floats((0..<108).map { Float($0) })),
      BlobProto(shape: [4], data: [1, 2, 3, 4]),
    ]
    try CaffeModel.write(WeightSet(layers: [.init(name: "conv", blobs: blobs)]), to: folder("w"))
    let run = try ProgramRun.run("summary -model net.prototxt -weights w", in: folder)
    #expect(run.status == 0, "\(run)")
    #expect(run.errors.contains("type 'Convolutoin' (did you mean 'Convolution'?) is not built in"), "\(run.errors)")
  }

  /// Of two layers with one name, the one of the phase that is meant; in the old format, too.
  @Test func thePhaseAndOldFormatsCount() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      layer { name: "d" type: "Input" top: "x" input_param { shape { dim: 1 } } }
      layer { name: "a" type: "ReLU" bottom: "x" top: "a" include { phase: TRAIN } }
      layer { name: "a" type: "ReLU" bottom: "y" top: "a" include { phase: TEST } }
      """, to: "new.prototxt")
    #expect(try ProgramRun.run("summary --model new.prototxt", in: folder).errors.contains("new.prototxt:3: layer 'a'"))
    try folder.write(
      """
      # A comment { with brackets
      input: "x"  input_dim: [1, 1, 4, 4]
      layers { name: "b" type: RELU bottom: "x" top: "b" }
      layers: <
        name: "c" type: RELU bottom: "y" top: "c" >
      """, to: "old.prototxt")
    #expect(try ProgramRun.run("summary --model old.prototxt", in: folder).errors.contains("old.prototxt:4: layer 'c'"))
  }

  /// A name that no file can have is told of before the work, too.
  @Test(arguments: [
    "slim -model n -weights w -out-model a -out-weights ", "prune -model n -weights w -ratio 0.5 -out-weights ",
  ])
  func namesThatNoFileCanHaveAreFoundFirst(_ line: String) throws {
    let folder = try TemporaryFolder()
    let long = String(repeating: "x", count: 300)
    let run = try ProgramRun.run(line + long, in: folder)
    #expect(run.status == 1 && run.errors.hasSuffix("\(long)': File name too long\n"), "\(run.errors)")
    try FileManager.default.createSymbolicLink(atPath: folder("loop"), withDestinationPath: "loop")
    let loop = try ProgramRun.run(line + "loop", in: folder)
    #expect(loop.status == 1 && loop.errors.contains("cannot create 'loop': Too many levels"), "\(loop.errors)")
    #expect(folder.entries() == ["loop"])
  }

  /// An upgraded file has nothing to upgrade.
  @Test(arguments: [
    "layer { name: 'b' type: 'BatchNorm' bottom: 'x' top: 'b' param { lr_mult: 0 } param { lr_mult: 0 } param { lr_mult: 0 } }",
    "layers { name: 'b' type: RELU bottom: 'x' top: 'b' }",
    "layers { layer { name: 'b' type: 'relu' } bottom: 'x' top: 'b' }",
  ])
  func noticesEndWithTheUpgrade(_ layer: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("input: 'x' input_dim: [1, 2, 4, 4]\n" + layer, to: "net.prototxt")
    #expect(try ProgramRun.run("summary --model net.prototxt", in: folder).errors.contains("makes this permanent"))
    #expect(try ProgramRun.run("upgrade_net_proto_text net.prototxt net.prototxt", in: folder).status == 0)
    let run = try ProgramRun.run("summary --model net.prototxt", in: folder)
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    let again = try ProgramRun.run("upgrade_net_proto_text net.prototxt net.prototxt", in: folder)
    #expect(again.errors.contains("File already in latest proto format"))
  }

  /// A file that is read last is looked for first: nothing of the net is described before.
  @Test(arguments: [
    "train -solver solver.prototxt -weights none", "train -solver solver.prototxt -snapshot none",
    "test -model net.prototxt -weights none", "time -model net.prototxt -weights init.caffemodel,none",
    "extract_features none net.prototxt data db 1 lmdb",
    "slim -model net.prototxt -weights init.caffemodel -snapshot none -out-model a -out-weights b -out-snapshot c",
  ])
  func weightsAreLookedForFirst(_ line: String) throws {
    let run = try ProgramRun.run(line, in: ProgramRun.makeFolder())
    #expect(run.status == 1 && run.errors.hasSuffix("caffe-increg: cannot open 'none': No such file or directory\n"))
    #expect(!run.errors.contains("Top shape") && !run.errors.contains("Creating "), "\(run.errors)")
  }

  /// Weights of another net are told of with the line of the layer, by every command.
  @Test(arguments: [
    "train -solver solver.prototxt -weights w", "test -model net.prototxt -weights w",
    "summary -model net.prototxt -weights w", "sensitivity -model net.prototxt -weights w",
    "plan -model net.prototxt -weights w -ratio 0.5",
  ])
  func layersThatWeightsDoNotFitHaveAPlace(_ line: String) throws {
    let folder = try ProgramRun.makeFolder()
    let weights = WeightSet(layers: [.init(name: "conv1", blobs: [BlobProto(shape: [1, 1], data: [1])])])
    try CaffeModel.write(weights, to: folder("w"))
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 1, "\(run)")
    #expect(run.errors.firstMatch(of: /caffe-increg: net.prototxt:\d+: layer 'conv1'/) != nil, "\(run.errors)")
  }

  /// Fields that a pruning method refuses are placed as those that the solver does.
  @Test(arguments: [
    ("prune_method: 'Reg_Cool'", "prune_method: unknown method 'Reg_Cool'"),
    ("prune_method: 'Reg_Col' regularization_type: 'L1'", "solver: regularization_type: 'L1' does not go"),
    ("snapshot_prefix: 'net.prototxt/x'", "snapshot_prefix: cannot write to 'net.prototxt/x'"),
  ])
  func fieldsOfMethodsHaveAPlace(_ field: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.net, to: "net.prototxt")
    try folder.write("net: 'net.prototxt' base_lr: 0 lr_policy: 'fixed' max_iter: 1\n\(field)", to: "solver.prototxt")
    let run = try ProgramRun.run("train -solver solver.prototxt", in: folder)
    #expect(run.status == 1 && run.errors.contains("caffe-increg: solver.prototxt:"), "\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// Nothing is read, since there is nothing to read.
  @Test(arguments: [
    "prune -model n -weights w -ratio 0.5 -out-weights no/out",
    "slim -model n -weights w -out-model no/out -out-weights b",
    "convert w no/out", "compute_image_mean db no/out", "extract_features w n blob no/out 1 lmdb",
    "forward -model n -inputs i -outputs no/out", "upgrade_net_proto_text n no/out", "convert_imageset / list no/out",
    "convert_mnist_data a b no/out", "convert_mnist_siamese_data a b no/out", "upgrade_net_proto_binary n no/out",
    "upgrade_solver_proto_text n no/out", "test -model n -weights w -log-json no/out",
    "train -solver s -log-json no/out",
  ])
  func whereFilesGoIsLookedAtFirst(_ line: String) throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 1 && run.errors.contains("'no/out': No such file or directory"), "\(run.errors)")
    #expect(folder.entries().filter { $0 != "b" && $0 != "b.json" }.isEmpty)
  }
}
