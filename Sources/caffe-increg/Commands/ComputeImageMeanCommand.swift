import ArgumentParser
import Base
import NetIO

/// Computes the mean of a database's images (Caffe: `compute_image_mean`).
struct ComputeImageMeanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute_image_mean", abstract: "Computes the mean of the images of a database.",
    discussion: "All images must have the same size.")

  @Argument(help: ArgumentHelp("The database.", valueName: "input_db"), completion: .file())
  var database: String

  @Argument(
    help: ArgumentHelp("The mean image to write, a .binaryproto.", valueName: "output_file"), completion: .file())
  var output: String?

  @Option(help: "The kind of the database.")
  var backend = DatabaseKind.lmdb

  func validate() throws { try checkNames(outputs: [output].compactMap(\.self), inputs: [database]) }

  func run() throws {
    let progress = ProgressLine("compute_image_mean")
    let log = progress.log
    if let output { try AtomicFile.probe(output) }
    log.info("Starting iteration")
    var total = 0
    let mean = try meanImage(of: database, kind: backend) { count, known in
      total = count
      progress.update(count, of: known)
      if count % 10000 == 0 { log.info("Processed \(count) files.") }
    }
    if total % 10000 != 0 { log.info("Processed \(total) files.") }
    if let output {
      log.info("Write to \(output)")
      try MeanFile.write(mean, to: output)
    }
    log.info("Number of channels: \(mean.channels)")
    let plane = mean.height * mean.width
    for channel in 0..<mean.channels {
      let sum = mean.data[channel * plane..<(channel + 1) * plane].reduce(0) { $0 + Double($1) }
      log.info("mean_value channel [\(channel)]: \((sum / Double(plane)).logged)")
    }
  }
}
