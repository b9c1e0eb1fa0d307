import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// What `transform_param` does to every image on its way into a net: subtract a mean, crop, mirror, scale (Caffe:
/// data_transformer.cpp).
///
/// A value without state: the random numbers for crops and mirroring are the caller's, so that they belong to whoever
/// fixes the order of the images.
public struct DataTransformer: Sendable {
  private let scale: Float
  private let mirror: Bool
  private let crop: Int
  private let randomCrop: Bool
  private let mean: ImageMean

  /// Reads the parameters, and the mean file if there is one.
  ///
  /// - Parameters:
  ///   - parameter: `transform_param`
  ///   - phase: crops are random in training, central in tests
  /// - Throws: ``LayerError``, with the file's error in `source`
  public init(_ parameter: TransformationParameter, phase: Phase) throws {
    scale = parameter.scale
    mirror = parameter.mirror
    crop = parameter.cropSize
    randomCrop = phase == .train
    guard crop >= 0 else { throw LayerError.field("transform_param.crop_size", "must not be negative, like \(crop)") }
    mean = try ImageMean(parameter)
  }

  /// The (channels, height, width) of a transformed image.
  ///
  /// - Throws: ``LayerError/field(_:_:)`` where the image is smaller than the crop or does not fit the mean
  public func outputDims(of image: ImageDims) throws -> ImageDims {
    guard image.count > 0 else { throw LayerError.field("transform_param", "an image of \(image) is empty") }
    guard image.height >= crop, image.width >= crop else {
      throw LayerError.field("transform_param.crop_size", "\(crop) is larger than an image of \(image)")
    }
    try mean.check(channels: image.channels)
    if case .image(_, let dims) = mean, dims != image {
      throw LayerError.field("transform_param.mean_file", "the mean is \(dims), the image \(image)")
    }
    return crop > 0 ? ImageDims(channels: image.channels, height: crop, width: crop) : image
  }

  /// Transforms an image.
  ///
  /// - Parameters:
  ///   - image: its elements, channel by channel
  ///   - target: takes as many elements as `outputDims(of:)` says, from `first` on
  ///   - random: drawn from once for mirroring and twice for a random crop, whatever the image
  /// - Throws: as `outputDims(of:)`
  public func apply(_ image: DatumImage, to target: inout [Float], at first: Int, random: RandomSource) throws {
    let size = try outputDims(of: image.dims)
    let mirrored = mirror && random.below(2) == 1
    var (top, left) = (0, 0)
    if crop > 0 {
      let (rows, columns) = (image.dims.height - crop, image.dims.width - crop)
      top = randomCrop ? random.below(rows + 1) : rows / 2
      left = randomCrop ? random.below(columns + 1) : columns / 2
    }
    let window = Window(dims: image.dims, size: size, top: top, left: left, mirrored: mirrored)
    switch image.values {
    case .bytes(let bytes): fill(&target, first, window) { Float(bytes[$0]) }
    case .floats(let floats): fill(&target, first, window) { floats[$0] }
    }
  }

  /// The part of an image that is taken.
  private struct Window {
    let dims: ImageDims
    let size: ImageDims
    let top: Int
    let left: Int
    let mirrored: Bool
  }

  @inline(__always)
  private func fill(_ target: inout [Float], _ first: Int, _ window: Window, _ element: (Int) -> Float) {
    switch mean {
    case .none: copy(&target, first, window) { _, index in element(index) * scale }
    case .values(let values):
      copy(&target, first, window) { channel, index in
        (element(index) - values[values.count == 1 ? 0 : channel]) * scale
      }
    case .image(let values, _):
      copy(&target, first, window) { _, index in (element(index) - values[index]) * scale }
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
