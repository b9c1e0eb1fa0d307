extension PruningMethod {
  /// IncReg on rows, always with the first penalty schedule.
  static let regRow = PruningMethod(names: ["Reg_Row", "Reg-rank_Row"], regularizations: ["Reg_Row"]) {
    IncRegMethod(try IncRegSettings($0, kind: .row, profile: $2), output: $1)
  }
}
