/// Layers that channels pass through less often than convolutions. All keep height and width.
extension RandomNet {
  mutating func growRare(_ kind: Int, _ bottom: String, _ channels: Int) {
    switch kind {
    case 14: crop(bottom, channels)
    case 15: joinAndPart(bottom, channels)
    case 16: reshape(bottom, channels)
    case 17: gate(bottom, channels)
    case 18:
      let region = pick(0...1) == 0 ? "ACROSS_CHANNELS" : "WITHIN_CHANNEL"
      append("LRN", bottom, channels, "lrn_param { norm_region: \(region) local_size: 3 alpha: 0.1 }")
    case 19: slice(bottom, channels)
    case 20:
      // Three at once.
      make(bottom, channels, channels, group: 1)
      let last = blobs[blobs.count - 1].name
      let operation = ["SUM", "SUM coeff: 2 coeff: -0.5 coeff: 0", "PROD", "MAX"][pick(0...3)]
      let top = add("Eltwise", [bottom, last, bottom], tops: 1, rest: "eltwise_param { operation: \(operation) }")
      blobs.append((top[0], channels))
    case 21:
      let tops = add("Split", [bottom], tops: 2)
      share(tops)
      blobs += [(tops[0], channels), (tops[1], channels)]
    case 22:
      append("InnerProduct", bottom, channels, "inner_product_param { num_output: \(size) axis: 3 }")
    case 23:
      let group = channels % 2 == 0 && pick(0...1) == 0 ? 2 : 1
      let filters = group * pick(1...3)
      let top = add(
        "Deconvolution", [bottom], tops: 1,
        rest: "convolution_param { num_output: \(filters) kernel_size: 3 pad: 1 group: \(group) }")
      weights.append((top[0], channels, filters / group))
      blobs.append((top[0], filters))
    case 24:
      append("MVN", bottom, channels, "mvn_param { across_channels: \(pick(0...1) == 0) normalize_variance: false }")
    case 25: append("Softmax", bottom, channels, "softmax_param { axis: \(pick(1...2)) }")
    case 26: mask(bottom, channels)
    case 27:
      let top = add("Tile", [bottom], tops: 1, rest: "tile_param { tiles: 2 }")
      blobs.append((top[0], channels * 2))
    case 28: dense(bottom, channels)
    case 29: words()
    case 30: pair(bottom, channels)
    case 31:
      let top = add(
        "Parameter", [], tops: 1,
        rest: "parameter_param { shape { dim: 2 dim: \(channels) dim: \(size) dim: \(size) } }")
      let sum = add("Eltwise", [bottom, top[0]], tops: 1)
      blobs.append((sum[0], channels))
    default: pointwise(bottom, channels)
    }
  }

  private mutating func append(_ type: String, _ bottom: String, _ channels: Int, _ rest: String) {
    blobs.append((add(type, [bottom], tops: 1, rest: rest)[0], channels))
  }

  /// Functions of single values, most of which are not 0 at 0.
  private mutating func pointwise(_ bottom: String, _ channels: Int) {
    guard bottom != "data" else { return }
    let functions = [
      ("TanH", ""), ("ELU", "elu_param { alpha: 0.5 }"), ("BNLL", ""), ("AbsVal", ""), ("Sigmoid", ""), ("Swish", ""),
      ("Power", "power_param { power: 2 scale: 0.5 shift: 0.7 }"), ("Power", "power_param { scale: -1 shift: 1 }"),
      ("ReLU", "relu_param { negative_slope: 0.2 }"), ("Dropout", ""), ("Clip", "clip_param { min: 0.1 max: 1 }"),
      ("PReLU", "prelu_param { channel_shared: true }"), ("Scale", "scale_param { axis: 1 }"),
      ("Bias", "bias_param { axis: 1 }"),
    ]
    let (type, rest) = functions[pick(0...(functions.count - 1))]
    let top = add(type, [bottom], tops: 1, inPlace: pick(0...1) == 0, rest: rest)
    if top != [bottom] { blobs.append((top[0], channels)) }
  }

