import CaffeProto
import Foundation
import NetIO
import Testing
import TestSupport

@testable import caffe_increg

/// `reproduce`: the tables, what is counted anew, and documents made of records.
@Suite struct ReproduceTests {
  static let papers = TestFiles.package + "/examples/papers"

  static let names = TestFiles.names(in: papers, extension: "json")

  @Test func allTablesAreThere() throws {
    #expect(Self.names.count == 12)
    let list = try TableReport.list(PaperFolder(Self.papers))
    for name in Self.names { #expect(list.contains { $0.hasPrefix(name + " ") }) }
  }

  /// Every row that can be run names a recipe, a solver, layers and a method that there are.
  @Test(arguments: names) func rowsCanBeRun(_ name: String) throws {
    let papers = try PaperFolder(Self.papers)
    let table = try papers.table(name)
    for row in table.rows {
      #expect(row.status != .ours || row.pruned == nil, "\(row.row) prints a figure of ours")
      guard let run = row.run?.over(table.run) else { continue }
      let recipe = try #require(run.recipe)
      var net = try Prototxt.net(papers.file(recipe, "net.prototxt")).net
      try net.setRatios(RatioPatterns(patterns: run.ratios ?? [:], row: row.row))
      let budget = try SolverParameter(text: run.set ?? "").pruningParam.hasBudget
      #expect(budget || net.layer.contains { $0.pruneParam.pruneRatio > 0 })
      #expect(net.batchSize(in: .train) > 0 && net.batchSize(in: .test) > 0)
      for file in [run.base ?? "base.prototxt", run.solver ?? "prune.prototxt", run.tune].compactMap({ $0 }) {
        // What is pruned from random weights needs no base.
        if file.contains("base"), run.from == .scratch { continue }
        _ = try Prototxt.solver(papers.file(recipe, file))
      }
      if let set = run.set { _ = try SolverParameter(text: set) }
    }
  }

  /// Figures of cost that are the same to their last digit, and those that are not for a reason; none without one.
  @Test(arguments: [
    ("sfp-cifar10", 40, 0), ("greg-1", 56, 24), ("greg-2", 3, 9), ("greg-3", 11, 14), ("increg", 0, 4),
  ])
  func costsAreThePrintedOnes(_ name: String, _ equal: Int, _ explained: Int) throws {
    let papers = try PaperFolder(Self.papers)
    let count = try TableReport.recount(papers.table(name), papers)
    #expect(count.equal == equal && count.explained == explained && count.unexplained == 0, "\(count.lines)")
  }

  @Test func figuresTakeThePrintedForm() {
    let cost = CountedCost(
      multiplyAdds: 125_485_696, parameters: 853_018, leftMultiplyAdds: 62_964_000, leftParameters: 428_000)
    #expect(CostColumn.flops.text(cost, like: ".25G") == ".25G")
    #expect(CostColumn.speedup.text(cost, like: "1.9x") == "2.0x")
    #expect(CostColumn.multiplyAdds.text(cost, like: "1") == "125485696")
    #expect(CostColumn.parameters.text(cost, like: "0.853M") == "0.853M")
    #expect(CostColumn.sparsity.text(cost, like: "50%") == "50%")
  }

  @Test func recipesAreWhatTheScriptMakes() throws {
    let folder = try TemporaryFolder()
    let script = TestFiles.package + "/scripts/write-recipes.py"
    guard try python([script, folder.path], needs: "sys") != nil else { return }
    let committed = TestFiles.package + "/examples/recipes"
    let diff = try Invocation("/usr/bin/diff", ["-r", committed, folder.path]).run()
    #expect(diff.status == 0, "\(diff.output)")
  }

  /// Both settings of our own comparison lie within a percent of the multiply-adds that they are to have.
  @Test func tierOneMeetsItsCosts() throws {
    let papers = try PaperFolder(Self.papers)
    let table = try papers.table("tier1")
    for (row, goal) in [("oneshot-l1-4x", 4.0), ("oneshot-l1-10x", 10.0)] {
      let ratios = try #require(try table.row(row).run?.ratios)
      let rule = CostRule(
        recipe: "quickbn-cifar10", counting: .slim, ratios: ratios, rounding: nil, onlyConvolutions: nil)
      let cost = try rule.count(papers, row: row)
      #expect(abs(cost.multiplyAdds / cost.leftMultiplyAdds / goal - 1) < 0.01)
    }
    #expect(Set(table.rows.compactMap { $0.run?.ratios }).count == 2)
  }

  /// The tables in the document are those of the records beside it.
  @Test func documentHoldsWhatRecordsSay() throws {
    let path = TestFiles.package + "/docs/reproduce.md"
    let records = try RowRecord.all(in: TestFiles.package + "/docs/records.jsonl")
    let text = try readText(path)
    #expect(try RecordReport.filled(text, from: path, PaperFolder(Self.papers), records) == text)
  }

  @Test func documentsNeedTheirMarks() throws {
    let papers = try PaperFolder(Self.papers)
    #expect { try RecordReport.filled("text", from: "d.md", papers, []) } throws: {
      "\($0)" == "d.md: has no line like '<!-- reproduce report TABLE -->'"
    }
    #expect { try RecordReport.filled("a\n<!-- reproduce report tier1 -->", from: "d.md", papers, []) } throws: {
      "\($0)".contains("d.md:2: the line '<!-- end of tier1 -->' is missing")
    }
  }

  @Test func meansHaveSpreads() throws {
    func score(_ value: Float) -> Score? { Score([("accuracy", [value])]) }
    #expect(RecordReport.text([score(0.5), score(0.75)]) == "62.50 +- 17.68")
    #expect(RecordReport.text([score(0.5)]) == "50.00")
    #expect(RecordReport.text([score(0.5), nil]) == "")
    #expect(Score([("loss", [1])]) == nil)
  }

  @Test(arguments: [
    ("reproduce show gerg-1", "there is no table 'gerg-1'; did you mean 'greg-1'?"),
    ("reproduce show nothing", "there is no table 'nothing'; there are abstracts, columns, greg-1"),
    ("reproduce list --papers nowhere", "there are no tables in 'nowhere': --papers names their folder"),
    ("reproduce run tier1 --row oneshot-l1-4y --data .", "has no row 'oneshot-l1-4y'; did you mean 'oneshot-l1-4x'?"),
    (
      "reproduce run greg-3 --row resnet50-1.78-hrank --data .", "cannot be run: the source says nothing of the ratios"
    ),
    ("reproduce run tier1 --row oneshot-l1-4x --data .", "'.' holds no data set that is known; looked for MNIST's"),
    ("reproduce run tier1 --row oneshot-l1-4x", "'run' needs --data"),
    ("reproduce flops", "'flops' needs the name of a table"),
    ("reproduce run tier1 --data . --epochs-scale 0", "--epochs-scale must be positive, but is 0.0"),
    ("reproduce report --records broken", "broken:2: is no record: .table is missing"),
    ("reproduce show bad --papers bad", "bad/bad.json: is no table: .rows[0].method is missing"),
  ])
  func namesWhatIsWrong(_ line: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(record() + "\n{}\n", to: "broken")
    try FileManager.default.createDirectory(atPath: folder("bad"), withIntermediateDirectories: true)
    try folder.write(#"{"title": "", "paper": "", "source": "", "rows": [{"row": "a"}]}"#, to: "bad/bad.json")
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 1 && run.errors.contains(message), "\(run)")
  }

  /// A record in one line.
  private func record() throws -> String {
    let lines = try readText(TestFiles.golden + "/reproduce/record.jsonl")
    return lines.split(separator: "\n").first.map(String.init) ?? ""
  }
}
