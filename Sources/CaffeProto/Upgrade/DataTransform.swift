/// Settings of a data layer that say what is done to data as it is read, where older files have them.
private protocol OldTransform {
  var hasScale: Bool { get }
  var scale: Float { get }
  mutating func clearScale()
  var hasMeanFile: Bool { get }
  var meanFile: String { get }
  mutating func clearMeanFile()
  var hasCropSize: Bool { get }
  var cropSize: Int { get }
  mutating func clearCropSize()
  var hasMirror: Bool { get }
  var mirror: Bool { get }
  mutating func clearMirror()
}

extension DataParameter: OldTransform {}
extension ImageDataParameter: OldTransform {}
extension WindowDataParameter: OldTransform {}

extension OldTransform {
  /// Moves what is set.
  ///
  /// - Returns: whether anything was.
  fileprivate mutating func move(to new: inout TransformationParameter) -> Bool {
    guard hasScale || hasMeanFile || hasCropSize || hasMirror else { return false }
    if hasScale { new.scale = scale }
    if hasMeanFile { new.meanFile = meanFile }
    if hasCropSize { new.cropSize = cropSize }
    if hasMirror { new.mirror = mirror }
    clearScale()
    clearMeanFile()
    clearCropSize()
    clearMirror()
    return true
  }
}

extension NetParameter {
  /// Moves scale, mean file, crop size and mirror of V1 data layers to `transform_param` (Caffe:
  /// UpgradeNetDataTransformation). In current layers Caffe leaves those fields alone and nobody reads them.
  ///
  /// - Returns: nil where no layer had any.
  mutating func upgradeDataTransforms() -> UpgradeStep? {
    let count = layers.indices.count { layers[$0].upgradeDataTransform() }
    return count == 0 ? nil : .dataTransforms(count: count)
  }
}

extension V1LayerParameter {
  fileprivate mutating func upgradeDataTransform() -> Bool {
    switch type {
    case .data: move(\.dataParam)
    case .imageData: move(\.imageDataParam)
    case .windowData: move(\.windowDataParam)
    default: false
    }
  }

  private mutating func move(_ settings: WritableKeyPath<V1LayerParameter, some OldTransform>) -> Bool {
    var (old, new) = (self[keyPath: settings], transformParam)
    guard old.move(to: &new) else { return false }
    (self[keyPath: settings], transformParam) = (old, new)
    return true
  }
}
