import Engine

/// Turns the gradients of this rank into their means over all ranks, in buckets that travel while the backward pass goes on
/// with the layers before (Li et al., VLDB 2020). Of weights of which some are pruned for good only the others' gradients
/// travel.
final class GradientExchange {
  /// A gradient, and where in it the elements lie that travel; nil for all.
  private struct Part {
    let values: MutableFloatView
    let living: [Int]?
    var count: Int { living?.count ?? values.count }
  }

  private let net: Net
  private let communicator: any Communicator
  /// Floats of a bucket.
  private let bucketSize: Int
  private var open: [Part] = []
  private var openCount = 0
  /// Parts on their way, and the blob that carries them; a large one goes as it lies.
  private var sent: [(parts: [Part], carrier: Blob?)] = []
  private var carriers: [Blob] = []
  /// Per parameter, what stays of it and where that lies.
  private var living: [Int: (mask: FinalMask, places: [Int])] = [:]

  /// Buckets are at most so many bytes, and there are at least so many, as far as parameters are not larger.
  private static let (mostBytes, fewestBuckets) = (8 << 20, 6)

  init(_ net: Net, _ communicator: any Communicator) {
    (self.net, self.communicator) = (net, communicator)
    let floats = net.parameters.reduce(0) { $0 + ($1.isStatistic ? 0 : $1.blob.count) }
    bucketSize = max(1, min(Self.mostBytes / MemoryLayout<Float>.stride, floats / Self.fewestBuckets))
  }

  /// Takes a whole gradient that is complete. Nobody may touch it until ``finish()``.
  func take(_ gradient: ParameterGradient) throws {
    guard !net.parameters[gradient.parameter].isStatistic else { return }
    let part = part(gradient)
    if openCount > 0, openCount + part.count > bucketSize { try send() }
    open.append(part)
    openCount += part.count
    if openCount >= bucketSize { try send() } else { try communicator.progress() }
  }

  /// Waits until all gradients are means.
  func finish() throws {
    try send()
    try communicator.finishMeans()
    for case (let parts, let carrier?) in sent {
      var place = 0
      for part in parts {
        let means = carrier.data.part(place, count: part.count)
        if let living = part.living {
          part.values.fill(0)
          for (mean, index) in zip(means, living) { part.values[index] = mean }
        } else {
          part.values.copy(means)
        }
        place += part.count
      }
      carriers.append(carrier)
    }
    sent = []
  }

  private func send() throws {
    guard !open.isEmpty else { return }
    defer { (open, openCount) = ([], 0) }
    guard open.count > 1 || open[0].living != nil else {
      try communicator.beginMean(of: open[0].values)
      return sent.append((open, nil))
    }
    let carrier = carriers.popLast() ?? Blob()
    carrier.reshape([openCount])
    var place = 0
    for part in open {
      let target = carrier.mutableData.part(place, count: part.count)
      if let living = part.living {
        for (place, index) in living.enumerated() { target[place] = part.values[index] }
      } else {
        target.copy(part.values.readOnly)
      }
      place += part.count
    }
    try communicator.beginMean(of: carrier.mutableData)
    sent.append((open, carrier))
  }

  private func part(_ gradient: ParameterGradient) -> Part {
    let (number, blob) = (gradient.parameter, net.parameters[gradient.parameter].blob)
    guard let mask = blob.finalMask else { return Part(values: gradient.values, living: nil) }
    if living[number]?.mask != mask { living[number] = (mask, mask.living) }
    guard let places = living[number]?.places, places.count < blob.count else {
      return Part(values: gradient.values, living: nil)
    }
    return Part(values: blob.mutableDiff, living: places)
  }
}
