import CKernels

/// How filters lie of which only some columns and rows live: packed as a compact convolution wants them.
final class LiveFilters: Equatable {
  /// What lives. It says how they lie, too.
  let slices: LiveSlices
  /// The convolution.
  let plan: OpaquePointer

  /// Takes the plan over.
  init(_ slices: LiveSlices, _ plan: OpaquePointer) { (self.slices, self.plan) = (slices, plan) }

  deinit { ck_compact_free(plan) }

  /// Floats.
  var count: Int { ck_compact_packed_floats(plan) }

  /// Packs filters in the order of their axes.
  func pack(_ plain: UnsafePointer<Float>, to packed: UnsafeMutablePointer<Float>) {
    ck_compact_pack(plan, plain, packed)
  }

  /// Takes them back; what is dead becomes zero.
  func unpack(_ packed: UnsafePointer<Float>, to plain: UnsafeMutablePointer<Float>) {
    ck_compact_unpack(plan, packed, plain)
  }

  static func == (one: LiveFilters, other: LiveFilters) -> Bool { one === other || one.slices == other.slices }
}
