import CaffeProto
import Engine
import NetModel
extension Solver {
  func writeWeights(to path: String) throws { throw SolverError.state(path: path, "x") }
  func write(_ state: SolverState, to path: String) throws { throw SolverError.state(path: path, "x") }
  func readState(_ path: String) throws -> SolverState { throw SolverError.state(path: path, "x") }
  func loadNets(_ path: String) throws {}
  func loadTrainNet(_ path: String, besides state: String) throws {}
  func checkSnapshotPrefix() throws {}
}
func readNet(_ path: String) throws -> NetParameter { throw SolverError.state(path: path, "x") }
extension Net { func shareParameters(of other: Net, log: Log) throws {} }
