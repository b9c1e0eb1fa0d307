import Engine
import NetModel

/// A layer that pools in boxes.
///
/// Bottoms: images (N, C, H, W) and boxes (R, 5), each an image's number and x1, y1, x2, y2 in pixels of the net's input.
protocol RegionPooling: RunnableDescription, BottomDetermining {
  /// The pixels of an image for one of the net's input (`spatial_scale`).
  var scale: Float { get }
}

extension RegionPooling {
  var arity: Arity { Arity(bottom: 2...2, top: 1...1) }

  /// The boxes.
  static var determined: Set<Int> { [1] }
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { [1, 5] }

  func allowsBackward(bottom index: Int) -> Bool { index == 0 }

  /// Checks `spatial_scale` of a message.
  func checkScale(in message: String) throws {
    guard scale.magnitude < 1e3 else {
      throw LayerError.field("\(message).spatial_scale", "\(scale) is out of range")
    }
  }

  func checkRegions(_ bottom: [Shape]) throws {
    guard bottom[0].rank == 4 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "must have 4 axes (num, channels, height, width)")
    }
    guard bottom[1].rank > 0, bottom[1].count == 5 * bottom[1][0] else {
      throw LayerError.bottom(
        index: 1, shape: bottom[1], "must have five numbers for every box: the image's, x1, y1, x2, y2")
    }
  }
}

extension Blob {
  /// The image of box `index`, of `images`.
  ///
  /// - Throws: `LayerError` where there is no such image, or a coordinate is no number
  func image(ofBox index: Int, of images: Int) throws -> Int {
    let box = data.part(5 * index, count: 5)
    guard box[0] >= 0, box[0] < Float(images), box.allSatisfy({ abs($0) < 1e9 }) else {
      throw LayerError.bottom(
        index: 1, shape: shape, "box \(index) is \(Array(box)), which is in none of \(images) images")
    }
    return Int(box[0])
  }
}
