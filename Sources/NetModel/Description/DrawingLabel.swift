/// What a drawing says about a layer of some type.
public struct DrawingLabel: Equatable, Sendable {
  /// What follows the type's name; may be empty.
  public var variant: String
  /// The kernel, a line for each setting.
  public var settings: [String]
  /// What goes along the edges to the tops; may be empty.
  public var output: String
  /// The colour, as `#RRGGBB`.
  public var fill: String
  /// Whether weights and bias have learning rates that can be shown.
  public var learns: Bool

  /// Makes a label.
  public init(variant: String = "", settings: [String] = [], output: String = "", fill: String, learns: Bool = false) {
    self.variant = variant
    self.settings = settings
    self.output = output
    self.fill = fill
    self.learns = learns
  }

  /// The settings of a window.
  public static func window(kernel: Int, stride: Int, pad: Int) -> [String] {
    ["kernel size: \(kernel)", "stride: \(stride)", "pad: \(pad)"]
  }
}
