import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

/// What we write is read by OpenCV's Caffe importer, which computes what we compute: the dense net and the slim one.
@Suite struct OpenCVTests {
  private let folder: TemporaryFolder
  private static let net = """
    name: "small"
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 14 dim: 14 } } }
    layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
      convolution_param { num_output: 8 kernel_size: 3 weight_filler { type: "msra" } } }
    layer { name: "bn1" type: "BatchNorm" bottom: "conv1" top: "conv1" }
    layer { name: "scale1" type: "Scale" bottom: "conv1" top: "conv1" scale_param { bias_term: true } }
    layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
    layer { name: "pool1" type: "Pooling" bottom: "conv1" top: "pool1"
      pooling_param { pool: MAX kernel_size: 2 stride: 2 } }
    layer { name: "conv2" type: "Convolution" bottom: "pool1" top: "conv2"
      convolution_param { num_output: 6 kernel_size: 3 weight_filler { type: "msra" } } }
    layer { name: "ip1" type: "InnerProduct" bottom: "conv2" top: "ip1"
      inner_product_param { num_output: 10 weight_filler { type: "xavier" } } }
    layer { name: "relu2" type: "ReLU" bottom: "ip1" top: "ip1" }
    layer { name: "ip2" type: "InnerProduct" bottom: "ip1" top: "ip2"
      inner_product_param { num_output: 5 weight_filler { type: "xavier" } } }
    layer { name: "prob" type: "Softmax" bottom: "ip2" top: "prob" }
    """

  init() throws {
    folder = try TemporaryFolder()
    try writeText(Self.net, to: folder("net.prototxt"))
    let net = try Net(
      NetParameter(text: Self.net), state: .with { $0.phase = .test }, registry: .caffe, backend: ReferenceBackend(),
      random: RandomSource(seed: 3))
    let random = RandomSource(seed: 4)
    for layer in net.layers {
      let blobs = layer.layer.blobs
      if layer.described.type == "BatchNorm" {
        blobs[0].setPlainData((0..<8).map { _ in random.gaussian(deviation: 0.2) })
        blobs[1].setPlainData((0..<8).map { _ in random.uniform(0.5, 2) })
        blobs[2].setPlainData([1])
      } else if blobs.count > 1 {
        blobs[1].setPlainData((0..<blobs[1].count).map { _ in random.gaussian(deviation: 0.1) })
      }
    }
    // Filters 1 and 6 of conv1 are dead, and nobody reads channel 3.
    if let conv1 = net.layer("conv1"), let conv2 = net.layer("conv2") {
      var filters = conv1.layer.blobs[0].plainData
      for filter in [1, 6] { for i in 0..<27 { filters[filter * 27 + i] = 0 } }
      conv1.layer.blobs[0].setPlainData(filters)
      var readers = conv2.layer.blobs[0].plainData
      for row in 0..<6 { for i in 0..<9 { readers[(row * 8 + 3) * 9 + i] = 0 } }
      conv2.layer.blobs[0].setPlainData(readers)
    }
    let layers = net.layers.map { running in
      WeightSet.Layer(
        .with { layer in
          layer = running.described.parameter
          layer.blobs = running.layer.blobs.map { BlobProto(shape: $0.shape.dims, data: Floats($0.plainData)) }
        })
    }
    try CaffeModel.write(WeightSet(name: "small", layers: layers), to: folder("net.caffemodel"))
    try HDF5Writer.write(to: folder("in.h5")) { file in
      try file.write(
        Floats((0..<(2 * 3 * 14 * 14)).map { _ in random.gaussian() }), shape: [2, 3, 14, 14], to: "/data")
    }
  }

  @Test func readsWhatSlimWrites() throws {
    try run(
      "slim --model net.prototxt --weights net.caffemodel --out-model slim.prototxt --out-weights slim.caffemodel")
    #expect(try Prototxt.net(folder("slim.prototxt")).net.layer[1].convolutionParam.numOutput == 5)
    for name in ["net", "slim"] {
      try run(
        "forward --model \(name).prototxt --weights \(name).caffemodel --inputs in.h5 --outputs \(name).h5")
    }
    let difference = try python(
      """
      import cv2, h5py, numpy
      data = h5py.File('\(folder("in.h5"))')['data'][:]
      for name in ['net', 'slim']:
        net = cv2.dnn.readNetFromCaffe('\(folder.path)/' + name + '.prototxt', '\(folder.path)/' + name + '.caffemodel')
        net.setInput(data)
        ours = h5py.File('\(folder.path)/' + name + '.h5')['data/prob'][:]
        print(abs(net.forward() - ours).max())
      """, needs: "cv2, h5py")
    guard let difference else { return }
    let figures = difference.split(separator: "\n").compactMap { Float($0) }
    #expect(figures.count == 2)
    for figure in figures { #expect(figure < 1e-5) }
  }

  private func run(_ line: String) throws {
    let run = try ProgramRun.run(line, in: folder)
    try #require(run.status == 0, "\(run.errors)")
  }

  /// The scripts that can be run by hand on larger nets, on small ones: they compare masked and slim nets here and there.
  @Test(arguments: [
    ("opencv-agreement.py", []), ("realnets.py", ["lenet", "--ratios", "0.5"]),
  ])
  func scriptsAgree(name: String, arguments: [String]) throws {
    let script = "\(TestFiles.package)/scripts/\(name)"
    let output = try python([script, ProgramRun.path, folder.path] + arguments, needs: "cv2, h5py, numpy")
    if let output { #expect(output.contains("OpenCV") && !output.contains("FAILED"), "\(output)") }
  }
}
