extension PruningMethod {
  /// IncReg on columns: ranks by the sum of magnitudes, penalties by the place in the order of mean ranks.
  static let regCol = PruningMethod(names: ["Reg_Col", "Reg-rank_Col"], regularizations: ["Reg_Col"]) {
    IncRegMethod(try IncRegSettings($0, kind: .column, profile: $2), output: $1)
  }
}
