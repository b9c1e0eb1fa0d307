import Foundation
import Testing
import TestSupport

/// The program as users run it: exit codes, and what it says where.
@Suite struct ProgramTests {
  @Test func trainsAndTests() throws {
    let folder = try ProgramRun.makeFolder()
    let training = try ProgramRun.run(
      "-solver=solver.prototxt train -weights init.caffemodel -gpu -1 -log-json train.json", in: folder)
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.output == "")
    #expect(try readText(folder("train.json")).hasPrefix(#"{"event":"start","#))
    // The first and the last loss that the original program printed for this run.
    #expect(training.errors.contains("Train net output #0: loss = 2.33549 (* 1 = 2.33549 loss)"))
    #expect(training.errors.contains("Optimization Done."))
    let test = try ProgramRun.run(
      "test --model net.prototxt --weights final_iter_60.caffemodel --iterations 8 --log-json events", in: folder)
    #expect(
      try readText(folder("events")).contains(/\n{"event":"test","time":[\d.]+,"net":0,"batches":8,"loss":.*}\n$/))
    #expect(test.status == 0, "\(test.errors)")
    #expect(test.errors.contains("] Batch 7, accuracy = "))
    let accuracy = test.errors.firstMatch(of: /\] accuracy = ([\d.]+)\n/).flatMap { Double($0.1) }
    #expect((accuracy ?? 0) > 0.4)
    #expect(test.errors.contains(/\] loss = ([\d.]+) \(\* 1 = \1 loss\)\n/))
    let time = try ProgramRun.run("time -model net.prototxt -iterations 2 -log-json times", in: folder)
    #expect(time.status == 0, "\(time.errors)")
    #expect(time.errors.contains(/\]      conv1\tforward: [\d.e-]+ ms\.\n/))
    #expect(time.errors.contains("Average Forward-Backward: "))
    #expect(
      try readText(folder("times")).contains(
        /\n{"event":"layers","time":[\d.]+,"iterations":2,"layers":\[.*\{"name":"conv1","type":"Convolution","forward_ms":\[[\d.]+,[\d.]+\],"backward_ms":\[[\d.]+,[\d.]+\],"plan":"[^"]+"\}.*\]\}\n$/
      ))
  }

  @Test func resumes() throws {
    let folder = try ProgramRun.makeFolder()
    let solver = try readText(folder("solver.prototxt"))
    try writeText(solver.replacing("snapshot: 0", with: "snapshot: 25"), to: folder("solver.prototxt"))
    #expect(try ProgramRun.run("train -solver solver.prototxt -weights init.caffemodel", in: folder).status == 0)
    let unbroken = try readBytes(folder("final_iter_60.caffemodel"))
    try FileManager.default.removeItem(atPath: folder("final_iter_60.caffemodel"))
    let resumed = try ProgramRun.run("train -solver solver.prototxt -snapshot final_iter_25.solverstate", in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try !unbroken.isEmpty && unbroken == readBytes(folder("final_iter_60.caffemodel")))
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
    ("frobnicate", "there is no command 'frobnicate'. See 'caffe-increg help' for all of them."),
    ("trian -solver x", "there is no command 'trian'; did you mean 'train'? See"),
    ("-solver solver.prototxt tets", "there is no command 'tets'; did you mean 'test'? See"),
    ("help sumary", "there is no command 'sumary'; did you mean 'summary'? See"),
    ("-solver solver.prototxt", "which command? '--solver' is a flag of train"),
    ("train -sovler a", "'train' has no flag '--sovler'; did you mean '--solver'? See 'caffe-increg help train'"),
    ("train -solver a --wieghts=b", "'train' has no flag '--wieghts'; did you mean '--weights'? See"),
    ("slim -model a -outweights b", "'slim' has no flag '--outweights'; did you mean '--out-weights'? See"),
    ("train -solver a -keep 0", "Error: --keep must be at least 1, but is 0"),
    ("train -solver a -minloglevel high", "Error: --minloglevel must be a whole number, but is 'high'"),
    ("train -solver solver.prototxt -log_dir none", "cannot open 'none': No such file or directory"),
    ("train -solver solver.prototxt -snapshot latest", "there is no solver state of 'final' to resume from"),
  ])
  func failsWithOneMessage(_ line: String, _ message: String) throws {
    let folder = try ProgramRun.makeFolder()
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 1)
    #expect(run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.ranges(of: "caffe-increg: ").count + run.errors.ranges(of: "Error: ").count == 1)
  }
}
