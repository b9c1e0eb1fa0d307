import NetIO
import Testing

@Suite struct ImageFileTests {
  /// The values are OpenCV's: Tests/Golden/netio/make_resize.py.
  @Test func resizesAsOpenCVDoes() throws {
    let file = try HDF5File(reading: golden("resize.h5"))
    let source = try file.dataset("/source")
    let image = DatumImage(
      channels: 3, height: source.shape[1], width: source.shape[2], label: 4,
      values: .bytes(source.values.map { UInt8($0) }))
    let sizes = try file.names(in: "/").filter { $0 != "source" }
    #expect(sizes.count == 7)
    for name in sizes {
      let (shape, values) = try file.dataset("/\(name)")
      let resized = try #require(image.resized(height: shape[1], width: shape[2]))
      #expect(resized.values == .bytes(values.map { UInt8($0) }), "\(name)")
      #expect((resized.height, resized.width, resized.label) == (shape[1], shape[2], 4))
    }
    #expect(image.resized(height: 0, width: 3) == nil)
  }

  @Test func readsFiles() throws {
    let image = try ImageDecoder(color: .gray).read(golden("images/color.png"))
    #expect((image.channels, image.height, image.width) == (1, 13, 17))
    #expect(throws: FileSystemError.self) { try ImageDecoder().read("/no/image.jpg") }
    let error = #expect(throws: FormatError.self) { try ImageDecoder().read(golden("resize.h5")) }
    #expect(error?.path == golden("resize.h5"))
  }
}
