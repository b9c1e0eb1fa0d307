import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

@Suite struct ImageDataTests {
  let folder: TemporaryFolder
  let images = TestFiles.golden + "/netio/images/"

  init() throws { folder = try TemporaryFolder() }

  func layer(_ list: String, _ parameters: String, _ transform: String = "") throws -> String {
    let source = try folder.write(list, to: "list.txt")
    return "type: 'ImageData' top: 'data' top: 'label' transform_param { \(transform) } "
      + "image_data_param { source: '\(source)' root_folder: '\(images)' \(parameters) }"
  }

  @Test func readsImagesAndLabels() throws {
    let bench = try Bench(layer("color.png 3\ngray.png 5\n", "batch_size: 2"))
    #expect(try bench.blob("data").shape == [2, 3, 13, 17])
    try bench.net.forward()
    #expect(try bench.data("label") == [3, 5])
    // What OpenCV makes of the files: Tests/Golden/netio/make_images.py.
    let file = try HDF5File(reading: TestFiles.golden + "/netio/images.h5")
    let expected = try Array(file.dataset("/color.png/color").values) + file.dataset("/gray.png/color").values
    #expect(try bench.data("data") == expected)
  }

  @Test func resizesCropsAndScales() throws {
    let bench = try Bench(
      layer("color.png 0\n", "new_height: 8 new_width: 6 is_color: false", "crop_size: 4 scale: 0.5 mean_value: 10"))
    #expect(try bench.blob("data").shape == [1, 1, 4, 4])
    try bench.net.forward()
    let small = try #require(ImageDecoder(color: .gray).read(images + "color.png").resized(height: 8, width: 6))
    guard case .bytes(let pixels) = small.values else { return }
    let expected = (0..<16).map { (Float(pixels[($0 / 4 + 2) * 6 + $0 % 4 + 1]) - 10) / 2 }
    #expect(try bench.data("data") == expected)
  }

  @Test func shufflesAndGoesOnFromAPosition() throws {
    let list = (0..<7).map { "gray.png \($0)" }.joined(separator: "\n")
    let text = try layer(list, "batch_size: 7 shuffle: true rand_skip: 3 is_color: false", "mirror: true")
    let whole = try Bench(text, seed: 3)
    var rounds: Set<[Float]> = []
    var labels: [Float] = []
    for _ in 0..<6 {
      try whole.net.forward()
      labels += try whole.data("label")
      rounds.insert(try whole.data("label"))
    }
    #expect(rounds.count > 3)
    for label in 0..<7 { #expect((5...7).contains(labels.filter { $0 == Float(label) }.count)) }
    try Bench(text, seed: 8).expectBatches(5, as: whole)
  }

  @Test func errors() throws {
    #expect(try failure(layer("color.png 1", "new_height: 3")).contains("new_height"))
    #expect(try failure(layer("color.png", "")).contains("line 1: not 'path label'"))
    #expect(try failure(layer("color.png 1\ncolor.png x", "")).contains("line 2"))
    #expect(try failure(layer("", "")).contains("lists no image"))
    #expect(try failure(layer("none.png 1", "")).contains("none.png"))
    #expect(try failure(layer("color.png 1", "rand_skip: 2")).contains("rand_skip"))
    #expect(try failure(layer("color.png 1", "batch_size: 0")).contains("batch_size"))
    let bench = try Bench(layer("color.png 1\nnone.png 1", "batch_size: 2"))
    for _ in 0..<2 { #expect { try bench.net.forward() } throws: { "\($0)".contains("none.png") } }
  }
}
