import CaffeProto

/// What a drawing says about a layer (Caffe: `get_layer_label`, `get_edge_label`, `choose_color_by_layertype` in
/// `draw.py`).
struct LayerLabel {
  /// Name, type and settings.
  let parts: [String]
  /// The label of the edges to its tops.
  let output: String
  /// Its colour.
  let fill: String

  init(_ layer: LayerParameter, showsRates: Bool) {
    var type = layer.type
    var settings: [String] = []
    switch layer.type {
    case "Convolution", "Deconvolution":
      let window = layer.convolutionParam
      settings = Self.window(
        kernel: window.kernelSize.first ?? 1, stride: window.stride.first ?? 1, pad: window.pad.first ?? 0)
      (output, fill) = ("\(window.numOutput)", "#FF5050")
    case "Pooling":
      let window = layer.poolingParam
      type += " \(Self.name(of: window.pool))"
      settings = Self.window(kernel: window.kernelSize, stride: window.stride, pad: window.pad)
      (output, fill) = ("", "#FF9900")
    case "InnerProduct": (output, fill) = ("\(layer.innerProductParam.numOutput)", "#CC33FF")
    case "Data": (output, fill) = ("Batch \(layer.dataParam.batchSize)", "#6495ED")
    default: (output, fill) = ("", layer.isInPlace ? "#90EE90" : "#6495ED")
    }
    let rates = showsRates ? layer.rates : nil
    parts = [layer.name, "(\(type))"] + settings + (rates.map { ["lr mult: \($0.0), \($0.1)"] } ?? [])
  }

  private static func window(kernel: Int, stride: Int, pad: Int) -> [String] {
    ["kernel size: \(kernel)", "stride: \(stride)", "pad: \(pad)"]
  }

  private static func name(of pool: PoolingParameter.PoolMethod) -> String {
    switch pool {
    case .max: "MAX"
    case .ave: "AVE"
    case .stochastic: "STOCHASTIC"
    }
  }
}

extension LayerParameter {
  fileprivate var isInPlace: Bool { bottom.count == 1 && bottom == top }

  /// The learning rate multipliers of weights and bias, of layers that learn both.
  fileprivate var rates: (Float, Float)? {
    guard ["Convolution", "Deconvolution", "InnerProduct"].contains(type) else { return nil }
    let rates = (param.first?.lrMult ?? 1, param.dropFirst().first?.lrMult ?? 1)
    return rates == (0, 0) ? nil : rates
  }
}
