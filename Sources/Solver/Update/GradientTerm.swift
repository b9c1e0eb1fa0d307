import Engine

/// A part of a parameter's gradient that a pruning method adds: a penalty that couples weights, for instance.
public protocol GradientTerm {
  /// Adds the term to the complete gradient, after clipping and the division by iter_size, before weight decay.
  ///
  /// - Parameters:
  ///   - weight: the parameter's elements, in the order of its axes
  ///   - gradient: as many
  func add(_ weight: FloatView, to gradient: MutableFloatView) throws
}
