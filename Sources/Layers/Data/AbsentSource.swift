import CaffeProto
import Engine
import Glibc
import NetModel

/// Stands for a data layer whose files are not there, in a net that is only looked at. Its tops are zero.
struct AbsentSource: RunnableDescription, StandIn {
  static let type = "AbsentSource"
  private let shapes: [Shape]
  private let guesses: [Bool]

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    throw LayerError.field("type", "is no type of prototxts")
  }

  /// The tops' shapes: those that are declared, and else those that the message says.
  ///
  /// - Parameters:
  ///   - source: the file that is not there
  ///   - known: by top; nil where the message does not say it
  /// - Throws: `LayerError/absentSource(_:top:hint:example:)` where neither does
  fileprivate init(_ parameter: LayerParameter, source: String, known: [[Int]?], _ outlook: Outlook) throws {
    // A batch size that is declared for one top holds for all.
    let batch = parameter.top.compactMap { outlook.shapes[$0]?.dims.first }.first
    // Of labels the message says that there is one for each image, but those of forks may have more.
    guesses = parameter.top.enumerated().map { index, top in
      outlook.shapes[top] == nil && (index > 0 || index >= known.count || known[index] == nil)
    }
    shapes = try parameter.top.enumerated().map { index, top in
      if let shape = outlook.shapes[top] { return shape }
      if index > 0, let shape = outlook.needed[top] { return shape }
      guard index < known.count, let dims = known[index] else {
        if let shape = outlook.need(top, batch: batch ?? 1) { return shape }
        throw LayerError.absentSource(source, top: top, hint: "", example: [1, 3, 224, 224])
      }
      return try Shape(checking: [batch ?? max(1, dims[0])] + dims.dropFirst(), field: "top")
    }
  }

  var arity: Arity { Arity(bottom: 0...0, top: 1...Int.max) }
  func isGuess(top index: Int) -> Bool { guesses[index] }
  func topShapes(_ bottom: [Shape]) -> [Shape] { shapes }
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { ChannelMap([]) }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { InputLayer(shapes) }
}

extension SourceReading {
  /// A stand-in where one of `sources` is not there.
  ///
  /// - Parameters:
  ///   - sources: what the layer opens; empty ones are not given
  ///   - known: the tops' shapes, as far as the message says them
  static func absent(
    _ sources: [String], of parameter: LayerParameter, _ outlook: Outlook, known: () -> [[Int]?]
  ) throws -> (description: any LayerDescription, assumption: String)? {
    let isGiven = sources.contains { !$0.isEmpty }
    guard let source = isGiven ? sources.first(where: { !$0.isEmpty && access($0, F_OK) != 0 }) : "" else { return nil }
    let description = try AbsentSource(parameter, source: source, known: known(), outlook)
    let shapes = zip(parameter.top, description.topShapes([])).map { top, shape in
      "\(top)=\(shape.declaration)"
    }
    let fault = isGiven ? "'\(source)' is not there" : "no source is given"
    return (description, "\(fault); taken without it, but for --shape: \(shapes.joined(separator: ", "))")
  }
}

extension TransformationParameter {
  /// Channels, height and width of cropped images, as far as the message says them. Without a word about colours there
  /// are three channels.
  func croppedDims(isColor: Bool? = nil, size: (height: Int, width: Int)? = nil) -> [Int]? {
    let channels =
      max(meanValue.count, stdValue.count) > 1
      ? max(meanValue.count, stdValue.count) : forceGray || isColor == false ? 1 : 3
    if cropSize > 0 { return [channels, cropSize, cropSize] }
    return size.map { [channels, $0.height + 2 * pad, $0.width + 2 * pad] }
  }
}
