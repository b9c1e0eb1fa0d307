import ArgumentParser
import Base
import NetIO

/// Makes a database of image files (Caffe: `convert_imageset`).
struct ConvertImageSetCommand: SwitchedCommand {
  static let switches = ["gray", "shuffle", "check_size", "encoded"]

  static let configuration = CommandConfiguration(
    commandName: "convert_imageset", abstract: "Writes the images of a list to a database.",
    discussion: """
      Every line of the list has a path, which comes behind the root folder as it is, a space and a label. The database \
      must not exist yet. JPEG and PNG are read. Images that cannot be read are named and left out, and the command \
      fails when it is done.
      """)

  @Argument(
    help: ArgumentHelp("What comes before the paths, with a slash at its end.", valueName: "root_folder"),
    completion: .directory)
  var root: String

  @Argument(help: ArgumentHelp("The list.", valueName: "list_file"), completion: .file())
  var list: String

  @Argument(help: ArgumentHelp("The database to make.", valueName: "db_name"), completion: .file())
  var database: String

  @Flag(help: "Make one channel of all images.")
  var gray = false

  @Flag(help: "Put the images in random order.")
  var shuffle = false

  @Option(help: "The kind of the database.")
  var backend = DatabaseKind.lmdb

  @Option(name: .customLong("resize_width"), help: "The width to bring images to; 0 keeps theirs.")
  var resizeWidth = 0

  @Option(name: .customLong("resize_height"), help: "The height to bring images to; 0 keeps theirs.")
  var resizeHeight = 0

  @Flag(name: .customLong("check_size"), help: "Stop at an image of another size than the first.")
  var checkSize = false

  @Flag(help: "Store image files, not pixels.")
  var encoded = false

  @Option(
    name: .customLong("encode_type"), help: "The format to store files in, png or jpg; by default each file's own.")
  var encodeType = ""

  func validate() throws {
    for (name, value) in [("resize_width", resizeWidth), ("resize_height", resizeHeight)] where value < 0 {
      throw ValidationError("--\(name) must not be negative, but is \(value)")
    }
    guard ImageSize.isAllowed([gray ? 1 : 3, resizeHeight, resizeWidth]) else {
      throw ValidationError(
        "--resize_height and --resize_width: \(resizeHeight) x \(resizeWidth) pixels are over the limit")
    }
  }

  func run() throws {
    try AtomicFile.probeFolder(database)
    let progress = ProgressLine("convert_imageset")
    let log = progress.log
    var images = try ListedImage.list(list)
    if shuffle {
      log.info("Shuffling data")
      images.shuffle()
    }
    log.info("A total of \(images.count) images.")
    if images.isEmpty { log.warning("'\(list)' names no images: the database is empty") }
    if !encodeType.isEmpty, !encoded { log.info("encode_type specified, assuming encoded=true.") }
    var conversion = ImageSetConversion()
    (conversion.gray, conversion.checkSize) = (gray, checkSize)
    (conversion.resizeWidth, conversion.resizeHeight) = (resizeWidth, resizeHeight)
    (conversion.encoded, conversion.encodeType) = (encoded, encodeType)
    var failures = 0
    let count = try conversion.convert(images, root: root, to: database, kind: backend) { count in
      progress.update(count, of: images.count)
      if count % 1000 == 0 { log.info("Processed \(count) files.") }
    } failed: { error in
      failures += 1
      log.warning("\(error)")
    }
    if count % 1000 != 0 { log.info("Processed \(count) files.") }
    if failures > 0 { throw ImagesLeftOut(failures: failures, total: images.count, database: database) }
  }
}

/// Some images are not in the database, which is written.
struct ImagesLeftOut: Error, Equatable, CustomStringConvertible {
  let failures: Int
  let total: Int
  let database: String

  var description: String {
    "\(failures) of \(total) images could not be read, see above; \(database) is written without them"
  }
}