  /// A convolution that makes the image larger, cut to the size of another blob; one time in two its channels too.
  private mutating func crop(_ bottom: String, _ channels: Int) {
    let filters = channels + pick(0...2)
    let large = add(
      "Convolution", [bottom], tops: 1, rest: "convolution_param { num_output: \(filters) kernel_size: 3 pad: 2 }")
    weights.append((large[0], filters, channels))
    let cutsChannels = pick(0...1) == 0
    let offsets = cutsChannels ? "axis: 1 offset: \(pick(0...(filters - channels))) offset: 1 offset: 2" : "offset: 1"
    let top = add("Crop", [large[0], bottom], tops: 1, rest: "crop_param { \(offsets) }")
    blobs.append((top[0], cutsChannels ? channels : filters))
  }

  /// Two blobs one behind the other on an axis that is not the channels', and apart again.
  private mutating func joinAndPart(_ bottom: String, _ channels: Int) {
    make(bottom, channels, channels, group: 1)
    let axis = [0, 2, 3][pick(0...2)]
    let whole = add(
      "Concat", [bottom, blobs[blobs.count - 1].name], tops: 1, rest: "concat_param { axis: \(axis) }")
    let tops = add(
      "Slice", whole, tops: 2, rest: "slice_param { axis: \(axis) slice_point: \(axis == 0 ? 2 : size) }")
    blobs += [(tops[0], channels), (tops[1], channels)]
  }

  /// Another shape and back, with extents as numbers, as 0 and as -1.
  private mutating func reshape(_ bottom: String, _ channels: Int) {
    let there = [
      "dim: 0 dim: \(channels) dim: -1", "dim: 2 dim: -1 dim: \(size * size)", "dim: 0 dim: 0 dim: -1 dim: 1",
      "dim: 0 dim: \(channels * size) dim: \(size)", "dim: 0 dim: -1",
    ][pick(0...4)]
    let back = ["dim: 0 dim: \(channels)", "dim: 0 dim: -1"][pick(0...1)] + " dim: \(size) dim: \(size)"
    let flat = add("Reshape", [bottom], tops: 1, rest: "reshape_param { shape { \(there) } }")
    append("Reshape", flat[0], channels, "reshape_param { shape { \(back) } }")
    share([blobs[blobs.count - 1].name])
  }

  /// Notes that tops are the memory of a blob that others may still read, in Caffe too: who changes one of them in
  /// place changes all.
  private mutating func share(_ tops: [String]) { read.formUnion(tops) }

  /// Channels weighted by what is in them: global pooling, two layers of weights, and a product.
  private mutating func gate(_ bottom: String, _ channels: Int) {
    let pooled = add("Pooling", [bottom], tops: 1, rest: "pooling_param { pool: AVE global_pooling: true }")
    let inner = pick(2...4)
    let isConvolution = pick(0...1) == 0
    var blob = pooled
    for (filters, read, function) in [(inner, channels, "ReLU"), (channels, inner, "Sigmoid")] {
      blob =
        isConvolution
        ? add("Convolution", blob, tops: 1, rest: "convolution_param { num_output: \(filters) kernel_size: 1 }")
        : add("InnerProduct", blob, tops: 1, rest: "inner_product_param { num_output: \(filters) }")
      weights.append((blob[0], filters, read))
      blob = add(function, blob, tops: 1, inPlace: true)
    }
    if isConvolution { blob = add("Flatten", blob, tops: 1) }
    let top = add("Scale", [bottom, blob[0]], tops: 1, rest: "scale_param { axis: 0 }")
    blobs.append((top[0], channels))
  }

