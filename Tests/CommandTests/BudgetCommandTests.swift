import Foundation
import TestSupport
import Testing

/// Budgets, from the command line to the files that `slim` writes.
@Suite struct BudgetCommandTests {
  private let given = "--model net.prototxt --weights trained.caffemodel --round 2"

  /// The tiny net, trained, whose accuracy pruning can cost.
  private func folder() throws -> TemporaryFolder {
    let folder = try ProgramRun.makeFolder()
    try FileManager.default.copyItem(
      atPath: TestFiles.golden + "/solver/sgd/final_iter_60.caffemodel", toPath: folder("trained.caffemodel"))
    return folder
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// The lines of a table of costs, total and bytes.
  private func costs(_ output: String) -> [Substring] {
    let lines = output.split(separator: "\n")
    guard let first = lines.firstIndex(where: { $0.hasPrefix("layer ") }),
      let last = lines.firstIndex(where: { $0.hasPrefix("bytes of the parameters") })
    else { return [] }
    return Array(lines[first...last])
  }

  @Test(arguments: ["--budget macs=0.5", "--budget params=0.6", "--budget bytes=2k --isomorphic", "--ratio 0.4"])
  func slimReportsWhatThePlanSays(_ what: String) throws {
    let folder = try folder()
    let plan = try ProgramRun.run("plan \(given) \(what)", in: folder)
    #expect(plan.status == 0, "\(plan.errors)")
    let prune = try ProgramRun.run("prune \(given) \(what) --out-weights p.caffemodel", in: folder)
    #expect(prune.status == 0, "\(prune.errors)")
    let slim = try ProgramRun.run(
      "slim --model net.prototxt --weights p.caffemodel --out-model s.prototxt --out-weights s.caffemodel", in: folder)
    #expect(slim.status == 0, "\(slim.errors)")
    #expect(costs(plan.output).count == 6, "\(plan.output)")
    #expect(costs(plan.output) == costs(prune.output) && costs(plan.output) == costs(slim.output))
    let json = try object(try ProgramRun.run("plan \(given) \(what) --json", in: folder).output)
    let cost = try #require(json["cost"] as? [String: Any])
    let record = try object(readText(folder("s.caffemodel.json")))
    #expect((cost["multiplyAdds"] as? [String: Int]) == (record["multiplyAdds"] as? [String: Int]))
    if let budget = json["budget"] as? [String: Any] {
      #expect(budget["cost"] as? Double ?? .infinity <= budget["limit"] as? Double ?? 0)
      #expect(plan.output.contains("budget: at most "))
    }
  }

  @Test func whatRoundingChangesIsSaid() throws {
    let plan = try ProgramRun.run(
      "plan --model net.prototxt --weights trained.caffemodel --ratio 0.3 --round 4", in: try folder())
    // 1.8 of 6 and 2.4 of 8.
    #expect(plan.output.contains("conv1: 6 channels, 2 go: "), "\(plan.output)")
    #expect(
      plan.output.contains("conv2: 8 channels, 4 go (2.4 are asked for: 0.5 instead of 0.3, as 4 are left): "),
      "\(plan.output)")
  }

