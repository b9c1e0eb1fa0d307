import Base
import CaffeProto

extension WeightSet {
  /// These weights with columns and rows of zeros left out, in a form that only this program reads. Gradients are left
  /// out.
  ///
  /// Of group convolutions columns count per group, and of many filters per tile of 32, where that takes fewer bytes.
  /// Zeros that are left out lose their sign.
  ///
  /// - Returns: the weights, and the layers of which something is left out; the others are as they were
  public func compacted() -> (weights: WeightSet, layers: [String]) {
    var (result, names): (WeightSet, [String]) = (self, [])
    for (index, layer) in layers.enumerated() {
      let group = max(1, layer.parameter.convolutionParam.group)
      let blobs = layer.blobs.map { $0.compacted(groups: group) }
      guard blobs.contains(where: { $0 != nil }) else { continue }
      names.append(layer.name)
      result.layers[index].blobs = zip(layer.blobs, blobs).map { whole, compact in
        var blob = compact ?? whole
        blob.diff = []
        return blob
      }
    }
    return (result, names)
  }

  /// The first compact blob's place; nil where there is none.
  var firstCompact: String? {
    for layer in layers {
      if let blob = layer.blobs.firstIndex(where: \.hasCompact) { return "layer '\(layer.name)', blob \(blob)" }
    }
    return nil
  }

  /// These weights with every zero as +0: masks leave -0 where they meet numbers below zero.
  public func withPlainZeros() -> WeightSet {
    var result = self
    for (index, layer) in layers.enumerated() {
      for (position, blob) in layer.blobs.enumerated() where blob.data.contains(where: { $0.bitPattern == 1 << 31 }) {
        result.layers[index].blobs[position].data = Floats(count: blob.data.count) { zeros in
          for (place, value) in blob.data.enumerated() { zeros[place] = value + 0 }
        }
      }
    }
    return result
  }
}

extension BlobProto {
  /// The most rows that share a list, where a list for all of a group takes more bytes.
  private static let tile = 32

  /// This array without columns and rows of zeros; nil where that saves less than a tenth of its bytes.
  ///
  /// - Parameter groups: the convolution groups, in which the rows come if they can
  func compacted(groups: Int) -> BlobProto? {
    guard let (rows, columns) = matrix, rows > 1, columns > 1, data.count == rows * columns else { return nil }
    let groups = rows % groups == 0 ? groups : 1
    let forms = [0, Self.tile].filter { $0 < rows / groups }.map {
      CompactForm(rows: rows, columns: columns, groups: groups, tile: $0).listing(data)
    }
    guard let form = forms.min(by: { $0.size < $1.size }), 10 * form.size <= 9 * 4 * data.count else { return nil }
    var blob = self
    (blob.data, blob.compact) = ([], form.message(data))
    return blob
  }
}

/// What is listed of a matrix.
private struct CompactForm {
  let rows: Int
  let columns: Int
  let groups: Int
  /// The rows that share a list, 0 for groups.
  let tile: Int
  var liveRows: [Int] = []
  var lists: [[Int]] = []

  private var tiles: RowTiles { RowTiles(rows: rows, blocks: groups, height: tile == 0 ? rows / groups : tile) }

  private var isPartial: Bool { liveRows.count < rows }

  private var coded: (coding: CompactValues.Coding, bytes: [UInt8]) { IndexLists.encode(lists, below: columns) }

  private func rowBytes(_ coding: CompactValues.Coding) -> [UInt8] {
    isPartial ? IndexLists.encode([liveRows], coding, below: rows) : []
  }

  /// How many values are listed.
  private var count: Int {
    let tiles = tiles
    return liveRows.reduce(0) { $0 + lists[tiles.tile(ofRow: $1)].count }
  }

  /// Bytes of lists and values.
  var size: Int {
    let coded = coded
    return coded.bytes.count + rowBytes(coded.coding).count + 4 * count
  }

  /// With the rows and columns in which something is not zero.
  func listing(_ values: Floats) -> CompactForm {
    var form = self
    let tiles = tiles
    values.withUnsafeBufferPointer { values in
      for number in 0..<tiles.count {
        var isLive = [Bool](repeating: false, count: columns)
        for row in tiles.rows(of: number) {
          let line = UnsafeBufferPointer(rebasing: values[row * columns..<(row + 1) * columns])
          guard line.contains(where: { $0 != 0 }) else { continue }
          form.liveRows.append(row)
          for column in 0..<columns where line[column] != 0 { isLive[column] = true }
        }
        form.lists.append(isLive.indices.filter { isLive[$0] })
      }
    }
    // Readers refuse more memory than that for so few values, so further rows and columns are listed, which are zeros.
    if CompactValues.spread * form.count < rows * columns { form.widen() }
    return form
  }

  /// Lists all rows, and in every tile enough columns.
  private mutating func widen() {
    liveRows = Array(0..<rows)
    let least = (columns + CompactValues.spread - 1) / CompactValues.spread
    for place in lists.indices where lists[place].count < least {
      let more = Set(0..<columns).subtracting(lists[place]).sorted().prefix(least - lists[place].count)
      lists[place] = (lists[place] + more).sorted()
    }
  }

  /// The message.
  func message(_ values: Floats) -> CompactValues {
    let (coded, tiles) = (coded, tiles)
    return .with { message in
      (message.coding, message.columns) = coded
      if groups > 1 { message.group = groups }
      if tile > 0 { message.tile = tile }
      if isPartial { message.rows = rowBytes(coded.coding) }
      message.data = Floats(count: count) { listed in
        var place = 0
        for row in liveRows {
          for column in lists[tiles.tile(ofRow: row)] {
            listed[place] = values[row * columns + column]
            place += 1
          }
        }
      }
    }
  }
}
