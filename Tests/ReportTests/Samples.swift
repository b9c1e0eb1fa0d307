import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Report

/// Small charts of every kind, of figures that do not change.
enum Samples {
  static let line: LineChart = {
    let x = (0...20).map { Double($0) * 50 }
    var chart = LineChart(
      "Training loss", caption: "Raw and smooth.", x: "updates", y: "loss",
      [
        Series(
          "a, raw", x: x,
          y: x.map { $0 == 500 ? .nan : 2 / (1 + $0 / 100) + ($0 / 50).truncatingRemainder(dividingBy: 3) / 10 },
          form: .raw, colour: 0),
        Series("a", x: x, y: x.map { 2 / (1 + $0 / 100) }, colour: 0),
        Series("a second run with a long name", x: [0, 400, 1000], y: [1.5, 0.75, 0.25], form: .dots, colour: 7),
      ])
    chart.bands = [.init(from: 0, to: 600, label: "stage 1 prune"), .init(from: 600, to: 1000, label: "retrain")]
    chart.rules = [.init(y: 0.5, label: "asked for: 0.5")]
    return chart
  }()

  static let logarithmic: LineChart = {
    var chart = LineChart(
      "Learning rate", caption: "Steps.", x: "updates", y: "rate",
      [Series("a", x: [0, 100, 200, 300], y: [0.1, 0.01, 0.001, 0], form: .steps, colour: 0)])
    chart.yIsLogarithmic = true
    return chart
  }()

  static let bars = BarChart(
    "Time of layers", caption: "Before and after.", x: "ms", groups: ["before", "after"],
    [
      .init(label: "conv1", values: [1.5, 0.5]), .init(label: "conv2", values: [0.25, nil]),
      .init(label: "ip1", values: [3, 3]),
    ])

  static let scatter = ScatterChart(
    "Accuracy over multiply-adds", caption: "Ours and theirs.", x: "multiply-adds", y: "accuracy",
    [
      .init(name: "dense", x: 2_293_000, y: 0.9954, source: "a.caffemodel"),
      .init(name: "slim", x: 1_443_000, y: 0.993, source: "b.caffemodel"),
      .init(name: "worse", x: 2_000_000, y: 0.99, source: "c.caffemodel"),
      .init(name: "published", x: 1_000_000, y: 0.991, source: "Some et al., table 3", isHollow: true),
    ])

  static let multiples = SmallMultiples(
    "Pruned columns", caption: "Layer by layer.", x: "updates", y: "share",
    ["conv1", "conv2", "ip1", "a_layer_with_a_rather_long_name"].enumerated().map { index, name in
      .init(
        title: name,
        series: [Series("pruned", x: [0, 100, 200], y: [0, 0.2, 0.5 + Double(index) / 10], form: .steps, colour: 0)],
        rule: 0.9)
    })

  static let stack = StackedBarChart(
    "Time of a forward pass", caption: "Before and after.", x: "ms", bars: ["before", "after"],
    [
      .init(name: "data", values: [0.125, 0.125]), .init(name: "conv1", values: [1.5, 0.5]),
      .init(name: "relu1", values: [0.0625, 0.03125]), .init(name: "conv2", values: [2.25, 0.75]),
      .init(name: "a_layer_with_a_rather_long_name", values: [0.5, nil]), .init(name: "ip1", values: [1, .nan]),
      .init(name: "loss", values: [0.25, 0.25]),
    ])

  static let dots = DotChart(
    "Accuracy in the end", caption: "Ours and theirs.", x: "accuracy",
    [
      .init(label: "one run", value: Spread([0.75]), published: nil),
      .init(label: "three runs", value: Spread([0.75, 0.8125, 0.6875]), published: 0.78125),
      .init(label: "five runs, with a long name", value: Spread([0.5, 0.625, 0.75, 0.625, 0.625]), published: nil),
      .init(label: "theirs", value: nil, published: 0.875),
    ])

