import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// Cuts windows out of images and warps them to squares of one size.
struct WindowCutter: Sendable {
  /// The squares' side.
  let size: Int
  private let context: Int
  private let square: Bool
  private let root: String
  private let scale: Float
  private let mirror: Bool
  private let mean: ImageMean

  /// Reads `context_pad`, `crop_mode`, `root_folder` and `scale`, and what `transform_param` gives.
  init(_ window: WindowDataParameter, _ transform: TransformationParameter) throws {
    size = transform.cropSize
    context = window.contextPad
    square = window.cropMode == "square"
    root = window.rootFolder
    scale = window.scale
    mirror = transform.mirror
    mean = try ImageMean(transform)
    guard transform.pad == 0, transform.stdValue.isEmpty else {
      throw LayerError.field(
        transform.pad == 0 ? "transform_param.std_value" : "transform_param.pad", "is not known to WindowData")
    }
    guard size > 0 else { throw LayerError.field("transform_param.crop_size", "must be given and positive") }
    guard square || window.cropMode == "warp" else {
      throw LayerError.field("window_data_param.crop_mode", "must be 'warp' or 'square', not '\(window.cropMode)'")
    }
    guard context >= 0, 2 * context < size else {
      throw LayerError.field("window_data_param.context_pad", "\(context) leaves nothing of crop_size \(size)")
    }
    try mean.check(channels: 3, crop: size)
  }

  /// Where a window lies in its image, and its warped form in the square.
  private struct Placement {
    var window: WindowFile.Window
    var height: Int
    var width: Int
    var top = 0
    var left = 0
  }

  /// A window of an image as floats, the mean subtracted and scaled; around it zeros.
  ///
  /// - Parameter random: drawn from once where images are mirrored
  func cut(_ window: WindowFile.Window, from path: String, _ random: RandomSource) throws -> DatumImage {
    let mirrored = mirror && random.below(2) == 1
    let image = try reading(root + path) { try ImageDecoder(color: .color).read(root + path) }
    let placement = place(window, in: image, mirrored)
    guard let part = image.cropped(placement.window),
      let warped = part.resized(height: placement.height, width: placement.width),
      case .bytes(let pixels) = warped.values
    else {
      throw LayerError.source(
        root + path,
        "has no window from (\(window.x1), \(window.y1)) to (\(window.x2), \(window.y2)): it is \(image.dims)")
    }
    var values = [Float](repeating: 0, count: 3 * size * size)
    for channel in 0..<3 {
      for y in 0..<warped.height {
        for x in 0..<warped.width {
          let source = (channel * warped.height + y) * warped.width + (mirrored ? warped.width - 1 - x : x)
          let (row, column) = (y + placement.top, x + placement.left)
          let offset = mean.value(channel, row, column, crop: size)
          values[(channel * size + row) * size + column] = (Float(pixels[source]) - offset) * scale
        }
      }
    }
    return DatumImage(channels: 3, height: size, width: size, label: window.label, values: .floats(values))
  }

  /// Widens a window by its context, as far as the image goes, and shares the square out between it and the padding.
  private func place(_ window: WindowFile.Window, in image: DatumImage, _ mirrored: Bool) -> Placement {
    var place = Placement(window: window, height: size, width: size)
    guard context > 0 || square else { return place }
    let widening = Float(size) / Float(size - 2 * context)
    var halfHeight = Float(window.y2 - window.y1 + 1) / 2
    var halfWidth = Float(window.x2 - window.x1 + 1) / 2
    let (centreX, centreY) = (Float(window.x1) + halfWidth, Float(window.y1) + halfHeight)
    if square {
      halfHeight = max(halfHeight, halfWidth)
      halfWidth = halfHeight
    }
    func round(_ value: Float) -> Int { Int(value.rounded()) }
    let (x1, x2) = (round(centreX - halfWidth * widening), round(centreX + halfWidth * widening))
    let (y1, y2) = (round(centreY - halfHeight * widening), round(centreY + halfHeight * widening))
    // What lies outside the image is padding.
    let (padLeft, padRight) = (max(0, -x1), max(0, x2 - image.width + 1))
    let (padTop, padBottom) = (max(0, -y1), max(0, y2 - image.height + 1))
    (place.window.x1, place.window.x2) = (x1 + padLeft, x2 - padRight)
    (place.window.y1, place.window.y2) = (y1 + padTop, y2 - padBottom)
    let (scaleX, scaleY) = (Float(size) / Float(x2 - x1 + 1), Float(size) / Float(y2 - y1 + 1))
    place.top = round(Float(padTop) * scaleY)
    place.left = round(Float(mirrored ? padRight : padLeft) * scaleX)
    // Rounding may leave too little room.
    place.height = min(round(Float(y2 - padBottom - y1 - padTop + 1) * scaleY), size - place.top)
    place.width = min(round(Float(x2 - padRight - x1 - padLeft + 1) * scaleX), size - place.left)
    return place
  }
}

extension DatumImage {
  /// A part of an image of bytes; nil where the window is not in it.
  fileprivate func cropped(_ window: WindowFile.Window) -> DatumImage? {
    guard case .bytes(let bytes) = values, window.x1 >= 0, window.y1 >= 0, window.x1 <= window.x2,
      window.y1 <= window.y2, window.x2 < width, window.y2 < height
    else { return nil }
    var part: [UInt8] = []
    for channel in 0..<channels {
      for y in window.y1...window.y2 {
        let row = (channel * height + y) * width
        part += bytes[row + window.x1...row + window.x2]
      }
    }
    return DatumImage(
      channels: channels, height: window.y2 - window.y1 + 1, width: window.x2 - window.x1 + 1, label: label,
      values: .bytes(part))
  }
}
