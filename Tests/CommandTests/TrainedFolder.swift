import Foundation
import TestSupport
import Testing

extension ProgramRun {
  /// A tiny trained net with databases of made-up images.
  static func makeTrainedFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.writeHalves(to: "data", train: 200, test: 100)
    for (part, name) in [("train", "train"), ("t10k", "test")] {
      let files = "data/\(part)-images-idx3-ubyte data/\(part)-labels-idx1-ubyte"
      let run = try run("convert_mnist_data \(files) \(name)_lmdb", in: folder)
      try #require(run.status == 0, "\(run)")
    }
    try folder.write(halvesNet(train: "train_lmdb", test: "test_lmdb", widths: [16, 16]), to: "net.prototxt")
    try folder.write(
      "net: 'net.prototxt' test_iter: 10 test_interval: 1000 base_lr: 0.01 momentum: 0.9 lr_policy: 'fixed'"
        + " max_iter: 100 snapshot_prefix: 'base' random_seed: 1", to: "solver.prototxt")
    let run = try run("train --solver solver.prototxt --conv-algorithm fixed", in: folder)
    try #require(run.status == 0, "\(run)")
    return folder
  }
}
