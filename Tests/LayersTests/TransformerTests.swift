import Base
import CaffeProto
import Engine
@testable import Layers
@testable import NetIO
import NetModel
import Testing
import TestSupport

/// The first element of the row that element `index` is in.
private func rowStart(_ index: Int) -> Float {
  let (channel, row) = (index / 12, index % 12 / 4)
  return Float(channel * 100 + row * 10)
}

@Suite struct TransformerTests {
  /// Two channels of 3 x 4: channel * 100 + row * 10 + column.
  let image = DatumImage(
    channels: 2, height: 3, width: 4, label: 0, values: .floats((0..<24).map { rowStart($0) + Float($0 % 4) }))

  func transform(
    _ text: String, _ image: DatumImage? = nil, phase: Phase = .test, random: RandomSource = RandomSource(seed: 1)
  ) throws -> [Float] {
    let transformer = try DataTransformer(TransformationParameter(text: text), phase: phase)
    let image = image ?? self.image
    var target = [Float](repeating: -1, count: try transformer.outputDims(of: image.dims).count)
    try transformer.apply(image, to: &target, at: 0, random: random)
    return target
  }

  @Test func passesOn() throws {
    guard case .floats(let values) = image.values else { return }
    #expect(try transform("") == values)
    let bytes = DatumImage(channels: 1, height: 1, width: 3, label: 0, values: .bytes([0, 127, 255]))
    #expect(try transform("scale: 2", bytes) == [0, 254, 510])
  }

  @Test func subtractsThenScales() throws {
    let values = try transform("scale: 0.5 mean_value: 10 mean_value: 100")
    #expect(values[0...2] == [-5, -4.5, -4])
    #expect(values[12...14] == [0, 0.5, 1])
    #expect(try transform("mean_value: 1")[12] == 99)
  }

  @Test func cropsTheCentreInTests() throws {
    // Rows: (3 - 2) / 2 = 0; columns: (4 - 2) / 2 = 1.
    #expect(try transform("crop_size: 2") == [1, 2, 11, 12, 101, 102, 111, 112])
  }

  @Test func dividesByDeviations() throws {
    let values = try transform("mean_value: 1 std_value: 2 scale: 3")
    #expect(values[0...2] == [-1.5, 0, 1.5])
    let own = try transform("mean_value: 1 mean_value: 100 std_value: 2 std_value: 4")
    #expect(own[1] == 0 && own[13] == 0.25)
    for (text, problem) in [
      ("std_value: 0", "must be positive"), ("std_value: 1 std_value: 1 std_value: 1", "3 values for 2 channels"),
      ("std_value: 2 mean_file: 'm'", "goes with mean_value"), ("pad: 1 mean_file: 'm'", "no values for the border"),
      ("pad: 5000", "from 0 to 1024"),
    ] {
      #expect { try transform(text) } throws: { "\($0)".contains(problem) }
    }
  }

  @Test func padsWithZerosBeforeTheMean() throws {
    let whole = try transform("pad: 1")
    #expect(whole.count == 2 * 5 * 6)
    #expect(whole[0..<6].allSatisfy { $0 == 0 } && whole[6] == 0 && whole[7...10] == [0, 1, 2, 3] && whole[11] == 0)
    #expect(whole[30 + 6] == 0 && whole[30 + 7] == 100)
    let shifted = try transform("pad: 1 mean_value: 10 std_value: 5")
    #expect(shifted[0] == -2 && shifted[7] == -2 && shifted[8] == -1.8)
    // The centre of the padded image is that of the image.
    #expect(try transform("pad: 1 crop_size: 2") == transform("crop_size: 2"))
  }

  /// Every crop of the padded image comes, mirrored and not, and is the one that the same draws say.
  @Test func cropsThePaddedImageAtRandom() throws {
    let padded = try transform("pad: 2")
    let random = RandomSource(seed: 3)
    var places: Set<[Int]> = []
    for _ in 0..<400 {
      let draws = RandomSource(seed: 0)
      draws.snapshot = random.snapshot
      let got = try transform("pad: 2 crop_size: 3 mirror: true", phase: .train, random: random)
      let (mirrored, top, left) = (draws.below(2) == 1, draws.below(5), draws.below(6))
      places.insert([mirrored ? 1 : 0, top, left])
      for channel in 0..<2 {
        for y in 0..<3 {
          for x in 0..<3 {
            let source = (channel * 7 + top + y) * 8 + left + x
            #expect(got[(channel * 3 + y) * 3 + (mirrored ? 2 - x : x)] == padded[source])
          }
        }
      }
    }
    #expect(places.count == 60)
  }

  @Test func meanFileIsCroppedAlike() throws {
    let folder = try TemporaryFolder()
    let path = folder("mean.binaryproto")
    var mean = BlobProto(shape: [], data: Floats((0..<24).map(rowStart)))
    (mean.num, mean.channels, mean.height, mean.width) = (1, 2, 3, 4)
    mean.clearShape()
    try MeanFile.write(mean, to: path)
    #expect(try transform("crop_size: 2 scale: 3 mean_file: '\(path)'") == [3, 6, 3, 6, 3, 6, 3, 6])
    let small = DatumImage(channels: 1, height: 3, width: 4, label: 0, values: .bytes([UInt8](repeating: 0, count: 12)))
    #expect { try transform("mean_file: '\(path)'", small) } throws: {
      "\($0)".contains("the mean is 2x3x4, the image 1x3x4")
    }
    #expect { try transform("mean_value: 1 mean_file: '\(path)'") } throws: { "\($0)".contains("beside mean_file") }
  }

  @Test func mirrorsHalfOfTheImages() throws {
    let random = RandomSource(seed: 5)
    var mirrored = 0
    for _ in 0..<1000 {
      let values = try transform("mirror: true crop_size: 3", random: random)
      #expect([[0, 1, 2], [2, 1, 0]].contains(Array(values[0..<3])))
      #expect(values[9..<12].elementsEqual(values[0..<3].map { $0 + 100 }))
      if values[0] == 2 { mirrored += 1 }
    }
    // Six standard deviations.
    #expect(abs(mirrored - 500) < 95)
  }

  @Test func cropsAnywhereInTraining() throws {
    let random = RandomSource(seed: 6)
    var corners: [Float: Int] = [:]
    for _ in 0..<900 { corners[try transform("crop_size: 2", phase: .train, random: random)[0], default: 0] += 1 }
    #expect(corners.keys.sorted() == [0, 1, 2, 10, 11, 12])
    #expect(corners.values.allSatisfy { abs($0 - 150) < 67 })
  }

  @Test(arguments: [
    ("crop_size: 4", "transform_param.crop_size"), ("mean_value: [1, 2, 3]", "transform_param.mean_value"),
    ("mean_file: '/nonexistent/mean'", "/nonexistent/mean"),
  ]) func errors(_ text: String, _ word: String) {
    #expect { try transform(text) } throws: { $0 is LayerError && "\($0)".contains(word) }
  }
}
