import Engine

/// How important the groups of a family are. Training, `prune` and `plan` share it.
///
/// A new importance is a file here and a line in ``Importances``.
public protocol Importance {
  /// The name in commands and solvers.
  static var name: String { get }

  /// What it looks at.
  static var needs: EvidenceNeeds { get }

  /// Whether scores of different families can be compared as they are; else they are divided by the family's mean.
  static var comparesFamilies: Bool { get }

  /// One score per group; the smaller, the sooner a group may go. Scores of one family can be compared.
  ///
  /// - Throws: ``ImportanceError`` where the family has nothing to be scored by, or what reading the evidence throws
  func scores(_ family: GroupFamily, _ evidence: any Evidence) throws -> [Float]

  /// Room for sums that are equal to the scores, so that an update can add them up on its way; nil where no sums are.
  func sums(_ family: GroupFamily) -> GroupSums?
}

extension Importance {
  /// Weights.
  public static var needs: EvidenceNeeds { .weights }
  /// No.
  public static var comparesFamilies: Bool { false }
  /// None.
  public func sums(_ family: GroupFamily) -> GroupSums? { nil }
}

/// What an importance looks at.
public struct EvidenceNeeds: OptionSet, Sendable {
  /// The bits.
  public let rawValue: Int
  /// Makes needs.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The weights that make and read the groups.
  public static let weights = EvidenceNeeds(rawValue: 1)
  /// The factors by which channels are multiplied, as behind BatchNorm.
  public static let factors = EvidenceNeeds(rawValue: 2)
  /// Gradients from a scoring pass.
  public static let gradients = EvidenceNeeds(rawValue: 4)
  /// What channels hold in passes over data.
  public static let activations = EvidenceNeeds(rawValue: 8)
}

/// What is known of a net's parameters, and of what it computes.
public protocol Evidence {
  /// Reads a parameter's values, row-major.
  func withValues(of place: GroupMember, _ body: (FloatView) throws -> Void) throws

  /// Reads a parameter's gradients from a scoring pass, row-major.
  ///
  /// - Throws: ``ImportanceError/noGradients`` where none was run
  func withGradients(of place: GroupMember, _ body: (FloatView) throws -> Void) throws

  /// How active channels were in passes over data.
  ///
  /// - Throws: ``ImportanceError/noActivations`` where none was made
  func activity() throws -> ChannelActivity
}

extension Evidence {
  /// None.
  public func withGradients(of place: GroupMember, _ body: (FloatView) throws -> Void) throws {
    throw ImportanceError.noGradients
  }
  /// None.
  public func activity() throws -> ChannelActivity { throw ImportanceError.noActivations }
}

/// Why groups cannot be scored.
public enum ImportanceError: Error, Equatable {
  /// The family has no member of the kind that the importance looks at: the family, the importance, and what that
  /// needs.
  case nothingToScore(family: String, importance: String, needs: String)
  /// No pass with gradients was run.
  case noGradients
  /// No pass was run.
  case noActivations
}

extension ImportanceError: CustomStringConvertible {
  /// Family and cause in one line.
  public var description: String {
    switch self {
    case .nothingToScore(let family, let importance, let needs):
      "layer '\(family)': importance '\(importance)' needs \(needs); take another importance"
    case .noGradients:
      "the importance needs gradients, but no backward pass was run over data"
    case .noActivations: "the importance needs activations, but no pass was run over data"
    }
  }
}
