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
    func data(_ phase: String, _ name: String) -> String {
      """
      layer { name: "data" type: "Data" top: "data" top: "label" include { phase: \(phase) } transform_param { scale: 0.01 }
        data_param { source: "\(name)_lmdb" batch_size: 10 backend: LMDB } }

      """
    }
    try folder.write(
      data("TRAIN", "train") + data("TEST", "test") + """
        layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
          convolution_param { num_output: 16 kernel_size: 3 weight_filler { type: "msra" } } }
        layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
        layer { name: "conv2" type: "Convolution" bottom: "conv" top: "conv2"
          convolution_param { num_output: 16 kernel_size: 3 weight_filler { type: "msra" } } }
        layer { name: "relu2" type: "ReLU" bottom: "conv2" top: "conv2" }
        layer { name: "ip" type: "InnerProduct" bottom: "conv2" top: "ip"
          inner_product_param { num_output: 2 weight_filler { type: "xavier" } } }
        layer { name: "accuracy" type: "Accuracy" bottom: "ip" bottom: "label" top: "accuracy" include { phase: TEST } }
        layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }

        """, to: "net.prototxt")
    try folder.write(
      "net: 'net.prototxt' test_iter: 10 test_interval: 1000 base_lr: 0.01 momentum: 0.9 lr_policy: 'fixed'"
        + " max_iter: 100 snapshot_prefix: 'base' random_seed: 1", to: "solver.prototxt")
    let run = try run("train --solver solver.prototxt --conv-algorithm fixed", in: folder)
    try #require(run.status == 0, "\(run)")
    return folder
  }
}
