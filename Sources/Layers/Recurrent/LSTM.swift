/// Long short-term memory (Caffe: lstm_layer.cpp). Blobs: W_xc (4 D, I), b_c (4 D), W_xc_static where there is such an
/// input, W_hc (4 D, D).
enum LSTM: RecurrentCell {
  static let type = "LSTM"
  /// What goes from step to step.
  static let states = ["h", "c"]
  /// All steps' outputs.
  static let output = "h"

  /// Adds the layers of all steps.
  static func unroll(_ net: inout Unrolling) {
    net.inputs("W_xc_x", weight: "W_xc", bias: "b_c", gates: 4)
    for step in 1...net.steps {
      let gates = net.sum(step: step, input: "W_xc_x", weight: "W_hc", gates: 4)
      net.add(
        "LSTMUnit", "unit_\(step)", ["c_\(step - 1)", gates, "cont_\(step)"], ["c_\(step)", "h_\(step)"])
    }
    net.join("h", as: output)
  }
}