  @Test func aSensitivityMapServesEveryBudget() throws {
    let folder = try folder()
    let made = try ProgramRun.run(
      "sensitivity \(given) --images 150 --out map.json --svg map.svg", in: folder)
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("200 images, accuracy 0."), "\(made.output)")
    #expect(made.output.contains("conv1: 6 channels; loss at 4: "), "\(made.output)")
    let svg = try readText(folder("map.svg"))
    #expect(svg.hasPrefix("<svg ") && svg.components(separatedBy: "<polyline ").count == 3)
    let again = try ProgramRun.run("sensitivity \(given) --images 150 --json", in: folder)
    #expect(try object(again.output) as NSDictionary == object(readText(folder("map.json"))) as NSDictionary)
    let other = try ProgramRun.run("plan \(given) --budget macs=0.5 --allocate sensitivity --images 150", in: folder)
    #expect(other.status == 0, "\(other.errors)")
    // Without data, from the map.
    try FileManager.default.removeItem(atPath: folder("list.txt"))
    let plan = try ProgramRun.run(
      "plan \(given) --budget macs=0.5 --allocate sensitivity --map map.json --shape data=100x1x10x10 --shape label=100",
      in: folder)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output == other.output)
    #expect(plan.output.contains("no layer loses more than "), "\(plan.output)")
  }

  /// An importance that looks at data has its own map.
  @Test func sensitivitiesFollowEveryImportance() throws {
    let folder = try folder()
    let asked = "\(given) --importance taylor"
    let made = try ProgramRun.run("sensitivity \(asked) --images 150 --out map.json", in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let allocate = "--budget macs=0.5 --allocate sensitivity"
    let plan = try ProgramRun.run("plan \(asked) \(allocate) --map map.json", in: folder)
    let again = try ProgramRun.run("plan \(asked) \(allocate) --images 150", in: folder)
    #expect(plan.status == 0 && plan.output == again.output, "\(plan) \(again)")
    let other = try ProgramRun.run("plan \(given) \(allocate) --map map.json", in: folder)
    #expect(other.status == 1 && other.errors.contains("it was made with --importance taylor, not l1"), "\(other)")
  }

  @Test func latenciesAreMeasured() throws {
    let folder = try folder()
    let time = try ProgramRun.run("time --model net.prototxt --table --batch 2", in: folder)
    #expect(time.status == 0, "\(time.errors)")
    #expect(time.output.contains(/\nconv1 +1 +6 +[\d.]+\n/), "\(time.output)")
    let json = try object(
      try ProgramRun.run("plan \(given) --budget latency=100s --json", in: folder).output)
    #expect(((json["cost"] as? [String: Any])?["milliseconds"] as? [String: Double])?["after"] ?? 0 > 0)
    let least = try ProgramRun.run("plan \(given) --budget latency=0.000001ms", in: folder)
    #expect(least.status == 1 && least.errors.contains("the least with these widths is 0."), "\(least.errors)")
  }

  @Test(arguments: [
    ("plan --budget macs=0.01", "the budget cannot be met: at most"),
    ("plan --budget macs", "Error: --budget: 'macs' is no budget"),
    ("plan --budget flops=1", "Error: --budget: there is no budget 'flops'; there are macs, params, bytes, latency"),
    ("plan --budget mac=1", "there are macs, params, bytes, latency; did you mean 'macs'?"),
    ("plan --budget params=2m", "there are k, M, G; a share is a number below 1 without one; did you mean 'M'?"),
    ("plan --budget macs=0.5 --budget params=0.5", "--budget is given 2 times, as macs=0.5 and params=0.5: give one"),
    ("plan --budget macs=0.5 --batch 4", "Error: --batch goes with --budget latency."),
    (
      "plan --budget macs=0.5 --floor 9223372036854775807", "no channel of the net can go: --round and --floor keep all"
    ),
    ("plan --ratio 0.5 --importance group_l1", "; did you mean 'group-l1'?"),
    ("plan --budget macs=0.5 --ratio 0.5", "Error: Give either --ratio, --ratios or --budget."),
    ("plan --ratio 0.5 --isomorphic", "Error: --isomorphic goes with --budget."),
    ("plan --budget macs=0.5 --map m", "Error: --map goes with --allocate sensitivity."),
    ("plan --budget latency=5ms --batch 0", "Error: --batch must be at least 1, but is 0"),
    ("plan --budget macs=0.5 --allocate sensitivity --map none", "cannot open 'none': No such file or directory"),
    ("plan --budget macs=0.5 --allocate sensitivity --map net.prototxt", "'net.prototxt' is no sensitivity map"),
    ("sensitivity --out m --svg m", "'m' is given for two of the files to write"),
    ("sensitivity --svg net.prototxt", "'net.prototxt' is read: writing it would replace what is there"),
    ("prune --ratio 0.5 --out-weights net.prototxt", "'net.prototxt' is read"),
    ("sensitivity --images 0", "Error: --images must be at least 1, but is 0"),
    ("sensitivity --phase TRAIN", "the net has no accuracy output; its outputs are: loss"),
  ])
  func badInputIsNamed(_ line: String, _ message: String) throws {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    let run = try ProgramRun.run("\(words[0]) \(given) \(words[1])", in: try folder())
    #expect(run.status == 1 && run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// Budgets above the whole net need nothing, however large they are.
  @Test(arguments: ["macs=1e9", "macs=1e30", "params=1e19", "bytes=1e300G", "bytes=9e18k"])
  func largeBudgetsTakeNothing(_ budget: String) throws {
    for form in ["", " --json"] {
      let run = try ProgramRun.run("plan \(given) --budget \(budget)\(form)", in: try folder())
      if budget == "bytes=1e300G" {
        #expect(run.status == 1 && run.errors.contains("'bytes=1e300G' is no budget"), "\(run)")
      } else {
        #expect(run.status == 0 && run.output.contains(form == "" ? "nothing would be removed" : "limit"), "\(run)")
      }
    }
  }

  /// More images than the data holds would be the same ones again.
  @Test func imagesEndWhereTheDataDoes() throws {
    let run = try ProgramRun.run("sensitivity \(given) --images \(Int.max)", in: try folder())
    #expect(run.status == 0 && run.output.contains("800 images, accuracy 0."), "\(run)")
  }

  @Test func aMapOfAnotherNetIsRefused() throws {
    let folder = try folder()
    #expect(try ProgramRun.run("sensitivity \(given) --images 100 --out map.json", in: folder).status == 0)
    let plan = "plan --model net.prototxt --round 2 --budget macs=0.5 --allocate sensitivity --map map.json"
    let weights = try ProgramRun.run("\(plan) --weights init.caffemodel", in: folder)
    #expect(weights.status == 1 && weights.errors.contains("it was made with other weights"), "\(weights.errors)")
    let importance = try ProgramRun.run("\(plan) --weights trained.caffemodel --importance l2", in: folder)
    #expect(importance.errors.contains("it was made with --importance l1, not l2"), "\(importance.errors)")
    try folder.write(
      readText(folder("map.json")).replacing("\"channels\" : 6", with: "\"channels\" : 7"), to: "map.json")
    let other = try ProgramRun.run("\(plan) --weights trained.caffemodel", in: folder)
    #expect(other.errors.contains("the net has 6 channels of 'conv1', the map 7 of 'conv1'"), "\(other.errors)")
  }

  @Test func accuracyNeedsData() throws {
    let folder = try folder()
    let text = try readText(folder("net.prototxt"))
    let lines = text.split(separator: "\n").filter { !$0.contains("hdf5_data_param") && !$0.contains("HDF5Data") }
    try folder.write(
      "layer { name: 'data' type: 'Input' top: 'data' top: 'label' input_param { shape { dim: 9 dim: 1 dim: 10 dim: 10 } "
        + "shape { dim: 9 } } }\n" + lines.joined(separator: "\n"), to: "net.prototxt")
    let run = try ProgramRun.run("sensitivity \(given)", in: folder)
    #expect(run.status == 1 && run.errors.contains("layer 'data' (Input) takes data from its caller"), "\(run.errors)")
  }

  @Test func summariesAreForMachinesToo() throws {
    let json = try object(try ProgramRun.run("summary --model net.prototxt --json", in: try folder()).output)
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(layers.compactMap { $0["name"] as? String }.prefix(3) == ["data", "conv1", "relu1"])
    #expect(layers.reduce(0) { $0 + ($1["parameters"] as? Int ?? 0) } == json["parameters"] as? Int)
  }
}
