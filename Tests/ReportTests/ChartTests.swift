import Foundation
import TestSupport
import Testing

@testable import Report

/// Charts as SVG.
@Suite struct ChartTests {
  /// Each kind against a file that was looked at in a browser when it was written.
  @Test(arguments: Samples.all.map(\.name))
  func isAsItWas(_ name: String) throws {
    let chart = try #require(Samples.all.first { $0.name == name }?.chart)
    let svg = chart.svg(standalone: true)
    #expect(svg == (try readText(TestFiles.golden + "/report/\(name).svg")))
    let tags = try #require(Samples.tags(svg), "no XML")
    #expect(tags.first == "svg class role viewBox xmlns" && tags.dropFirst().prefix(3) == ["title", "desc", "style"])
    #expect(!tags.contains { $0.contains("style ") || $0.contains(" fill") })
    // Inside of a page there is nothing that could lead elsewhere.
    #expect(!chart.svg(standalone: false).contains("http"))
  }

  @Test func figuresAreAllInTheTable() {
    #expect(Samples.line.table.rows.count == 21 + 21 + 3)
    #expect(Samples.bars.table.rows[1].map(\.value) == [nil, 0.25, nil])
    #expect(Samples.scatter.table.rows[3].map(\.text) == ["published", "1 M", "0.991", "Some et al., table 3"])
    #expect(Samples.multiples.table.rows.count == 12)
  }

  @Test func theFrontierIsWhatNothingBeats() {
    #expect(Samples.scatter.frontier.map(\.name) == ["slim", "dense"])
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "\"'><svg onload=\"x\"", "]]>", "\u{0}\u{1b}\u{202e}\u{ffff}", "é漢\u{1F600}",
  ])
  func hostileNamesStayNames(_ name: String) throws {
    let long = name + String(repeating: "x", count: 500)
    let charts: [any Chart] = [
      LineChart(
        name, caption: long, x: name, y: name,
        [Series(name, x: [0, 1], y: [0, 1], colour: 0), Series(long, x: [0], y: [1], colour: 1)]),
      BarChart(long, caption: name, x: name, groups: [name, long], [.init(label: name, values: [1, 2])]),
      ScatterChart(name, caption: name, x: name, y: name, [.init(name: long, x: 1, y: 1, source: long)]),
      SmallMultiples(name, caption: name, x: name, y: name, [.init(title: long, series: [])]),
      StackedBarChart(long, caption: name, x: name, bars: [name, long], [.init(name: name, values: [1, 2])]),
      DotChart(name, caption: name, x: name, [.init(label: long, value: Spread([1, 2]), published: 3)]),
    ]
    for chart in charts {
      let svg = chart.svg(standalone: true)
      let tags = try #require(Samples.tags(svg), "\(svg)")
      let known: Set = ["svg", "title", "desc", "style", "line", "rect", "circle", "path", "text"]
      #expect(tags.allSatisfy { known.contains(String($0.split(separator: " ")[0])) && !$0.contains("onload") })
      #expect(svg.utf8.count < 12_000)
    }
  }

  /// Nothing, one point, the same again and again, and numbers that are none.
  @Test(
    arguments: [
      [], [1], [2, 2, 2], [.nan, .infinity], [0, 1e300, -1e300], [1e-300, 2e-300], [-5, -4],
      [.greatestFiniteMagnitude, -.greatestFiniteMagnitude],
    ] as [[Double]])
  func anyNumbersAreDrawn(_ y: [Double]) throws {
    let x = y.indices.map { Double($0) }
    for form in [Series.Form.line, .raw, .steps, .dots] {
      for isLogarithmic in [false, true] {
        var chart = LineChart("t", caption: "c", x: "x", y: "y", [Series("a", x: x, y: y, form: form, colour: 0)])
        chart.yIsLogarithmic = isLogarithmic
        let svg = chart.svg(standalone: true)
        #expect(Samples.tags(svg) != nil && !svg.contains("\"nan\"") && !svg.contains("inf\""))
      }
    }
    let bars = BarChart("t", caption: "c", x: "x", groups: ["a"], y.map { .init(label: "l", values: [$0]) })
    let stack = StackedBarChart("t", caption: "c", x: "x", bars: ["a"], y.map { .init(name: "l", values: [$0]) })
    let dots = DotChart("t", caption: "c", x: "x", y.map { .init(label: "l", value: Spread([$0]), published: $0) })
    let columns = SmallMultiples(
      "t", caption: "c", x: "x", y: "y",
      [.init(title: "p", series: [Series("a", x: x, y: y, form: .columns, colour: 0)])])
    for svg in [
      bars.svg(standalone: true), stack.svg(standalone: true), dots.svg(standalone: true),
      columns.svg(standalone: true),
    ] {
      #expect(Samples.tags(svg) != nil && !svg.contains("nan") && !svg.contains("\"inf"), "\(svg)")
    }
  }

  @Test func thinningKeepsWhatSticksOut() {
    var values = [Double](repeating: 0.5, count: 100_000)
    (values[31_234], values[77_777], values[5]) = (9, -9, .nan)
    let series = Series("a", x: values.indices.map { Double($0) }, y: values, colour: 0)
    let thin = series.thinned(to: 200)
    #expect(thin.x.count <= 203 && thin.y.contains(9) && thin.y.contains(-9))
    #expect(thin.x.first == 0 && thin.x.last == 99_999 && thin.x == thin.x.sorted())
    #expect(series.thinned(to: 200_000).x.count == 100_000)
  }

  @Test func smoothingIsTheMeanAround() {
    let series = Series("a", x: [0, 1, 2, 3], y: [0, 3, .nan, 6], form: .raw, colour: 0)
    #expect(series.smoothed(over: 3).y == [1.5, 1.5, 4.5, 6])
  }

  @Test func ticksAreRound() {
    #expect(Axis("", [0, 10]).ticks() == [0, 5, 10])
    #expect(Axis("", [0.5, 2000], isLogarithmic: true).ticks() == [1, 10, 100, 1000])
    #expect(Axis("", [0.99, 0.995]).ticks(3) == [0.99, 0.992, 0.994])
  }
}
