import CaffeProto
import Foundation
import NetIO
import TestSupport
import Testing

@testable import caffe_increg

/// Every command and every flag, typed with what it needs, does its work: those of help and README.
@Suite struct TypedCommandTests {
  private static let part = "--level 1 --stage a --phase TEST"
  private static let backend = "--gpu 0 --threads 1 --pin-threads --backend dnnl --conv-algorithm fixed"
  private static let whole = "--model net.prototxt --weights base_iter_100.caffemodel"
  /// A net with a layer of a type that is not built in, and data that are not there.
  private static let look = "\(part) --shape data=10x1x8x8 --layer-shape odd=10x16x4x4"
  private static let fork = "--model fork.prototxt --weights base_iter_100.caffemodel \(look)"
  private static let chosen = "--importance taylor --score-batches 2 --ratio 0.25 --round 2 --floor 3 --global"
  private static let drawn = "--budget macs=0.5 --allocate global --isomorphic --importance random --seed 3 --round 2"
  private static let mapped = "--budget macs=0.5 --allocate sensitivity --map map.json --images 20 --round 4"

  /// In this order: later lines read what earlier ones have written.
  private static let lines = [
    "convert_mnist_data --backend leveldb halves halves-labels again",
    "convert_mnist_siamese_data --backend leveldb halves halves-labels pairs",
    "convert_cifar_data . . lmdb",
    "convert_imageset --gray --shuffle --backend lmdb --resize_width 5 --resize_height 4 --check_size IMAGES images.txt grays",
    "convert_imageset --encoded --encode_type png IMAGES images.txt pngs",
    "compute_image_mean --backend lmdb train_lmdb mean.binaryproto",
    "train --solver solver.prototxt --compact auto --keep 2 --sigint_effect stop --sighup_effect none --quiet-app"
      + " --allow-nan --profile fixed --log-json train.jsonl \(part) \(backend)",
    "train --solver solver.prototxt --weights base_iter_100.caffemodel",
    "train --solver solver.prototxt --snapshot latest",
    "train --solver solver.prototxt --simulate-ranks 2 --sync-batch-norm --fast-reduce --rank-timeout 60",
    "train --solver cut.prototxt --weights base_iter_100.caffemodel --cut-channels",
    "test \(whole) --iterations 2 --log-json test.jsonl --compact on \(part) \(backend)",
    "summary \(fork) --json",
    "check \(fork)",
    "check \(whole) --json --strict",
    "check --solver solver.prototxt",
    "sensitivity \(whole) --importance l1 --seed 2 --images 20 --round 4 --floor 2 --out map.json --svg map.svg"
      + " --json --compact off \(part) \(backend)",
    "plan \(fork) --ratio 0.25 --json",
    "plan \(whole) \(chosen) --compact auto \(backend)",
    "plan \(whole) \(drawn)",
    "plan \(whole) --budget latency=100ms --batch 5 --round 8",
    "plan \(whole) \(mapped)",
    "plan \(whole) --ratios ratios.txt --round 1",
    "prune \(fork) --ratio 0.25 --out-weights fork.caffemodel",
    "prune \(whole) \(chosen) --compact auto \(backend) --out-weights chosen.caffemodel",
    "prune \(whole) \(drawn) --out-weights drawn.caffemodel",
    "prune \(whole) --budget latency=100ms --batch 5 --round 8 --out-weights timed.caffemodel",
    "prune \(whole) \(mapped) --out-weights mapped.caffemodel",
    "prune \(whole) --ratios ratios.txt --round 1 --reconstruct 20 --test-batches 2 --out-weights pruned.caffemodel",
    "slim --model net.prototxt --weights pruned.caffemodel --out-model slim.prototxt --out-weights slim.caffemodel"
      + " --compact --out-deploy deploy.prototxt --tolerance 0.001 --absolute-tolerance 1e-5 --inputs data.h5 \(backend)",
    "slim --model fork.prototxt --weights fork.caffemodel \(look) --out-model forked.prototxt --out-weights forked.caffemodel",
    "slim \(whole) --out-model same.prototxt --out-weights same.caffemodel --snapshot base_iter_100.solverstate"
      + " --out-snapshot same.solverstate",
    "convert --compact pruned.caffemodel packed.caffemodel",
    "convert --half base_iter_100.caffemodel half.caffemodel",
    "convert base_iter_100.caffemodel base.caffemodel.h5",
    "convert --model net.prototxt --fixed-batch \(part) \(backend) base_iter_100.caffemodel net.onnx",
    "convert --model net.prototxt --external-data base_iter_100.caffemodel far.onnx",
    "time \(whole) --iterations 2 --forward-only --log-json time.jsonl --compact auto \(part) \(backend)",
    "time --model net.prototxt --table --batch 2",
    "compare --model net.prototxt --weights pruned.caffemodel --other-model slim.prototxt --other-weights slim.caffemodel"
      + " --tolerance 0.001 --absolute-tolerance 1e-5 --inputs data.h5 --compact on \(backend)",
    "compare --model fork.prototxt --weights fork.caffemodel --other-model forked.prototxt"
      + " --other-weights forked.caffemodel \(look)",
    "forward --model deploy.prototxt --weights slim.caffemodel --inputs data.h5 --outputs out.h5 --backward"
      + " --compact off \(part) \(backend)",
    "extract_features \(part) \(backend) --compact on base_iter_100.caffemodel net.prototxt ip features 2 lmdb",
    "upgrade_net_proto_text net.prototxt new.prototxt",
    "upgrade_net_proto_binary base_iter_100.caffemodel new.caffemodel",
    "upgrade_solver_proto_text solver.prototxt new_solver.prototxt",
    "draw_net --rankdir TB --other slim.prototxt --phase TEST net.prototxt net.svg",
    "draw_net --display_lrm net.prototxt net.dot",
    "compress --solver solver.prototxt --weights base_iter_100.caffemodel --budget latency=100ms --batch 10 --drop 0.5"
      + " --allocate global --isomorphic --out timed --importance random --seed 2 --round 8 --floor 2 --reconstruct 20"
      + " --tune-iterations 10 --tune-rate 0.001 --retrain-iterations 20 --compact auto --level 1 --stage a \(backend)",
    "compress --solver solver.prototxt --weights base_iter_100.caffemodel --budget macs=0.6 --drop 0.5 --method SFP"
      + " --allocate sensitivity --images 20 --map map.json --round 4 --tune-iterations 10 --out small",
    "report --out report.html --json report.json --csv tables --svg drawings --tensorboard events --papers papers.json"
      + " train.jsonl",
    "reproduce list",
    "reproduce show lenet5",
    "reproduce flops greg-2",
    "device_query --gpu all",
  ]

