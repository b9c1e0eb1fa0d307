import Foundation
import Hostile
import TestSupport
import Testing

/// What once did harm does none any more, to any reader.
@Suite struct CrasherTests {
  private static let folder = TestFiles.package + "/Tests/Crashers"
  private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    .filter { $0 != "README.md" }

  /// A value or an error; whatever else happens ends the process.
  @Test(arguments: files) func everyReaderLivesOn(_ file: String) throws {
    let bytes = try readBytes(Self.folder + "/" + file)
    #expect(bytes.count <= 16384)
    // For "surgery" any bytes are the seed of a net.
    let values = FuzzTargets.all.keys.sorted().filter { $0 != "surgery" && FuzzTargets.isValue($0, bytes) }
    #expect(values == Self.readable[file] ?? [], "\(file)")
  }

  /// The files that are values to some: what is wrong with them is an unknown field, or shows only where it is used.
  private static let readable: [String: [String]] = [
    "counts.solverstate": ["net", "upgrade"], "forms-mixed.caffemodel": ["caffemodel", "net", "upgrade"],
    "forms.caffemodel": ["caffemodel", "net", "upgrade"], "forms.solverstate": ["state"], "large-image.datum": ["mean"],
    "names-twice.caffemodel": ["net", "upgrade"], "no-size.datum": ["net", "upgrade"],
    "old-shape.binaryproto": ["net", "upgrade"], "overflow.prototxt": ["text"], "reshape.prototxt": ["text"],
    "shape.caffemodel": ["net", "upgrade"], "split-top-twice.prototxt": ["text"], "top-twice.prototxt": ["text"],
    "unnamed-in-pieces.caffemodel": ["net"],
  ]

  @Test func allAreThere() throws {
    #expect(Self.files.count >= 25)
    let listed = try readText(Self.folder + "/README.md")
    for file in Self.files {
      let stem = String(file.prefix { $0 != "." })
      #expect(listed.contains("`\(stem)`") || listed.contains("`\(stem.prefix(5))*`"), "\(file) is not in the README")
    }
  }
}

/// What makes inputs makes values and errors, both.
@Suite struct HostileInputsTests {
  @Test(arguments: FuzzTargets.all.keys.sorted(), HostileInput.Way.allCases)
  func someAreReadAndSomeAreNot(_ target: String, _ way: HostileInput.Way) {
    let inputs = HostileInput(target, way, seeds: [])
    let values = (0..<60).count { FuzzTargets.isValue(target, inputs.bytes($0)) }
    #expect(inputs.bytes(7) == inputs.bytes(7) && inputs.bytes(7) != inputs.bytes(8))
    if way == .mutate, ["net", "state", "text"].contains(target) { #expect(values > 0 && values < 60, "\(values)") }
  }

  @Test func theDictionaryHasFieldsAndValues() {
    let words = FuzzTargets.dictionary.split(separator: "\n")
    #expect(words.contains("\"convolution_param\"") && words.contains("\"ACROSS_CHANNELS\""))
    // layer, number 100, behind a length.
    #expect(words.contains("\"\\xa2\\x06\"") && Set(words).count == words.count)
  }
}
