import CaffeProto
import Testing
import TestSupport

/// The LeNet-5 that caffe_increg ships, where the shared material lies beside the package.
@Suite struct SharedModelTests {
  @Test func lenetIsReadAndWrittenBack() throws {
    guard let path = TestFiles.shared("models/baseline_lenet5.caffemodel") else { return }
    let net = try NetParameter(binaryFile: path)
    let parameters = net.layer.filter { !$0.blobs.isEmpty }
    #expect(parameters.map(\.name) == ["conv1", "conv2", "ip1", "ip2"])
    #expect(
      parameters.map { $0.blobs[0].shape.dim } == [[20, 1, 5, 5], [50, 20, 5, 5], [500, 800], [10, 500]])
    #expect(parameters.map { $0.blobs[0].data.count } == [500, 25_000, 400_000, 5_000])
    let bytes = try net.serialized()
    #expect(try NetParameter(serialized: bytes) == net)
    #expect(try bytes == readBytes(path))
  }
}
