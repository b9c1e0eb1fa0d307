import Foundation
import Glibc
import Testing
import TestSupport

@testable import caffe_increg

/// The program in the place of Caffe's tools, by links alone.
@Suite struct LinkTests {
  /// A tree like Caffe's with links, and the tiny nets of `ProgramRun`.
  private func tree() throws -> TemporaryFolder {
    let folder = try ProgramRun.makeFolder()
    let install = try Invocation(
      TestFiles.package + "/scripts/install.sh", ["--caffe-tree", folder.path, "--program", ProgramRun.path]
    ).run()
    #expect(install.status == 0, "\(install.errors)")
    return folder
  }

  private func run(
    _ line: String, in folder: TemporaryFolder, _ environment: [String: String] = [:]
  ) throws -> Invocation.Outcome {
    let words = line.split(separator: " ").map(String.init)
    return try Invocation(
      folder(words[0]), Array(words.dropFirst()), in: folder.path,
      environment: ["OMP_NUM_THREADS": "1"].merging(environment) { $1 }
    ).run()
  }

  @Test func aLinkIsTheToolOfItsName() throws {
    let folder = try tree()
    let tools = folder.entries(in: "build/tools").map { "tools/" + $0 }
    let examples = ["mnist", "cifar10", "siamese"].flatMap { part in
      folder.entries(in: "build/examples/\(part)").map { "examples/\(part)/" + $0 }
    }
    #expect(tools.count + examples.count == 24)
    for tool in tools + examples {
      let name = String(tool.split(separator: "/").last ?? "").replacing(".bin", with: "")
      let help = try run("build/\(tool) --help", in: folder)
      #expect(help.status == 0 && help.errors == "")
      #expect(help.output.contains("USAGE: \(name) "), "\(name): \(help.output)")
    }
    let wrong = try run("build/tools/compute_image_mean -bakcend lmdb", in: folder)
    #expect(wrong.errors.contains("'compute_image_mean' has no flag '--bakcend'; did you mean '--backend'?"))
    #expect(wrong.errors.hasPrefix("compute_image_mean: "))
    let missing = try run("build/examples/mnist/convert_mnist_data.bin", in: folder)
    #expect(missing.status == 1 && missing.errors.contains("convert_mnist_data"))
    let bad = try run("build/tools/upgrade_net_proto_text.bin none.prototxt out", in: folder)
    #expect(bad.errors == "upgrade_net_proto_text: cannot open 'none.prototxt': No such file or directory\n")
  }

  /// The lines of Caffe's examples, as they stand there.
  @Test func examplesOfCaffeRun() throws {
    let folder = try tree()
    for name in ["data/mnist", "data/cifar10", "examples/mnist", "examples/cifar10", "examples/siamese"] {
      try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
    }
    let (count, side) = (40, 12)
    func big(_ value: Int) -> [UInt8] { [0, 0, UInt8(value >> 8), UInt8(value & 255)] }
    let pixels: [UInt8] = (0..<count * side * side).map { UInt8(($0 * 37 + $0 / 91) & 255) }
    let labels: [UInt8] = (0..<count).map { UInt8($0 % 10) }
    var images: [UInt8] = [0, 0, 8, 3]
    for size in [count, side, side] { images += big(size) }
    images += pixels
    var numbers: [UInt8] = [0, 0, 8, 1]
    numbers += big(count)
    numbers += labels
    for set in ["train", "t10k"] {
      try writeBytes(images, to: folder("data/mnist/\(set)-images-idx3-ubyte"))
      try writeBytes(numbers, to: folder("data/mnist/\(set)-labels-idx1-ubyte"))
    }
    let batch: [UInt8] = (0..<4).flatMap { (label: UInt8) -> [UInt8] in
      [label] + [UInt8](repeating: label * 50, count: 3072)
    }
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      try writeBytes(batch, to: folder("data/cifar10/\(name).bin"))
    }
    try folder.write(Self.net(source: "examples/mnist/mnist_train_lmdb"), to: "examples/mnist/net.prototxt")
    try folder.write(
      """
      net: "examples/mnist/net.prototxt" base_lr: 0.001 lr_policy: "fixed" max_iter: 6 snapshot: 3 display: 2
      snapshot_prefix: "examples/mnist/lenet" solver_mode: GPU
      """, to: "examples/mnist/solver.prototxt")
    for (name, script) in Self.scripts {
      try folder.write(script, to: name)
      let run = try Invocation(
        "/bin/sh", [name], in: folder.path, environment: ["OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"]
      ).run()
      #expect(run.status == 0, "\(name): \(run.errors)")
    }
    for name in [
      "examples/mnist/mnist_train_lmdb/data.mdb", "examples/mnist/mnist_test_lmdb/data.mdb",
      "examples/cifar10/cifar10_train_lmdb/data.mdb", "examples/cifar10/mean.binaryproto",
      "examples/siamese/mnist_siamese_train_leveldb/CURRENT", "examples/mnist/lenet_iter_6.caffemodel",
      "examples/mnist/lenet_iter_6.solverstate",
    ] { #expect(FileManager.default.fileExists(atPath: folder(name)), "\(name)") }
  }

