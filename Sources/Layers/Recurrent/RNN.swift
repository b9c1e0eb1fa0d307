/// A recurrent net with tanh neurons for the hidden state and the output (Caffe: rnn_layer.cpp). Blobs: W_xh (D, I),
/// b_h (D), W_xh_static where there is such an input, W_hh (D, D), W_ho (D, D), b_o (D).
enum RNN: RecurrentCell {
  static let type = "RNN"
  /// What goes from step to step.
  static let states = ["h"]
  /// All steps' outputs.
  static let output = "o"

  /// Adds the layers of all steps.
  static func unroll(_ net: inout Unrolling) {
    net.inputs("W_xh_x", weight: "W_xh", bias: "b_h", gates: 1)
    for step in 1...net.steps {
      let sum = net.sum(step: step, input: "W_xh_x", weight: "W_hh", gates: 1)
      net.add("TanH", "h_\(step)", [sum], ["h_\(step)"])
      net.product("h_\(step)", "o_product_\(step)", weight: "W_ho", bias: "b_o", gates: 1)
      net.add("TanH", "o_\(step)", ["o_product_\(step)"], ["o_\(step)"])
    }
    net.join("o", as: output)
  }
}
