import Base
import NetIO
import Solver

/// What a net scored.
struct Score: Codable, Equatable {
  /// Shares of 1.
  let top1: Double
  let top5: Double?

  /// The accuracies among a net's outputs; nil where there is none.
  init?(_ outputs: [(name: String, values: [Float])]) {
    let accuracies = outputs.filter(\.name.isAccuracy)
    guard let first = accuracies.first(where: { !$0.name.contains("5") })?.values.first else { return nil }
    top1 = Double(first)
    top5 = accuracies.first { $0.name.contains("5") }?.values.first.map(Double.init)
  }
}

/// A run of a row: what was asked, what came out. One line of JSON each; all tables of ours are made of such lines.
struct RowRecord: Codable {
  let table: String
  let row: String
  let method: String
  let net: String
  let data: String
  let seed: Int
  let epochsScale: Double
  /// The program's version.
  let version: String
  let threads: Int
  /// Of the steps that this call made; a run that was stopped in between took longer.
  let seconds: Double
  /// Images of each part.
  let trainImages: Int
  let validationImages: Int
  let testImages: Int
  /// Images that the run was trained on from its start to its end, without the base net's.
  let imagesSeen: Int
  /// The solver as it ran.
  let solver: String
  let ratios: [String: Double]
  /// On the test images, before the run; nil where it began with random weights.
  let base: Score?
  /// On the validation images (the test images where none are kept apart), on both sides of the cut.
  let beforeCut: Score?
  let afterCut: Score?
  /// Of the slim net: on the validation images, and on the test images.
  let validation: Score?
  let end: Score
  let multiplyAdds: Int
  let slimMultiplyAdds: Int
  let parameters: Int
  let slimParameters: Int
  /// The slim weights.
  let weights: SourceFile

  /// The key by which runs are told apart.
  var key: String { "\(table)/\(row)/\(seed)/\(epochsScale)" }

  /// Adds the record to a file.
  func append(to path: String) throws {
    try EventLog(path).append(String(decoding: JSON.encode(self), as: UTF8.self))
  }

  /// All records of a file; none where it is not there.
  ///
  /// - Throws: ``ReproduceError/file(_:_:)`` naming the line
  static func all(in path: String) throws -> [RowRecord] {
    let content = InputFile.content(of: path)
    guard let bytes = content.bytes else { return [] }
    return try bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
      do { return try JSON.decode(RowRecord.self, from: line) } catch {
        throw ReproduceError.file("\(path):\(number + 1)", "is no record: \(PaperTable.text(error))")
      }
    }
  }
}
