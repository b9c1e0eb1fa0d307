import CaffeProto
import Foundation
import NetIO
import Testing
import TestSupport

/// BatchNorm layers with five blobs, as NVIDIA's Caffe writes them: every command that reads weights for a net takes them.
@Suite struct FusedBatchNormTests {
  private let folder: TemporaryFolder

  /// `net` and `fused` compute the same: scale and shift stand in a layer of their own, and behind the statistics.
  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      layer { name: "x" type: "Input" top: "x" input_param { shape { dim: [2, 3, 4, 4] } } }
      layer { name: "conv" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: 4 kernel_size: 3 } }
      layer { name: "bn" type: "BatchNorm" bottom: "c" top: "c" }
      layer { name: "scale" type: "Scale" bottom: "c" top: "c" scale_param { bias_term: true } }
      layer { name: "ip" type: "InnerProduct" bottom: "c" top: "y" inner_product_param { num_output: 2 } }
      """, to: "net.prototxt")
    try folder.write(
      """
      layer { name: "x" type: "Input" top: "x" input_param { shape { dim: [2, 3, 4, 4] } } }
      layer { name: "conv" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: 4 kernel_size: 3 } }
      layer { name: "bn" type: "BatchNorm" bottom: "c" top: "c" }
      layer { name: "ip" type: "InnerProduct" bottom: "c" top: "y" inner_product_param { num_output: 2 } }
      """, to: "without.prototxt")
    func blob(_ shape: [Int], _ first: Float = 1) -> BlobProto {
      BlobProto(shape: shape, data: Floats((0..<shape.reduce(1, *)).map { first + Float($0 * 7 % 5) / 4 }))
    }
    let ends = (
      WeightSet.Layer(name: "conv", blobs: [blob([4, 3, 3, 3]), blob([4])]),
      WeightSet.Layer(name: "ip", blobs: [blob([2, 16]), blob([2])])
    )
    let (statistics, affine) = ([blob([4]), blob([4], 2), blob([1], 2)], [blob([4], 3), blob([4], -1)])
    try CaffeModel.write(
      WeightSet(layers: [ends.0, .init(name: "bn", blobs: statistics), .init(name: "scale", blobs: affine), ends.1]),
      to: folder("net.caffemodel"))
    try CaffeModel.write(
      WeightSet(layers: [ends.0, .init(name: "bn", blobs: statistics + affine), ends.1]),
      to: folder("fused.caffemodel"))
  }

  @Test(arguments: [
    "summary --model net.prototxt --weights fused.caffemodel",
    "plan --model net.prototxt --weights fused.caffemodel --ratio 0.5 --round 1",
    "prune --model net.prototxt --weights fused.caffemodel --ratio 0.5 --round 1 --out-weights out.caffemodel",
    "slim --model net.prototxt --weights fused.caffemodel --out-model out.prototxt --out-weights out.caffemodel",
    "test --model net.prototxt --weights fused.caffemodel --iterations 1",
    "compare --model net.prototxt --weights net.caffemodel --other-model net.prototxt --other-weights fused.caffemodel",
  ])
  func everyCommandTakesThem(_ line: String) throws {
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let notice = "fused.caffemodel: layer 'bn': its BatchNorm has 5 blobs, as NVIDIA's Caffe writes them"
    #expect(run.errors.ranges(of: "\(notice); scale and shift go to layer 'scale'\n").count == 1, "\(run.errors)")
    if line.hasPrefix("compare") { #expect(run.output.contains("output 'y': largest difference 0.0 absolute")) }

    let other = try ProgramRun.run(line.replacing("net.prototxt", with: "without.prototxt"), in: folder)
    #expect(other.status == 1)
    #expect(other.errors.contains("the net needs a Scale layer with bias_term behind it"), "\(other.errors)")
  }

  /// What slim and prune write is stock Caffe's dialect.
  @Test(arguments: [
    "prune --model net.prototxt --weights fused.caffemodel --ratio 0.5 --round 1 --out-weights out.caffemodel",
    "slim --model net.prototxt --weights fused.caffemodel --out-model out.prototxt --out-weights out.caffemodel",
  ])
  func whatIsWrittenHasBothLayers(_ line: String) throws {
    #expect(try ProgramRun.run(line, in: folder).status == 0)
    let out = try CaffeModel.read(folder("out.caffemodel"))
    #expect(out["bn"]?.blobs.count == 3 && out["scale"]?.blobs.count == 2)
  }

  /// Without a net nobody can tell: the blobs stay together.
  @Test func convertKeepsThem() throws {
    #expect(try ProgramRun.run("convert fused.caffemodel fused.caffemodel.h5", in: folder).status == 0)
    #expect(try ProgramRun.run("convert fused.caffemodel.h5 back.caffemodel", in: folder).status == 0)
    #expect(try CaffeModel.read(folder("back.caffemodel"))["bn"]?.blobs.count == 5)
  }
}
