import Base
import CaffeProto
import Engine
import FoundationEssentials
import Glibc
import Layers
import NetIO
import NetModel
import Slimming
import Solver

/// A row of a table, run: the base net, the pruning, the slim net, its test. Every step is kept in the output folder,
/// so that a run that was stopped goes on.
struct Experiment {
  let papers: PaperFolder
  let table: PaperTable
  let row: PaperTable.Row
  /// The row's recipe over the table's.
  let recipe: Recipe
  /// Its folder's name.
  let folder: String
  let data: PreparedData
  /// The output folder.
  let output: String
  /// What all numbers of iterations are multiplied by.
  let scale: Double
  /// Weights that are given instead of a base net to train.
  let weights: String?
  let threads: Int
  let context: TrainingRun.Context

  private static let test = NetState.with { $0.phase = .test }

  /// Runs the row with a seed.
  func run(seed: Int) throws -> RowRecord {
    let begin = ProgressLine.seconds()
    let place = "\(output)/\(table.name)/\(row.row)/seed\(seed)"
    try Folders.make(place)
    let base = recipe.from ?? .base == .base ? try trainedBase(seed) : nil
    var net = try recipeNet()
    let dense = try NetDescription(net, state: Self.test, registry: .caffe)
    let patterns = RatioPatterns(patterns: recipe.ratios ?? [:], row: row.row)
    let main: TrainingRun
    let slim: (net: NetParameter, weights: String)
    if recipe.from == .slim {
      let ratios = try patterns.ratios(of: dense.filterWeights.map { dense.layers[$0.layer].name })
      net = try SlimNet.uniform(of: net, ratios: ratios, state: Self.test, registry: .caffe).net
      let (own, more) = (try solver(recipe.base ?? "base.prototxt"), try solver(recipe.solver ?? "prune.prototxt"))
      let longer = scale * Double(own.maxIter + more.maxIter) / Double(own.maxIter)
      main = try training("slim net", recipe.base ?? "base.prototxt", net, in: place, seed, longer)
      slim = (net, try main.run(from: nil))
    } else {
      try net.setRatios(patterns)
      main = try training(row.method, recipe.solver ?? "prune.prototxt", net, in: place, seed, scale, set: recipe.set)
      let masked = try main.run(from: base?.weights)
      slim = try slimmed(net, masked, in: place)
    }
    var final = slim.weights
    var images = main.imagesSeen(net)
    if let tune = recipe.tune {
      let tuning = try training("tuning", tune, slim.net, in: place, seed, scale, file: "tune")
      final = try tuning.run(from: slim.weights)
      images += tuning.imagesSeen(slim.net)
    }
    let after = try NetDescription(slim.net, state: Self.test, registry: .caffe)
    let cut = try main.cut()
    let (before, left) = (dense.cost, after.cost)
    return RowRecord(
      table: table.name, row: row.row, method: row.method, net: row.net, data: row.data, seed: seed,
      epochsScale: scale, version: programVersion, threads: threads, seconds: ProgressLine.seconds() - begin,
      trainImages: data.train.records, validationImages: data.validation?.records ?? 0,
      testImages: data.test.records, imagesSeen: images,
      solver: try main.parameter.text(), ratios: recipe.ratios ?? [:],
      base: try base.map { try score($0.net, $0.weights, on: data.test) },
      beforeCut: cut.before, afterCut: cut.after,
      validation: try data.validation.map { try score(slim.net, final, on: $0) },
      end: try score(slim.net, final, on: data.test), multiplyAdds: before.totalMultiplyAdds,
      slimMultiplyAdds: left.totalMultiplyAdds, parameters: before.totalParameters,
      slimParameters: left.totalParameters, weights: try SourceFile(final))
  }

  /// The base net of a seed, which all rows of a recipe share.
  private func trainedBase(_ seed: Int) throws -> (net: NetParameter, weights: String) {
    let net = try recipeNet()
    if let weights { return (net, weights) }
    let file = recipe.base ?? "base.prototxt"
    let place = "\(output)/base/\(folder)-\(file.withoutEnding)-\(data.train.records)-\(scale.logged)/seed\(seed)"
    let done = place + "/base.caffemodel"
    if !FileManager.default.fileExists(atPath: done) {
      try Folders.make(place)
      let weights = try training("base net", file, net, in: place, seed, scale, file: "base_run").run(from: nil)
      try FileManager.default.moveItem(atPath: weights, toPath: done)
    }
    return (net, done)
  }

