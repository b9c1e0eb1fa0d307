import Base
import CaffeProto
import NetIO
import TestSupport
import Testing

/// SSD's layers compute what OpenCV's do, and weights of 16 bits are read there as here.
@Suite struct DetectorOpenCVTests {
  static let net = """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 16 dim: 16 } } }
    layer { name: "c1" type: "Convolution" bottom: "data" top: "c1"
      convolution_param { num_output: 8 kernel_size: 3 pad: 1 stride: 2 weight_filler { type: "gaussian" std: 0.3 } } }
    layer { name: "norm" type: "Normalize" bottom: "c1" top: "norm"
      norm_param { across_spatial: false channel_shared: false scale_filler { type: "constant" value: 5 } } }
    layer { name: "loc" type: "Convolution" bottom: "norm" top: "loc"
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 weight_filler { type: "gaussian" std: 0.1 } } }
    layer { name: "lp" type: "Permute" bottom: "loc" top: "lp" permute_param { order: 0 order: 2 order: 3 order: 1 } }
    layer { name: "lf" type: "Flatten" bottom: "lp" top: "lf" flatten_param { axis: 1 } }
    layer { name: "conf" type: "Convolution" bottom: "norm" top: "conf"
      convolution_param { num_output: 12 kernel_size: 3 pad: 1 weight_filler { type: "gaussian" std: 0.2 } } }
    layer { name: "cp" type: "Permute" bottom: "conf" top: "cp" permute_param { order: 0 order: 2 order: 3 order: 1 } }
    layer { name: "cr" type: "Reshape" bottom: "cp" top: "cr" reshape_param { shape { dim: 0 dim: -1 dim: 3 } } }
    layer { name: "cs" type: "Softmax" bottom: "cr" top: "cs" softmax_param { axis: 2 } }
    layer { name: "cf" type: "Flatten" bottom: "cs" top: "cf" flatten_param { axis: 1 } }
    layer { name: "prior" type: "PriorBox" bottom: "norm" bottom: "data" top: "prior"
      prior_box_param { min_size: 4 max_size: 8 aspect_ratio: 2 flip: true clip: false
        variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2 } }
    layer { name: "out" type: "DetectionOutput" bottom: "lf" bottom: "cf" bottom: "prior" top: "out"
      detection_output_param { num_classes: 3 share_location: true background_label_id: 0 keep_top_k: 50
        nms_param { nms_threshold: 0.45 top_k: 100 } code_type: CENTER_SIZE confidence_threshold: 0.3 } }

    """

  @Test func agrees() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.net, to: "net.prototxt")
    try folder.write(
      "net: 'net.prototxt' base_lr: 0 lr_policy: 'fixed' max_iter: 0 snapshot_prefix: 'w' random_seed: 1",
      to: "solver.prototxt")
    let random = RandomSource(seed: 4)
    try HDF5Writer.write(to: folder("in.h5")) { file in
      try file.write(Floats((0..<768).map { _ in random.uniform() }), shape: [1, 3, 16, 16], to: "/data")
    }
    for line in [
      "train --solver solver.prototxt", "convert --half w_iter_0.caffemodel half.caffemodel",
      "convert half.caffemodel rounded.caffemodel",
      "forward --model net.prototxt --weights rounded.caffemodel --inputs in.h5 --outputs out.h5",
    ] {
      let run = try ProgramRun.run(line, in: folder)
      try #require(run.status == 0, "\(run.errors)")
    }
    // The objects of one image are in another order there.
    let differences = try python(
      """
      import cv2, h5py, numpy
      if not hasattr(cv2.dnn, 'readNetFromCaffe'): raise SystemExit(print('no importer'))
      ours = h5py.File('\(folder("out.h5"))')['data']
      def ordered(lines):
        lines = numpy.array(lines).reshape(-1, 7)
        return lines[numpy.lexsort((lines[:, 3].round(3), lines[:, 2].round(5), lines[:, 1]))]
      for weights in ['half', 'rounded']:
        net = cv2.dnn.readNetFromCaffe('\(folder.path)/net.prototxt', '\(folder.path)/' + weights + '.caffemodel')
        for name in ['norm', 'prior', 'lf', 'cf']:
          net.setInput(h5py.File('\(folder("in.h5"))')['data'][:])
          print(abs(net.forward(name).ravel() - ours[name][:].ravel()).max())
        net.setInput(h5py.File('\(folder("in.h5"))')['data'][:])
        print(abs(ordered(net.forward('out')) - ordered(ours['out'][:])).max())
      """, needs: "cv2, h5py")
    guard let differences else { return }
    guard !differences.hasPrefix("no importer") else {
      return print("SKIPPED \(#function): this OpenCV reads no Caffe")
    }
    let figures = differences.split(separator: "\n").compactMap { Float($0) }
    #expect(figures.count == 10)
    for figure in figures { #expect(figure < 1e-5) }
  }
}
