/// The kinds of file this module reads, in the words its messages use.
public enum FileKind: String, Sendable {
  case caffemodel
  case caffemodelHDF5 = "caffemodel.h5"
  case cifar = "CIFAR-10 batch"
  case hdf5 = "HDF5 file"
  case idx = "IDX file"
  case image = "encoded image"
  case imageList = "image list"
  case datum = "Datum record"
  case leveldb = "LevelDB folder"
  case lmdb = "LMDB folder"
  case mean = "mean file"
  case netPrototxt = "net prototxt"
  case solverPrototxt = "solver prototxt"
  case solverState = "solverstate"
  case solverStateHDF5 = "solverstate.h5"
}

/// A file that can be opened but is not what was asked for, is damaged, or asks for something refused.
public struct FormatError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with the content.
  public enum Problem: Equatable, Sendable {
    /// The file is of another kind; `found` says which, as far as its content tells.
    case wrongKind(found: String)
    /// The content ends early: `needed` and `present` count bytes.
    case truncated(needed: Int, present: Int)
    /// A part that must be there is not.
    case missing(String)
    /// Valid in its format, but a feature that is refused because it reaches outside the file or needs foreign code.
    case refused(String)
    /// Valid in its format, but nothing this module reads.
    case unsupported(String)
    /// A declared size is over the limit that protects memory.
    case overLimit(what: String, value: Int, limit: Int)
    /// Anything else; the text comes from the library that met it.
    case corrupt(String)
  }

  /// The file, or the record of a database, that was read.
  public var path: String
  /// What it was read as.
  public var kind: FileKind
  /// Where in the file, e.g. "/data/conv1/0" or "layer 'conv1', blob 0"; empty for the file as a whole.
  public var place: String
  /// What is wrong.
  public var problem: Problem

  /// Makes an error out of its evidence.
  public init(path: String, kind: FileKind, place: String = "", _ problem: Problem) {
    self.path = path
    self.kind = kind
    self.place = place
    self.problem = problem
  }

  /// One line naming the path, the place in it and the cause.
  public var description: String {
    let cause =
      switch problem {
      case .wrongKind(let found): "it is not a \(kind.rawValue) but \(found)"
      case .truncated(let needed, let present): "truncated: \(needed) bytes needed, \(present) present"
      case .missing(let what): "\(what) is missing"
      case .refused(let what): "\(what) refused"
      case .unsupported(let what): "\(what) not supported"
      case .overLimit(let what, let value, let limit): "\(what) \(value) is over the limit of \(limit)"
      case .corrupt(let text): text
      }
    return "cannot read \(kind.rawValue) '\(path)'\(place.isEmpty ? "" : ", \(place)"): \(cause)"
  }
}
