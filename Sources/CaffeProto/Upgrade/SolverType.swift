extension SolverParameter {
  /// Brings a solver that was read from an older file to the current format (Caffe: UpgradeSolverAsNeeded).
  ///
  /// - Parameter source: the file, for errors.
  /// - Returns: what was changed.
  /// - Throws: `UpgradeError`.
  @discardableResult
  public mutating func upgrade(source: String = "") throws -> [UpgradeStep] {
    guard hasSolverType else { return [] }
    if hasType { throw UpgradeError(source: source, reason: .twoSolverTypes) }
    type =
      switch solverType {
      case .sgd: "SGD"
      case .nesterov: "Nesterov"
      case .adagrad: "AdaGrad"
      case .rmsprop: "RMSProp"
      case .adadelta: "AdaDelta"
      case .adam: "Adam"
      }
    clearSolverType()
    return [.solverType]
  }
}