  /// One channel, copied over all that it is multiplied with.
  private mutating func mask(_ bottom: String, _ channels: Int) {
    let one = add("Convolution", [bottom], tops: 1, rest: "convolution_param { num_output: 1 kernel_size: 1 }")
    weights.append((one[0], 1, channels))
    let gate = add("Sigmoid", one, tops: 1, inPlace: true)
    let tiled = add("Tile", gate, tops: 1, rest: "tile_param { tiles: \(channels) }")
    let top = add("Eltwise", [bottom, tiled[0]], tops: 1, rest: "eltwise_param { operation: PROD }")
    blobs.append((top[0], channels))
  }

  /// An inner product whose outputs become an image.
  private mutating func dense(_ bottom: String, _ channels: Int) {
    guard channels <= 8 else { return }
    let (made, area) = (pick(2...4), size * size)
    let flat = add(
      "InnerProduct", [bottom], tops: 1, rest: "inner_product_param { num_output: \(made * area) }")
    weights.append((flat[0], made * area, channels * area))
    let shape = ["dim: 0 dim: \(made)", "dim: 0 dim: -1", "dim: -1 dim: \(made)"][pick(0...2)]
    append(
      "Reshape", flat[0], made, "reshape_param { shape { \(shape) dim: \(size) dim: \(size) } }")
  }

  /// A learned vector per item, spread over an image.
  private mutating func words() {
    let (vectors, input) = (pick(2...5), "words\(blobs.count)")
    text += "layer { name: \"\(input)\" type: \"Input\" top: \"\(input)\" input_param { shape { dim: 2 } } }\n"
    let rows = add("Embed", [input], tops: 1, rest: "embed_param { num_output: \(vectors) input_dim: 3 }")
    weights.append((rows[0], 3, vectors))
    var top = add("Reshape", rows, tops: 1, rest: "reshape_param { shape { dim: 0 dim: 0 dim: 1 dim: 1 } }")
    for axis in 2...3 { top = add("Tile", top, tops: 1, rest: "tile_param { axis: \(axis) tiles: \(size) }") }
    blobs.append((top[0], vectors))
  }

  /// Neighbouring channels as one, and apart again.
  private mutating func pair(_ bottom: String, _ channels: Int) {
    guard channels % 2 == 0 else { return }
    let pairs = add(
      "Reshape", [bottom], tops: 1, rest: "reshape_param { shape { dim: 0 dim: \(channels / 2) dim: -1 dim: \(size) } }"
    )
    let first = add(
      "Convolution", pairs, tops: 1, rest: "convolution_param { num_output: \(channels / 2) kernel_size: 1 }")
    weights.append((first[0], channels / 2, channels / 2))
    let isCopy = pick(0...1) == 0
    append(
      "Reshape", isCopy ? pairs[0] : first[0], channels,
      "reshape_param { shape { dim: 0 dim: \(channels) dim: \(size) dim: \(size) } }")
    if isCopy { share([blobs[blobs.count - 1].name]) }
  }

  /// Into three parts, or into equal ones.
  private mutating func slice(_ bottom: String, _ channels: Int) {
    if channels % 2 == 0, pick(0...1) == 0 {
      blobs += add("Slice", [bottom], tops: 2).map { ($0, channels / 2) }
    } else if channels >= 3 {
      let first = pick(1...(channels - 2))
      let second = pick((first + 1)...(channels - 1))
      let tops = add(
        "Slice", [bottom], tops: 3, rest: "slice_param { axis: 1 slice_point: \(first) slice_point: \(second) }")
      blobs += [(tops[0], first), (tops[1], second - first), (tops[2], channels - second)]
    }
  }

  /// What an inner product reads, and how many values that are.
  mutating func flattened(_ bottom: String, _ channels: Int) -> (blob: String, count: Int) {
    switch pick(0...5) {
    case 0, 1: (add("Flatten", [bottom], tops: 1)[0], channels * size * size)
    case 2:
      (add("SPP", [bottom], tops: 1, rest: "spp_param { pyramid_height: 2 pool: MAX }")[0], channels * 5)
    case 3:
      (add("Pooling", [bottom], tops: 1, rest: "pooling_param { pool: MAX global_pooling: true }")[0], channels)
    default: (bottom, channels * size * size)
    }
  }
}
