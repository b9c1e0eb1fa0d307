import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Testing
import TestSupport

@Suite struct HDF5DataTests {
  let folder: TemporaryFolder
  let list: String

  /// Two files of 3 and 2 rows: data counts from 0, two elements per row; label is 10 times the row.
  init() throws {
    folder = try TemporaryFolder()
    var paths: [String] = []
    for (name, first, rows) in [("a.h5", 0, 3), ("b.h5", 3, 2)] {
      let path = folder(name)
      try HDF5Writer.write(to: path) { file in
        let data = (first * 2..<(first + rows) * 2).map(Float.init)
        try file.write(Floats(data), shape: [rows, 1, 2], to: "/data")
        try file.write(Floats((first..<first + rows).map { Float($0 * 10) }), shape: [rows], to: "/label")
      }
      paths.append(path)
    }
    list = try folder.write(paths.joined(separator: "\n"), to: "list.txt")
  }

  func layer(_ parameters: String, tops: String = "top: 'data' top: 'label'") -> String {
    "type: 'HDF5Data' \(tops) hdf5_data_param { source: '\(list)' \(parameters) }"
  }

  @Test func runsOverTheEndsOfFiles() throws {
    let bench = try Bench(layer("batch_size: 4"))
    #expect(try bench.blob("data").shape == [4, 1, 2])
    #expect(try bench.blob("label").shape == [4])
    try bench.net.forward()
    #expect(try bench.data("label") == [0, 10, 20, 30])
    #expect(try bench.data("data") == (0..<8).map(Float.init))
    try bench.net.forward()
    #expect(try bench.data("label") == [40, 0, 10, 20])
    #expect(try bench.data("data") == [8, 9, 0, 1, 2, 3, 4, 5])
  }

  @Test func shufflesFilesAndRows() throws {
    func labels(_ seed: Int) throws -> [[Float]] {
      let bench = try Bench(layer("batch_size: 5 shuffle: true"), seed: seed)
      return try (0..<20).map { _ in
        try bench.net.forward()
        let (data, label) = (try bench.data("data"), try bench.data("label"))
        for row in 0..<5 { #expect(data[row * 2] == label[row] / 5) }
        return label
      }
    }
    let epochs = try labels(1)
    for epoch in epochs {
      #expect(epoch.sorted() == [0, 10, 20, 30, 40])
      // A file's rows stay together.
      #expect(Set(epoch[..<2]) == [30, 40] || Set(epoch[..<3]) == [0, 10, 20])
    }
    #expect(Set(epochs).count > 10)
    #expect(try labels(1) == epochs)
    #expect(try labels(2) != epochs)
  }

  @Test(arguments: ["", "shuffle: true"]) func goesOnFromAPosition(_ shuffle: String) throws {
    let whole = try Bench(layer("batch_size: 3 \(shuffle)"))
    for _ in 0..<4 { try whole.net.forward() }
    #expect(try whole.source.position.records == 12)
    try Bench(layer("batch_size: 3 \(shuffle)")).expectBatches(4, as: whole)
  }

  @Test func errorsNameFieldFileAndDataset() throws {
    #expect(failure(layer("")).contains("hdf5_data_param.batch_size"))
    #expect(
      failure("type: 'HDF5Data' top: 'data' hdf5_data_param { batch_size: 1 }").contains("hdf5_data_param.source"))
    #expect(failure(layer("batch_size: 1") + " transform_param { scale: 2 }").contains("transform_param"))
    let none = failure(layer("batch_size: 1", tops: "top: 'nothing'"))
    #expect(none.contains("a.h5") && none.contains("'nothing'"))
    let missing = failure("type: 'HDF5Data' top: 'data' hdf5_data_param { source: '/no/list' batch_size: 1 }")
    #expect(missing.contains("/no/list") && missing.contains("No such file"))
    let empty = try folder.write("", to: "empty.txt")
    #expect(
      failure("type: 'HDF5Data' top: 'data' hdf5_data_param { source: '\(empty)' batch_size: 1 }").contains("lists no"))
    let gone = try folder.write("/no/file.h5", to: "gone.txt")
    #expect(
      failure("type: 'HDF5Data' top: 'data' hdf5_data_param { source: '\(gone)' batch_size: 1 }")
        .contains("/no/file.h5"))
  }

  @Test func filesMustAgree() throws {
    let other = folder("other.h5")
    try HDF5Writer.write(to: other) { try $0.write(Floats([1, 2, 3]), shape: [1, 1, 3], to: "/data") }
    let mixed = try folder.write("\(folder("a.h5")) \(other)", to: "mixed.txt")
    let bench = try Bench("type: 'HDF5Data' top: 'data' hdf5_data_param { source: '\(mixed)' batch_size: 4 }")
    #expect { try bench.net.forward() } throws: { "\($0)".contains("other.h5") && "\($0)".contains("[1, 1, 3]") }
  }

  /// The lists of the shared material hold paths relative to the folder of each run, so this one is made here.
  @Test func readsTheSharedDigits() throws {
    guard let path = TestFiles.shared("golden/data/tiny_train.h5") else { return }
    let list = try folder.write(path, to: "tiny.txt")
    let bench = try Bench(
      "type: 'HDF5Data' top: 'data' top: 'label' hdf5_data_param { source: '\(list)' batch_size: 20 }")
    #expect(try bench.blob("data").shape == [20, 1, 10, 10])
    try bench.net.forward()
    // Record i of the set has the label i % 10.
    #expect(try bench.data("label") == (0..<20).map { Float($0 % 10) })
    #expect(try bench.data("data").allSatisfy { $0 >= 0 && $0 <= 1 })
  }
}