  /// The recipe's net with the run's databases.
  private func recipeNet() throws -> NetParameter {
    var net = try Prototxt.keptNet(papers.file(folder, "net.prototxt"), log: context.log)
    net.read(data, tests: data.validation ?? data.test)
    return net
  }

  private func solver(_ file: String) throws -> SolverParameter {
    try Prototxt.solver(papers.file(folder, file), log: context.log)
  }

  /// A run of one of the recipe's solvers, whose net and solver are written to the run's folder first.
  private func training(
    _ step: String, _ file: String, _ net: NetParameter, in place: String, _ seed: Int, _ scale: Double,
    set: String? = nil, file name: String = "run"
  ) throws -> TrainingRun {
    var parameter = try solver(file)
    if let set {
      let given = try SolverParameter(text: set, file: "'set' of row '\(row.row)'")
      // Where two messages are read one after the other, fields of the second replace those of the first.
      parameter = try SolverParameter(serialized: parameter.serialized() + given.serialized())
    }
    parameter.scale(scale)
    parameter.randomSeed = seed
    let tested = data.validation ?? data.test
    let testBatch = net.batchSize(in: .test)
    guard testBatch > 0, tested.records >= testBatch else {
      throw ReproduceError.data(
        folder: data.folder.path, "\(tested.records) images are no batch of \(testBatch) to test with")
    }
    parameter.testIter = [tested.records / testBatch]
    context.log.info("\(table.name), row \(row.row), seed \(seed): \(step)")
    return try TrainingRun.placed(
      parameter, net, stem: "\(place)/\(name)", name: "\(row.row), seed \(seed), \(step)", context)
  }

  private func slimmed(_ net: NetParameter, _ masked: String, in place: String) throws -> (
    net: NetParameter, weights: String
  ) {
    let (slim, files) = try context.slim(net, masked, state: Self.test, to: place + "/slim")
    try StagedFile.commit(files)
    return (slim.net, place + "/slim.caffemodel")
  }

  /// Tests weights on a database, every image of it once but for those that fill no batch.
  private func score(_ net: NetParameter, _ weights: String, on part: PreparedData.Part) throws -> Score {
    var net = net
    net.read(data, tests: part)
    let running = try Net(
      net, state: Self.test, registry: .caffe, backend: context.backend, random: RandomSource(seed: -1),
      use: .inference)
    try running.loadWeights(weights, log: context.log)
    let means = try running.outputMeans(batches: part.records / net.batchSize(in: .test))
    guard let score = Score(means.outputs.map { ($0.name, $0.values) }) else {
      throw ReproduceError.file(papers.file(folder, "net.prototxt"), "has no output 'accuracy' in phase TEST")
    }
    return score
  }
}

extension NetParameter {
  private func reads(in phase: Phase) -> [Int] {
    layer.indices.filter { layer[$0].type == "Data" && layer[$0].include.contains { $0.phase == phase } }
  }

  /// The batch size of the data layer of a phase; 0 where there is none.
  func batchSize(in phase: Phase) -> Int { reads(in: phase).first.map { layer[$0].dataParam.batchSize } ?? 0 }

  /// Has the data layers read a run's databases. Recipes have blue first.
  fileprivate mutating func read(_ data: PreparedData, tests: PreparedData.Part) {
    for (phase, part) in [(Phase.train, data.train), (.test, tests)] {
      for index in reads(in: phase) {
        let isFirst = layer[index].dataParam.source.hasPrefix("examples/")
        (layer[index].dataParam.source, layer[index].dataParam.backend) = (part.path, .lmdb)
        guard data.folder.isRGB, isFirst else { continue }
        layer[index].transformParam.meanValue.reverse()
        layer[index].transformParam.stdValue.reverse()
      }
    }
  }
}

extension TrainingRun {
  /// The images that the whole run is trained on, each as often as it comes.
  func imagesSeen(_ net: NetParameter) -> Int {
    parameter.maxIter * parameter.iterSize * net.batchSize(in: .train)
  }
}
