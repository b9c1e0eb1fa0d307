import Base
import CaffeProto
import Engine
import Glibc
import Layers
import NetIO
import NetModel
import ONNX

/// Holds an ONNX model against the net that it was made of, on random inputs.
struct ModelCheck {
  /// The net for inference.
  let net: NetDescription
  let weights: [String: [WeightBlob]]
  let model: Model
  let backend: any Backend
  /// Makes the inputs' values. By default they are uniform in [0, 1), and 0 where no gradient could flow (indices).
  var value: ((RandomSource) -> Float)?

  /// The batches that the model is run with; the net's own, as 0, where it takes no other.
  var batches: [Int] { model.inputs.contains { $0.extents.first == .batch } ? [1, 5] : [0] }

  /// Has ONNX Runtime run the model, which prints a line for every batch and output.
  ///
  /// - Throws: ``ModelCheckError``
  func run(on path: String) throws {
    var template = Array("/tmp/caffe-increg.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileSystemError(path: "/tmp", operation: .makeFolder, code: errno)
    }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let arrays = folder + "/arrays.npy"
    defer {
      unlink(arrays)
      rmdir(folder)
    }
    try write(to: arrays)
    let command = ["python3", "-c", Self.script, path, arrays, batches.map(String.init).joined(separator: ",")]
    let status = system(command.map(quoted).joined(separator: " "))
    switch status & 0x7f == 0 ? status >> 8 & 0xff : status {
    case 0: return
    case 3: throw ModelCheckError.different(path)
    case 4, 127: throw ModelCheckError.noRuntime(path)
    default: throw ModelCheckError.failed(path)
    }
  }

  private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

  /// Writes inputs, and what the net makes of them, batch by batch, as NumPy's files behind each other.
  func write(to path: String) throws {
    let random = RandomSource(seed: 1)
    let indices = Set(
      net.layers.flatMap { layer in
        layer.bottom.enumerated().filter { !layer.description.allowsBackward(bottom: $0.offset) }
          .map { net.blobs[$0.element].name }
      })
    try AtomicFile.write(to: path) { sink in
      for batch in batches {
        let running = try running(batch)
        for input in model.inputs {
          guard let blob = running.blob(input.blob) else { continue }
          let isIndex = indices.contains(input.blob)
          blob.setPlainData((0..<blob.count).map { _ in value?(random) ?? (isIndex ? 0 : random.uniform()) })
        }
        // Before the pass: layers in place may change them.
        write(model.inputs, of: running, to: sink)
        try running.forward()
        write(model.outputs, of: running, to: sink)
      }
    }
  }

  /// The net in a batch size, with its weights.
  private func running(_ batch: Int) throws -> Net {
    var parameter = net.parameter
    for (index, layer) in net.layers.enumerated() {
      guard let type = type(of: layer.description) as? any CallerFilled.Type else { continue }
      let shapes = zip(layer.parameter.top, layer.topShapes).map { name, shape in
        let isOpen = model.inputs.contains { $0.blob == name && $0.extents.first == .batch }
        return isOpen ? shape.replacing(axis: 0, with: batch).dims : shape.dims
      }
      type.setShapes(shapes, of: &parameter.layer[index])
    }
    var use = NetUse(gradients: false, keepsBlobs: true)
    use.fillsParameters = false
    let running = try Net(
      parameter, state: parameter.state, registry: .caffe, backend: backend, random: RandomSource(seed: 0), use: use)
    for layer in running.layers {
      for (blob, weight) in zip(layer.layer.blobs, weights[layer.described.name] ?? []) { blob.borrow(weight.data) }
    }
    return running
  }

  /// Writes blobs as NumPy's files, which say their shapes.
  private func write(_ ports: [Model.Port], of net: Net, to sink: FileSink) {
    for blob in ports.compactMap({ net.blob($0.blob) }) {
      let shape = blob.shape.dims.map { "\($0)," }.joined()
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }"
      let length = (header.utf8.count + 11 + 63) / 64 * 64 - 10
      sink.write([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)])
      sink.write(header + String(repeating: " ", count: length - header.utf8.count - 1) + "\n")
      sink.write(Floats(blob.plainData))
    }
  }

  /// Checks models: three arguments for each, its file, that of the arrays, and the batches.
  static let script = """
    import sys
    try:
      import numpy as np, onnxruntime as rt
    except ImportError as error:
      sys.exit(4)
    try:
      import onnx
    except ImportError:
      onnx = None
    rt.set_default_logger_severity(3)
    status = 0
    def check(model, arrays, batches):
      global status
      if onnx:
        onnx.checker.check_model(model, full_check=True)
      session = rt.InferenceSession(model, providers=['CPUExecutionProvider'])
      arrays = open(arrays, 'rb')
      for batch in batches.split(','):
        inputs = {port.name: np.load(arrays) for port in session.get_inputs()}
        for port, got in zip(session.get_outputs(), session.run(None, inputs)):
          wanted = np.load(arrays)
          same = got.shape == wanted.shape
          text = f'the shape is {got.shape} instead of {wanted.shape}'
          if same:
            equal = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
            difference = np.where(equal, 0, np.abs(got - wanted)).max(initial=0)
            relative = difference / max(np.abs(wanted[np.isfinite(wanted)]).max(initial=0), 1e-30)
            text = f'largest difference {difference:.3g} absolute, {relative:.3g} relative'
            same = bool(relative <= 1e-4)
          if not same:
            status = status or 3
          size = f'batch {batch}, ' if batch != '0' else ''
          print(f"{model}: {size}output '{port.name}': {text}" + ('' if same else ' DIFFERENT'))
    for case in zip(*[iter(sys.argv[1:])] * 3):
      try:
        check(*case)
      except Exception as error:
        print(f'{case[0]}: FAILED: {error}')
        status = 1
    sys.exit(status)
    """
}

/// Why a model is not known to be right. It is written.
enum ModelCheckError: Error, Equatable, CustomStringConvertible {
  /// It computes something else.
  case different(String)
  /// There is nothing to run it with.
  case noRuntime(String)
  /// Running it failed; Python has said why.
  case failed(String)

  var description: String {
    switch self {
    case .different(let path):
      "'\(path)' is written, but ONNX Runtime's outputs differ by more than 1e-4, relative to their largest value"
    case .noRuntime(let path):
      "'\(path)' is written, but not checked: that takes python3 with onnxruntime and numpy"
    case .failed(let path): "'\(path)' is written, but ONNX Runtime could not run it, see above"
    }
  }
}
