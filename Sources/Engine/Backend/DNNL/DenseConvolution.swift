import CKernels

/// A convolution that is computed without a look at which weights are dead.
protocol DenseConvolution: ConvolutionOperator {
  /// Frees packed weights; they come back when they are needed.
  func dropWeights()
  /// Whether there are optimised kernels for these directions.
  func isOptimised(_ directions: [ck_direction]) -> Bool
}

extension ConvolutionAlgorithm.Choice {
  /// The operator that computes a shape so.
  func convolution(_ shape: ConvolutionShape, _ engine: DNNLEngine) throws(BackendError) -> any DenseConvolution {
    if forward == CK_NARROW { return try DNNLNarrow(shape, self, engine) }
    return try DNNLConvolution(shape, self, engine)
  }
}
