import CaffeProto

/// Values as bytes, as NVIDIA's Caffe and OpenCV's `shrinkCaffeModel` write them.
extension BlobProto {
  /// Turns raw values to floats.
  ///
  /// - Returns: what is wrong with them
  mutating func readRawData() -> FormatError.Problem? {
    guard hasRawData else { return nil }
    let values: Floats
    switch rawDataType {
    case .double:
      var large: Double?
      values = numbers { (bits: UInt64) in
        let value = Double(bitPattern: bits)
        if Float.isTooSmall(for: value) { large = value }
        return Float(value)
      }
      if let large { return .tooLarge(large) }
    case .float: values = numbers { Float(bitPattern: $0) }
    case .float16: values = numbers { Half(bits: $0).float }
    case .int, .uint: return .corrupt("raw_data holds integers, which are no weights")
    }
    guard values.count * bytesPerRawValue == rawData.count else {
      return .corrupt("\(rawData.count) bytes of raw_data are no whole number of values")
    }
    data = values
    clearRawData()
    clearRawDataType()
    return nil
  }

  private var bytesPerRawValue: Int {
    switch rawDataType {
    case .double: 8
    case .float, .int, .uint: 4
    case .float16: 2
    }
  }

  private func numbers<Bits: FixedWidthInteger & UnsignedInteger>(_ value: (Bits) -> Float) -> Floats {
    let size = MemoryLayout<Bits>.size
    return rawData.withUnsafeBytes { bytes in
      Floats(
        (0..<bytes.count / size).map {
          value(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Bits.self)))
        })
    }
  }

  /// This array with its values as 16-bit floats.
  ///
  /// - Returns: nil where a value is too large for that
  func halved() -> BlobProto? {
    guard let bytes = Half.bytes(of: hasCompact ? compact.data : data) else { return nil }
    var blob = self
    blob.diff = []
    if hasCompact {
      (blob.compact.data, blob.compact.half) = ([], bytes)
    } else {
      (blob.data, blob.rawData, blob.rawDataType) = ([], bytes, .float16)
    }
    return blob
  }
}

/// A 16-bit float of IEEE 754: a sign, 5 bits of exponent, 10 of fraction.
struct Half: Equatable {
  let bits: UInt16

  init(bits: UInt16) { self.bits = bits }

  /// The nearest number; of two that are equally near the even one.
  init(rounding value: Float) {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.magnitude
    if value.isNaN {
      bits = sign | 0x7e00
    } else if magnitude >= 65520 {
      bits = sign | 0x7c00
    } else if magnitude < 0x1p-14 {
      // Below the smallest normal number steps are all 2^-24; a full 1024 of them is that number's own pattern.
      bits = sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    } else {
      // The exponent moves from 8 bits to 5; rounding may carry into it, which is right.
      let pattern = magnitude.bitPattern - (127 - 15) << 23
      let half = pattern >> 13
      let rest = pattern & 0x1fff
      let up: UInt32 = rest > 0x1000 || rest == 0x1000 && half & 1 == 1 ? 1 : 0
      bits = sign | UInt16(half + up)
    }
  }

  /// Floats as halves, lowest byte first; nil where one is too large for that.
  static func bytes(of values: Floats) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * values.count)
    for value in values {
      let half = Half(rounding: value)
      if half.isInfinite, value.isFinite { return nil }
      bytes.append(UInt8(truncatingIfNeeded: half.bits))
      bytes.append(UInt8(truncatingIfNeeded: half.bits >> 8))
    }
    return bytes
  }

  var isInfinite: Bool { bits & 0x7fff == 0x7c00 }

  var float: Float {
    let (exponent, fraction) = (Int(bits >> 10) & 31, Float(bits & 0x3ff))
    let magnitude: Float =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: (1 + fraction * 0x1p-10) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
      }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}

extension WeightSet {
  /// These weights as 16-bit floats, in the fields of NVIDIA's Caffe and OpenCV; gradients are left out.
  ///
  /// - Throws: `WriteError` naming the layer whose values are too large
  public func halved(for path: String) throws -> WeightSet {
    var result = self
    for (index, layer) in layers.enumerated() {
      result.layers[index].blobs = try layer.blobs.enumerated().map { position, blob in
        guard let half = blob.halved() else {
          throw WriteError(
            path: path, place: "layer '\(layer.name)', blob \(position)",
            cause: "a value is beyond 65504, the largest 16-bit float")
        }
        return half
      }
    }
    return result
  }
}
