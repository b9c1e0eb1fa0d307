import CaffeProto
import NetModel

/// What is subtracted from every element of an image: `mean_file` or `mean_value` of `transform_param`.
enum ImageMean: Sendable {
  /// Nothing.
  case none
  /// One value for all channels, or one per channel.
  case values([Float])
  /// One per element of the image before cropping.
  case image([Float], ImageDims)

  /// Reads the parameters and the file, (channels, height, width) with or without a leading 1.
  ///
  /// - Throws: `LayerError`
  init(_ parameter: TransformationParameter) throws {
    guard parameter.hasMeanFile else {
      self = parameter.meanValue.isEmpty ? .none : .values(parameter.meanValue)
      return
    }
    guard parameter.meanValue.isEmpty else {
      throw LayerError.field("transform_param.mean_value", "is given beside mean_file")
    }
    let (shape, values) = try blobFile(parameter.meanFile)
    guard shape.count == 3 || (shape.count == 4 && shape[0] == 1) else {
      throw LayerError.source(
        parameter.meanFile, "a mean image must be channels x height x width, not \(shape)")
    }
    let dims = Array(shape.suffix(3))
    self = .image(Array(values), ImageDims(channels: dims[0], height: dims[1], width: dims[2]))
  }

  /// Checks the number of values against the number of channels.
  func check(channels: Int) throws {
    if case .values(let values) = self, values.count != 1, values.count != channels {
      throw LayerError.field(
        "transform_param.mean_value", "\(values.count) values for \(channels) channels: give 1 or as many")
    }
  }

  /// Checks that a mean image has the centre that windows of side `crop` use.
  func check(channels: Int, crop: Int) throws {
    try check(channels: channels)
    guard case .image(_, let dims) = self else { return }
    let first = (dims.width - crop) / 2
    guard dims.channels == channels, dims.width >= crop, first + crop <= dims.height else {
      throw LayerError.field(
        "transform_param.mean_file", "the mean is \(dims): a window of \(channels)x\(crop)x\(crop) does not fit")
    }
  }

  /// The mean at a place in a window of side `crop`: that of the image's centre, which Caffe finds by the width alone.
  func value(_ channel: Int, _ row: Int, _ column: Int, crop: Int) -> Float {
    switch self {
    case .none: return 0
    case .values(let values): return values[values.count == 1 ? 0 : channel]
    case .image(let values, let dims):
      let first = (dims.width - crop) / 2
      return values[(channel * dims.height + first + row) * dims.width + first + column]
    }
  }
}
