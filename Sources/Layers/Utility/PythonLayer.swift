import CaffeProto
import NetModel

/// Layers written in Python, which are refused: there is no Python in this program (Caffe: python_layer.hpp).
struct PythonLayer: LayerDescription, Unsupported {
  static let type = "Python"
  /// All.
  static func unsupported(_ layer: LayerParameter) -> String? { "" }

  /// Explains which class of which module the net asks for.
  ///
  /// - Throws: `LayerError/field(_:_:)`, always
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let python = parameter.pythonParam
    throw LayerError.field(
      "python_param.module",
      "the layer is class '\(python.layer)' of the Python module '\(python.module)', and this program does not run "
        + "Python: take the layer out, or write it with other layer types")
  }

  var arity: Arity { Arity(bottom: 0...Int.max, top: 0...Int.max) }
  /// None: there is no such layer.
  func topShapes(_ bottom: [Shape]) -> [Shape] { [] }
}
