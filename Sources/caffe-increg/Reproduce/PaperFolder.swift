import Base
import FoundationEssentials
import Glibc

/// The folder of all tables. The recipes are beside it.
struct PaperFolder {
  let path: String

  /// The folder that is given; else that of an installation, or of the sources in which the program was built.
  ///
  /// - Throws: ``ReproduceError/noTables(tried:)``
  init(_ given: String?) throws {
    var tried = given.map { [$0] } ?? []
    if given == nil, let program = Self.programPath {
      var folder = program.parentFolder
      tried.append(folder.parentFolder + "/share/caffe-increg/papers")
      while folder.count > 1, folder.contains("/") {
        folder = folder.parentFolder
        tried.append(folder + "/examples/papers")
      }
    }
    guard let found = tried.first(where: { !Self.names(in: $0).isEmpty }) else {
      throw ReproduceError.noTables(tried: tried)
    }
    path = found
  }

  /// The tables' names.
  var names: [String] { Self.names(in: path) }

  /// The table called `name`.
  ///
  /// - Throws: ``ReproduceError``
  func table(_ name: String) throws -> PaperTable {
    guard names.contains(name) else { throw ReproduceError.unknownTable(name, known: names) }
    return try PaperTable(reading: "\(path)/\(name).json")
  }

  /// A file of a recipe.
  func file(_ recipe: String, _ name: String) -> String { "\(path.parentFolder)/recipes/\(recipe)/\(name)" }

  private static func names(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map(\.withoutEnding).sorted()
  }

  private static var programPath: String? {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first.flatMap { realpath($0, nil) }.map { path in
        defer { free(path) }
        return String(cString: path)
      }
  }
}
