/// The two formats in which Caffe keeps weights and solver states.
public enum ModelFormat: Sendable {
  /// Protobuf's wire format.
  case binary
  /// HDF5, named `.h5`.
  case hdf5

  /// The format that a file to be written has by its name, as in Caffe: `.h5` is HDF5, anything else binary.
  public init(of path: String) { self = path.hasSuffix(".h5") ? .hdf5 : .binary }
}
