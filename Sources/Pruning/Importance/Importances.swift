/// The importances that commands and solvers know by name.
public enum Importances {
  /// All of them.
  private static let all: [(name: String, make: @Sendable (_ seed: Int) -> any Importance)] = [
    (L1Norm.name, { _ in L1Norm() }),
    (L2Norm.name, { _ in L2Norm() }),
    (ScaleFactor.name, { _ in ScaleFactor() }),
    (GroupL1.name, { _ in GroupL1() }),
    (GroupL2.name, { _ in GroupL2() }),
    (LAMP.name, { _ in LAMP() }),
    (FPGM.name, { _ in FPGM() }),
    (Taylor.name, { _ in Taylor() }),
    (Fisher.name, { _ in Fisher() }),
    (APoZ.name, { _ in APoZ() }),
    (MeanActivation.name, { _ in MeanActivation() }),
    (RandomScore.name, { RandomScore(seed: $0) }),
  ]

  /// The names.
  public static var names: [String] { all.map(\.name) }

  /// The importance called `name`; nil where there is none.
  ///
  /// - Parameters:
  ///   - name: the importance's name
  ///   - seed: for those that draw
  public static func named(_ name: String, seed: Int = 1) -> (any Importance)? {
    all.first { $0.name == name }?.make(seed)
  }
}