  /// Caffe's train_full.sh of cifar10 goes on from a state whose name lacks the ending that its solver's format gives it.
  @Test func aStateInHDF5IsFoundWithoutItsEnding() throws {
    let folder = try tree()
    let solver = try readText(folder("solver.prototxt")) + "\nsnapshot_format: HDF5\n"
    try folder.write(solver.replacing("max_iter: 60", with: "max_iter: 6"), to: "solver.prototxt")
    let first = try run("build/tools/caffe train --solver=solver.prototxt --weights=init.caffemodel", in: folder)
    #expect(first.status == 0 && folder.entries().contains("final_iter_6.solverstate.h5"), "\(first.errors)")
    try folder.write(solver.replacing("max_iter: 60", with: "max_iter: 9"), to: "solver.prototxt")
    let line = "build/tools/caffe train --solver=solver.prototxt --snapshot="
    let second = try run(line + "final_iter_6.solverstate", in: folder)
    #expect(second.status == 0 && folder.entries().contains("final_iter_9.solverstate.h5"), "\(second.errors)")
    #expect(
      second.errors.contains("'final_iter_6.solverstate' is not there: going on from 'final_iter_6.solverstate.h5'"))
    let none = try run(line + "final_iter_5.solverstate", in: folder)
    #expect(none.status == 1 && none.errors.contains("'final_iter_5.solverstate'"))
  }

  private static func net(source: String) -> String {
    """
    name: "small"
    layer { name: "data" type: "Data" top: "data" top: "label" transform_param { scale: 0.00390625 }
      data_param { source: "\(source)" batch_size: 8 backend: LMDB } }
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param { num_output: 10
      weight_filler { type: "xavier" } } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
    """
  }

  /// In the shape of create_mnist.sh, create_cifar10.sh, create_mnist_siamese.sh, train_lenet.sh and train_full.sh.
  private static let scripts = [
    (
      "examples/mnist/create_mnist.sh",
      """
      #!/usr/bin/env sh
      set -e
      EXAMPLE=examples/mnist
      DATA=data/mnist
      BUILD=build/examples/mnist
      BACKEND="lmdb"
      echo "Creating ${BACKEND}..."
      rm -rf $EXAMPLE/mnist_train_${BACKEND}
      rm -rf $EXAMPLE/mnist_test_${BACKEND}
      $BUILD/convert_mnist_data.bin $DATA/train-images-idx3-ubyte \\
        $DATA/train-labels-idx1-ubyte $EXAMPLE/mnist_train_${BACKEND} --backend=${BACKEND}
      $BUILD/convert_mnist_data.bin $DATA/t10k-images-idx3-ubyte \\
        $DATA/t10k-labels-idx1-ubyte $EXAMPLE/mnist_test_${BACKEND} --backend=${BACKEND}
      """
    ),
    (
      "examples/cifar10/create_cifar10.sh",
      """
      #!/usr/bin/env sh
      set -e
      EXAMPLE=examples/cifar10
      DATA=data/cifar10
      DBTYPE=lmdb
      rm -rf $EXAMPLE/cifar10_train_$DBTYPE $EXAMPLE/cifar10_test_$DBTYPE
      ./build/examples/cifar10/convert_cifar_data.bin $DATA $EXAMPLE $DBTYPE
      ./build/tools/compute_image_mean -backend=$DBTYPE \\
        $EXAMPLE/cifar10_train_$DBTYPE $EXAMPLE/mean.binaryproto
      """
    ),
    (
      "examples/siamese/create_mnist_siamese.sh",
      """
      #!/usr/bin/env sh
      set -e
      EXAMPLES=./build/examples/siamese
      DATA=./data/mnist
      rm -rf ./examples/siamese/mnist_siamese_train_leveldb
      $EXAMPLES/convert_mnist_siamese_data.bin \\
          $DATA/train-images-idx3-ubyte \\
          $DATA/train-labels-idx1-ubyte \\
          ./examples/siamese/mnist_siamese_train_leveldb
      """
    ),
    (
      "examples/mnist/train_lenet.sh",
      """
      #!/usr/bin/env sh
      set -e
      ./build/tools/caffe train --solver=examples/mnist/solver.prototxt $@
      TOOLS=./build/tools
      $TOOLS/caffe train \\
        --solver=examples/mnist/solver.prototxt \\
        --snapshot=examples/mnist/lenet_iter_3.solverstate $@
      GLOG_logtostderr=1 ./build/tools/caffe.bin test -model examples/mnist/net.prototxt \\
        -weights examples/mnist/lenet_iter_6.caffemodel -iterations 2 -gpu 0
      """
    ),
  ]

  @Test func flagsOfTheLoggingLibrary() throws {
    let folder = try tree()
    let line = "build/tools/caffe time -model net.prototxt -iterations 1"
    let quiet = try run(line + " -minloglevel=1 -v 2 -logtostderr", in: folder)
    #expect(quiet.status == 0 && quiet.errors == "", "\(quiet.errors)")
    #expect(try run(line, in: folder, ["GLOG_minloglevel": "2"]).errors == "")
    try FileManager.default.createDirectory(atPath: folder("logs"), withIntermediateDirectories: false)
    let both = try run(line + " --log_dir logs", in: folder)
    let file = try readText(folder("logs/caffe.INFO"))
    #expect(both.status == 0 && file.hasPrefix("Log file created at: ") && file.hasSuffix(both.errors))
    let apart = try run(line + " -log_dir=logs -noalsologtostderr -stderrthreshold 1", in: folder)
    #expect(apart.status == 0 && apart.errors == "")
    #expect(try readText(folder("logs/caffe.INFO")).contains("*** Benchmark ends ***"))
    let toTerminal = try run(line + " -log_dir=logs -logtostderr=true", in: folder)
    #expect(toTerminal.errors.contains("*** Benchmark ends ***"))
    #expect(folder.entries(in: "logs").count { $0.contains(".log.INFO.") } == 2)
  }

  /// The name in the process table, and SIGTERM, which batch systems send.
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func signalsEndARunInGoodOrder(_ signal: Int32) throws {
    let folder = try tree()
    let solver = try readText(folder("solver.prototxt"))
    try writeText(solver.replacing("max_iter: 60", with: "max_iter: 10000000"), to: folder("solver.prototxt"))
    try writeBytes([], to: folder("log"))
    let effect = signal == SIGHUP ? ["-sighup_effect", "stop"] : []
    let process = try Invocation(
      folder("build/tools/caffe"), ["train", "-solver", "solver.prototxt", "-weights", "init.caffemodel"] + effect,
      in: folder.path, environment: ["OMP_NUM_THREADS": "1"]
    ).start(errors: FileHandle(forWritingAtPath: folder("log")))
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    for _ in 0..<600 where try !readText(folder("log")).contains("] Iteration 3 ") { usleep(50_000) }
    #expect(try readText("/proc/\(process.processIdentifier)/comm") == "caffe\n")
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    #expect(try readText(folder("log")).contains("Optimization stopped early."))
    #expect(folder.entries().contains { $0.hasSuffix(".solverstate") })
  }
}
