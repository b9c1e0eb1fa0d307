import Foundation
import Testing

/// The program as users run it: exit codes, and what it says where.
@Suite struct ProgramTests {
  /// The tests' own folder, which the build puts the program into as well.
  private var program: String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "caffe-increg").path
  }

  /// A working directory with the tiny net of Tests/Golden/solver, whose README says where it comes from.
  private func makeFolder() throws -> TemporaryFolder {
    let golden = packageRoot + "/Tests/Golden/solver"
    let folder = try TemporaryFolder()
    for (source, target) in [("init.caffemodel", "init.caffemodel"), ("sgd/solver.prototxt", "solver.prototxt")] {
      try FileManager.default.copyItem(atPath: golden + "/" + source, toPath: folder(target))
    }
    let net = try String(contentsOfFile: golden + "/net.prototxt", encoding: .utf8)
      .replacing("../data/tiny_train.txt", with: "list.txt").replacing("../data/tiny_test.txt", with: "list.txt")
    try writeText(net, to: folder("net.prototxt"))
    try writeText(golden + "/tiny_train.h5", to: folder("list.txt"))
    return folder
  }

  private func run(_ line: String, in folder: TemporaryFolder) throws -> (status: Int32, output: String, errors: String)
  {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = line.split(separator: " ").map(String.init)
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.environment = ["OMP_NUM_THREADS": "1"]
    let (output, errors) = (folder("stdout"), folder("stderr"))
    for path in [output, errors] { try writeText("", to: path) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8),
      try String(contentsOfFile: errors, encoding: .utf8)
    )
  }

  @Test func trainsAndTests() throws {
    let folder = try makeFolder()
    let training = try run(
      "-solver=solver.prototxt train -weights init.caffemodel -gpu -1 -log-json train.json", in: folder)
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.output == "")
    #expect(try readText(folder("train.json")).hasPrefix(#"{"event":"start","#))
    // The first and the last loss that the original program printed for this run.
    #expect(training.errors.contains("Train net output #0: loss = 2.33549 (* 1 = 2.33549 loss)"))
    #expect(training.errors.contains("Optimization Done."))
    let test = try run(
      "test --model net.prototxt --weights final_iter_60.caffemodel --iterations 8 --log-json events", in: folder)
    #expect(try readText(folder("events")).contains(/^{"event":"test","time":[\d.]+,"net":0,"batches":8,"loss":.*}\n$/))
    #expect(test.status == 0, "\(test.errors)")
    #expect(test.errors.contains("] Batch 7, accuracy = "))
    let accuracy = test.errors.firstMatch(of: /\] accuracy = ([\d.]+)\n/).flatMap { Double($0.1) }
    #expect((accuracy ?? 0) > 0.4)
    #expect(test.errors.contains(/\] loss = ([\d.]+) \(\* 1 = \1 loss\)\n/))
    let time = try run("time -model net.prototxt -iterations 2 -log-json times", in: folder)
    #expect(time.status == 0, "\(time.errors)")
    #expect(time.errors.contains(/\]      conv1\tforward: [\d.e-]+ ms\.\n/))
    #expect(time.errors.contains("Average Forward-Backward: "))
    #expect(
      try readText(folder("times")).contains(
        /^{"event":"layers","time":[\d.]+,"iterations":2,"layers":\[.*\{"name":"conv1","type":"Convolution","forward_ms":\[[\d.]+,[\d.]+\],"backward_ms":\[[\d.]+,[\d.]+\]\}.*\]\}\n$/
      ))
  }

  @Test func resumes() throws {
    let folder = try makeFolder()
    let solver = try String(contentsOfFile: folder("solver.prototxt"), encoding: .utf8)
    try writeText(solver.replacing("snapshot: 0", with: "snapshot: 25"), to: folder("solver.prototxt"))
    #expect(try run("train -solver solver.prototxt -weights init.caffemodel", in: folder).status == 0)
    let unbroken = FileManager.default.contents(atPath: folder("final_iter_60.caffemodel"))
    try FileManager.default.removeItem(atPath: folder("final_iter_60.caffemodel"))
    let resumed = try run("train -solver solver.prototxt -snapshot final_iter_25.solverstate", in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(unbroken != nil && unbroken == FileManager.default.contents(atPath: folder("final_iter_60.caffemodel")))
  }

  @Test(arguments: [
    ("train -solver none.prototxt", "caffe-increg: cannot open 'none.prototxt': No such file or directory\n"),
    (
      "test -model net.prototxt -weights solver.prototxt",
      "caffe-increg: cannot read caffemodel 'solver.prototxt': it is not a caffemodel but"
    ),
    ("time -model solver.prototxt", "caffe-increg: solver.prototxt:1:1: "),
    ("train", "Error: Missing expected argument '--solver <prototxt>'"),
    ("train -solver a -weights b -snapshot c", "Error: Give a snapshot to resume training or weights to finetune"),
    ("frobnicate", "Error: Unexpected argument 'frobnicate'"),
  ])
  func failsWithOneMessage(_ line: String, _ message: String) throws {
    let folder = try makeFolder()
    let (status, output, errors) = try run(line, in: folder)
    #expect(status == 1)
    #expect(output == "")
    #expect(errors.contains(message), "\(errors)")
    #expect(errors.ranges(of: "caffe-increg: ").count + errors.ranges(of: "Error: ").count == 1)
  }
}
