import ArgumentParser
import Base
import CaffeProto
import Layers
import NetIO
import NetModel
import ONNX
import Slimming
import Solver

/// Rewrites weights in the other of Caffe's two formats, or with their net as ONNX.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Converts weights between caffemodel and caffemodel.h5, or a net to ONNX.",
    discussion: """
      The source's format is told from its content, the target's from its name: .caffemodel, .h5 (HDF5) or .onnx. ONNX \
      needs the net, --model. Data layers become inputs, losses and accuracies go, and the inputs' first axis is open. \
      Weights of more than 1.9 GB go to a file beside the model, with .data added to its name.
      """)

  @Argument(help: "The weights to read.", completion: .file())
  var source: String

  @Argument(help: "The file to write.", completion: .file())
  var target: String

  @Flag(help: "Write 16-bit floats, in the fields of NVIDIA's Caffe, which OpenCV reads too; not in HDF5.")
  var half = false

  @Flag(
    help: ArgumentHelp(
      "Leave out columns and rows of zeros, in a form that only this program reads; not in HDF5.",
      discussion: "Without the flag such a file is read and the whole one is written."))
  var compact = false

  @Option(help: ArgumentHelp("The net, for ONNX.", valueName: "prototxt"))
  var model: String?

  @Flag(name: .customLong("fixed-batch"), help: "Keep the batch size of the net in the ONNX model.")
  var fixedBatch = false

  @Flag(name: .customLong("external-data"), help: "Write the weights of an ONNX model to a file beside it.")
  var externalData = false

  @Flag(
    help: ArgumentHelp(
      "Run the ONNX model too, and say how far it is from this program's own results.",
      discussion: "On random inputs, with ONNX Runtime, for which python3 must have onnxruntime and numpy."))
  var check = false

  @OptionGroup var options: BackendOptions

  func validate() throws {
    let isONNX = try WeightTarget(of: target) == .onnx
    guard isONNX == (model != nil) else {
      throw ValidationError(
        isONNX
          ? "An .onnx file holds the net as well: give --model." : "--model goes with a target that ends in .onnx.")
    }
    guard isONNX || !(fixedBatch || externalData || check) else {
      throw ValidationError("--fixed-batch, --external-data and --check go with a target that ends in .onnx.")
    }
    let isBinary = !isONNX && ModelFormat(of: target) == .binary
    if half, !isBinary {
      throw ValidationError("--half: only a binary caffemodel holds 16-bit floats in Caffe's layout, not \(target)")
    }
    if compact, !isBinary { throw ValidationError(CompactWeights.refusal(of: target)) }
  }

  func run() throws {
    if let model {
      return try placing(model, options.part.state(options.part.phase(or: .test))) { try exportNet(model) }
    }
    try AtomicFile.probe(target)
    var weights = try CaffeModel.read(source, log: .standardError)
    RunLog.standardError.report(weights.doubts(for: nil), of: source)
    if compact { weights = CompactWeights.of(weights, log: .standardError) }
    if half { weights = try weights.halved(for: target) }
    let hasGradients = weights.layers.contains { $0.blobs.contains { !$0.diff.isEmpty } }
    try CaffeModel.write(
      weights, to: target, includingDiff: hasGradients, progress: ProgressLine.bytes("convert", of: weights.byteCount))
  }

  private func exportNet(_ path: String) throws {
    let log = RunLog.standardError
    try AtomicFile.probe(target)
    let state = options.part.state(options.part.phase(or: .test))
    let whole = try NetDescription(Prototxt.net(path, log: log), state: state, registry: .caffe)
    let weights = try whole.resolvingShared(CaffeModel.read(source, for: whole, log: log).blobs(for: whole))
    let net = try NetDescription(whole.deploy, state: state, registry: .caffe)
    guard !net.layers.isEmpty else { throw ExportError.empty }
    var exported = try exportedModel(net, weights, log)
    exported.producer = ("caffe-increg", programVersion)
    exported.metadata = [
      "prototxt": path.lastComponent, "prototxt_sha256": try FileHash.sha256(path),
      "weights": source.lastComponent, "weights_sha256": try FileHash.sha256(source),
    ]
    try exported.write(to: target, external: externalData)
    guard check else { return }
    try ModelCheck(
      net: net, weights: weights, model: exported, backend: try options.makeBackend(log, algorithm: .direct)
    ).run(on: target)
  }

  /// The model for batches of any size, or where the net has a batch of its own for that one.
  private func exportedModel(
    _ net: NetDescription, _ weights: [String: [WeightBlob]], _ log: RunLog
  ) throws -> Model {
    do { return try Model(net, weights: weights, registry: .caffe, fixedBatch: fixedBatch) } catch {
      guard case ExportError.batch = error else { throw error }
      log.warning("The batch size is fixed: \(error)")
      return try Model(net, weights: weights, registry: .caffe, fixedBatch: true)
    }
  }
}
