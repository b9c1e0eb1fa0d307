import CaffeProto
import NetModel

/// A recurrent type: the net that computes all its time steps.
protocol RecurrentCell: Sendable {
  static var type: String { get }
  /// The blobs that go from step to step, `<name>_0` before the first and `<name>_<T>` after the last.
  static var states: [String] { get }
  /// The blob with all steps' outputs.
  static var output: String { get }
  /// Adds the layers between the inputs `x`, `cont`, `x_static` (where there is one) and the states.
  static func unroll(_ net: inout Unrolling)
}

/// Builds the net of a recurrent layer.
struct Unrolling {
  /// The number of time steps.
  let steps: Int
  /// Whether there is an input that all steps see.
  let hasStatic: Bool
  /// The net so far.
  private(set) var net = NetParameter()
  private let settings: RecurrentParameter

  /// A net with its inputs.
  init<Cell: RecurrentCell>(_ cell: Cell.Type, _ settings: RecurrentParameter, _ bottom: [Shape], hasStatic: Bool) {
    steps = bottom[0][0]
    self.hasStatic = hasStatic
    self.settings = settings
    input("x", bottom[0])
    input("cont", bottom[1])
    if hasStatic { input("x_static", bottom[2]) }
    for state in Cell.states { input("\(state)_0", [1, bottom[0][1], settings.numOutput]) }
    Cell.unroll(&self)
  }

  private mutating func input(_ name: String, _ shape: Shape) {
    var dims = BlobShape()
    dims.dim = shape.dims
    add("Input", "in_\(name)", [], [name]) { $0.inputParam.shape = [dims] }
  }

  /// Adds a layer.
  mutating func add(
    _ type: String, _ name: String, _ bottom: [String], _ top: [String],
    _ configure: (inout LayerParameter) -> Void = { _ in }
  ) {
    var layer = LayerParameter()
    (layer.name, layer.type, layer.bottom, layer.top) = (name, type, bottom, top)
    configure(&layer)
    net.layer.append(layer)
  }

  /// Adds a matrix product; a bias is added where it has a name.
  ///
  /// - Parameters:
  ///   - gates: how many outputs there are per output of the layer
  ///   - axis: the first axis of the vectors
  mutating func product(
    _ bottom: String, _ top: String, weight: String, bias: String? = nil, gates: Int, axis: Int = 2
  ) {
    let settings = settings
    add("InnerProduct", top, [bottom], [top]) { layer in
      layer.innerProductParam.numOutput = settings.numOutput * gates
      layer.innerProductParam.axis = axis
      layer.innerProductParam.biasTerm = bias != nil
      layer.innerProductParam.weightFiller = settings.weightFiller
      if bias != nil { layer.innerProductParam.biasFiller = settings.biasFiller }
      layer.param = ([weight] + (bias.map { [$0] } ?? [])).map { name in
        var spec = ParamSpec()
        spec.name = name
        return spec
      }
    }
  }

  /// Adds the products of the inputs, for all steps at once, cut into steps: `<top>_1` and so on; and `<top>_static`.
  mutating func inputs(_ top: String, weight: String, bias: String, gates: Int) {
    slice("cont", "cont")
    product("x", top, weight: weight, bias: bias, gates: gates)
    slice(top, top)
    guard hasStatic else { return }
    product("x_static", "\(top)_static_flat", weight: "\(weight)_static", gates: gates, axis: 1)
    let outputs = settings.numOutput * gates
    add("Reshape", "\(top)_static", ["\(top)_static_flat"], ["\(top)_static"]) {
      $0.reshapeParam.shape.dim = [1, -1, outputs]
    }
  }

  private mutating func slice(_ bottom: String, _ top: String) {
    let steps = steps
    add("Slice", "\(top)_slice", [bottom], (1...steps).map { "\(top)_\($0)" }) { $0.sliceParam.axis = 0 }
  }

  /// Adds what a step's neurons see: the product of the hidden state, zero where a sequence begins, plus the inputs'.
  mutating func sum(step: Int, input: String, weight: String, gates: Int) -> String {
    let before = step - 1
    add("Scale", "h_conted_\(before)", ["h_\(before)", "cont_\(step)"], ["h_conted_\(before)"]) {
      $0.scaleParam.axis = 0
    }
    product("h_conted_\(before)", "h_product_\(before)", weight: weight, gates: gates)
    let terms = ["h_product_\(before)", "\(input)_\(step)"] + (hasStatic ? ["\(input)_static"] : [])
    add("Eltwise", "sum_\(step)", terms, ["sum_\(step)"])
    return "sum_\(step)"
  }

  /// Adds the layer that joins all steps' outputs.
  mutating func join(_ name: String, as top: String) {
    let steps = steps
    add("Concat", top, (1...steps).map { "\(name)_\($0)" }, [top]) { $0.concatParam.axis = 0 }
  }
}
