import CaffeProto

/// A layer of a type that is not known, or of another one of the same name, in a net that is only looked at. It counts as
/// a layer without parameters, and all channels that it reads and makes must stay.
public struct PassedThrough: LayerDescription, StandIn {
  /// Empty: the layer's message has the name.
  public static let type = ""
  private let name: String
  private let type: String
  /// What is not built in.
  private let kind: String
  private let bottoms: [String]
  private let tops: [String]
  private let declared: [Shape?]
  /// What readers asked for.
  private let needed: [Shape?]
  /// What readers may ask for.
  private let provisional: [Shape?]

  /// - Parameter difference: what tells the layer from others of its type that are built in
  init(_ parameter: LayerParameter, _ outlook: Outlook, _ difference: String = "") {
    kind = "'\(parameter.type)'\(difference)"
    needed = parameter.top.map { outlook.needed[$0] }
    let batch = parameter.top.compactMap { outlook.shapes[$0]?.dims.first }.first ?? 1
    provisional = parameter.top.map { outlook.need($0, batch: batch) }
    (name, type, bottoms, tops) = (parameter.name, parameter.type, parameter.bottom, parameter.top)
    declared = parameter.top.map { top in
      outlook.shapes[top] ?? (parameter.top.count == 1 ? outlook.shapes[parameter.name] : nil)
    }
  }

  /// As a layer of a net that nobody declares shapes for.
  public init(_ parameter: LayerParameter, in context: DescriptionContext) { self.init(parameter, Outlook()) }

  /// Any numbers.
  public var arity: Arity { Arity(bottom: 0...Int.max, top: 0...Int.max) }

  /// As declared. Else a top in place is its bottom, a loss or a score is one value, a top that a reader needs in some
  /// shape has that, and all others are like the first bottom.
  public func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try tops.indices.map { index in
      if let shape = declared[index] { return shape }
      if isInPlace(index) { return bottom[index] }
      if isScore { return [] }
      if let shape = needed[index] { return shape }
      guard let shape = bottom.first ?? provisional[index] else {
        throw LayerError.field(
          "type",
          "\(kind) is not built in, and nothing says the shape of top '\(tops[index])': declare it, as in "
            + "--layer-shape \(tops[index])=1x3x224x224")
      }
      return shape
    }
  }

  /// What is neither declared nor in place.
  public func isGuess(top index: Int) -> Bool { declared[index] == nil && !isInPlace(index) }

  private func isInPlace(_ index: Int) -> Bool { index < bottoms.count && bottoms[index] == tops[index] }

  private var isScore: Bool { ["Loss", "Accuracy", "Evaluate"].contains { type.hasSuffix($0) } }

  /// What is not known of the layer, a line.
  func assumptions(_ shapes: [Shape]) -> [String] {
    let guessed = tops.indices.filter { isGuess(top: $0) && !isScore }.map { index in
      "\(tops[index])=\(shapes[index].declaration)"
    }
    let taken =
      guessed.isEmpty
      ? ""
      : "; what it makes is taken to be as what it reads or as its readers need it, but for --layer-shape: \(guessed.joined(separator: ", "))"
    return ["layer '\(name)': type \(kind) is not built in and passed through\(taken)"]
  }

  /// Holds everything: nothing is known of what the layer needs.
  public func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "layers of type '\(type)' are not built in")
  }
}