  /// What cannot work with what is there, and what is said of it.
  private static let refused = [
    "time --model fork.prototxt \(look)": "layer 'odd': unknown layer type 'Odd'",
    "compress --solver solver.prototxt --weights base_iter_100.caffemodel --budget macs=0.6 --out small --phase TEST":
      "--phase: compress needs both phases",
    "reproduce run lenet5 --data nowhere": "holds no data set that is known",
  ]

  private func makeFolder() throws -> TemporaryFolder {
    let folder = try ProgramRun.makeTrainedFolder()
    try folder.write("conv 0.25\nconv2 0.5\n", to: "ratios.txt")
    try folder.write("color.png 3\n", to: "images.txt")
    try folder.write(
      readText(folder("solver.prototxt")).replacing("'base'", with: "'cut'")
        + " prune_method: 'OneShot' prune_ratio: 0.25",
      to: "cut.prototxt")
    try folder.write(
      #"[{"name": "published", "source": "here", "accuracy": 0.9, "multiply_adds": 1000}]"#, to: "papers.json")
    let net = try readText(folder("net.prototxt"))
    try folder.write(
      net.replacing("_lmdb", with: "_elsewhere")
        .replacing(#"bottom: "conv2" top: "ip""#, with: #"bottom: "odd" top: "ip""#)
        .replacing(
          #"layer { name: "ip""#,
          with: #"layer { name: "odd" type: "Odd" bottom: "conv2" top: "odd" } layer { name: "ip""#),
      to: "fork.prototxt")
    for (name, source) in [("halves", "images-idx3"), ("halves-labels", "labels-idx1")] {
      try FileManager.default.copyItem(atPath: folder("data/t10k-\(source)-ubyte"), toPath: folder(name))
    }
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      try writeBytes([UInt8](repeating: 1, count: 3073), to: folder(name + ".bin"))
    }
    try HDF5Writer.write(to: folder("data.h5")) {
      try $0.write(Floats([Float](repeating: 0.5, count: 640)), shape: [10, 1, 8, 8], to: "/data")
    }
    return folder
  }

  @Test func linesDoTheirWork() throws {
    let folder = try makeFolder()
    for line in Self.lines {
      let run = try ProgramRun.run(
        line.replacing("IMAGES", with: TestFiles.golden + "/netio/images/"), in: folder)
      #expect(run.status == 0, "\(line)\n\(run.errors.suffix(400))")
    }
    for (line, message) in Self.refused {
      let run = try ProgramRun.run(line, in: folder)
      #expect(run.status == 1 && run.errors.contains(message), "\(line)\n\(run.errors.suffix(400))")
    }
  }

  /// `reproduce run` has tests of its own, and so has what needs ONNX Runtime.
  @Test func noFlagIsLeftOut() throws {
    let commands = try #require(try CommandInfo.of(CaffeIncReg.self).subcommands).filter(\.shouldDisplay)
    for command in commands where command.commandName != "help" {
      let name = command.commandName
      let words = (Self.lines + Self.refused.keys).filter { $0.hasPrefix(name + " ") }.flatMap {
        $0.split(separator: " ").map(String.init)
      }
      #expect(!words.isEmpty, "\(name)")
      let flags = command.flags.filter { $0.hasPrefix("--") && !["--help", "--version"].contains($0) }
      #expect(Set(flags).count == flags.count, "\(name) has two flags of one name: \(flags)")
      guard name != "reproduce" else { continue }
      let untyped = Set(flags).subtracting(words).subtracting(name == "convert" ? ["--check"] : [])
      #expect(untyped.isEmpty, "\(name): \(untyped)")
    }
  }
}
