import Base
import Engine

/// Random nets that fork, join and share, with random masks.
///
/// Every blob has the same height and width as the data until the classifier, so that any two can be joined.
package struct RandomNet {
  /// The net as text.
  package var text: String
  /// The layers with a weight: name, filters, extent of axis 1.
  package var weights: [(name: String, filters: Int, channels: Int)] = []
  var blobs: [(name: String, channels: Int)]
  private var random: RandomSource
  private var count = 0
  /// Blobs that somebody reads: they cannot be changed in place.
  var read: Set<String> = []
  let size: Int

  /// The net that a source's numbers make.
  package init(_ random: RandomSource) {
    self.random = random
    var source = random
    size = Int.random(in: 5...8, using: &source)
    let channels = Int.random(in: 1...6, using: &source)
    blobs = [("data", channels)]
    text =
      "layer { name: \"data\" type: \"Input\" top: \"data\" "
      + "input_param { shape { dim: 2 dim: \(channels) dim: \(size) dim: \(size) } } }\n"
    add("Convolution", ["data"], tops: 1, rest: convolution(channels, 6, kernel: 3, group: 1))
    weights.append(("l1", 6, channels))
    blobs.append(("l1", 6))
    if pick(0...2) == 0 {
      let channels = pick(1...4)
      text +=
        "layer { name: \"second\" type: \"Input\" top: \"second\" "
        + "input_param { shape { dim: 2 dim: \(channels) dim: \(size) dim: \(size) } } }\n"
      make("second", channels, pick(2...6), group: 1)
    }
    for _ in 0..<pick(3...12) { grow() }
    classify()
  }

  mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  @discardableResult
  mutating func add(
    _ type: String, _ bottoms: [String], tops: Int, inPlace: Bool = false, rest: String = ""
  ) -> [String] {
    count += 1
    let name = "l\(count)"
    // Layers without parameters may share a name, and some have none.
    let title = learns(type) ? name : ["again", "again", "", name][pick(0...3)]
    let inPlace = inPlace && !read.contains(bottoms[0])
    if !inPlace { read.formUnion(bottoms) }
    let names = inPlace ? [bottoms[0]] : tops == 1 ? [name] : (0..<tops).map { "\(name)_\($0)" }
    text += "layer { name: \"\(title)\" type: \"\(type)\" "
    text += bottoms.map { "bottom: \"\($0)\" " }.joined() + names.map { "top: \"\($0)\" " }.joined() + rest + " }\n"
    return names
  }

  private func learns(_ type: String) -> Bool {
    ["BatchNorm", "Bias", "Convolution", "Deconvolution", "Embed", "InnerProduct", "PReLU", "Parameter", "Scale"]
      .contains(type)
  }

  /// Settings that keep height and width.
  private mutating func convolution(_ channels: Int, _ filters: Int, kernel: Int, group: Int) -> String {
    let bias = pick(0...2) > 0
    return "convolution_param { num_output: \(filters) kernel_size: \(kernel) pad: \(kernel / 2) group: \(group) "
      + "bias_term: \(bias) }"
  }

  private mutating func grow() {
    let (bottom, channels) = blobs[pick(max(0, blobs.count - 4)...(blobs.count - 1))]
    let kind = pick(0...36)
    guard kind <= 13 else { return growRare(kind, bottom, channels) }
    switch kind {
    case 0...2: make(bottom, channels, pick(2...8), group: 1)
    case 3:  // depthwise, with one or two filters per channel
      make(bottom, channels, channels * pick(1...2), group: channels)
    case 4:
      let group = channels % 2 == 0 ? 2 : channels % 3 == 0 ? 3 : 1
      make(bottom, channels, group * pick(1...4), group: group)
    case 5, 6: join(bottom, channels)
    case 7:
      let other = blobs[pick(0...(blobs.count - 1))]
      let top = add("Concat", [bottom, other.name], tops: 1)
      blobs.append((top[0], channels + other.channels))
    case 8:
      guard channels >= 2 else { return }
      let point = pick(1...(channels - 1))
      let tops = add("Slice", [bottom], tops: 2, rest: "slice_param { axis: 1 slice_point: \(point) }")
      blobs += [(tops[0], point), (tops[1], channels - point)]
    case 9: twins(bottom, channels)
    case 10:
      guard bottom != "data" else { return }
      let normal = add("BatchNorm", [bottom], tops: 1, inPlace: true)
      let top = add("Scale", normal, tops: 1, inPlace: true, rest: "scale_param { bias_term: true }")
      if top != [bottom] { blobs.append((top[0], channels)) }
    case 11:
      let top = add("Deconvolution", [bottom], tops: 1, rest: "convolution_param { num_output: 4 kernel_size: 1 }")
      weights.append((top[0], channels, 4))
      blobs.append((top[0], 4))
    case 12:
      let method = pick(0...1) == 0 ? "MAX" : "AVE"
      let top = add(
        "Pooling", [bottom], tops: 1, rest: "pooling_param { pool: \(method) kernel_size: 3 stride: 1 pad: 1 }")
      blobs.append((top[0], channels))
    default:
      guard bottom != "data" else { return }
      let type = ["ReLU", "PReLU", "Sigmoid", "Bias"][pick(0...3)]
      let top = add(type, [bottom], tops: 1, inPlace: true)
      if top != [bottom] { blobs.append((top[0], channels)) }
    }
  }

  mutating func make(_ bottom: String, _ channels: Int, _ filters: Int, group: Int) {
    let top = add(
      "Convolution", [bottom], tops: 1, rest: convolution(channels, filters, kernel: pick(0...1) * 2 + 1, group: group))
    weights.append((top[0], filters, channels / group))
    if pick(0...1) == 0 { add("ReLU", top, tops: 1, inPlace: true) }
    blobs.append((top[0], filters))
  }

  /// An Eltwise of two blobs; where no other has as many channels one is made.
  private mutating func join(_ bottom: String, _ channels: Int) {
    var other = blobs.filter { $0.channels == channels && $0.name != bottom }.last?.name
    if other == nil || pick(0...2) == 0 {
      make(bottom, channels, channels, group: 1)
      other = blobs[blobs.count - 1].name
    }
    let operation = ["SUM", "SUM coeff: 0.5 coeff: -1.5", "PROD", "MAX"][pick(0...3)]
    let top = add("Eltwise", [bottom, other ?? bottom], tops: 1, rest: "eltwise_param { operation: \(operation) }")
    blobs.append((top[0], channels))
  }

  /// Two convolutions with the same parameters, on the same blob or on one another.
  private mutating func twins(_ bottom: String, _ channels: Int) {
    let first = count
    let chained = pick(0...1) == 0
    let filters = chained ? channels : pick(2...6)
    let settings = "param { name: \"w\(first)\" } " + "convolution_param { num_output: \(filters) kernel_size: 1 "
    // One time in two they share the bias as well.
    let rest = pick(0...1) == 0 ? "bias_term: false }" : "} param { name: \"b\(first)\" }"
    let a = add("Convolution", [bottom], tops: 1, rest: settings + rest)
    let b = add("Convolution", [chained ? a[0] : bottom], tops: 1, rest: settings + rest)
    weights.append((b[0], filters, channels))
    blobs += [(a[0], filters), (b[0], filters)]
  }

  private mutating func classify() {
    let (bottom, channels) = blobs[blobs.count - 1]
    let (flat, columns) = flattened(bottom, channels)
    // One net in four has two classifiers with the same parameters.
    let shared = pick(0...3) == 0
    let names = shared ? "param { name: \"ipw\" } param { name: \"ipb\" } " : ""
    var hidden = add("InnerProduct", [flat], tops: 1, rest: names + "inner_product_param { num_output: 7 }")
    weights.append((hidden[0], 7, columns))
    if shared {
      let other = add("InnerProduct", [flat], tops: 1, rest: names + "inner_product_param { num_output: 7 }")
      weights.append((other[0], 7, columns))
      let changed = add("TanH", other, tops: 1, inPlace: true)
      hidden = add("Eltwise", [hidden[0], changed[0]], tops: 1)
    }
    add("ReLU", hidden, tops: 1, inPlace: true)
    let last = add("InnerProduct", hidden, tops: 1, rest: "inner_product_param { num_output: 3 transpose: true }")
    weights.append((last[0], 7, 3))
  }
}
