import Base
import CaffeProto
import Engine
import NetIO
import NetModel

/// The rows of HDF5 files, file after file and over again. One file is in memory at a time.
final class RowSource {
  /// The datasets of the current file, one per name, row by row.
  private(set) var tables: [Floats] = []
  /// Rows to pass over before the next one.
  var skipped = 0

  private let files: [String]
  private let names: [String]
  private let rowDims: [[Int]]
  private let shuffle: Bool
  private var random: RandomSource
  private var fileOrder: [Int]
  private var rowOrder: [Int] = []
  private var file = -1
  private var row = 0

  /// - Parameters:
  ///   - files: paths of HDF5 files, at least one
  ///   - names: datasets that every file has
  ///   - rowDims: the extents of a row of each dataset
  ///   - shuffle: whether files, and rows within a file, come in random order
  ///   - random: decides that order
  init(files: [String], names: [String], rowDims: [[Int]], shuffle: Bool, random: RandomSource) {
    self.files = files
    self.names = names
    self.rowDims = rowDims
    self.shuffle = shuffle
    self.random = random
    fileOrder = Array(files.indices)
  }

  /// The number of the next row in `tables`.
  func next() throws -> Int {
    while skipped > 0 {
      skipped -= 1
      _ = try advance()
    }
    return try advance()
  }

  private func advance() throws -> Int {
    if row == rowOrder.count { try nextFile() }
    row += 1
    return rowOrder[row - 1]
  }

  private func nextFile() throws {
    file = (file + 1) % files.count
    if file == 0, shuffle { fileOrder.shuffle(using: &random) }
    if files.count > 1 || tables.isEmpty { try load(files[fileOrder[file]]) }
    if shuffle { rowOrder.shuffle(using: &random) }
    row = 0
  }

  private func load(_ path: String) throws {
    let content = try reading(path) { try HDF5File(reading: path) }
    var rows: Int?
    tables = try zip(names, rowDims).map { name, dims in
      let (shape, values) = try reading(path) { try content.dataset("/" + name) }
      guard let first = shape.first, first > 0, Array(shape.dropFirst()) == dims else {
        throw LayerError.source(path, "dataset '\(name)' has the shape \(shape), but rows of \(dims) are needed")
      }
      guard first == rows ?? first else {
        throw LayerError.source(
          path, "dataset '\(name)' has \(first) rows, but '\(names.first ?? "")' has \(rows ?? 0)")
      }
      rows = first
      return values
    }
    rowOrder = Array(0..<(rows ?? 0))
  }

  /// The extents of a row of every dataset.
  static func rowDims(of names: [String], in path: String) throws -> [[Int]] {
    try shapes(of: names, in: path).map { Array($0.dropFirst()) }
  }

  /// The rows of all files together.
  static func count(of name: String, in paths: [String]) throws -> Int {
    try paths.reduce(0) { try $0 + shapes(of: [name], in: $1)[0][0] }
  }

  private static func shapes(of names: [String], in path: String) throws -> [[Int]] {
    try reading(path) {
      let file = try HDF5File(reading: path)
      return try names.map { name in
        guard case .numbers(let shape) = try file.object(at: "/" + name), !shape.isEmpty else {
          throw LayerError.source(path, "has no dataset of numbers with at least one axis called '\(name)'")
        }
        return shape
      }
    }
  }
}
