import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// What `transform_param` does to every image on its way into a net: pad with zeros, subtract a mean, divide by a
/// deviation, crop, mirror, scale (Caffe: data_transformer.cpp, which neither pads nor divides).
///
/// A value without state: the random numbers for crops and mirroring are the caller's, so that they belong to whoever
/// fixes the order of the images.
struct DataTransformer: Sendable {
  private let scale: Float
  private let mirror: Bool
  private let crop: Int
  private let pad: Int
  private let deviations: [Float]
  private let randomCrop: Bool
  private let mean: ImageMean

  /// The widest border.
  private static let largestPad = 1024

  /// Reads the parameters, and the mean file if there is one.
  ///
  /// - Parameters:
  ///   - parameter: `transform_param`
  ///   - phase: crops are random in training, central in tests
  /// - Throws: `LayerError`, with the file's error in `source`
  init(_ parameter: TransformationParameter, phase: Phase) throws {
    scale = parameter.scale
    mirror = parameter.mirror
    crop = parameter.cropSize
    pad = parameter.pad
    deviations = parameter.stdValue
    randomCrop = phase == .train
    guard crop >= 0 else { throw LayerError.field("transform_param.crop_size", "must not be negative, like \(crop)") }
    guard (0...Self.largestPad).contains(pad) else {
      throw LayerError.field("transform_param.pad", "must be from 0 to \(Self.largestPad), not \(pad)")
    }
    guard pad == 0 || !parameter.hasMeanFile else {
      throw LayerError.field("transform_param.pad", "is given beside mean_file, which has no values for the border")
    }
    guard deviations.isEmpty || !parameter.hasMeanFile else {
      throw LayerError.field("transform_param.std_value", "is given beside mean_file: it goes with mean_value")
    }
    if let wrong = deviations.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw LayerError.field("transform_param.std_value", "must be positive, not \(wrong)")
    }
    mean = try ImageMean(parameter)
  }

  /// The (channels, height, width) of a transformed image.
  ///
  /// - Throws: `LayerError/field(_:_:)` where the image is smaller than the crop or does not fit the mean
  func outputDims(of image: ImageDims) throws -> ImageDims {
    guard image.count > 0 else { throw LayerError.field("transform_param", "an image of \(image) is empty") }
    let padded = ImageDims(channels: image.channels, height: image.height + 2 * pad, width: image.width + 2 * pad)
    guard padded.height >= crop, padded.width >= crop else {
      throw LayerError.field("transform_param.crop_size", "\(crop) is larger than an image of \(padded)")
    }
    try mean.check(channels: image.channels)
    guard deviations.count <= 1 || deviations.count == image.channels else {
      throw LayerError.field(
        "transform_param.std_value",
        "\(deviations.count) values for \(image.channels) channels: give 1 or as many")
    }
    if case .image(_, let dims) = mean, dims != image {
      throw LayerError.field("transform_param.mean_file", "the mean is \(dims), the image \(image)")
    }
    return crop > 0 ? ImageDims(channels: image.channels, height: crop, width: crop) : padded
  }

  /// Transforms an image.
  ///
  /// - Parameters:
  ///   - image: its elements, channel by channel
  ///   - target: takes as many elements as `outputDims(of:)` says, from `first` on
  ///   - random: drawn from once for mirroring and twice for a random crop, whatever the image
  /// - Throws: as `outputDims(of:)`
  func apply(_ image: DatumImage, to target: inout [Float], at first: Int, random: RandomSource) throws {
    let size = try outputDims(of: image.dims)
    let mirrored = mirror && random.below(2) == 1
    var (top, left) = (0, 0)
    if crop > 0 {
      let (rows, columns) = (image.dims.height + 2 * pad - crop, image.dims.width + 2 * pad - crop)
      top = randomCrop ? random.below(rows + 1) : rows / 2
      left = randomCrop ? random.below(columns + 1) : columns / 2
    }
    let window = Window(dims: image.dims, size: size, top: top - pad, left: left - pad, mirrored: mirrored)
    switch image.values {
    case .bytes(let bytes): fill(&target, first, window) { Float(bytes[$0]) }
    case .floats(let floats): fill(&target, first, window) { floats[$0] }
    }
  }

  /// The part of an image that is taken.
  private struct Window {
    let dims: ImageDims
    let size: ImageDims
    /// Above and left of the image where it is padded.
    let top: Int
    let left: Int
    let mirrored: Bool

    /// Whether all of it lies in the image.
    var isInside: Bool {
      top >= 0 && left >= 0 && top + size.height <= dims.height && left + size.width <= dims.width
    }
  }

  @inline(__always)
  private func fill(_ target: inout [Float], _ first: Int, _ window: Window, _ element: (Int) -> Float) {
    if !window.isInside { return fillPadded(&target, first, window, element) }
    switch mean {
    case _ where !deviations.isEmpty:
      copy(&target, first, window) { channel, index in normalised(element(index), channel) }
    case .none: copy(&target, first, window) { _, index in element(index) * scale }
    case .values(let values):
      copy(&target, first, window) { channel, index in
        (element(index) - values[values.count == 1 ? 0 : channel]) * scale
      }
    case .image(let values, _):
      copy(&target, first, window) { _, index in (element(index) - values[index]) * scale }
    }
  }

  /// The mean of a channel subtracted, divided by its deviation, and scaled; a mean image has been refused.
  private func normalised(_ value: Float, _ channel: Int) -> Float {
    var offset: Float = 0
    if case .values(let values) = mean { offset = values[values.count == 1 ? 0 : channel] }
    let deviation = deviations.isEmpty ? 1 : deviations[deviations.count == 1 ? 0 : channel]
    return (value - offset) / deviation * scale
  }

  private func fillPadded(_ target: inout [Float], _ first: Int, _ window: Window, _ element: (Int) -> Float) {
    let (dims, size) = (window.dims, window.size)
    var at = first
    for channel in 0..<size.channels {
      let border = normalised(0, channel)
      for row in window.top..<window.top + size.height {
        for place in 0..<size.width {
          let column = window.left + (window.mirrored ? size.width - 1 - place : place)
          let isInside = row >= 0 && row < dims.height && column >= 0 && column < dims.width
          target[at] =
            isInside ? normalised(element((channel * dims.height + row) * dims.width + column), channel) : border
          at += 1
        }
      }
    }
  }

  @inline(__always)
  private func copy(_ target: inout [Float], _ first: Int, _ window: Window, _ value: (Int, Int) -> Float) {
    let (dims, size) = (window.dims, window.size)
    var row = first
    for channel in 0..<size.channels {
      for y in 0..<size.height {
        let source = (channel * dims.height + window.top + y) * dims.width + window.left
        if window.mirrored {
          for x in 0..<size.width { target[row + size.width - 1 - x] = value(channel, source + x) }
        } else {
          for x in 0..<size.width { target[row + x] = value(channel, source + x) }
        }
        row += size.width
      }
    }
  }
}

extension RandomSource {
  /// A number in `0 ..< bound`. One draw, whatever the bound, so that a stream can be moved on without the images.
  func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
