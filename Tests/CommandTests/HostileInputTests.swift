import CaffeProto
import Foundation
import NetIO
import TestSupport
import Testing

@testable import caffe_increg

/// The program under conditions that nobody wishes for: one message, exit code 1, nothing left.
@Suite struct HostileInputTests {
  /// Runs the program behind a line of sh.
  private func shell(_ line: String, in folder: TemporaryFolder) throws -> Invocation.Outcome {
    try Invocation(
      "/bin/sh", ["-c", line], in: folder.path,
      environment: ["OMP_NUM_THREADS": "1", "P": ProgramRun.path, "PATH": "/usr/sbin:/usr/bin:/bin:/sbin"]
    ).run()
  }

  private let tiny = #"layer { name: "d" type: "Input" top: "d" input_param { shape { dim: 1 } } }"#

  private func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || (0x7f..<0xa0).contains($0.value) }
  }

  @Test func namesCannotMoveTheCursor() throws {
    let folder = try TemporaryFolder()
    let escape = #"\033[2J\n\233caffe-increg: all is well"#
    let nets = [
      #"name: "\#(escape)" layer { name: "a\#(escape)" type: "Input" top: "x\#(escape)" input_param { shape { dim: 1 } } }"#,
      #"layer { name: "a\#(escape)" type: "T\#(escape)" top: "x" }"#,
      #"layer { name: "a\#(escape)" type: "ReLU" bottom: "b\#(escape)" top: "x" }"#,
      "layer { nam\u{1b}[2Je: 1 }", "layer { type: \"\u{1b}[2J\" }",
    ]
    for (index, net) in nets.enumerated() {
      try folder.write(net, to: "n.prototxt")
      for command in [
        "summary --model n.prototxt", "time --model n.prototxt --iterations 1", "draw_net n.prototxt n.svg",
      ] {
        let run = try ProgramRun.run(command, in: folder)
        #expect(!hasControls(run.output + run.errors), "net \(index), \(command): \(run.errors)")
        #expect(!run.errors.contains("\ncaffe-increg: all is well"))
      }
      if folder.entries().contains("n.svg") { #expect(try !hasControls(readText(folder("n.svg")))) }
    }
  }

  @Test func longNamesAreCut() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "x", count: 100_000)
    try folder.write(#"layer { name: "\#(name)" type: "\#(name)" top: "x" }"#, to: "n.prototxt")
    let run = try ProgramRun.run("summary --model n.prototxt", in: folder)
    #expect(run.status == 1 && run.errors.count < 3000 && run.errors.contains("layer 'xxx"))
  }

  @Test func lostOutputIsAFailure() throws {
    let folder = try TemporaryFolder()
    try folder.write(tiny, to: "n.prototxt")
    for command in ["summary --model n.prototxt", "--help", "device_query"] {
      let run = try shell("$P \(command) > /dev/full", in: folder)
      #expect(
        run.status == 1 && run.errors.contains("cannot write standard output: No space left on device"), "\(command)")
    }
    #expect(try shell("$P summary --model n.prototxt", in: folder).status == 0)
  }

  @Test func numbersOutOfRangeAreRefusedByName() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: TestFiles.golden + "/netio/images/color.png", toPath: folder("a.png"))
    try folder.write(tiny, to: "n.prototxt")
    try folder.write("a.png 0\n", to: "l.txt")
    #expect(try ProgramRun.run("convert_imageset ./ l.txt db", in: folder).status == 0)
    for (name, layer) in [
      (
        "image_data_param.new_height",
        "type: 'ImageData' image_data_param { source: 'l.txt' new_height: 100000 new_width: 100000 }"
      ),
      (
        "data_param.prefetch",
        "type: 'Data' data_param { source: 'db' backend: LMDB batch_size: 1 prefetch: 4294967295 }"
      ),
      ("data_param.prefetch", "type: 'Data' data_param { source: 'db' backend: LMDB batch_size: 1 prefetch: 0 }"),
    ] {
      try folder.write("layer { name: 'd' top: 'x' top: 'y' \(layer) }", to: "d.prototxt")
      let run = try ProgramRun.run("time --model d.prototxt --iterations 1", in: folder)
      #expect(run.status == 1 && run.errors.contains(name), "\(run.errors)")
    }
    for (name, arguments) in [
      ("--threads", "time --model n.prototxt --threads 1000000"), ("--threads", "time --model n.prototxt --threads -1"),
      ("--resize_height", "convert_imageset --resize_width 100000 --resize_height 100000 ./ l.txt new"),
      ("--resize_width", "convert_imageset --resize_width=-3 --resize_height 1 ./ l.txt new"),
      ("2147483648", "convert_imageset --resize_width 2147483648 --resize_height 1 ./ l.txt new"),
    ] {
      let run = try ProgramRun.run(arguments, in: folder)
      #expect(run.status == 1 && run.errors.contains(name), "\(arguments): \(run.errors)")
    }
    #expect(!folder.entries().contains("new") && !folder.entries().contains { $0.hasPrefix(".") })
  }

  @Test func theEnvironmentMayAskForManyThreads() throws {
    let folder = try TemporaryFolder()
    try folder.write(tiny, to: "n.prototxt")
    let run = try shell("OMP_NUM_THREADS=100000 $P time --model n.prototxt --iterations 1", in: folder)
    #expect(run.status == 0 && run.errors.contains("OpenMP asks for 100000 threads"), "\(run.errors)")
  }

  @Test func limitsOfTheSystemAreErrors() throws {
    let folder = try ProgramRun.makeFolder()
    let solver = try readText(folder("solver.prototxt")).replacing("snapshot: 0", with: "snapshot: 1")
    try folder.write(solver, to: "solver.prototxt")
    // Blocks of 512 bytes: less than the weights. The log goes through a pipe, which has no limit.
    let full = try shell("(ulimit -f 4; $P train --solver solver.prototxt; echo code $?) 2>&1 | cat", in: folder)
    #expect(full.output.contains("File too large\ncode 1\n"), "\(full.output)")
    #expect(
      !folder.entries().contains { $0.hasPrefix(".caffe") || $0.hasSuffix(".caffemodel") && $0 != "init.caffemodel" })
    try folder.write(
      #"layer { name: "d" type: "DummyData" top: "large" dummy_data_param { shape { dim: 2147483647 } } }"#,
      to: "n.prototxt")
    let large = try shell("ulimit -v 6000000; $P time --model n.prototxt --iterations 1", in: folder)
    #expect(
      large.status == 1 && large.errors.contains("out of memory: the net needs 8589934588 bytes"), "\(large.errors)")
    #expect(large.errors.contains("'large'"))
  }

  /// Libraries that are loaded before the program begins would wait for memory for ever.
  @Test(arguments: [130_000, 180_000, 230_000]) func littleAddressSpaceIsAnError(_ kilobytes: Int) throws {
    let folder = try TemporaryFolder()
    for threads in [1, 3] {
      let run = try shell(
        "ulimit -v \(kilobytes); OMP_NUM_THREADS=\(threads) timeout -s KILL 20 $P --version", in: folder)
      // Where the program and its libraries do not fit either, the loader says so.
      #expect(
        run.status == 1 && run.errors.contains("out of memory") || run.status == 127, "\(run.status) \(run.errors)")
    }
  }

  @Test func namesThatAreNotUTF8AreRefused() throws {
    let folder = try TemporaryFolder()
    let run = try shell("f=$(printf 'bad\\377'); : >\"$f\"; $P summary --model \"$f\"", in: folder)
    #expect(run.status == 1 && run.errors.contains("argument 3 is not UTF-8; rename the file"), "\(run)")
  }

  @Test func whatCannotBeWrittenAsONNXHasAPlace() throws {
    let folder = try TemporaryFolder()
    let input = #"layer { name: "d" type: "Input" top: "d" input_param { shape { dim: 1 dim: 2 dim: 4 dim: 4 } } }"#
    try CaffeModel.write(
      WeightSet(layers: [.init(name: "f", blobs: [BlobProto(shape: [1], data: [1])])]), to: folder("w.caffemodel"))
    for (layer, words) in [
      (
        #"layer { name: "f" type: "InnerProduct" bottom: "d" top: "f" inner_product_param { num_output: 2 } }"#,
        "n.prototxt:2: layer 'f'"
      ),
      (
        #"layer { name: "f" type: "InnerProduct" bottom: "e" top: "f" inner_product_param { num_output: 2 } }"#,
        "n.prototxt:2: layer 'f'"
      ),
      ("#", "no layers that could be written as ONNX"),
    ] {
      try folder.write(layer == "#" ? "" : [input, layer].joined(separator: "\n"), to: "n.prototxt")
      let run = try ProgramRun.run("convert w.caffemodel o.onnx --model n.prototxt", in: folder)
      #expect(run.status == 1 && run.errors.contains(words) && !folder.entries().contains("o.onnx"), "\(run.errors)")
    }
  }

  @Test func worksWithoutProc() throws {
    let folder = try TemporaryFolder()
    try folder.write(tiny, to: "n.prototxt")
    guard try shell("unshare -m true", in: folder).status == 0 else { return print("SKIPPED: may not unshare") }
    let run = try shell(
      "unshare -m sh -c 'mount -t tmpfs none /proc && $P summary --model n.prototxt'", in: folder)
    #expect(run.status == 0 && run.output.contains("\ntotal ") && run.output.contains("Multiply-adds"), "\(run.errors)")
  }

  /// Four times the layers take about four times the work.
  @Test func longEdgesTakeRoomAtTheirEndsOnly() {
    let count = 2000
    let sizes = (0..<count).map { _ in GraphLayout.Point(along: 10, across: 10) }
    let edges = (1..<count).flatMap { [($0 - 1, $0), ($0 / 2, $0)] }
    let layout = GraphLayout(
      sizes: sizes, edges: edges.map { (from: $0.0, to: $0.1) }, gap: GraphLayout.Point(along: 5, across: 5))
    #expect(layout.bends.allSatisfy { $0.count <= 32 })
    #expect(layout.bends.reduce(0) { $0 + $1.count } < 32 * edges.count)
    // Shorter ones keep a point in every rank that they pass.
    let short = GraphLayout(
      sizes: Array(sizes.prefix(20)), edges: (1..<20).map { (from: $0 - 1, to: $0) } + [(from: 0, to: 19)],
      gap: GraphLayout.Point(along: 5, across: 5))
    #expect(short.bends.last?.count == 18)
  }
}
