import Engine
import Layers
import NetIO
import NetModel
import Testing
import TestSupport

@Suite struct MemoryTests {
  @Test func memoryDataGivesBatchesOver() throws {
    let bench = try Bench(
      "type: 'MemoryData' top: 'x' top: 'l' memory_data_param { batch_size: 2 channels: 1 height: 1 width: 2 }")
    let layer = try #require(bench.layer.layer as? MemoryDataLayer)
    #expect { try bench.net.forward() } throws: { "\($0)".contains("no data was handed over") }
    #expect(layer.samples == nil && layer.batch == 2)
    try layer.reset(data: (0..<8).map(Float.init), labels: [5, 6, 7, 8])
    for first in [0, 2, 0] {
      try bench.net.forward()
      #expect(try bench.data("x") == (first * 2..<first * 2 + 4).map(Float.init))
      #expect(try bench.data("l") == [Float(first + 5), Float(first + 6)])
    }
    #expect(layer.samples == 4 && layer.position.records == 6)
    // Another run's position: its batches were of one.
    layer.position = DataPosition(records: 3)
    try bench.net.forward()
    #expect(try bench.data("l") == [7, 8])
    #expect(throws: LayerError.self) { try layer.reset(data: [1, 2, 3, 4, 5, 6], labels: [1, 2, 3]) }
    #expect(throws: LayerError.self) { try layer.reset(data: [1, 2, 3], labels: [1, 2]) }
    #expect(failure("type: 'MemoryData' top: 'x' top: 'l'").contains("memory_data_param"))
  }

  @Test func hdf5OutputWritesOneBatch() throws {
    let folder = try TemporaryFolder()
    let path = folder("out.h5")
    let bench = try Bench(
      "type: 'HDF5Output' bottom: 'x' bottom: 'l' hdf5_output_param { file_name: '\(path)' }",
      inputs: ["x": [2, 3], "l": [2]])
    try bench.set("x", [1, 2, 3, 4, 5, 6])
    try bench.set("l", [7, 8])
    try bench.net.forward()
    let file = try HDF5File(reading: path)
    let (shape, values) = try file.dataset("/data")
    #expect(shape == [2, 3, 1, 1] && Array(values) == [1, 2, 3, 4, 5, 6])
    #expect(try file.dataset("/label").shape == [2, 1, 1, 1])
    #expect { try bench.net.forward() } throws: { "\($0)".contains("out.h5") }
  }

  @Test func hdf5OutputErrors() throws {
    #expect(failure("type: 'HDF5Output' bottom: 'x' bottom: 'x'", inputs: ["x": [2, 3]]).contains("file_name"))
    let bench = try Bench(
      "type: 'HDF5Output' bottom: 'x' bottom: 'l' hdf5_output_param { file_name: '/no/folder/out.h5' }",
      inputs: ["x": [2, 3], "l": [2]])
    #expect { try bench.net.forward() } throws: { $0 is NetError && "\($0)".contains("/no/folder/out.h5") }
  }
}
