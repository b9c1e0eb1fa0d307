import CaffeProto
import NetIO
import Testing
import TestSupport

@testable import caffe_increg

@Suite struct ConvertTests {
  @Test func weightsThereAndBack() throws {
    let folder = try TemporaryFolder()
    let blobs = [BlobProto(shape: [2, 1], data: [1, 2]), BlobProto(shape: [2], data: [3, 4])]
    let weights = WeightSet(name: "net", layers: [WeightSet.Layer(name: "ip", blobs: blobs)])
    try CaffeModel.write(weights, to: folder("a.caffemodel"))
    for (source, target) in [("a.caffemodel", "b.caffemodel.h5"), ("b.caffemodel.h5", "c.caffemodel")] {
      let command = try ConvertCommand.parse([folder(source), folder(target)])
      try command.run()
    }
    #expect(try HDF5File(reading: folder("b.caffemodel.h5")).dataset("/data/ip/0").values == [1, 2])
    #expect(try CaffeModel.read(folder("c.caffemodel"))["ip"]?.blobs == blobs)
  }
}
