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
  private let mean: Mean

  private enum Mean: Sendable {
    case none
    /// One for all channels, or one per channel.
    case values([Float])
    /// One per element of the image before cropping.
    case image([Float], ImageDims)

    /// Reads a mean image, (channels, height, width) with or without a leading 1.
    init(file path: String) throws {
      let (shape, values) = try blobFile(path)
      guard shape.count == 3 || (shape.count == 4 && shape[0] == 1) else {
        throw LayerError.source(path, "a mean image must be channels x height x width, not \(shape)")
      }
      let dims = shape.suffix(3)
      self = .image(
        Array(values),
        ImageDims(channels: dims[dims.startIndex], height: dims[dims.startIndex + 1], width: dims[dims.startIndex + 2]))
    }
  }

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
    if parameter.hasMeanFile {
      guard parameter.meanValue.isEmpty else {
        throw LayerError.field("transform_param.mean_value", "is given beside mean_file")
      }
      mean = try Mean(file: parameter.meanFile)
    } else {
      mean = parameter.meanValue.isEmpty ? .none : .values(parameter.meanValue)
    }
  }

  /// The (channels, height, width) of a transformed image.
  ///
  /// - Throws: ``LayerError/field(_:_:)`` where the image is smaller than the crop or does not fit the mean
  public func outputDims(of image: ImageDims) throws -> ImageDims {
    guard image.count > 0 else { throw LayerError.field("transform_param", "an image of \(image) is empty") }
    guard image.height >= crop, image.width >= crop else {
      throw LayerError.field("transform_param.crop_size", "\(crop) is larger than an image of \(image)")
    }
    switch mean {
    case .none: break
    case .values(let values):
      guard values.count == 1 || values.count == image.channels else {
        throw LayerError.field(
          "transform_param.mean_value", "\(values.count) values for \(image.channels) channels: give 1 or as many")
      }
    case .image(_, let dims):
      guard dims == image else {
        throw LayerError.field("transform_param.mean_file", "the mean is \(dims), the image \(image)")
      }
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