  static let histograms: SmallMultiples = {
    var chart = SmallMultiples(
      "Penalties", caption: "Kept and pruned.", x: "penalty", y: "columns",
      [("conv1", 1.0), ("ip1", 1e-3)].map { name, scale in
        let places = (0..<6).map { (Double($0) + 0.5) * scale }
        return .init(
          title: name,
          series: [
            Series("pruned", x: places, y: [0, 0, 1, 2, 4, 16], form: .columns, colour: 1),
            Series("kept", x: places, y: [8, 4, 2, 1, 0, 0], form: .columns, colour: 0),
          ])
      })
    chart.hasOwnAxes = true
    return chart
  }()

  static let all: [(name: String, chart: any Chart)] = [
    ("line", line), ("logarithmic", logarithmic), ("bars", bars), ("scatter", scatter), ("multiples", multiples),
    ("stack", stack), ("dots", dots), ("histograms", histograms),
  ]

  /// The tags of a document, where an XML parser takes it; nil where not.
  static func tags(_ text: String) -> [String]? {
    final class Reader: NSObject, XMLParserDelegate {
      var tags: [String] = []
      func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
      ) { tags.append(([name] + attributes.keys.sorted()).joined(separator: " ")) }
    }
    let (parser, reader) = (XMLParser(data: Data(text.utf8)), Reader())
    parser.delegate = reader
    return parser.parse() ? reader.tags : nil
  }

  /// A log of a run that prunes two layers, goes back once, and is tested before and after a cut.
  static let log = """
    {"event":"start","time":100.0,"iteration":0,"max_iter":40}
    {"event":"conditions","time":100.0,"command":"train","version":"1.2.3","processor":"Some CPU","threads":2,"arguments":["caffe-increg","train","--solver","a b"],"seed":7,"method":"Reg_Col","solver":"base_lr: 0.25\\nmax_iter: 40\\n"}
    {"event":"net","time":100.0,"name":"n","items":10,"parameters":3010,"multiply_adds":70000,"layers":[{"name":"data","type":"Data","top":[10,1,8,8],"weight":[],"parameters":0,"multiply_adds":0},{"name":"conv1","type":"Convolution","top":[10,20,8,8],"weight":[20,1,5,5],"parameters":520,"multiply_adds":32000},{"name":"ip1","type":"InnerProduct","top":[10,10],"weight":[10,249],"parameters":2490,"multiply_adds":38000}]}
    {"event":"prune_plan","time":100.0,"iteration":0,"method":"Reg_Col","unit":"columns","families":[{"name":"conv1","layers":["conv1"],"groups":25,"ratio":0.9,"pruned":0},{"name":"ip1","layers":["ip1"],"groups":249,"ratio":0.5,"pruned":0}]}
    {"event":"prune_phase","time":100.0,"iteration":0,"phase":"prune","stage":1}
    {"event":"prune_ratios","time":100.0,"iteration":0,"achieved":[0.0,0.0],"target":[0.9,0.5],"softened":[0,0],"speedup":1.0,"compression":1.0}
    {"event":"test","time":100.5,"iteration":0,"net":0,"batches":2,"loss":2.25,"outputs":[{"name":"accuracy","values":[0.8125],"loss_weight":0.0}]}
    {"event":"display","time":101.0,"iteration":0,"loss":2.375,"lr":0.25,"iterations_per_second":0.0,"outputs":[{"name":"loss","values":[2.375],"loss_weight":1.0}]}
    {"event":"prune_cut","time":101.5,"iteration":5,"families":[{"name":"conv1","before":0,"after":23}]}
    {"event":"prune_histogram","time":101.5,"iteration":5,"of":"importance","families":[{"name":"conv1","low":0.25,"high":4.25,"kept":[0,2],"pruned":[22,1]}]}
    {"event":"display","time":102.0,"iteration":10,"loss":1.75,"lr":0.25,"iterations_per_second":10.0,"outputs":[{"name":"loss","values":[1.75],"loss_weight":1.0}]}
    {"event":"prune_ratios","time":102.0,"iteration":10,"achieved":[0.92,0.25],"target":[0.9,0.5],"softened":[0,0],"speedup":1.875,"compression":1.5}
    {"event":"prune_histogram","time":102.5,"iteration":12,"of":"penalty","families":[{"name":"conv1","low":0,"high":0.5,"kept":[2,0],"pruned":[0,23]},{"name":"ip1","low":1,"high":1,"kept":[249],"pruned":[0]},{"name":"odd","low":"nan","high":1,"kept":[1],"pruned":[]}]}
    {"event":"prune_phase","time":102.5,"iteration":12,"phase":"losseval","stage":1}
    {"event":"display","time":103.0,"iteration":20,"loss":"nan","lr":0.025,"iterations_per_second":10.0,"outputs":[]}
    {"event":"test","time":103.5,"iteration":20,"net":0,"batches":2,"loss":0.5,"outputs":[{"name":"accuracy","values":[0.78125],"loss_weight":0.0}]}
    {"event":"prune_judged","time":103.5,"iteration":20,"stage":1,"accuracy":0.78125,"borderline":0.75,"good":true}
    {"event":"prune_best","time":103.5,"iteration":20,"best_iteration":20,"accuracy":0.78125,"phase":"retrain","state":"s_iter_20.solverstate"}
    {"event":"prune_restored","time":103.6,"iteration":10,"from":20}
    {"event":"prune_phase","time":103.7,"iteration":10,"phase":"final_retrain","stage":1}
    {"event":"display","time":104.0,"iteration":20,"loss":0.625,"lr":0.025,"iterations_per_second":10.0,"outputs":[]}
    {"event":"unheard_of","time":104.1,"iteration":21,"what":[{"ever":null}]}

    """

  /// Logs of test and time, of two nets.
  static let nets = [("dense", 0.8125, 3010, 70000, 12_345, 1.5), ("slim", 0.78125, 1505, 17_500, 6789, 0.5)].map {
    """
    {"event":"conditions","time":200.0,"command":"test","version":"1.2.3","processor":"Some CPU","threads":2,"arguments":["caffe-increg","test"],"model":"m.prototxt","weights":["w/\($0.0).caffemodel"],"weight_bytes":[\($0.4)]}
    {"event":"net","time":200.0,"name":"n","items":10,"parameters":\($0.2),"multiply_adds":\($0.3),"layers":[{"name":"conv1","type":"Convolution","top":[10,20,8,8],"weight":[\($0.2 / 100),1,5,5],"parameters":\($0.2),"multiply_adds":\($0.3)}]}
    {"event":"test","time":201.0,"net":0,"batches":2,"loss":0.5,"outputs":[{"name":"accuracy","values":[\($0.1)],"loss_weight":0.0}]}
    {"event":"conditions","time":202.0,"command":"time","version":"1.2.3","processor":"Some CPU","threads":2,"arguments":["caffe-increg","time"],"model":"d.prototxt","weights":["w/\($0.0).caffemodel"],"weight_bytes":[\($0.4)]}
    {"event":"net","time":202.0,"name":"n","items":10,"parameters":\($0.2),"multiply_adds":\($0.3),"layers":[{"name":"conv1","type":"Convolution","top":[10,20,8,8],"weight":[\($0.2 / 100),1,5,5],"parameters":\($0.2),"multiply_adds":\($0.3)}]}
    {"event":"layers","time":203.0,"iterations":3,"layers":[{"name":"conv1","type":"Convolution","forward_ms":[\($0.5),\($0.5 * 2),\($0.5)],"backward_ms":[],"plan":"plan of \($0.0)"}]}

    """
  }.joined()

  static let slim = """
    {"multiplyAdds":{"before":70000,"after":17500},"parameters":{"before":3010,"after":1505},"tolerance":0.0001,
    "sizes":[{"name":"conv1","type":"Convolution","channels":{"before":20,"after":10},"parameters":{"before":520,"after":260},"multiplyAdds":{"before":32000,"after":16000}}],
    "proof":[{"inputs":"random","batches":2,"top1Agreement":1,"differences":[{"blob":"ip1","absolute":0.00390625,"relative":0.000244140625}]}]}
    """

  static let prune = """
    {"tool":"t","asked":{"importance":"l1","ratio":0.5,"multiple":8,"floor":1,"seed":1},"held":[],
    "met":[{"layers":["conv1"],"channels":20,"removed":[1,2],"ratio":0.5}]}
    """

  static let map = """
    {"measure":"loss of accuracy","threshold":0.0625,"chosen":{"conv1":0.5},"points":[
    {"layer":"conv1","width":0.25,"loss":0.1875},{"layer":"conv1","width":0.5,"loss":0.03125},{"layer":"conv1","width":1,"loss":0},
    {"layer":"ip1","width":0.5,"loss":0.375}]}
    """

  /// Two plans, of which the second is taken.
  static let compress = """
    {"asked":{"--budget":"latency=0.5","--drop":"0.03125"},"isMet":false,"shortfalls":["the floor was missed by 0.015625"],
    "floor":0.78125,"judgedOn":"50 test images that nothing was chosen by","taken":1,"weights":"try2/tuned.caffemodel",
    "accuracy":{"before":{"chosen":0.8125,"judged":0.8125},"after":{"chosen":0.765625,"judged":0.7578125}},
    "cost":{"before":{"multiplyAdds":70000,"parameters":3010,"bytes":12345,"milliseconds":5.5},
    "after":{"multiplyAdds":17500,"parameters":1505,"bytes":6789,"milliseconds":2.75}},
    "attempts":[{"budget":"latency=0.5","rungs":[1],"scores":{"chosen":0.71875,"judged":0.734375},"retrained":{"chosen":0.75,"judged":0.75}},
    {"budget":"latency=0.55","rungs":[2],"scores":{"chosen":0.765625,"judged":0.7578125},"after":{"multiplyAdds":17500,"milliseconds":2.75}}],
    "stages":[{"stage":"base","seconds":0.75,"said":["a","accuracy 0.8125"],"files":{}},{"stage":"best","seconds":96.5,"said":[]}]}
    """

  static let papers = """
    [{"name":"Theirs","source":"Some et al., table 3","accuracy":0.796875,"multiply_adds":35000},
    {"name":"Others","source":"Others, figure 1","accuracy":0.75,"ms":0.125}]
    """

  /// Two rows of a table, one of which is published, and the other has a single seed.
  static let table: TableFacts = {
    func run(_ seed: Int, _ end: Double, base: Double?) -> TableFacts.Run {
      var run = TableFacts.Run(multiplyAdds: (64_000, 16_000), parameters: (4096, 512))
      (run.seed, run.base, run.end, run.after, run.seconds) = (seed, base, end, end / 2, 75)
      (run.version, run.threads, run.solver) = ("1.2.3", 2, "max_iter: \(seed)")
      return run
    }
    return TableFacts(
      "tableOne", title: "Some et al.: a table", source: "the paper's table 1",
      [
        .init(
          "greg", method: "GReg-1", net: "Net", data: "Data",
          runs: [run(1, 0.75, base: 0.8125), run(2, 0.6875, base: 0.875), run(3, 0.71875, base: 0.8125)],
          published: .init(base: "83.51", pruned: "81.46", speedup: "3.06x")),
        .init("scratch", method: "none", net: "Net", data: "Data", runs: [run(1, 0.5, base: nil)], published: nil),
      ], rowsWithoutRuns: 7)
  }()

  /// What a report is made of that has all there is.
  static func data() throws -> ReportData {
    var data = ReportData()
    for (name, text) in [
      ("run.jsonl", log), ("nets.jsonl", nets), ("slim.json", slim), ("prune.json", prune), ("map.json", map),
      ("best.json", compress),
    ] {
      try data.add(name, Array(text.utf8))
    }
    try data.addPapers("papers.json", Array(papers.utf8))
    data.tables = [table]
    return data
  }
}
