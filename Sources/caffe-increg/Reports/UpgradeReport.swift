import Base
import CaffeProto

/// What the upgrade commands say when they have written their file (Caffe: the logs of `upgrade_net_proto_text` and its
/// siblings).
struct UpgradeReport {
  let source: String
  let target: String
  let steps: [UpgradeStep]

  init(_ files: UpgradeOptions, steps: [UpgradeStep]) {
    (source, target, self.steps) = (files.source, files.target, steps)
  }

  /// Settings that had no place in the current format, and which the written file lacks.
  struct Loss: Error, Equatable, CustomStringConvertible {
    let source: String
    let target: String
    let ignored: [IgnoredSetting]

    var description: String {
      "\(source): settings that their layers never had are not in \(target), which is written: "
        + ignored.map(\.description).joined(separator: ", ")
    }
  }

  /// - Parameter kind: what was written, such as "NetParameter text proto"
  /// - Throws: ``Loss``, so that a script notices.
  func finish(_ kind: String, log: RunLog) throws {
    if steps.isEmpty { log.warning("File already in latest proto format: \(source)") }
    for step in steps { log.info("\(source): \(step)") }
    log.info("Wrote upgraded \(kind) to \(target)")
    let ignored = steps.flatMap(\.ignored)
    if !ignored.isEmpty { throw Loss(source: source, target: target, ignored: ignored) }
  }
}
