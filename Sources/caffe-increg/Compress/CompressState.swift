import Base
import FoundationEssentials
import NetIO

/// What a compression has done so far. It is kept in the run's folder and renewed after each stage.
struct CompressState: Codable {
  /// A stage that is done.
  struct Done: Codable {
    let stage: String
    let seconds: Double
    /// What it has printed.
    let said: [String]
    /// The SHA-256 of its files, by their names in the folder.
    let files: [String: String]
  }

  /// Accuracies on the two parts of the test data.
  struct Scores: Codable {
    /// On the images by which decisions are made.
    let chosen: Double
    /// On the images that decide nothing but the verdict; the same images where there are too few for two parts.
    let judged: Double
  }

  /// What a net costs.
  struct Figures: Codable {
    /// Multiply-adds of one item of a batch.
    let multiplyAdds: Int
    let parameters: Int
    /// Bytes of the file of its weights.
    let bytes: Int
    /// Milliseconds of one forward pass over a batch on this machine.
    let milliseconds: Double
  }

  /// A plan and what came of it.
  struct Attempt: Codable {
    let budget: String
    /// Per family of channels, the rung that it goes to.
    let rungs: [Int]
    /// The tuned net's.
    var scores: Scores?
    /// The retrained net's, where the tuned one had lost too much.
    var retrained: Scores?
    /// The whole net's, and this one's, measured in one sitting.
    var before: Figures?
    var after: Figures?
    /// Whether these times scatter too much to rely on.
    var isNoisy: Bool?

    /// The better net of the two: its accuracies, and the name of its file.
    var best: (scores: Scores, file: String)? {
      guard let scores else { return nil }
      guard let retrained, retrained.chosen >= scores.chosen else { return (scores, "tuned.caffemodel") }
      return (retrained, "retrained.caffemodel")
    }
  }

  /// What was asked for, by option; files by their content.
  let asked: [String: String]
  var done: [Done] = []
  /// The accuracies of the whole net.
  var base: Scores?
  var attempts: [Attempt] = []

  init(asked: [String: String]) { self.asked = asked }

  /// The path of a folder's record.
  static func path(in folder: String) -> String { folder + "/state.json" }

  /// Reads what a folder holds of the run that is asked for, without the stages whose files are not what they were. A run
  /// that has only tested the whole net, as where the budget cannot be met, gives way to another.
  ///
  /// - Returns: a state in which nothing is done where there is none
  /// - Throws: ``CompressError``
  init(in folder: String, asked: [String: String]) throws {
    let path = Self.path(in: folder)
    guard FileManager.default.fileExists(atPath: path) else {
      self.init(asked: asked)
      return
    }
    guard let bytes = InputFile.content(of: path).bytes, let state = try? JSON.decode(Self.self, from: bytes) else {
      throw CompressError.unreadable(path: path)
    }
    guard state.asked == asked || state.done.count > 1 else {
      self.init(asked: asked)
      return
    }
    for option in Set(asked.keys).union(state.asked.keys).sorted() where asked[option] != state.asked[option] {
      throw CompressError.otherRun(
        folder: folder, option: option, before: state.asked[option] ?? "not given", now: asked[option] ?? "not given")
    }
    self = state
    let broken = done.firstIndex { stage in
      stage.files.contains { (try? FileHash.sha256("\(folder)/\($0.key)")) != $0.value }
    }
    if let broken { done.removeSubrange(broken...) }
  }
}
