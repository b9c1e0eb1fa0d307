/// What a net will be used for. What is not needed for that is neither computed nor kept.
public struct NetUse: Sendable {
  /// Whether `Net.backward` will be called.
  public var gradients: Bool
  /// Whether every blob and parameter gets a gradient, whether a loss is above or not (`force_backward`).
  public var forcesGradients = false
  /// Whether blobs between layers, and their gradients, are looked at after a pass. Where not, they share memory.
  public var keepsBlobs: Bool

  /// Whether the gradients of parameters are there after a backward pass. Where not, each is handed out when it is
  /// complete, and its memory serves others before and after.
  public var keepsParameterGradients = true
  /// Whether they may be handed out in pieces.
  public var takesPieces = true
  /// Whether fillers fill the parameters; where weights are set afterwards nobody needs them to.
  public var fillsParameters = true

  /// Whether a layer may do the work of the one behind it. Where not, each blob is seen as every layer leaves it.
  public var fusesLayers = true

  /// Whether a blob between layers need not exist where one layer can do the work of two.
  var hidesBlobs: Bool { !gradients && !keepsBlobs }

  /// Everything may be looked at.
  public static let inspection = NetUse(gradients: true, keepsBlobs: true)
  /// Gradients of the parameters are wanted, and of the blobs only the outputs' data.
  public static let training = NetUse(gradients: true, keepsBlobs: false)
  /// Only the outputs are wanted.
  public static let inference = NetUse(gradients: false, keepsBlobs: false)

  /// All gradients, and every blob kept.
  public static let allGradients: NetUse = {
    var use = inspection
    use.forcesGradients = true
    return use
  }()

  /// Makes a use.
  public init(gradients: Bool, keepsBlobs: Bool) {
    self.gradients = gradients
    self.keepsBlobs = keepsBlobs
  }
}
