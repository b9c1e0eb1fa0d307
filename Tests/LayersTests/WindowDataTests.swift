import Engine
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

@Suite struct WindowDataTests {
  let folder: TemporaryFolder
  let images = TestFiles.golden + "/netio/"

  init() throws { folder = try TemporaryFolder() }

  /// Two windows of an image: class 3, overlap 0.1 (background) and 0.9.
  static let windows = """
    # 0
    images/color.png
    3
    13
    17
    3
    3 0.1 4 2 12 9
    3 0.9 1 5 7 12
    3 0.5 0 0 3 3
    """

  func layer(_ parameters: String, _ windows: String = windows, _ transform: String = "crop_size: 9") throws -> String {
    let source = try folder.write(windows, to: "windows.txt")
    return "type: 'WindowData' top: 'data' top: 'label' transform_param { \(transform) } window_data_param { "
      + "source: '\(source)' root_folder: '\(images)' bg_threshold: 0.4 fg_threshold: 0.6 fg_fraction: 0.5 \(parameters) }"
  }

  /// The values follow Caffe's arithmetic on OpenCV's pixels: Tests/Golden/netio/make_windows.py.
  @Test(arguments: ["warp", "square"], [0, 1, 3]) func cutsAsCaffeDoes(_ mode: String, _ context: Int) throws {
    let transform = "crop_size: 9 mean_value: 10 mean_value: 20 mean_value: 30"
    let bench = try Bench(
      layer("batch_size: 2 scale: 0.5 context_pad: \(context) crop_mode: '\(mode)'", Self.windows, transform))
    #expect(try bench.blob("data").shape == [2, 3, 9, 9])
    try bench.net.forward()
    #expect(try bench.data("label") == [0, 3])
    let expected = try HDF5File(reading: images + "windows.h5").dataset("/\(mode)_\(context)")
    #expect(try bench.data("data") == Array(expected.values))
  }

  @Test func mirrorsHalfOfTheWindows() throws {
    let bench = try Bench(
      layer("batch_size: 40 fg_fraction: 1", Self.windows, "crop_size: 9 mirror: true").replacing(
        "fg_fraction: 0.5 ", with: ""))
    try bench.net.forward()
    let data = try bench.data("data")
    let rows = Set((0..<40).map { Array(data[$0 * 243..<$0 * 243 + 9]) })
    #expect(rows.count == 2)
    #expect(rows.first.map { Array($0.reversed()) } == rows.dropFirst().first)
  }

  @Test func errors() throws {
    #expect(try failure(layer("")).contains("window_data_param.batch_size"))
    #expect(try failure(layer("batch_size: 1", Self.windows, "")).contains("transform_param.crop_size"))
    #expect(try failure(layer("batch_size: 1 crop_mode: 'round'")).contains("crop_mode"))
    #expect(try failure(layer("batch_size: 1 context_pad: 5")).contains("context_pad"))
    for (text, word) in [
      ("", "both are needed"), ("# 1 a.png", "line 1: image 1 instead of 0"), ("# 0 a.png 3 x", "'x' is not height"),
      ("# 0 a.png 3 4 4 1\n1 0.9 3 3 2 2", "line 2: no window has the corners"),
      ("# 0 a.png 3 4 4 1\n1 0.9 3", "ends before"), ("# 0 a.png 3 4 4 -1", "-1 windows"),
      ("# 0 a.png 3 4 4 1\n0 0.9 1 1 2 2", "an object of class 0"),
    ] {
      let message = try failure(layer("batch_size: 1", text))
      #expect(message.contains(word), "\(message)")
    }
    let outside = try Bench(layer("batch_size: 2", Self.windows.replacing("7 12", with: "7 13")))
    #expect { try outside.net.forward() } throws: {
      "\($0)".contains("(1, 5) to (7, 13)") && "\($0)".contains("3x13x17")
    }
  }
}
