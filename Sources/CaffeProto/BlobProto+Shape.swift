extension BlobProto {
  /// An array with its shape, outermost axis first; `data` must fill it.
  public init(shape: [Int], data: Floats) {
    self.init()
    self.shape.dim = shape
    self.data = data
  }

  /// Whether the shape is in the form of 2014, four extents for every blob (Caffe: `Blob::FromProto`).
  public var hasLegacyShape: Bool { hasNum || hasChannels || hasHeight || hasWidth }

  /// The shape, outermost axis first, whichever form it has; empty for a scalar.
  public var extents: [Int] { hasLegacyShape ? [num, channels, height, width] : shape.dim }

  /// Whether this array fits a blob of the given shape (Caffe: `Blob::ShapeEquals`).
  ///
  /// In the legacy form, shorter shapes have ones in front: a bias of 20 is 1 x 1 x 1 x 20.
  public func fits(_ wanted: [Int]) -> Bool {
    guard hasLegacyShape else { return extents == wanted }
    return wanted.count <= 4 && extents == [Int](repeating: 1, count: 4 - wanted.count) + wanted
  }

  /// Whether this only holds the place of a blob that is stored with another layer.
  public var isAbsent: Bool { data.isEmpty && doubleData.isEmpty && rawData.isEmpty && extents.isEmpty }
}
