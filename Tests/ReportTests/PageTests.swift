import Foundation
import TestSupport
import Testing

@testable import Report

/// Pages, and what else a report is written as.
@Suite struct PageTests {
  private func page() throws -> Page { Page(try Samples.data(), tool: "caffe-increg 1.2.3") }

  /// What a reader sees: text outside of tags, styles and pictures' ticks.
  private func seen(_ html: String) -> String {
    html.replacing(/<style>[\s\S]*?<\/style>/, with: " ")
      .replacing(/<text class="tick"[^>]*>[^<]*<\/text>/, with: " ").replacing(/<[^>]*>/, with: " ")
      .replacing("&#39;", with: "'")
  }

  private func numbers(_ text: String) -> Set<String> {
    Set(text.matches(of: /-?\d+(\.\d+)?(e[+-]?\d+)?/).map { String($0.0) })
  }

  @Test func sectionsComeInOrder() throws {
    #expect(
      try page().sections.map(\.id)
        == ["headline", "compress", "tables", "curves", "layers", "pruning", "sensitivity", "trade-off", "conditions"])
  }

  @Test func noRequestLeavesThePage() throws {
    let html = try page().html
    for word in ["http:", "https:", "src=", "url(", "<script", "<link", "@import", "javascript:", "<img", "<iframe"] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains(#"content="default-src 'none'; style-src 'unsafe-inline'""#))
    #expect(html.contains("prefers-color-scheme:dark") && html.contains("@media print"))
  }

  @Test func everyFigureIsInTheJSON() throws {
    let page = try page()
    let object = try JSONSerialization.jsonObject(with: Data(page.json.utf8))
    var texts: [String] = []
    func collect(_ value: Any) {
      switch value {
      case let text as String: texts.append(text)
      case let list as [Any]: list.forEach(collect)
      case let fields as [String: Any]: fields.values.forEach(collect)
      default: break
      }
    }
    collect(object)
    let known = numbers(texts.joined(separator: "\n"))
    let shown = numbers(seen(page.html))
    #expect(shown.count > 60)
    #expect(shown.subtracting(known).isEmpty, "\(shown.subtracting(known).sorted())")
    // And the numbers are those of the logs.
    for figure in ["0.8125", "0.7812", "1.875", "0.0002441", "4×", "12.35 k", "0.05"] {
      #expect(page.html.replacing("\u{a0}", with: " ").contains(figure), "\(figure)")
    }
  }

  @Test func groupsAreSpreadOverImportanceAndPenalty() throws {
    let html = try page().html
    #expect(
      html.contains("Importance of columns of run.jsonl") && html.contains("right before the cut after 5 updates"))
    #expect(html.contains("Penalties of columns of run.jsonl"))
    let pruning = try #require(try page().sections.first { $0.id == "pruning" })
    let charts = pruning.blocks.compactMap { block in
      if case .chart(let chart) = block { chart as? SmallMultiples } else { nil }
    }.filter(\.hasOwnAxes)
    // What is no number, and what has as many counts of both kinds not, is left out.
    #expect(charts.map { $0.panels.map(\.title) } == [["conv1"], ["conv1", "ip1"]])
    try #require(charts.count == 2)
    #expect(charts[1].panels[0].series.map(\.y) == [[0, 23], [2, 0]])
    #expect(charts[1].panels[0].series[0].x == [0.125, 0.375] && charts[1].panels[1].series[0].x == [1.5])
  }

  @Test func layersAreStackedBeforeAndAfter() throws {
    #expect(Samples.stack.shown.map(\.name).suffix(2) == ["loss", "2 others"])
    #expect(Samples.stack.shown.last?.values == [0.1875, 0.15625])
    #expect(Samples.stack.table.rows.last?.map(\.value) == [nil, 5.6875, 1.65625])
    let html = try page().html
    #expect(html.contains("Time of a forward pass") && html.contains("plan of dense → plan of slim"))
  }

  @Test func tablesAreShownBesideWhatIsPublished() throws {
    let page = try page()
    let html = page.html.replacing("\u{a0}", with: " ")
    for words in [
      "4 runs of 2 rows, whose accuracies in the end are from 50 % (scratch) to 71.88 % (greg)",
      "71.88 (68.75 to 75)", "81.46", "3.06x", "Of this table 7 rows have no record", "4×", "8×", "greg, published",
      "Solver of greg, seed 1", "75 s",
    ] { #expect(html.contains(words), "\(words)") }
    // Tables alone make a page without sections on runs.
    var data = ReportData()
    data.tables = [Samples.table]
    #expect(
      Page(data, tool: "t").sections.map(\.id) == ["headline", "tables", "trade-off", "conditions"])
    #expect(!Page(data, tool: "t").html.contains("No nets were measured"))
  }

  @Test func compressionsAreShownWithTheirPlans() throws {
    var data = ReportData()
    try data.add("out/best.json", Array(Samples.compress.utf8))
    let page = Page(data, tool: "t")
    #expect(page.title == "Report: best.json" && page.sections[1].id == "compress")
    #expect(page.sections.map(\.id) == ["headline", "compress", "trade-off", "conditions"])
    let tables = page.sections[1].blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    #expect(
      tables.map { $0.rows.map { $0.last?.text } } == [
        ["0.25", "0.5", "0.5499", "0.5"], ["", "", "yes"], ["accuracy 0.8125", ""],
      ])
    #expect(tables.map(\.rows[0][2].value) == [17_500, nil, nil])
    #expect(tables[1].rows.map { $0[2].text } == ["tuned", "retrained", "tuned"])
    #expect(tables[1].rows.map { $0[3].value } == [0.71875, 0.75, 0.765625])
    for words in [
      "asked for latency=0.5 at a drop of at most 0.03125; not met: the floor was missed by 0.015625",
      "Accuracy 0.8125 before and 0.7578 after, where 0.7812 is the floor, on 50 test images that nothing was chosen by",
    ] { #expect(page.html.contains(words), "\(words)") }
  }

  /// Tables are as narrow as their numbers, which break before a range and before what they become.
  @Test func numbersBreakInTwo() throws {
    let html = try page().html
    #expect(html.contains("71.88 (68.75\u{a0}to\u{a0}75)</td>"))
    #expect(html.contains("12.35\u{a0}k"))
    #expect(!html.contains(/<td class="n">[^<(→]* [^<(→]*<\/td>/))
  }

  @Test func spreadsAreRangesOfFewAndDeviationsOfMany() {
    #expect(Spread([]) == nil && Spread([1, .nan]) == nil)
    #expect(Spread([3, 1, 2])?.range == 1...3 && Spread([3, 1, 2])?.mean == 2)
    #expect(Spread([1, 1, 3, 3, 2, 2])?.count == 6)
    let five = Spread([1, 2, 3, 4, 5])
    #expect(five?.range.lowerBound == 3 - 2.5.squareRoot() && five?.range.upperBound == 3 + 2.5.squareRoot())
  }

  @Test func sectionsWithoutDataSaySo() throws {
    let html = Page(ReportData(), tool: "t").html
    for words in ["No nets were measured", "No curves", "No layers", "No pruning", "No sensitivity", "No trade-off"] {
      #expect(html.contains(words), "\(words)")
    }
    #expect(!html.contains("<svg"))
  }

  @Test func namesFromFilesStayInert() throws {
    let name = #"<script>alert(1)</script><img src=x onerror='y'>"#
    var data = ReportData()
    let escaped = name.replacing("\"", with: "\\\"")
    try data.add(name, Array(Samples.log.replacing("conv1", with: escaped).utf8))
    try data.add("nets", Array(Samples.nets.replacing("dense", with: escaped).utf8))
    let html = Page(data, tool: name).html
    #expect(!html.contains("<script") && !html.contains("<img") && html.contains("&lt;script&gt;"))
    #expect(Page(data, tool: name).svg.allSatisfy { Samples.tags($0.text) != nil && !$0.name.contains("/") })
  }

  /// A run of 54 layers and 100,000 displays stays below 300 kB.
  @Test func longRunsMakeSmallPages() throws {
    let layers = (0..<54).map { "res\($0)_branch2a" }
    let families = layers.map { #"{"name":"\#($0)","layers":["\#($0)"],"groups":64,"ratio":0.5,"pruned":0}"# }
    var text = #"{"event":"start","time":1.0,"iteration":0,"max_iter":1}"# + "\n"
    text += #"{"event":"prune_plan","time":1.0,"iteration":0,"method":"Reg_Channel","unit":"channels","families":["#
    text += families.joined(separator: ",") + "]}\n"
    let bins = (0..<24).map { "\($0 * 7 % 11)" }.joined(separator: ",")
    let histograms = layers.map { #"{"name":"\#($0)","low":0,"high":0.05,"kept":[\#(bins)],"pruned":[\#(bins)]}"# }
    for measure in ["importance", "penalty"] {
      text += #"{"event":"prune_histogram","time":1.0,"iteration":0,"of":"\#(measure)","families":["#
      text += histograms.joined(separator: ",") + "]}\n"
    }
    for index in 0..<100_000 {
      let loss = Double(index * 7919 % 10_007) / 10_007
      text += #"{"event":"display","time":1.0,"iteration":\#(index),"loss":\#(loss),"lr":0.01,"outputs":[]}"# + "\n"
      guard index % 200 == 0 else { continue }
      let achieved = layers.indices.map { "\(Double(index + $0) / 200_000)" }.joined(separator: ",")
      text += #"{"event":"prune_ratios","time":1.0,"iteration":\#(index),"achieved":[\#(achieved)],"target":[]}"# + "\n"
      text +=
        #"{"event":"test","iteration":\#(index),"net":0,"loss":1,"outputs":[{"name":"accuracy","values":[\#(loss)]}]}"#
        + "\n"
    }
    var data = ReportData()
    try data.add("long.jsonl", Array(text.utf8))
    #expect(data.runs[0].displays.x.count == 100_000)
    let size = Page(data, tool: "t").html.utf8.count
    #expect(size < 300_000 && size > 50_000, "\(size)")
  }

  @Test func csvQuotes() {
    let table = Table(
      "t", ["a,b", "c"], rows: [[.init("x\"y"), .init(0.125)], [.init("line\nend"), .init(1_234_567.0)]])
    #expect(PageCSV.text(of: table) == "\"a,b\",c\r\n\"x\"\"y\",0.125\r\n\"line\nend\",1234567.0\r\n")
  }

  @Test func filesAreNamedByWhatTheyHold() throws {
    let page = try page()
    #expect(page.svg.map(\.name).contains("curves-1-training-loss.svg"))
    #expect(page.csv.map(\.name).contains("headline-1-nets-measured-factors-against-the-first.csv"))
    #expect(Set(page.csv.map(\.name)).count == page.csv.count)
  }

  @Test func scalarsOfARun() throws {
    let scalars = try #require(try Samples.data().runs.first).scalars
    #expect(scalars.filter { $0.tag == "train/loss" }.map(\.step) == [0, 10, 30])
    #expect(scalars.filter { $0.tag == "test/accuracy" }.map(\.value) == [0.8125, 0.78125])
    #expect(scalars.filter { $0.tag == "pruned/conv1" }.map(\.value) == [0, 0.92])
  }
}
