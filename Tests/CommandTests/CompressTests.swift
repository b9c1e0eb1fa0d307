import Base
import CaffeProto
import Foundation
import Glibc
import NetIO
import Solver
import TestSupport
import Testing

@testable import caffe_increg

/// `compress`, from a solver and weights to the files that it leaves.
@Suite struct CompressTests {
  private let given =
    "compress --solver solver.prototxt --weights base_iter_100.caffemodel --round 2 --conv-algorithm fixed"

  private func object(_ path: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(readText(path).utf8)) as? [String: Any])
  }

  private static let results = ["best.caffemodel", "best.prototxt", "best_deploy.prototxt"]

  @Test func aNetComesToItsBudget() throws {
    let folder = try ProgramRun.makeTrainedFolder()
    let line = "\(given) --budget macs=0.5 --drop 0.05 --out out"
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 0, "\(run)")
    #expect(run.output.contains("1 of 8, base: accuracy ") && run.output.contains("8 of 8, best: "), "\(run.output)")
    #expect(run.output.contains("accuracies are of 50 test images that nothing was chosen by"), "\(run.output)")
    let record = try object(folder("out/best.json"))
    #expect(record["isMet"] as? Bool == true && (record["shortfalls"] as? [String]) == [])
    let cost = try #require(record["cost"] as? [String: [String: Double]])
    let (before, after) = (cost["before"]?["multiplyAdds"] ?? 0, cost["after"]?["multiplyAdds"] ?? 1)
    #expect(after <= 0.5 * before && after > 0.3 * before)
    let tested = try ProgramRun.run(
      "test --model out/best.prototxt --weights out/best.caffemodel --iterations 5", in: folder)
    let accuracy = try #require(record["accuracy"] as? [String: [String: Double]])
    #expect(
      tested.errors.contains("] accuracy = \(Float(accuracy["after"]?["chosen"] ?? 0).logged)"), "\(tested.errors)")
    let deployed = try ProgramRun.run(
      "summary --model out/best_deploy.prototxt --weights out/best.caffemodel", in: folder)
    #expect(deployed.status == 0, "\(deployed.errors)")
    // The last line is the command that makes a page of it.
    let page = try #require(
      run.output.wholeMatch(of: /[\s\S]*\na page of it: caffe-increg (report out.best.json --out .*)\n/))
    let report = try ProgramRun.run(String(page.1), in: folder)
    #expect(report.status == 0, "\(report)")
    #expect(try readText(folder("out/report.html")).contains("asked for macs=0.5 at a drop of at most 0.05; met."))
    // All is done: the same command only says so, another one is refused.
    let again = try ProgramRun.run(line, in: folder)
    #expect(again.status == 0 && again.output.hasPrefix("going on behind 'best'\n"), "\(again)")
    #expect(run.output.hasSuffix(again.output.split(separator: "\n", maxSplits: 1)[1]))
    let other = try ProgramRun.run(line.replacing("macs=0.5", with: "macs=0.4"), in: folder)
    #expect(other.status == 1, "\(other)")
    #expect(
      other.errors.contains("'out' holds another run: there --budget is macs=0.5, now it is macs=0.4"), "\(other)")
  }

  /// Stopped in every stage, by both signals in turn, a run ends with the files of the unbroken one.
  @Test(arguments: ["", " --method SFP", " --allocate sensitivity"]) func aRunGoesOnWhereItWasStopped(
    _ options: String
  ) throws {
    let (whole, broken) = (try ProgramRun.makeTrainedFolder(), try ProgramRun.makeTrainedFolder())
    // No drop that is kept: the plan is made a second time.
    let line = "\(given) --budget params=0.4 --drop 0.05 --out out\(options)"
    let run = try ProgramRun.run(line, in: whole)
    #expect(run.status == 0 || run.status == 2, "\(run)")
    let stages = try JSON.decode(CompressState.self, from: Data(readText(whole("out/state.json")).utf8)).done.count
    for done in 0..<stages {
      let process = try Invocation(
        ProgramRun.path, line.split(separator: " ").map(String.init), in: broken.path,
        environment: ["OMP_NUM_THREADS": "1"]
      ).start()
      while process.isRunning {
        let state = try? JSON.decode(CompressState.self, from: Data(readText(broken("out/state.json")).utf8))
        if (state?.done.count ?? 0) >= done { break }
        usleep(1000)
      }
      if done == 0 { usleep(100_000) }
      kill(process.processIdentifier, done % 2 == 0 ? SIGTERM : SIGKILL)
      process.waitUntilExit()
    }
    let last = try ProgramRun.run(line, in: broken)
    #expect(last.status == run.status, "\(last)")
    for name in Self.results {
      #expect(try FileHash.sha256(whole("out/\(name)")) == FileHash.sha256(broken("out/\(name)")), "\(name)")
    }
    #expect(!broken.entries(in: "out").contains { $0.hasSuffix(".tmp") })
  }

  /// What cannot be kept is said, with the best net there is and a code of its own.
  @Test func aFloorThatIsNotMetIsSaid() throws {
    let folder = try ProgramRun.makeFolder()
    try FileManager.default.copyItem(
      atPath: TestFiles.golden + "/solver/sgd/final_iter_60.caffemodel", toPath: folder("trained.caffemodel"))
    let run = try ProgramRun.run(
      "compress --solver solver.prototxt --weights trained.caffemodel --round 1 --budget macs=0.15 --drop 0 "
        + "--tune-iterations 0 --reconstruct 0 --out out", in: folder)
    #expect(run.status == 2, "\(run)")
    #expect(run.output.contains("plan again: budget: at most "), "\(run.output)")
    #expect(run.errors.contains("the floor is not met: the accuracy is 0."), "\(run.errors)")
    #expect(run.errors.contains("The best net there is has been written."), "\(run.errors)")
    #expect(try object(folder("out/best.json"))["isMet"] as? Bool == false)
    for name in Self.results { #expect(folder.entries(in: "out").contains(name)) }
  }

  /// A net that a little tuning does not bring back is trained as the whole one was; the better of the two is taken.
  @Test func aNetThatLosesTooMuchIsRetrained() throws {
    let folder = try ProgramRun.makeFolder()
    try FileManager.default.copyItem(
      atPath: TestFiles.golden + "/solver/sgd/final_iter_60.caffemodel", toPath: folder("trained.caffemodel"))
    let line =
      "compress --solver solver.prototxt --weights trained.caffemodel --round 1 --budget macs=0.15 --drop 0 "
      + "--tune-iterations 1 --tune-rate 1e-9 --reconstruct 0"
    let run = try ProgramRun.run("\(line) --out out", in: folder)
    #expect(run.status == 0 || run.status == 2, "\(run)")
    #expect(
      run.output.contains(/\d of \d+, retrain: \d+ iterations, with a rate that falls from .* to 0, since the tuned/),
      "\(run.output)")
    let state = try JSON.decode(CompressState.self, from: Data(readText(folder("out/state.json")).utf8))
    let first = try #require(state.attempts.first)
    let (tuned, retrained) = (try #require(first.scores), try #require(first.retrained))
    #expect(first.best?.file == (retrained.chosen >= tuned.chosen ? "retrained.caffemodel" : "tuned.caffemodel"))
    let taken = try #require(try object(folder("out/best.json"))["taken"] as? Int)
    let file = try #require(state.attempts[taken].best?.file)
    #expect(try object(folder("out/best.json"))["weights"] as? String == "try\(taken + 1)/\(file)")
    #expect(
      try FileHash.sha256(folder("out/best.caffemodel")) == FileHash.sha256(folder("out/try\(taken + 1)/\(file)")))
    let (solver, retraining) = (
      try SolverParameter(text: readText(folder("solver.prototxt"))),
      try SolverParameter(text: readText(folder("out/try1/retrain.solver.prototxt")))
    )
    #expect(
      retraining.baseLr == solver.baseLr && retraining.lrPolicy == "poly" && retraining.maxIter == 2 * solver.maxIter)
    let without = try ProgramRun.run("\(line) --retrain-iterations 0 --out other", in: folder)
    #expect(!without.output.contains("retrain") && without.output.contains("plan again"), "\(without)")
  }

  /// Training that diverges says what to change; there is no flag to go on with.
  @Test func aRateThatIsTooHighIsNamed() throws {
    let folder = try ProgramRun.makeTrainedFolder()
    let run = try ProgramRun.run("\(given) --budget macs=0.5 --tune-rate 1e30 --out out", in: folder)
    #expect(run.status == 1 && !run.errors.contains("--allow-nan"), "\(run)")
    #expect(
      run.errors.contains(/tune: iteration \d+: the loss is .*; the rate begins with 1e\+30, and a smaller one/),
      "\(run)")
  }

  /// A net in which more is pruned than the plan asks for, by a method that looks at gradients of what is left.
  @Test func aNetThatWasPrunedBeforeIsPrunedOn() throws {
    let folder = try ProgramRun.makeTrainedFolder()
    let masked = try ProgramRun.run(
      "prune --model net.prototxt --weights base_iter_100.caffemodel --ratio 0.5 --round 1 --out-weights m.caffemodel",
      in: folder)
    #expect(masked.status == 0, "\(masked)")
    let line = given.replacing("base_iter_100", with: "m")
    let run = try ProgramRun.run("\(line) --budget macs=0.5 --drop 0.9 --method OrthoReg --out out", in: folder)
    #expect(run.status == 0, "\(run)")
  }

  /// A budget that was mistyped keeps nobody out of the folder, nor does a folder that cannot be made hide why.
  @Test func aFolderWithoutAPlanIsFree() throws {
    let folder = try ProgramRun.makeTrainedFolder()
    let wrong = try ProgramRun.run("\(given) --budget macs=2 --out a/b", in: folder)
    #expect(wrong.status == 1 && wrong.errors.contains("at most 2 multiply-adds are asked for"), "\(wrong)")
    let right = try ProgramRun.run(
      "\(given) --budget macs=0.5 --drop 0.5 --tune-iterations 0 --reconstruct 0 --out a/b", in: folder)
    #expect(right.status == 0 && !right.output.contains("going on"), "\(right)")
    let none = try ProgramRun.run("\(given) --budget macs=0.5 --out net.prototxt/b", in: folder)
    #expect(none.status == 1 && none.errors.contains("cannot make folder 'net.prototxt/b': Not a directory"), "\(none)")
  }

  @Test(arguments: [
    ("--budget macs=0.01 --out out", "the budget cannot be met: at most"),
    ("--budget macs=0.5 --drop -0.1 --out out", "--drop must be at least 0 and below 1, but is -0.1"),
    ("--out out", "--budget is missing"),
    ("--budget macs=0.5 --method DAS --out out", "--method: there is no 'DAS'"),
    ("--budget macs=0.5 --method SFP_Col --out out", "there is no 'SFP_Col'"),
    ("--budget macs=0.5 --method Reg_Col --out out", "--method: 'Reg_Col' does not prune channels, as Reg_Channel, "),
    ("--budget macs=0.5 --method SFP_Weight --out out", "--method: 'SFP_Weight' does not prune channels"),
    ("--budget macs=0.5 --method Reg_Channel --out out", "solver: AA: must be positive for 'Reg_Channel'"),
    ("--budget macs=0.5 --reconstruct 5 --out out", "--reconstruct must be 0 or at least 10 images, but is 5"),
    ("--budget macs=0.5 --tune-rate 0 --out out", "--tune-rate must be positive, but is 0"),
    (
      "--budget macs=0.5 --tune-iterations 2147483648 --out out",
      "--tune-iterations must be at least 0 and at most 2147483647, but"
    ),
    ("--budget macs=0.5 --out net.prototxt", "cannot make folder 'net.prototxt': File exists"),
    ("--budget macs=0.5 --out net.prototxt/x/y", "cannot make folder 'net.prototxt/x/y': Not a directory"),
    ("--budget macs=0.5 --out /proc/none/x", "cannot make folder '/proc/none': No such file or directory"),
    ("--budget macs=0.5 --out none --solver mute.prototxt", "the net has no accuracy output; its outputs are: "),
    ("--budget macs=0.5 --out none --solver input.prototxt", "layer 'data' (Input) takes data from its caller"),
    ("--budget macs=0.5 --out none --solver two.prototxt", "two.prototxt: compress needs one net"),
  ])
  func badInputIsNamed(_ options: String, _ message: String) throws {
    let folder = try ProgramRun.makeTrainedFolder()
    let (net, solver) = (try readText(folder("net.prototxt")), try readText(folder("solver.prototxt")))
    for name in ["mute", "input", "two"] {
      try folder.write(
        name == "two"
          ? solver.replacing("net: ", with: "train_net: ") : solver.replacing("net.proto", with: "\(name).net.proto"),
        to: "\(name).prototxt")
    }
    try folder.write(
      net.split(separator: "\n").filter { !$0.contains("Accuracy") && !$0.contains("Softmax") }.joined(separator: "\n"),
      to: "mute.net.prototxt")
    try folder.write(
      "layer { name: 'data' type: 'Input' top: 'data' top: 'label' input_param { shape { dim: 10 dim: 1 dim: 8 dim: 8 } shape { dim: 10 } } }\n"
        + net[net.range(of: "layer { name: \"conv\"")!.lowerBound...], to: "input.net.prototxt")
    let asked =
      options.contains("--solver") ? given.replacing("--solver solver.prototxt ", with: "") : given
    let run = try ProgramRun.run("\(asked) \(options)", in: folder)
    #expect(run.status == 1 && run.errors.contains(message), "\(run)")
    #expect(!folder.entries(in: "out").contains("best.caffemodel"))
    #expect(run.output == "" || options.contains("macs=0.01"), "nothing has run before")
  }

  @Test func theRateAndLengthOfTuningFollowFromTheSolver() throws {
    func solver(_ text: String) throws -> SolverParameter { try SolverParameter(text: text) }
    let steps = try solver("base_lr: 0.1 lr_policy: 'multistep' gamma: 0.1 stepvalue: 10 stepvalue: 11 max_iter: 50")
    let tuning = try steps.tuning(iterations: nil, rate: nil)
    #expect(tuning.maxIter == 10 && abs(tuning.baseLr - 0.01) < 1e-6 && tuning.lrPolicy == "poly")
    let fixed = try solver("base_lr: 0.02 lr_policy: 'fixed' max_iter: 3 prune_method: 'SFP' test_iter: 4")
    let other = try fixed.tuning(iterations: nil, rate: nil)
    #expect(
      other.maxIter == 1 && abs(other.baseLr - 0.02) < 1e-6 && other.pruneMethod == "None" && other.testIter == [])
    let given = try fixed.tuning(iterations: 7, rate: 0.5)
    #expect(given.maxIter == 7 && given.baseLr == 0.5)
    // A third of the cost would pay for three times the iterations: twice are made.
    let twice = steps.retraining(iterations: nil, share: 0.3)
    #expect(twice.maxIter == 100 && twice.baseLr == 0.1 && twice.lrPolicy == "poly" && twice.power == 1)
    #expect(steps.retraining(iterations: nil, share: 0.8).maxIter == 63)
    #expect(fixed.retraining(iterations: 5, share: 0.5).maxIter == 5)
  }

  /// The rate at a share of the way is what it was, whatever the policy.
  @Test func aLongerRunHasTheSameRates() throws {
    for policy in ["inv", "exp", "sigmoid"] {
      let solver = try SolverParameter(
        text: "base_lr: 0.1 lr_policy: '\(policy)' gamma: 0.98 power: 0.75 stepsize: 20 max_iter: 50")
      var longer = solver
      longer.scale(2)
      var (step, other) = (0, 0)
      let rates = try (
        LearningRatePolicy(solver).rate(at: 30, step: &step), LearningRatePolicy(longer).rate(at: 60, step: &other)
      )
      #expect(abs(rates.0 - rates.1) <= 1e-4 * rates.0, "\(policy): \(rates)")
    }
  }
}
