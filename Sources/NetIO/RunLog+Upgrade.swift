import Base
import CaffeProto

extension RunLog {
  /// Gives one notice for each kind of change that an older file needed.
  ///
  /// - Parameter binary: whether the file is a caffemodel
  fileprivate func report(_ upgrades: [UpgradeStep], of path: String, binary: Bool = false) {
    for step in upgrades { warning(step.notice(source: path, binary: binary)) }
  }
}

extension Prototxt {
  /// Reads a net that is to run, and notes what had to be upgraded.
  ///
  /// - Throws: as `Prototxt.net(_:)`
  public static func net(_ path: String, log: RunLog) throws -> NetParameter {
    let (net, upgrades, unknown) = try anyNet(path)
    try unknown.refuse()
    if let notice = unknown.notice { log.warning(notice) }
    log.report(upgrades, of: path)
    return net
  }

  /// Reads a net that is looked at or changed, and notes what had to be upgraded. Fields that are not known stay in it.
  ///
  /// - Throws: as `Prototxt.anyNet(_:)`
  public static func keptNet(_ path: String, log: RunLog) throws -> NetParameter {
    let (net, upgrades, unknown) = try anyNet(path)
    if let notice = unknown.notice { log.warning(notice) }
    log.report(upgrades, of: path)
    return net
  }

  /// Reads a solver, and notes what had to be upgraded; the nets in it too, which stock Caffe leaves as they are and
  /// then runs without layers.
  ///
  /// - Throws: as `Prototxt.solver(_:)`
  public static func solver(_ path: String, log: RunLog) throws -> SolverParameter {
    var (solver, upgrades) = try solver(path)
    log.report(upgrades, of: path)
    if solver.hasNetParam { try upgrade(&solver.netParam, "net_param", of: path, log) }
    if solver.hasTrainNetParam { try upgrade(&solver.trainNetParam, "train_net_param", of: path, log) }
    for index in solver.testNetParam.indices {
      try upgrade(&solver.testNetParam[index], "test_net_param[\(index)]", of: path, log)
    }
    return solver
  }

  private static func upgrade(_ net: inout NetParameter, _ place: String, of path: String, _ log: RunLog) throws {
    for step in try net.upgrade(source: "\(path), \(place)") { log.warning("\(path), \(place): upgraded: \(step)") }
  }
}

extension CaffeModel {
  /// Reads weights, and notes what had to be upgraded.
  ///
  /// - Throws: as `CaffeModel.read(_:upgraded:)`
  public static func read(_ path: String, log: RunLog) throws -> WeightSet {
    try read(path) { log.report($0, of: path, binary: true) }
  }
}
