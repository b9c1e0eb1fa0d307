import CaffeProto

/// A type with a kernel from whose ends positions can be cut off.
public protocol KernelShrinking: LayerDescription {
  /// How many positions can be cut off at both ends of every spatial axis of blob 0 without moving the others, as far
  /// as the padding allows; nil where the bottoms do not fit.
  func kernelMargins(_ bottom: [Shape]) -> [Int]?

  /// Rewrites the layer's message for a kernel from which `margins` positions are cut off at both ends of its axes.
  func shrinkKernel(_ parameter: inout LayerParameter, by margins: [Int])
}

/// A type that can have a bias, so that constants can be folded into it.
public protocol BiasAdding: LayerDescription {
  /// Gives the layer's message a bias.
  func addBias(_ parameter: inout LayerParameter)
}

/// A type with several parameter values that compute the same, of which some readers understand only one.
public protocol ParameterNormalizing: LayerDescription {
  /// The parameters, flattened, as files should hold them.
  func portable(_ blobs: [Floats]) -> [Floats]

  /// What is strange about parameters that can be computed with (sentences for the user).
  func doubts(_ blobs: [Floats]) -> [String]
}

/// A type whose tops the caller writes.
public protocol CallerFilled: LayerDescription {
  /// Gives a layer's message the shapes of its tops, one each.
  static func setShapes(_ shapes: [[Int]], of parameter: inout LayerParameter)
}

/// A type whose tops may be the same whatever the data.
public protocol ConstantSource: LayerDescription {
  /// Whether its tops are constant, so that the net computes with them as with a parameter.
  var isConstant: Bool { get }
}

/// A type that may set to zero what is not positive.
public protocol Rectifying: LayerDescription {
  /// Whether it does.
  var rectifies: Bool { get }
}

/// A type whose tops hold the values of its bottom and no others.
public protocol Copying: LayerDescription {}

/// A type whose top has its bottom's elements in the same order, on other axes.
public protocol OrderKeeping: LayerDescription {}

/// A type that puts axes in another order.
public protocol AxisMoving: LayerDescription {
  /// The bottom's axis for every axis of the top.
  func axes(_ shape: Shape) throws -> [Int]
}

/// A type whose only use is to read blobs that would be outputs of the net otherwise.
public protocol Discarding: LayerDescription {}

/// A type that reads files, without which a net can still be looked at.
public protocol SourceReading: LayerDescription {
  /// What stands for a layer whose files are not there, and what it takes for granted (a sentence for the user); nil
  /// where they are there.
  ///
  /// - Throws: ``LayerError`` where nothing says the shape of a top
  static func standIn(for parameter: LayerParameter, _ outlook: Outlook) throws -> (
    description: any LayerDescription, assumption: String
  )?
}

/// A type that needs some bottoms in a certain shape. Where a net is only looked at, and nothing else says their shape,
/// they are taken to have it: labels have the shape that the loss needs.
public protocol BottomDetermining: LayerDescription {
  /// The bottoms whose shape follows from that of the others.
  static var determined: Set<Int> { get }

  /// The bottoms of a layer that can be: ``determined`` but where it depends on the message.
  static func determined(of layer: LayerParameter) -> Set<Int>

  /// The shape that bottom `index` must have with these others; nil where they do not say it.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape?
}

extension BottomDetermining {
  /// All of them.
  public static func determined(of layer: LayerParameter) -> Set<Int> { determined }
}

/// A type whose tops say what its bottoms are, so that what a reader needs of a top can be told of a guessed bottom.
public protocol BottomTelling: LayerDescription {
  /// What bottom `index` should be for top `top` to be `wanted`; nil where that does not say it.
  func shape(ofBottom index: Int, among bottom: [Shape], forTop top: Int, _ wanted: Shape) -> Shape?
}

/// A description that stands for a layer of which not everything is known.
public protocol StandIn: LayerDescription {
  /// Whether nobody says the shape of top `index`, so that its readers may.
  func isGuess(top index: Int) -> Bool
}

/// A type that cannot always be described; where a net is only looked at, it is passed through then.
public protocol Unsupported: LayerDescription {
  /// What is not built in of a layer, as it is said behind its type; nil where it can be described.
  static func unsupported(_ layer: LayerParameter) -> String?
}

/// A type of which drawings say more than its name (Caffe: `get_layer_label` and others in `draw.py`). Drawings show
/// nets that need not be describable, so this is asked of the message.
public protocol DrawingLabelled: LayerDescription {
  /// What a drawing says about a layer.
  static func drawingLabel(_ parameter: LayerParameter) -> DrawingLabel
}
