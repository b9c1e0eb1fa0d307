/// Which weights a packed copy was made from.
struct WeightState: Equatable {
  private let address: UnsafePointer<Float>
  private let version: Int

  /// As they are now, however they lie.
  init(_ weight: Blob) {
    address = weight.data(in: weight.dataTiles).pointer
    version = weight.dataVersion
  }
}
