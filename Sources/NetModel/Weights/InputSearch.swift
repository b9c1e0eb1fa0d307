import CaffeProto

/// Finds the shape of an input from weights, where nothing else says it: convolutions know how many channels they read,
/// inner products how large the image is.
public struct InputSearch {
  /// The largest side of images that is tried.
  private static let largest = 2048

  /// What is found.
  public enum Finding: Equatable, Sendable {
    /// The only shape of one image that fits.
    case shape(Shape)
    /// Square images with sides in this range fit, with this many channels.
    case sides(channels: Int, ClosedRange<Int>)
  }

  private let net: NetParameter
  private let state: NetState
  private let registry: LayerRegistry
  private let outlook: Outlook
  private let counts: [String: [Int]]

  /// Looks at a net without its data.
  ///
  /// - Parameter counts: how many values each blob of the weights has, by the layers' names
  public init(
    _ net: NetParameter, state: NetState, registry: LayerRegistry, outlook: Outlook, counts: [String: [Int]]
  ) {
    (self.net, self.state, self.registry, self.outlook, self.counts) = (net, state, registry, outlook, counts)
  }

  /// The shape of blob `name`; nil where no side fits.
  public func find(_ name: String) -> Finding? {
    guard let channels = channels(of: name) else { return nil }
    // The number of values grows with the image.
    func isTooSmall(_ side: Int, orEqual: Bool) -> Bool {
      guard let size = size([1, channels, side, side], of: name) else { return true }
      return orEqual ? size.described <= size.known : size.described < size.known
    }
    func first(_ condition: (Int) -> Bool) -> Int {
      var (low, high) = (1, Self.largest + 1)
      while low < high {
        let middle = (low + high) / 2
        if condition(middle) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let (least, end) = (first { isTooSmall($0, orEqual: false) }, first { isTooSmall($0, orEqual: true) })
    guard least < end else { return nil }
    if end == least + 1 { return .shape([1, channels, least, least]) }
    return .sides(channels: channels, least...(end - 1))
  }

  /// How many channels the first layer with weights that reads a blob wants.
  private func channels(of name: String) -> Int? {
    let context = DescriptionContext(phase: state.phase)
    for layer in net.layer where layer.bottom.first == name {
      guard let wanted = counts[layer.name]?.first, let type = registry[layer.type],
        let description = try? type.init(layer, in: context)
      else { continue }
      func count(_ channels: Int, side: Int) -> Int? {
        (try? description.blobs([[1, channels, side, side]]))?.first?.shape.count
      }
      // Where the number of values depends on the size of the image, it does not tell the channels.
      guard count(1, side: 64) == count(1, side: 65) else { return nil }
      return (1...1024).first { count($0, side: 64) == wanted }
    }
    return nil
  }

  /// How many values the layers with weights have with a shape of the input, and how many the file has for these.
  private func size(_ shape: Shape, of name: String) -> (described: Int, known: Int)? {
    var outlook = outlook
    outlook.shapes[name] = shape
    guard let description = try? NetDescription(net, state: state, registry: registry.looking(outlook)) else {
      return nil
    }
    var (described, known) = (0, 0)
    for layer in description.layers {
      guard let blobs = counts[layer.name], !blobs.isEmpty, !layer.blobs.isEmpty else { continue }
      described += layer.blobs.reduce(0) { $0 + $1.shape.count }
      known += blobs.reduce(0, +)
    }
    return (described, known)
  }
}
