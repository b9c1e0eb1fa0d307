import NetIO
import TestSupport
import Testing

/// `train --cut-channels`: behind the cut a run goes on with the small net.
@Suite struct ChannelCutTests {
  private let folder: TemporaryFolder

  init() throws { folder = try ProgramRun.makeFolder() }

  /// A solver of 60 iterations with a method.
  private func write(_ name: String, _ method: String, _ more: String = "") throws {
    try writeText(
      try readText(folder("solver.prototxt")).replacing("snapshot: 0 ", with: "")
        + "\nprune_method: '\(method)' prune_ratio: 0.5 \(more)\n", to: folder(name))
  }

  @discardableResult private func run(_ line: String, fails: Bool = false) throws -> Invocation.Outcome {
    let outcome = try ProgramRun.run(line, in: folder)
    #expect((outcome.status != 0) == fails, "\(line): \(outcome.output)\(outcome.errors)")
    return outcome
  }

  private func values(_ path: String) throws -> [Float] {
    try CaffeModel.read(folder(path)).layers.flatMap(\.blobs).flatMap(\.data)
  }

  /// The small run comes to the weights that slimming makes of the masked run's, and so does one that is resumed.
  @Test(arguments: ["OneShot", "GReg-1"]) func goesOnSmall(_ method: String) throws {
    try write("prune.prototxt", method, "snapshot: 40 pruning_param { reg_interval: 1 settle_iters: 2 }")
    let cut = try run("train --solver prune.prototxt --weights init.caffemodel --cut-channels --conv-algorithm direct")
    #expect(cut.errors.contains("Channels are cut; going on with"), "\(cut.errors)")
    let small = try values("final-slim_iter_60.caffemodel")
    try run("train --solver prune.prototxt --weights init.caffemodel --conv-algorithm direct")
    try run(
      "slim --model net.prototxt --weights final_iter_60.caffemodel --out-model s.prototxt --out-weights s.caffemodel")
    let expected = try values("s.caffemodel")
    let difference = mismatch(small, expected, within: 1e-3)
    #expect(difference == nil, "\(String(describing: difference))")
    #expect(try small.count < values("final_iter_60.caffemodel").count)
    #expect(try readText(folder("final-slim.prototxt")) == readText(folder("s.prototxt")))
    try run(
      "train --solver final-slim_solver.prototxt --snapshot final-slim_iter_40.solverstate --conv-algorithm direct")
    #expect(try values("final-slim_iter_60.caffemodel") == small)
  }

  @Test func whatCannotBeCutIsNamed() throws {
    for method in ["OneShot_Row", "Reg_Channel"] {
      try write("p.prototxt", method, "AA: 0.001 target_reg: 0.05")
      let errors = try run("train --solver p.prototxt --weights init.caffemodel --cut-channels", fails: true).errors
      #expect(errors.contains("prune_method") && errors.contains("--cut-channels"), "\(errors)")
    }
    #expect(try run("train --solver solver.prototxt --cut-channels", fails: true).errors.contains("--cut-channels"))
    // Nothing is pruned before the end.
    try write("late.prototxt", "SFP", "epoch_iters: 20")
    let late = try run("train --solver late.prototxt --weights init.caffemodel --cut-channels")
    #expect(late.errors.contains("nothing is cut"))
  }
}
